// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed testdata/audit.js
var audit string

// shown are the pages of which `go test -artifacts` keeps pictures.
var shown = []string{"index.html", "docs/start.html", "docs/rest.html", "docs/bench/growth.html", "errors.html", "packages.html"}

// TestEveryPageInABrowser opens each page from its file, in both themes and two widths.
func TestEveryPageInABrowser(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			t.Run(fmt.Sprintf("%s, %d wide", theme, width), func(t *testing.T) {
				b := browse(t)
				b.look(t, theme, width)
				for _, page := range pages(t) {
					b.open(t, page)
					for _, finding := range ask(t, b.ctx, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise)) {
						t.Errorf("%s: %s", page, finding)
					}
				}
				for _, page := range shown {
					b.open(t, page)
					picture := ask(t, b.ctx, chromedp.CaptureScreenshot())
					name := fmt.Sprintf("%s-%d-%s.png", strings.ReplaceAll(page, "/", "-"), width, theme)
					must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), name), picture, 0o600))
				}
				b.check(t)
			})
		}
	}
}

// TestSearchFindsRetry types a word, and follows the first result by the keyboard.
func TestSearchFindsRetry(t *testing.T) {
	b := browse(t)
	for _, page := range []string{"index.html", "docs/bench/index.html"} {
		b.look(t, "light", 390)
		b.open(t, page)
		must(t, chromedp.Do(b.ctx, chromedp.SendKeys("#query", "retry"), chromedp.WaitVisible("#results li a")))
		results := ask(t, b.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("#results a")].map(a => a.textContent)`))
		for _, result := range results {
			if !strings.Contains(strings.ToLower(result), "retry") {
				t.Errorf("a result has no such word: %q", result)
			}
		}
		for _, finding := range ask(t, b.ctx, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise)) {
			t.Errorf("%s with results: %s", page, finding)
		}
		picture := ask(t, b.ctx, chromedp.CaptureScreenshot())
		must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "search.png"), picture, 0o600))
		want := ask(t, b.ctx, chromedp.Evaluate[string](`document.querySelector("#results a").href`))
		_, err := chromedp.RunResponse(b.ctx, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
		must(t, err)
		if got := ask(t, b.ctx, chromedp.Evaluate[string](`location.href`)); got != want {
			t.Errorf("Enter leads to %s, want %s", got, want)
		}
	}
	b.check(t)
}

// TestStartPageFitsAScreen holds the problem and the answer to what a laptop shows without scrolling.
func TestStartPageFitsAScreen(t *testing.T) {
	b := browse(t)
	b.look(t, "light", 1280)
	b.open(t, "index.html")
	bottom := ask(t, b.ctx, chromedp.Evaluate[float64](`document.querySelector(".panels").getBoundingClientRect().bottom`))
	if bottom > screenHeight {
		t.Errorf("the panels end at %.0f, want at most %d", bottom, screenHeight)
	}
}

// TestCodeIsNotCutOnALaptop looks for code that scrolls sideways, on the pages that a stranger reads first.
func TestCodeIsNotCutOnALaptop(t *testing.T) {
	b := browse(t)
	b.look(t, "light", 1280)
	for _, page := range []string{"index.html", "docs/start.html", "docs/server.html", "docs/client.html", "docs/rest.html"} {
		b.open(t, page)
		for _, code := range ask(t, b.ctx, chromedp.Evaluate[[]string](
			`[...document.querySelectorAll("pre")].filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)`)) {
			t.Errorf("%s cuts\n%s", page, code)
		}
	}
}

// TestMenuOpensOnAPhone opens the navigation, which a narrow window hides.
func TestMenuOpensOnAPhone(t *testing.T) {
	b := browse(t)
	b.look(t, "light", 390)
	b.open(t, "docs/rest.html")
	must(t, chromedp.Do(b.ctx, chromedp.Click("#menu"), chromedp.WaitVisible(`#pages a[aria-current]`)))
	if expanded := ask(t, b.ctx, chromedp.Evaluate[string](`document.getElementById("menu").ariaExpanded`)); expanded != "true" {
		t.Errorf("aria-expanded is %s", expanded)
	}
	picture := ask(t, b.ctx, chromedp.CaptureScreenshot())
	must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "menu.png"), picture, 0o600))
	b.check(t)
}

// screenHeight is that of a small laptop's window.
const screenHeight = 800

// browser is a headless Chromium, with all that its pages asked for and what they wrote to the console.
type browser struct {
	ctx                context.Context
	mu                 sync.Mutex
	requests, mistakes []string
}

func browse(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no chromium")
		}
		t.Skip("there is no chromium: `apt-get install chromium`")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	must(t, chromedp.Listen(ctx, b.note))
	return b
}

func (b *browser) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		b.mistakes = append(b.mistakes, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.mistakes = append(b.mistakes, string(e.Type))
	case *log.EventEntryAdded:
		b.mistakes = append(b.mistakes, e.Entry.Text)
	}
}

// check reports what was asked of anybody but the site's files, and what was written to the console.
func (b *browser) check(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, request := range b.requests {
		if !strings.HasPrefix(request, "file://"+built+"/") {
			t.Errorf("a page asks for %s", request)
		}
	}
	for _, mistake := range b.mistakes {
		t.Errorf("the console has %q", mistake)
	}
	if len(b.requests) == 0 {
		t.Error("no request was seen")
	}
}

// look sets the theme and the width of the window.
func (b *browser) look(t *testing.T, theme string, width int64) {
	t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
	})
	must(t, err, chromedp.Do(b.ctx, chromedp.EmulateViewport(width, screenHeight)))
}

func (b *browser) open(t *testing.T, page string) {
	t.Helper()
	must(t, chromedp.Do(b.ctx, chromedp.Navigate("file://"+built+"/"+page)))
}

func ask[T any](t *testing.T, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	answer, err := chromedp.Run(ctx, action)
	must(t, err)
	return answer
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}
