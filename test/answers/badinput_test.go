// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
)

const gigabyte = 1 << 30

// pour writes a gigabyte, and gives by how much what is live grew while it did.
func pour(w io.Writer) (grown int64) {
	chunk := make([]byte, 1<<20)
	start := live()
	for i := range gigabyte / len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return grown
		}
		if i%256 == 255 {
			grown = max(grown, live()-start)
		}
	}
	return grown
}

// live are the heap's bytes in use, without those that pools keep over one collection.
func live() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// growth is how much more is live while a gigabyte is written with a status, and how much arrives.
func growth(t *testing.T, status int) (grown, received int64) {
	t.Helper()
	s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		grown = pour(w)
	}), rest.WithPolicy(newPolicy(t))), false)
	res, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	received, err = io.Copy(io.Discard, res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return grown, received
}

// TestGigabytesAreNotHeld: a success flows through, and of an error no more than 64 KiB is kept.
func TestGigabytesAreNotHeld(t *testing.T) {
	const held, noise = 64 << 10, 64 << 10 // of connections' own buffers
	if grown, received := growth(t, http.StatusOK); received != gigabyte || grown > noise {
		t.Errorf("success: %d bytes received, %d more live", received, grown)
	}
	if grown, received := growth(t, http.StatusInternalServerError); received > 1024 || grown > held+noise {
		t.Errorf("error: %d bytes received, %d more live", received, grown)
	}
}

// TestRequestOfAGigabyteIsRefused: nobody reads it to its end.
func TestRequestOfAGigabyteIsRefused(t *testing.T) {
	for _, p := range vanguards(t) {
		t.Run(p.name, func(t *testing.T) {
			s := serve(t, p.after, true)
			body := &zeros{}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/v1/trouble", body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			res, err := s.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			answer, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode < 400 || !isEnvelope(string(answer)) || p.ran.Load() != 0 {
				t.Errorf("answer = %d %s %v, after %d runs", res.StatusCode, answer, err, p.ran.Load())
			}
		})
	}
}

// zeros are a gigabyte of spaces, which JSON may begin with.
type zeros struct{ read int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.read >= gigabyte {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = ' '
	}
	z.read += len(p)
	return len(p), nil
}

// TestOddHandlers: whatever a handler does with its writer, the answer is whole and JSON.
func TestOddHandlers(t *testing.T) {
	after := make(chan error, 1)
	returned := make(chan struct{})
	odd := map[string]struct {
		do     http.HandlerFunc
		status int
	}{
		"headers twice": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(409)
			w.WriteHeader(200)
			_, _ = w.Write([]byte("x"))
		}, 409},
		"a message of odd bytes": {func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.InvalidValue.New("<script>\xff\x00\r\n\"</script>"))
		}, 400},
		"a long header": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 64<<10))
			http.Error(w, canary, 500)
		}, 500},
		"writes on": {func(w http.ResponseWriter, _ *http.Request) {
			go func() {
				<-returned
				_, err := w.Write([]byte("late"))
				after <- err
			}()
			http.Error(w, canary, 500)
		}, 500},
	}
	for name, test := range odd {
		t.Run(name, func(t *testing.T) {
			s := serve(t, rest.Handler(test.do, rest.WithPolicy(newPolicy(t))), false)
			a := gets(name, "/", want{}).send(t, s)
			if a.status != test.status || !isEnvelope(a.body) || !json.Valid([]byte(a.body)) || strings.Contains(a.body, "<script>") {
				t.Errorf("answer = %+v", a)
			}
		})
	}
	close(returned)
	if err := <-after; err == nil {
		t.Error("a write after the end is taken")
	}
}

// TestHijackedConnectionIsLeftAlone: what the handler writes there is all that is written.
func TestHijackedConnectionIsLeftAlone(t *testing.T) {
	const raw = "HTTP/1.1 418 Odd\r\nContent-Length: 3\r\nConnection: close\r\n\r\nodd"
	s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, err = io.WriteString(conn, raw)
		if err = errors.Join(err, conn.Close()); err != nil {
			t.Error(err)
		}
	}), rest.WithPolicy(newPolicy(t))), false)
	if a := gets("hijack", "/", want{}).send(t, s); a.err != nil || a.status != 418 || a.body != "odd" {
		t.Errorf("answer = %+v", a)
	}
}

// TestLongRequestHeaders: headers of 64 KiB cost neither the envelope nor an id that is too long.
func TestLongRequestHeaders(t *testing.T) {
	long := strings.Repeat("x", 64<<10)
	for _, http2 := range []bool{false, true} {
		s := serve(t, rest.Handler(http.NotFoundHandler(), rest.WithPolicy(newPolicy(t))), http2)
		for _, key := range []string{"X-Request-Id", "Accept", "Accept-Language", "Traceparent", "Authorization"} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %t", key, http2), func(t *testing.T) {
				a := row{method: "GET", path: "/", header: []string{key, long}}.send(t, s)
				if a.err != nil || a.status != 404 || !isEnvelope(a.body) || len(a.header.Get("X-Request-Id")) > 128 {
					t.Errorf("answer = %d %s, %v", a.status, a.body, a.err)
				}
			})
		}
	}
}
