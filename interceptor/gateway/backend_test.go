// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

const unreachable = `{"error_code":11,"error_message":"External service is unreachable","details":{"reason":"UNREACHABLE","retry_delay":"1s"}}`

const broken = `{"error_code":11,"error_message":"Connection to the external service broke","details":{"reason":"BROKEN"}}`

func (a answer) wantUnreachable(t *testing.T) {
	t.Helper()
	a.wantError(t, http.StatusBadGateway, unreachable)
	if a.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After = %q, want 1", a.header.Get("Retry-After"))
	}
}

func TestG2BackendThatCannotBeReached(t *testing.T) {
	html := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<h1>"+canary+"</h1>", http.StatusServiceUnavailable)
	}))
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	html.Close()
	page := httptest.NewUnstartedServer(html.Config.Handler)
	page.Config.Protocols = protocols
	page.Start()
	t.Cleanup(page.Close)
	for name, address := range map[string]string{
		"nobody listens":      loopback.ClosedAddress(t),
		"the name is unknown": "dns:///backend.invalid:1",
		"a proxy's page":      page.Listener.Addr().String(),
	} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, address)
			bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, r *reported.Reports) {
				s := serve(t, h)
				send(t, s, http.MethodGet, "/v1/books/7", "").wantUnreachable(t)
				if report := r.One(t); status.Code(report.Err) != codes.Unavailable || !report.Redacted {
					t.Errorf("report = %+v", report)
				}
				send(t, s, http.MethodGet, "/v1/watch?books=1", "").wantUnreachable(t)
				send(t, s, http.MethodPost, "/v1/books:batch", "{}").wantUnreachable(t)
			})
		})
	}
}

func TestG2ConnectionThatIsLost(t *testing.T) {
	for name, c := range map[string]struct{ path, first, rest string }{
		"during a call":   {"/v1/books/7?fail=hang", "", broken},
		"during a stream": {"/v1/watch?books=1&fail=hang", `{"result":{"number":0}}` + "\n", `{"error":` + broken + "}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			entered := make(chan struct{}, 1)
			var server *grpc.Server
			bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux {
				var conn *grpc.ClientConn
				conn, server = shelf{entered: entered}.dial(t)
				return over(t, conn, o...)
			}, func(t *testing.T, h http.Handler, _ *reported.Reports) {
				s := serve(t, h)
				bodies := make(chan string, 2)
				go func() {
					defer close(bodies)
					res, err := s.Client().Get(s.URL + c.path)
					if err != nil {
						return
					}
					defer res.Body.Close()
					first, _ := io.ReadAll(io.LimitReader(res.Body, int64(len(c.first))))
					bodies <- string(first)
					rest, err := io.ReadAll(res.Body)
					bodies <- fmt.Sprintf("%s%v", rest, err)
				}()
				<-entered
				if c.first != "" { // the caller has it
					if got := <-bodies; got != c.first {
						t.Errorf("the first line is %q, want %q", got, c.first)
					}
				}
				server.Stop()
				if c.first == "" {
					<-bodies
				}
				if got := <-bodies; got != c.rest+"<nil>" {
					t.Errorf("answer = %s\nwant %s", got, c.rest)
				}
			})
		})
	}
}

// TestG2AnswerThatCannotBeRead is no answer of the backend's: nothing in it tells what the backend meant.
func TestG2AnswerThatCannotBeRead(t *testing.T) {
	failed := envelope(11, "External service failed", `{"reason":"REJECTED"}`)
	for name, body := range map[string]string{
		"a message that is not protobuf": "\x00\x00\x00\x00\x01\xff", "compressed without saying how": "\x01\x00\x00\x00\x01\xff", "no message": "",
	} {
		backend := loopback.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/grpc")
			w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
			_, _ = io.WriteString(w, body)
		}))
		s := serve(t, over(t, connect(t, backend.Listener.Addr().String()), quiet(t)...))
		t.Run(name, func(t *testing.T) {
			send(t, s, http.MethodGet, "/v1/books/7", "").wantError(t, http.StatusBadGateway, failed)
		})
	}
}

func TestConnectionThatThisProcessHasClosed(t *testing.T) {
	conn, _ := shelf{}.dial(t)
	s := serve(t, over(t, conn, quiet(t)...))
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	send(t, s, http.MethodGet, "/v1/books/7", "").wantError(t, http.StatusBadGateway, broken)
}

