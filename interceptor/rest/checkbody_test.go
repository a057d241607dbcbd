// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
)

func TestCheckResponseRetryAfter(t *testing.T) {
	date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for value, want := range map[string]time.Duration{
		"5": 5 * time.Second, "0": 0, "-1": 0, "1.5": 0, "soon": 0, "": 0, "99999999999999999999": 0, date(-time.Hour): 0,
	} {
		e, _ := check(t, 503, http.Header{"Retry-After": {value}}, "")
		if delay, ok := e.RetryDelay(); delay != want || ok != (want > 0) {
			t.Errorf("Retry-After %q = %v, %v, want %v", value, delay, ok, want)
		}
	}
	e, _ := check(t, 503, http.Header{"Retry-After": {date(time.Hour)}}, "")
	if delay, ok := e.RetryDelay(); !ok || delay <= 0 || delay > time.Hour {
		t.Errorf("a date in an hour = %v, %v", delay, ok)
	}
}

// TestCheckResponseIsBounded: an envelope that is larger than what is read does not count, and the body is
// there in full all the same.
func TestCheckResponseIsBounded(t *testing.T) {
	large := envelope(3, strings.Repeat("x", 1<<20))
	e, _ := check(t, 404, nil, large)
	if e.Code() != errpactv1err.NotExist || !e.Inferred() {
		t.Errorf("error = %v", e)
	}
	body := &meter{Reader: strings.NewReader(large)}
	_ = rest.CheckResponse(&http.Response{StatusCode: 404, Body: io.NopCloser(body)})
	if body.n > 65<<10 {
		t.Errorf("%d bytes were read", body.n)
	}
}

type meter struct {
	io.Reader
	n int
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.n += n
	return n, err
}

// TestCheckResponseCutShort keeps what arrived, and the error after it.
func TestCheckResponseCutShort(t *testing.T) {
	cut := errors.New("cut")
	body := io.MultiReader(strings.NewReader("half"), readerFunc(func([]byte) (int, error) { return 0, cut }))
	closed := &closeMeter{Reader: body}
	res := &http.Response{StatusCode: 502, Body: closed}
	if err := rest.CheckResponse(res); !errors.Is(err, errpactv1err.ExternalService) {
		t.Errorf("error = %v", err)
	}
	if got, err := io.ReadAll(res.Body); string(got) != "half" || !errors.Is(err, cut) {
		t.Errorf("body = %q, %v", got, err)
	}
	if _ = res.Body.Close(); !closed.closed {
		t.Errorf("Close does not reach the body")
	}
}

type closeMeter struct {
	io.Reader
	closed bool
}

func (c *closeMeter) Close() error {
	c.closed = true
	return nil
}

// TestCheckResponseOfGzip is for a caller who asked for it, and so gets it from net/http as it came.
func TestCheckResponseOfGzip(t *testing.T) {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, _ = io.WriteString(zw, envelope(14, "broken"))
	_ = zw.Close()
	e, err := check(t, 400, http.Header{"Content-Encoding": {"gzip"}}, b.String())
	if !errors.Is(err, errpactv1err.ContainerUnpackingFailed) || e.Message() != "broken" {
		t.Errorf("error = %v", err)
	}
}
