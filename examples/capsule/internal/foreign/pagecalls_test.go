// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestWebPageMakesEachCallOnce holds the page's calls back, so that they overlap and answer in another order.
func TestWebPageMakesEachCallOnce(t *testing.T) {
	ctx, seen := browse(t)
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: control})
	must(t, err)
	medium := filepath.Join(t.TempDir(), "front.jpg")
	must(t, os.WriteFile(medium, []byte("a photo"), 0o600))
	for name, test := range map[string]func(p webPage){
		"Escape leaves the question for a token":               webPage.pressEscape,
		"of two attempts in one place, one tries again":        webPage.failTwice,
		"an older answer does not replace a newer one":         webPage.answerInReverse,
		"a second click uploads nothing":                       webPage.uploadTwice,
		"a second click analyses nothing":                      webPage.analyseTwice,
		"the folder that is shown outlives another's deletion": webPage.deleteAnother,
		"an error stays in the form that it is about":          webPage.failInFormThatLeft,
		"a stream that holds for a while is followed on":       webPage.breakStream,
	} {
		t.Run(name, func(t *testing.T) { test(open(t, ctx, medium)) })
	}
	for _, problem := range seen.problems() {
		t.Errorf("in the console: %s", problem)
	}
}

// control signs in, and has the test answer the methods in holding by pass and fail, set the clock by later, and run intervals by tick.
const control = `
	if (location.protocol === "http:") sessionStorage["capsule-token"] ??= "demo-admin";
	const send = fetch, now = Date.now, ticks = new Map();
	let lead = 0, intervals = 0;
	window.calls = [];
	window.holding = new Set();
	window.made = (method) => calls.filter((call) => call.method === method);
	window.held = (method) => made(method).filter((call) => call.open);
	window.fetch = (url, init) => {
		const call = { method: String(url).split("/").pop(), signal: init.signal };
		calls.push(call);
		if (!holding.has(call.method)) return send(url, init);
		return new Promise((resolve, reject) => {
			const settle = (how) => { if (call.open) how(); call.open = false };
			call.open = true;
			call.pass = () => settle(() => resolve(send(url, init)));
			call.fail = () => settle(() => reject(new TypeError("Failed to fetch")));
			init.signal?.addEventListener("abort", () => settle(() => reject(init.signal.reason)));
		});
	};
	Date.now = () => now() + lead;
	window.later = () => { lead += 3_600_000 };
	window.setInterval = (tick) => { ticks.set(++intervals, tick); return intervals };
	window.clearInterval = (id) => ticks.delete(id);
	window.tick = () => { for (const id of [...ticks.keys()]) ticks.get(id)?.() };`

// A webPage is the web page of a server of its own, after signing in.
type webPage struct {
	t      *testing.T
	ctx    context.Context
	medium string
}

func open(t *testing.T, ctx context.Context, medium string) webPage {
	t.Helper()
	p := webPage{t, ctx, medium}
	must(t, chromedp.Do(ctx, chromedp.Navigate(startServing(t).url)))
	p.wait(`document.querySelector(".folders li")`)
	return p
}

func (p webPage) run(script string, args ...any) {
	p.t.Helper()
	if len(args) > 0 {
		script = fmt.Sprintf(script, args...)
	}
	must(p.t, chromedp.Do(p.ctx, chromedp.Evaluate[chromedp.Void](script)))
}

func (p webPage) wait(expression string, args ...any) {
	p.t.Helper()
	waitFor(p.t, p.ctx, expression, args...)
}

// expect compares the text of an expression.
func (p webPage) expect(want, expression string) {
	p.t.Helper()
	if got := ask(p.t, p.ctx, chromedp.Evaluate[string](`String(`+expression+`)`)); got != want {
		p.t.Errorf("%s is %q, want %q", expression, got, want)
	}
}

// click clicks so many times at once. Devtools' own click would take time in between.
func (p webPage) click(selector string, times int) {
	p.t.Helper()
	p.run(`(() => { const it = document.querySelector(%q); it.focus(); for (let i = 0; i < %d; i++) it.click() })()`, selector, times)
}

// upload returns the id of a new folder, which is shown.
func (p webPage) upload() string {
	p.t.Helper()
	p.run(`window.before = document.querySelector("h2.id")`)
	must(p.t, chromedp.Do(p.ctx, chromedp.SetUploadFiles(`[name=media]`, []string{p.medium})))
	p.click(`.card .primary`, 1)
	p.wait(`document.querySelector("h2.id") && document.querySelector("h2.id") !== before`)
	id := ask(p.t, p.ctx, chromedp.Text(`h2.id`))
	p.wait(`document.querySelector(".folders").textContent.includes(%q)`, id)
	return id
}

func (p webPage) show(id string) {
	p.t.Helper()
	p.run(`[...document.querySelectorAll(".folders button")].find((button) => button.textContent.includes(%q)).click()`, id)
	p.wait(`document.querySelector("h2.id")?.textContent === %q`, id)
}