func TestMessagesThatAreTooLarge(t *testing.T) {
	big := `{"fail":"` + strings.Repeat("x", 2000) + `"}`
	tooLarge := envelope(3, "Request Entity Too Large", none)
	t.Run("for the backend", func(t *testing.T) {
		conn, _ := shelf{}.dial(t, grpc.MaxRecvMsgSize(1000))
		send(t, serve(t, over(t, conn, quiet(t)...)), http.MethodPost, "/v1/books", big).wantError(t, 413, tooLarge)
	})
	t.Run("for the gateway's client to send", func(t *testing.T) {
		conn := limited(t, grpc.MaxCallSendMsgSize(1000))
		send(t, serve(t, over(t, conn, quiet(t)...)), http.MethodPost, "/v1/books", big).wantError(t, 413, tooLarge)
	})
	t.Run("for http.MaxBytesHandler", func(t *testing.T) {
		conn, _ := shelf{}.dial(t)
		h := handled(t, http.MaxBytesHandler(over(t, conn, quiet(t)...), 1000))
		send(t, serve(t, h), http.MethodPost, "/v1/books", big).wantError(t, 413, tooLarge)
	})
	t.Run("as an answer", func(t *testing.T) {
		conn := limited(t, grpc.MaxCallRecvMsgSize(1))
		send(t, serve(t, over(t, conn, quiet(t)...)), http.MethodGet, "/v1/books/7", "").wantError(t, 500, envelope(0, "Unknown server side error occurred", none))
	})
	t.Run("as an answer, for the backend to send", func(t *testing.T) {
		conn, _ := shelf{}.dial(t, grpc.MaxSendMsgSize(1))
		send(t, serve(t, over(t, conn, quiet(t)...)), http.MethodGet, "/v1/books/7", "").wantError(t, 500, envelope(0, "Unknown server side error occurred", none))
	})
}

// TestMessagesOfStreamsThatAreTooLarge: a stream's first message fails where its metadata is not known to be the backend's.
func TestMessagesOfStreamsThatAreTooLarge(t *testing.T) {
	long := "/v1/watch?fail=" + strings.Repeat("x", 2000)
	backend := func(limit grpc.ServerOption) *grpc.ClientConn {
		conn, _ := shelf{}.dial(t, limit)
		return conn
	}
	for name, test := range map[string]struct {
		conn   *grpc.ClientConn
		path   string
		status int
		want   string
	}{
		"for the backend":                   {backend(grpc.MaxRecvMsgSize(1000)), long, 413, envelope(3, "Request Entity Too Large", none)},
		"for the gateway's client to send":  {limited(t, grpc.MaxCallSendMsgSize(1000)), long, 413, envelope(3, "Request Entity Too Large", none)},
		"as bytes":                          {limited(t, grpc.MaxCallRecvMsgSize(5)), "/v1/books/7/pages", 500, envelope(0, "Unknown server side error occurred", none)},
		"as bytes, for the backend":         {backend(grpc.MaxSendMsgSize(5)), "/v1/books/7/pages", 500, envelope(0, "Unknown server side error occurred", none)},
		"as bytes at once, for the backend": {backend(grpc.MaxSendMsgSize(5)), "/v1/books/7/text", 500, envelope(0, "Unknown server side error occurred", none)},
		"as bytes at once":                  {limited(t, grpc.MaxCallRecvMsgSize(5)), "/v1/books/7/text", 500, envelope(0, "Unknown server side error occurred", none)},
	} {
		t.Run(name, func(t *testing.T) {
			send(t, serve(t, over(t, test.conn, quiet(t)...)), http.MethodGet, test.path, "").wantError(t, test.status, test.want)
		})
	}
}

// TestMessagesThatAreTooLargeForConnect: a backend on Connect calls both directions resource_exhausted. With errpact, the
// answer names an entry; without, it has Connect's own words. The answer of a limiter in rest.Gate names an entry, too.
func TestMessagesThatAreTooLargeForConnect(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	for name, mux := range map[string]http.Handler{"alone": over(t, conn, quiet(t)...), "within rest.Handler": handled(t, over(t, conn, quiet(t)...))} {
		s := serve(t, mux)
		for fail, want := range map[string]int{"unsent": 500, "unread": 413, "unsentconnect": 500, "unsentgzip": 500, "unreadconnect": 413, "exhausted": 429, "exhaustedrelayed": 429, "limited": 429} {
			body := map[int]string{
				500: envelope(0, "Unknown server side error occurred", none), 413: envelope(3, "Request Entity Too Large", none),
				429: envelope(0, "only three at a time", none),
			}[want]
			if fail == "limited" {
				body = envelope(0, "Too Many Requests", none)
			}
			for _, path := range []string{"/v1/books/7", "/v1/watch", "/v1/books/7/text"} {
				t.Run(name+"/"+fail+path, func(t *testing.T) {
					send(t, s, http.MethodGet, path+"?fail="+fail, "").wantError(t, want, body)
				})
			}
		}
	}
}

