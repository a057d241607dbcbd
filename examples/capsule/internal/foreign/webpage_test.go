// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestWebPageInABrowser uses the web page as a visitor does: in both themes, both languages, and at the width of a
// phone. The analyzer cannot be reached, and the database is locked for a while.
func TestWebPageInABrowser(t *testing.T) {
	server := startServing(t, "-analyzer", "http://127.0.0.1:9")
	medium := filepath.Join(t.TempDir(), "front.jpg")
	must(t, os.WriteFile(medium, []byte("a photo"), 0o600))
	for _, v := range []visitor{
		{
			"light", "en", 1280, "Access token has expired", "Invalid value",
			"Database is temporarily unavailable", "External service is unreachable",
		},
		{
			"dark", "de", 390, "Das Zugangstoken ist abgelaufen", "Ein Wert ist ungültig",
			"Die Datenbank ist vorübergehend nicht erreichbar", "Ein anderer Dienst ist nicht erreichbar",
		},
	} {
		t.Run(fmt.Sprint(v.theme, v.width), func(t *testing.T) {
			ctx, seen := browse(t)
			v.arrive(t, ctx, server.url)
			v.signIn(t, ctx)
			v.sendInvalidField(t, ctx)
			v.upload(t, ctx, server, medium)
			v.analyse(t, ctx)
			if got := ask(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); got > v.width {
				t.Errorf("the page is %d pixels wide", got)
			}
			keepScreenshot(t, ask(t, ctx, chromedp.CaptureScreenshot()))
			if got := ask(t, ctx, chromedp.Evaluate[string](`[...changed].join()`)); got != "" {
				t.Errorf("screen readers read more than once: %s", got)
			}
			v.signOut(t, ctx)
			for _, url := range seen.urls() {
				if !strings.HasPrefix(url, server.url+"/") && !strings.HasPrefix(url, "data:") {
					t.Errorf("the page asks for %s", url)
				}
			}
			for _, problem := range seen.problems() {
				t.Errorf("in the console: %s", problem)
			}
		})
	}
}

// A visitor has a browser of one kind, and reads these messages.
type visitor struct {
	theme, language string
	width           int

	expired, invalid, locked, unreachable string
}

func (v visitor) arrive(t *testing.T, ctx context.Context, url string) {
	t.Helper()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.theme}},
	})
	must(t, err)
	agent := ask(t, ctx, chromedp.Evaluate[string](`navigator.userAgent`))
	_, err = chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: v.language})
	must(t, err)
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(int64(v.width), 900), chromedp.Navigate(url), chromedp.Evaluate[chromedp.Void](recordCountdowns)))
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.Call(ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted, Origin: url,
		})
		must(t, err)
	}
}

// signIn is asked for a token three times: the page has no token yet, then one that has expired, then one that nobody knows.
func (v visitor) signIn(t *testing.T, ctx context.Context) {
	t.Helper()
	must(t, chromedp.Do(ctx, chromedp.SendKeys(`dialog input`, "demo-expired"), chromedp.Click(`dialog .primary`)))
	waitFor(t, ctx, `document.querySelector("dialog .message")?.textContent === %q`, v.expired)
	must(t, chromedp.Do(ctx, chromedp.SetValue(`dialog input`, "nobody"), chromedp.Click(`dialog .primary`)))
	waitFor(t, ctx, `![%q, undefined].includes(document.querySelector("dialog .message")?.textContent)`, v.expired)
	must(t, chromedp.Do(ctx, chromedp.Click(`dialog .row button`)))
	waitFor(t, ctx, `!document.querySelector("dialog") && document.querySelector(".folders li")`)
}

// sendInvalidField reads the message at the input that it is about, and then corrects it.
func (v visitor) sendInvalidField(t *testing.T, ctx context.Context) {
	t.Helper()
	must(t, chromedp.Do(ctx, chromedp.SetValue(`[name=limit]`, "0"), chromedp.Click(`form.line button`)))
	waitFor(t, ctx, `document.querySelector(".problem .message")?.textContent === %q`, v.invalid)
	got := ask(t, ctx, chromedp.Evaluate[string](`(() => {
		const input = document.activeElement, link = document.querySelector(".problem a");
		return [input.name, input.ariaInvalid, document.getElementById(input.getAttribute("aria-describedby")).textContent, link.pathname + link.hash].join()
	})()`))
	if want := "limit,true,must be 1 to 100,/errors#ERROR_CODE_INVALID_VALUE"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	must(t, chromedp.Do(ctx, chromedp.SetValue(`[name=limit]`, "20"), chromedp.Click(`form.line button`)))
	waitFor(t, ctx, `!document.querySelector(".problem, [aria-invalid]")`)
}