func (p webPage) pressEscape() {
	_, err := chromedp.RunResponse(p.ctx, chromedp.Click(`.account button`))
	must(p.t, err)
	p.wait(`document.querySelector("dialog")?.open`)
	for range 4 { // Chromium does not let a page prevent all of them
		must(p.t, chromedp.Do(p.ctx, chromedp.KeyEvent(kb.Escape)))
	}
	p.wait(`document.querySelector("dialog").open`)
	must(p.t, chromedp.Do(p.ctx, chromedp.SetValue(`dialog input`, "demo-admin"), chromedp.Click(`dialog .primary`)))
	p.wait(`!document.querySelector("dialog") && document.querySelector(".folders li")`)
}

func (p webPage) failTwice() {
	p.run(`calls.length = 0; holding.add("ListFolders")`)
	p.click(`form.line button`, 2)
	p.wait(`made("ListFolders").length === 2`)
	p.run(`for (const call of held("ListFolders")) call.fail()`)
	p.wait(`document.querySelector(".again")`)
	p.run(`later()`)
	for range 3 {
		p.run(`tick()`)
	}
	p.expect("3", `made("ListFolders").length`)
}

func (p webPage) answerInReverse() {
	p.upload()
	p.upload()
	p.run(`calls.length = 0; holding.add("ListFolders"); document.querySelector("[name=limit]").value = 1`)
	p.click(`form.line button`, 1)
	p.wait(`held("ListFolders").length === 1`)
	p.run(`document.querySelector("[name=limit]").value = 20`)
	p.click(`form.line button`, 1)
	p.wait(`made("ListFolders").length === 2`)
	p.run(`calls[1].pass()`)
	p.wait(`document.querySelectorAll(".folders li").length === 2`)
	p.run(`calls[0].pass()`)
	p.wait(`calls[0].signal.aborted || document.querySelectorAll(".folders li").length === 1`)
	p.expect("2", `document.querySelectorAll(".folders li").length`)
}

func (p webPage) uploadTwice() {
	p.run(`holding.add("IssueSessionToken")`)
	must(p.t, chromedp.Do(p.ctx, chromedp.SetUploadFiles(`[name=media]`, []string{p.medium})))
	p.click(`.card .primary`, 2)
	p.wait(`held("IssueSessionToken").length > 0`)
	p.expect("true", `document.querySelector(".card .primary").disabled`)
	p.run(`for (const call of held("IssueSessionToken")) call.pass()`)
	p.wait(`document.querySelector(".done") && document.querySelector("h2.id")`)
	p.expect("1,1", `[made("IssueSessionToken").length, made("CreateFolder").length]`)
	p.expect("true,false", `[document.activeElement.matches(".card .primary"), document.activeElement.disabled]`)
}

func (p webPage) analyseTwice() {
	p.upload()
	p.run(`holding.add("StartAnalysis")`)
	p.click(`.analysis form button`, 2)
	p.wait(`held("StartAnalysis").length > 0`)
	p.expect("true", `document.querySelector(".analysis form button").disabled`)
	p.run(`for (const call of held("StartAnalysis")) call.pass()`)
	p.wait(`document.querySelector(".analyses li:not(.none)") && !document.querySelector(".analysis form button").disabled`)
	p.expect("1", `made("StartAnalysis").length`)
}

func (p webPage) deleteAnother() {
	first, second := p.upload(), p.upload()
	p.show(first)
	p.run(`holding.add("DeleteFolder")`)
	p.click(`.remove`, 2)
	p.wait(`held("DeleteFolder").length > 0`)
	p.expect("1,true", `[made("DeleteFolder").length, document.querySelector(".remove").disabled]`)
	p.show(second)
	p.run(`held("DeleteFolder")[0].pass()`)
	p.wait(`!document.querySelector(".folders").textContent.includes(%q)`, first)
	p.expect(second, `document.querySelector("h2.id")?.textContent`)
	p.click(`.analysis form button`, 1)
	p.wait(`document.querySelector(".analyses li:not(.none)")`)
}

func (p webPage) failInFormThatLeft() {
	first, second := p.upload(), p.upload()
	p.show(first)
	p.run(`holding.add("StartAnalysis"); document.querySelector("[name=type]").value = "NOPE"; window.left = document.querySelector("[name=type]")`)
	p.click(`.analysis form button`, 1)
	p.wait(`held("StartAnalysis").length === 1`)
	p.show(second)
	p.run(`held("StartAnalysis")[0].pass()`)
	p.wait(`left.ariaInvalid`)
	p.expect("", `document.querySelector(".analysis .wrong").textContent`)
}

// breakStream breaks the stream more often than the page tries again by itself: first after an hour each, then at once.
func (p webPage) breakStream() {
	id := p.upload()
	p.run(`calls.length = 0; holding.add("WatchAnalyses")`)
	p.show(id)
	breakAt := func(after string) {
		p.t.Helper()
		p.wait(`held("WatchAnalyses").length === 1`)
		p.run(after + `held("WatchAnalyses")[0].fail()`)
		p.wait(`document.querySelector(".folder .again")`)
		p.run(`later(); tick()`)
	}
	for range 5 {
		breakAt(`later(); `)
	}
	for range 3 {
		breakAt(``)
	}
	p.wait(`document.querySelector(".folder .again:enabled")`)
	p.expect("8", `made("WatchAnalyses").length`)
}
