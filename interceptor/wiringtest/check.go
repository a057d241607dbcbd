// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiringtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/errpact/errpact/interceptor/transport"
)

// A check collects what is wrong with one handler.
type check struct {
	config
	*caller
	variants []variant
	findings []string
	kinds    []string

	// covered says that some request has passed rest.Handler, and uncovered names the first that has not.
	covered   bool
	uncovered string
	// parts has the rest.Handlers and the interceptors, each once for a policy.
	parts []part
}

// A variant is a way to make each request.
type variant struct {
	name   string
	change func(*http.Request)
}

// A part is a part of errpact with a policy, and a request that has passed it.
type part struct {
	transport.Passage
	where string
}

func newCheck(t testing.TB, handler http.Handler, config config) *check {
	t.Helper()
	c := &check{config: config, caller: newCaller(t, handler, config.patience)}
	if config.credential != nil {
		c.variants = append(c.variants, variant{"with the credential", config.credential})
	}
	c.variants = append(c.variants,
		variant{"without a credential", func(*http.Request) {}},
		variant{"with a credential that nobody knows", func(r *http.Request) { r.Header.Set("Authorization", "Bearer errpact-wiringtest") }})
	return c
}

// run returns the findings.
func (c *check) run() []string {
	if !c.withoutREST {
		c.checkREST()
	}
	if !c.withoutRPC {
		c.checkRPC()
	}
	c.checkCover()
	c.checkPolicies()
	return c.findings
}

// find adds a finding, unless there is one of its kind already: it often has the same cause.
func (c *check) find(kind, format string, args ...any) {
	if !slices.Contains(c.kinds, kind) {
		c.kinds = append(c.kinds, kind)
		c.findings = append(c.findings, fmt.Sprintf(format, args...))
	}
}

// checkREST asks for a path that no handler has.
func (c *check) checkREST() {
	for _, v := range c.variants {
		path := c.prefix + "/errpact-wiringtest"
		a := c.do(http.MethodGet, path, "", v.change)
		c.look("GET "+path, a)
		if !a.has(transport.PartError) { // that has an envelope, too
			c.cover("GET "+path+" "+v.name, a)
		}
		c.lookAtCORS(path, v)
	}
}

// lookAtCORS asks as a browser does for a script of another origin. Where only some origins are allowed, the credential
// has to set one.
func (c *check) lookAtCORS(path string, v variant) {
	a := c.do(http.MethodGet, path, "", func(r *http.Request) {
		r.Header.Set("Origin", "https://wiringtest.example")
		v.change(r)
	})
	exposed := strings.ToLower(strings.Join(a.header.Values("Access-Control-Expose-Headers"), ","))
	if a.header.Get("Access-Control-Allow-Origin") != "" && exposed != "*" && !strings.Contains(exposed, "x-request-id") {
		c.find("cors", "CORS hides the header X-Request-Id of GET %s from scripts: write ExposedHeaders: append(connectcors.ExposedHeaders(), rest.ExposedHeaders()...)", path)
	}
}

// look looks at the order of the parts that a request has passed.
func (c *check) look(where string, a answer) {
	handlers := a.all(transport.PartHandler)
	if len(handlers) > 1 {
		c.find("two handlers", "%s passes rest.Handler twice: keep the outermost, and remove the other", where)
	}
	for _, p := range slices.Concat(handlers, a.all(transport.PartServer)) {
		if !slices.ContainsFunc(c.parts, func(other part) bool { return other.Passage == p }) {
			c.parts = append(c.parts, part{p, where})
		}
	}
	if len(handlers) > 0 {
		for _, p := range a.passed[:slices.Index(a.passed, handlers[0])] {
			c.find("outside "+p.Name, "%s is outside of rest.Handler: write rest.Handler(%s)", p.Name, inside(p.Part))
		}
	}
}

// inside returns what belongs into a rest.Handler.
func inside(p transport.Part) string {
	switch p {
	case transport.PartAuth:
		return "authn.NewMiddleware(rest.Auth(f)).Wrap(mux)"
	case transport.PartGate:
		return "rest.Gate(middleware)(mux)"
	}
	return "middleware(mux)"
}

// cover notes whether a request has passed rest.Handler.
func (c *check) cover(where string, a answer) {
	if a.has(transport.PartHandler) {
		c.covered = true
	} else if c.uncovered == "" {
		c.uncovered = fmt.Sprintf("%s is answered %s", where, a)
	}
}

func (c *check) checkCover() {
	line := "rest.Handler(mux" + c.withPolicy(", rest.WithPolicy(policy)") + ")"
	switch {
	case c.withoutREST || c.uncovered == "":
	case c.covered:
		c.find("cover", "%s outside of rest.Handler, which is around a part of the handler: write %s around everything", c.uncovered, line)
	default:
		c.find("cover", "%s without rest.Handler: write %s around everything, or give Check wiringtest.WithoutREST() if nobody calls this over plain HTTP",
			c.uncovered, line)
	}
}

// withPolicy returns an option for the policy, if any part has one.
func (c *check) withPolicy(option string) string {
	if slices.ContainsFunc(c.parts, func(p part) bool { return p.Policy != nil }) {
		return option
	}
	return ""
}

// checkPolicies compares the policy of each part with that of the first, which is the rest.Handler if there is one.
func (c *check) checkPolicies() {
	slices.SortStableFunc(c.parts, func(a, b part) int { return int(a.Part) - int(b.Part) })
	for i := 1; i < len(c.parts); i++ {
		first, other := c.parts[0], c.parts[i]
		kind := "policy of " + other.String()
		switch {
		case first.Policy == other.Policy:
		case first.Policy == nil:
			c.find(kind, "%s has the default policy, and %s another: write %s", first, other, first.line())
		case other.Policy == nil:
			c.find(kind, "%s has the default policy, and %s another: write %s", other, first, other.line())
		default:
			c.find(kind, "%s and %s have two policies: make one with mapping.NewPolicy, and write %s and %s", first, other, first.line(), other.line())
		}
	}
}

// String names the part in a finding.
func (p part) String() string {
	if p.Part == transport.PartHandler {
		return p.Name
	}
	return p.Name + " of " + p.where
}

// line returns the call that makes the part with the policy.
func (p part) line() string {
	if p.Part == transport.PartHandler {
		return "rest.Handler(mux, rest.WithPolicy(policy))"
	}
	pkg, _, _ := strings.Cut(p.Name, ".")
	return fmt.Sprintf("%s(%s.WithPolicy(policy))", p.Name, pkg)
}