// limited is a connection with a limit of its own.
func limited(t *testing.T, limit grpc.CallOption) *grpc.ClientConn {
	t.Helper()
	whole, _ := shelf{}.dial(t)
	conn, err := grpc.NewClient(whole.Target(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(limit))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// A client interceptor on the connection may have made typed errors of the statuses.
func TestTypedErrorsOfTheConnectionAreRelayed(t *testing.T) {
	plain, _ := shelf{errs: errs(t)}.dial(t)
	typed := func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		err := invoke(ctx, method, req, reply, conn, opts...)
		if err == nil {
			return nil
		}
		return (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(status.Code(err)), Message: "typed", Cause: err, Wire: true})
	}
	conn, err := grpc.NewClient(plain.Target(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithUnaryInterceptor(typed))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	s := serve(t, over(t, conn, quiet(t)...))
	send(t, s, http.MethodGet, "/v1/books/7?fail=expired", "").wantError(t, 401, envelope(8, "Access token has expired", none))
}

// In process the backend is a handler: what it got from others is not its own.
func TestG2BackendInProcess(t *testing.T) {
	upstreams := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 5, Message: canary, Wire: true, Cause: status.Error(codes.NotFound, canary)})
	known := map[string]error{
		"own":                errpactv1err.NotExist.New("No such book").Wrap(errors.New(canary)),
		"plain":              errors.New(canary),
		"upstream":           upstreams,
		"relayed":            sent(errpactv1err.AuthExpired.New("")),
		"own under a status": errors.Join(status.Error(codes.Internal, canary), errpactv1err.NotExist.New("No such book")),
	}
	backend := shelf{errs: known}
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return inProcess(t, backend, o...) }, func(t *testing.T, h http.Handler, _ *reported.Reports) {
		s := serve(t, h)
		for fail, want := range map[string]struct {
			status int
			body   string
		}{
			"own":                {404, envelope(10, "No such book", none)},
			"own+under+a+status": {404, envelope(10, "No such book", none)},
			"plain":              {500, envelope(0, "Unknown server side error occurred", none)},
			"panic":              {500, envelope(0, "Unknown server side error occurred", none)},
			"upstream":           {502, envelope(11, "External service failed", `{"reason":"REJECTED"}`)},
			"relayed":            {401, envelope(6, "Access token has expired", none)},
		} {
			t.Run(fail, func(t *testing.T) {
				send(t, s, http.MethodGet, "/v1/books/7?fail="+fail, "").wantError(t, want.status, want.body)
			})
		}
		send(t, s, http.MethodGet, "/v1/watch", "").wantError(t, 501, envelope(2, "streaming calls are not yet supported in the in-process transport", none))
	})
}

func TestG3CallersEndIsReportedAsSuch(t *testing.T) {
	conn, _ := shelf{}.dial(t)
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, r *reported.Reports) {
		send(t, serve(t, h), http.MethodGet, "/v1/books/7?fail=hang", "", "Grpc-Timeout", "30m").wantError(t, 504, envelope(0, "Gateway Timeout", none))
		if report := r.One(t); !report.CallerGone {
			t.Errorf("report = %+v: want CallerGone", report)
		}
	})
}

func TestG3CallerWhoLeaves(t *testing.T) {
	entered := make(chan struct{}, 1)
	conn, _ := shelf{entered: entered}.dial(t)
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, r *reported.Reports) {
		done := make(chan struct{})
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(done)
			h.ServeHTTP(w, r)
		}))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/v1/books/7?fail=hang", nil)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			<-entered
			cancel()
		}()
		if res, err := s.Client().Do(req); err == nil {
			res.Body.Close()
			t.Errorf("an answer came: %d", res.StatusCode)
		}
		<-done
		if report := r.One(t); !report.CallerGone || report.Sent.HTTPStatus() != 499 {
			t.Errorf("report = %+v: want CallerGone, and 499", report)
		}
	})
}