// upload finds the database locked, waits as long as the server says, and tries again.
func (v visitor) upload(t *testing.T, ctx context.Context, server capsule, medium string) {
	t.Helper()
	unlock := server.lock(t)
	must(t, chromedp.Do(ctx, chromedp.SetUploadFiles(`[name=media]`, []string{medium}), chromedp.Click(`.card .primary`)))
	v.waitForCountdown(t, ctx, v.locked)
	unlock()
	must(t, chromedp.Do(ctx, chromedp.Click(`.again:enabled`)))
	waitFor(t, ctx, `document.querySelector(".done") && /media.front\.jpg/.test(document.querySelector(".folder table")?.textContent)`)
}

// analyse copies the id of the request that failed.
func (v visitor) analyse(t *testing.T, ctx context.Context) {
	t.Helper()
	must(t, chromedp.Do(ctx, chromedp.Click(`.analysis form button`)))
	v.waitForCountdown(t, ctx, v.unreachable)
	must(t, chromedp.Do(ctx, chromedp.Click(`.copy`)))
	waitFor(t, ctx, `/^(Copied|Kopiert)$/.test(document.querySelector(".copy").textContent)`)
	id := ask(t, ctx, chromedp.Text(`.request-id`))
	if copied := ask(t, ctx, chromedp.Evaluate[string](`navigator.clipboard.readText()`, chromedp.EvalAwaitPromise)); copied != id || len(id) != 32 {
		t.Errorf("copied %q of the request %q", copied, id)
	}
}

// signOut leaves nothing on the page, neither until the next user has come nor afterwards.
func (v visitor) signOut(t *testing.T, ctx context.Context) {
	t.Helper()
	const left = `[...document.querySelectorAll(".folder h2, .folder pre, .analyses, .done, .problem")].map((e) => e.outerHTML).join()`
	_, err := chromedp.RunResponse(ctx, chromedp.Click(`.account button`))
	must(t, err)
	waitFor(t, ctx, `document.querySelector("dialog .message") && document.querySelector(".account").hidden`)
	if got := ask(t, ctx, chromedp.Evaluate[string](left+` + document.querySelector(".folders").textContent`)); got != "" {
		t.Errorf("when the user has gone, the page has %s", got)
	}
	must(t, chromedp.Do(ctx, chromedp.SetValue(`dialog input`, "demo-operator"), chromedp.Click(`dialog .primary`)))
	waitFor(t, ctx, `document.querySelector(".folders button")`)
	if got := ask(t, ctx, chromedp.Evaluate[string](left)); got != "" {
		t.Errorf("for the next user, the page has %s", got)
	}
}

// waitForCountdown waits for a message, and until the button below it counted down to another try.
func (v visitor) waitForCountdown(t *testing.T, ctx context.Context, message string) {
	t.Helper()
	waitFor(t, ctx, `document.querySelector(".problem .message")?.textContent === %q`, message)
	waitFor(t, ctx, `document.querySelector(".again:enabled")`)
	counted := ask(t, ctx, chromedp.Evaluate[string](`(() => { const all = [...counted].join(); counted.clear(); return all })()`))
	if !strings.Contains(counted, " in 1 s") {
		t.Errorf("%s: the button said %q before it could be pressed", message, counted)
	}
}

// recordCountdowns collects what the disabled button says, however fast it goes, and the alerts that change: screen
// readers read all of such an alert again.
const recordCountdowns = `
	window.counted = new Set();
	window.changed = new Set();
	new MutationObserver((mutations) => {
		for (const button of document.querySelectorAll(".again:disabled")) counted.add(button.textContent);
		for (const { target } of mutations) {
			const alert = (target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest("[role=alert]");
			if (alert) changed.add(alert.textContent);
		}
	}).observe(document, { subtree: true, childList: true, characterData: true });`

// waitFor waits until an expression is true. chromedp's Poll would need the page to allow eval.
func waitFor(t *testing.T, ctx context.Context, expression string, args ...any) {
	t.Helper()
	if len(args) > 0 {
		expression = fmt.Sprintf(expression, args...)
	}
	wait := fmt.Sprintf(`new Promise((resolve) => {
		const end = Date.now() + 30_000;
		const look = () => (%s) ? resolve("") : Date.now() > end ? resolve(document.body.innerText) : setTimeout(look, 20);
		look();
	})`, expression)
	if instead := ask(t, ctx, chromedp.Evaluate[string](wait, chromedp.EvalAwaitPromise)); instead != "" {
		t.Fatalf("waited for %s; the page has\n%s", expression, instead)
	}
}

// lock keeps the database busy until unlock is called.
func (c capsule) lock(t *testing.T) (unlock func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs, "capsule"), "lock", "-db", c.db)
	stdout, err := cmd.StdoutPipe()
	must(t, err, cmd.Start())
	unlock = func() { _, _ = cmd.Process.Kill(), cmd.Wait() } // it has been killed
	t.Cleanup(unlock)
	_, err = bufio.NewReader(stdout).ReadString('\n')
	must(t, err)
	return unlock
}
