// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/png" // of screenshots
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// TestErrorPageInABrowser opens the page of errors, looks for a word, follows the anchor of what it
// finds, and takes a screenshot in both themes. Nothing may be asked of anybody but the server, and
// nothing may be wrong in the console.
func TestErrorPageInABrowser(t *testing.T) {
	server := startServing(t)
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			ctx, seen := browse(t)
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
			})
			must(t, err, chromedp.Do(ctx,
				chromedp.EmulateViewport(1100, 1400),
				chromedp.Navigate(server.url+"/errors"),
				chromedp.SendKeys("#search", "hash"),
			))
			title := ask(t, ctx, chromedp.Title())
			shown := ask(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("article.entry:not([hidden])")].map(e => e.id).join()`))
			must(t, chromedp.Do(ctx, chromedp.Click(`article.reason:not([hidden]) a.anchor`)))
			anchor := ask(t, ctx, chromedp.Evaluate[string](`location.hash`))
			visible := ask(t, ctx, chromedp.Evaluate[bool](`(() => {
				const at = document.querySelector("article:target").getBoundingClientRect();
				return at.top >= 0 && at.top < innerHeight
			})()`))
			background := ask(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`))
			must(t, chromedp.Do(ctx, chromedp.Click(`article:target summary`)))
			screenshot := ask(t, ctx, chromedp.CaptureScreenshot())
			if title != "capsule: errors" || shown != "ERROR_CODE_CONTAINER_UNPACKING_FAILED" {
				t.Errorf("title %q; found %q", title, shown)
			}
			if anchor != "#ERROR_CODE_CONTAINER_UNPACKING_FAILED.INVALID_HASH" || !visible {
				t.Errorf("the anchor is %q, in sight: %t", anchor, visible)
			}
			if dark := background != "rgb(255, 255, 255)"; dark != (theme == "dark") {
				t.Errorf("the background is %s", background)
			}
			for _, url := range seen.urls() {
				if !strings.HasPrefix(url, server.url+"/errors") && !strings.HasPrefix(url, "data:") {
					t.Errorf("the page asks for %s", url)
				}
			}
			keepScreenshot(t, screenshot)
		})
	}
}

// TestScriptOfTheStartPageShowsTheError runs the script that the site's first page has, on answers of the example with
// and without details.
func TestScriptOfTheStartPageShowsTheError(t *testing.T) {
	const layout, shownPath = "../../../../tools/site/layout/", "/api/folders/f-17"
	script, err := os.ReadFile(layout + "browser.js")
	must(t, err)
	page, err := os.ReadFile(layout + "start.html")
	must(t, err)
	server := startServing(t)
	ctx, _ := browse(t)
	must(t, chromedp.Do(ctx, chromedp.Navigate(server.url+shownPath)))
	run := func(path string) string {
		return ask(t, ctx, chromedp.Evaluate[string](`(async () => {
			let shown = "";
			const show = (text) => { shown = text };
			const headers = { Authorization: "Bearer demo-admin" };
			`+strings.Replace(string(script), shownPath, path, 1)+`
			return shown;
		})()`, chromedp.EvalAwaitPromise))
	}
	shown := run(shownPath)
	if !strings.Contains(string(page), "</span>"+shown+"</p>") {
		t.Errorf("the script shows %q, which the start page does not", shown)
	}
	if shown := run("/api/nowhere"); shown != "Resource does not exist " {
		t.Errorf("without details, the script shows %q", shown)
	}
}

func ask[T any](t *testing.T, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	answer, err := chromedp.Run(ctx, action)
	must(t, err)
	return answer
}

// keepScreenshot leaves the picture where `go test -artifacts` keeps such things, and holds it to not
// being blank.
func keepScreenshot(t *testing.T, png []byte) {
	t.Helper()
	picture, _, err := image.Decode(bytes.NewReader(png))
	if err != nil {
		t.Fatal(err)
	}
	colours := make(map[any]bool)
	for x := range picture.Bounds().Dx() {
		for y := range picture.Bounds().Dy() {
			colours[picture.At(x, y)] = true
		}
	}
	if len(colours) < 20 {
		t.Errorf("the screenshot has %d colours", len(colours))
	}
	must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "errors.png"), png, 0o600))
}

// requests are what a page asks for, and what went wrong in it.
type requests struct {
	mu           sync.Mutex
	list, thrown []string
}

func (r *requests) urls() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

func (r *requests) problems() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.thrown)
}

// browse starts a headless Chromium.
func browse(t *testing.T) (context.Context, *requests) {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no chromium")
		}
		t.Skip("there is no chromium: `apt-get install chromium`")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	seen := new(requests)
	must(t, chromedp.Listen(ctx, func(event any) {
		seen.mu.Lock()
		defer seen.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			seen.list = append(seen.list, e.Request.URL)
		case *runtime.EventExceptionThrown:
			seen.thrown = append(seen.thrown, fmt.Sprint(e.ExceptionDetails))
		case *log.EventEntryAdded:
			if e.Entry.Source == log.EntrySourceSecurity { // a breach of the page's Content-Security-Policy
				seen.thrown = append(seen.thrown, e.Entry.Text)
			}
		}
	}))
	return ctx, seen
}
