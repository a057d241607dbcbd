// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

const requestIDHeader = "X-Request-Id"

// operators tests what operators are told, and that they are told what the caller got.
func (s Stack) operators(t *testing.T) {
	t.Run("an answer of 500 and up has the id of its report", s.idOfReport)
	t.Run("the report has what was sent", s.sentIsReported)
	t.Run("messages as written", s.messagesAsWritten)
	t.Run("two interceptors report once, and say so once", s.twoReportOnce)
	t.Run("an id that is believed", s.believedID)
}

// carried returns the values under a key in canonical form, wherever the protocol has an error's metadata.
func (w Way) carried(a rawAnswer, key string) []string {
	values := slices.Concat(a.header[key], a.trailer[key])
	switch {
	case w.Protocol == GRPCWeb:
		for line := range strings.SplitSeq(string(a.body), "\r\n") {
			// The first line follows the prefix of a frame.
			if at := strings.Index(line, strings.ToLower(key)+": "); at >= 0 {
				values = append(values, line[at+len(key)+2:])
			}
		}
	case w.Protocol == Connect:
		_, end, _ := strings.Cut(string(a.body), `{"error":`)
		var trailer struct {
			Metadata http.Header `json:"metadata"`
		}
		if json.Unmarshal([]byte(`{"error":`+end), &trailer) == nil {
			values = append(values, trailer.Metadata[key]...)
		}
	}
	return values
}

// faults are failures of HTTP 500 and up, whoever made them.
func (s Stack) faults() []func() error {
	fails := []func() error{
		give(errPlain), func() error { panic(canary) }, give(errpactv1err.Database), give(errpactv1err.Unknown.New("words")),
		give(errpactv1err.DatabaseTemporarilyUnavailable.WithMetadata("k", "v")), give(errpactv1err.NotRealized),
		give(s.Received(13, "words")), give(context.Canceled), give(context.DeadlineExceeded),
	}
	for _, l := range s.locals() {
		for _, code := range []connect.Code{
			connect.CodeUnknown, connect.CodeInternal, connect.CodeDataLoss, connect.CodeUnavailable, connect.CodeUnimplemented, connect.CodeDeadlineExceeded,
		} {
			own, err := anypb.New(&errdetails.RequestInfo{RequestId: "of-handler"})
			if err != nil {
				panic(err)
			}
			fails = append(fails, give(l.make(code, ownWords, nil)), give(l.make(code, "", nil)), give(l.make(code, ownWords, []*anypb.Any{own})))
		}
	}
	return fails
}

func (s Stack) idOfReport(t *testing.T) {
	fails := s.faults()
	for _, asWritten := range []bool{false, true} {
		seen := new(reported.Reports)
		options := []mapping.Option{mapping.WithReport(seen.Add)}
		if asWritten {
			options = append(options, mapping.WithConnectMessages())
		}
		server := s.serve(t, failing(fails...), options...)
		twice := s.Serve(t, Service{Answer: failing(fails...), Options: options, Twice: true})
		t.Run("as written: "+strconv.FormatBool(asWritten), func(t *testing.T) {
			s.everyWay(t, func(t *testing.T, w Way, procedure string) {
				client := w.Dial(t, server, Calling{})
				for i := range halfOf(w, len(fails)) {
					native, _ := s.Native(Call(t.Context(), client, procedure, caseOf(i)))
					s.checkID(t, i, asWritten, idsIn(native.Details), seen.Take())
					if w.Protocol == "" || procedure == BidiStream {
						continue
					}
					raw := w.post(t, server, procedure, caseOf(i), w.request(procedure))
					s.checkIDHeader(t, i, asWritten, w.carried(raw, requestIDHeader), seen.Take())
					again := w.post(t, twice, procedure, caseOf(i), w.request(procedure))
					if all := seen.Take(); asWritten && !slices.ContainsFunc(all, func(r mapping.Report) bool {
						return slices.Contains(w.carried(again, requestIDHeader), r.RequestID) && r.RequestID == all[0].RequestID
					}) {
						t.Errorf("case %d, translated twice: the caller has %v, the first report is %q", i, w.carried(again, requestIDHeader), all[0].RequestID)
					}
				}
			})
		})
	}
}

// idsIn returns the ids of requests among details.
func idsIn(details []*anypb.Any) (ids []string) {
	for _, d := range details {
		var info errdetails.RequestInfo
		if d.MessageName() == "google.rpc.RequestInfo" && proto.Unmarshal(d.GetValue(), &info) == nil {
			ids = append(ids, info.GetRequestId())
		}
	}
	return ids
}

func (s Stack) checkID(t *testing.T, i int, asWritten bool, ids []string, all []mapping.Report) {
	t.Helper()
	if len(all) != 1 || all[0].RequestID == "" || all[0].Sent.HTTPStatus() < 500 {
		t.Errorf("case %d: reports %+v", i, all)
		return
	}
	own := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id != all[0].RequestID })
	if asWritten && len(own) > 0 || !asWritten && (len(ids) != 1 || len(own) != 1) {
		t.Errorf("case %d: the details have the ids %v, the report %q", i, ids, all[0].RequestID)
	}
}

func (s Stack) checkIDHeader(t *testing.T, i int, asWritten bool, ids []string, all []mapping.Report) {
	t.Helper()
	if len(all) != 1 || asWritten != slices.Equal(ids, []string{all[0].RequestID}) || !asWritten && len(ids) > 0 {
		t.Errorf("case %d: the metadata has the ids %v, the reports are %+v", i, ids, all)
	}
}

// sentIsReported compares every report with what a caller without errpact received.
func (s Stack) sentIsReported(t *testing.T) {
	details := []*anypb.Any{
		pack(t, &errdetails.DebugInfo{Detail: canary}), pack(t, wrapperspb.String("first")), pack(t, &errdetails.QuotaFailure{}),
		pack(t, &errdetails.ErrorInfo{Reason: "OWN", Metadata: map[string]string{"own": "yes"}}), {TypeUrl: "elsewhere.example/no.such.Type", Value: []byte{0xff, 1}},
	}
	errs := []error{
		errPlain, errpactv1err.NotExist, errpactv1err.Database.New("words").WithMetadata("own", "yes"), s.Received(5, canary),
		errpactv1err.NotExist.WithMetadata("own", "yes").WithPayload(strings.Repeat("p", 5000)).WithField("f", strings.Repeat("d", 5000)).WithDetail(wrapperspb.String(strings.Repeat("d", 5000))),
	}
	for _, l := range s.locals() {
		for _, c := range localCodes {
			if err := l.make(c.made, ownWords, details); err != nil { // grpc-go's of code 0 is a success
				errs = append(errs, err)
			}
		}
		errs = append(errs, l.make(connect.CodeNotFound, strings.TrimRight(strings.Repeat("words ", 500), " "), details))
		for _, over := range s.overBudget(t) {
			errs = append(errs, l.make(connect.CodeNotFound, "gone", over), l.make(connect.CodeInternal, ownWords, over), l.make(connect.CodeInvalidArgument, ownWords, over))
		}
	}
	for name, options := range map[string][]mapping.Option{"replaced": nil, "as written": {mapping.WithConnectMessages()}} {
		seen := new(reported.Reports)
		server := s.serve(t, returning(errs...), append(options, mapping.WithReport(seen.Add))...)
		t.Run(name, func(t *testing.T) {
			s.everyWay(t, func(t *testing.T, w Way, procedure string) {
				client := w.Dial(t, server, Calling{Side: Plain})
				for i := range halfOf(w, len(errs)) {
					native, _ := s.Native(Call(t.Context(), client, procedure, caseOf(i)))
					all := seen.Take()
					if len(all) != 1 {
						t.Errorf("case %d: %d reports", i, len(all))
						continue
					}
					s.checkSent(t, i, native, all[0].Sent)
				}
			})
		})
	}
}

// overBudget returns details of which some do not go out, or none.
func (s Stack) overBudget(t *testing.T) [][]*anypb.Any {
	large := strings.Repeat("v", 4000)
	info := pack(t, &errdetails.ErrorInfo{Reason: "OWN", Domain: "own.example", Metadata: map[string]string{"own": "yes", "k": large}})
	bad := pack(t, &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "f", Description: large}}})
	retry := pack(t, &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)})
	return [][]*anypb.Any{
		{info}, {bad}, {info, retry}, {retry, pack(t, wrapperspb.String(large))}, {retry}, {bad, info}, {pack(t, wrapperspb.String(large))},
	}
}

func (s Stack) checkSent(t *testing.T, i int, native Native, sent *mapping.Error) {
	t.Helper()
	if uint32(sent.ConnectCode()) != native.Code || sent.Message() != native.Message {
		t.Errorf("case %d: reported %d: %q, the caller got %d: %q", i, sent.ConnectCode(), sent.Message(), native.Code, native.Message)
	}
	has := make(map[string]bool)
	for _, d := range native.Details {
		has[string(d.MessageName())] = true
	}
	_, text := mapping.Detail[*wrapperspb.StringValue](sent)
	_, quota := mapping.Detail[*errdetails.QuotaFailure](sent)
	_, debug := mapping.Detail[*errdetails.DebugInfo](sent)
	if text != has["google.protobuf.StringValue"] || quota != has["google.rpc.QuotaFailure"] || debug {
		t.Errorf("case %d: reported details %v, the caller got %v", i, sent.Details(), has)
	}
	info, _ := mapping.Detail[*errdetails.ErrorInfo](sent)
	var got errdetails.ErrorInfo
	for _, d := range native.Details {
		if d.MessageName() == "google.rpc.ErrorInfo" {
			_ = proto.Unmarshal(d.GetValue(), &got)
		}
	}
	if (info.GetMetadata()["own"] == "yes") != (got.GetMetadata()["own"] == "yes") || (len(sent.Fields()) > 0) != has["google.rpc.BadRequest"] {
		t.Errorf("case %d: reported metadata %v and fields %v, the caller got %v", i, info, sent.Fields(), &got)
	}
	if delay, ok := sent.RetryDelay(); ok != has["google.rpc.RetryInfo"] || len(sent.Metadata()) != len(got.GetMetadata()) {
		t.Errorf("case %d: reported metadata of %d and the delay %v, the caller got %d and %v", i, len(sent.Metadata()), delay, len(got.GetMetadata()), has)
	}
}

// messagesAsWritten: whole in a body, and as much as passes elsewhere.
func (s Stack) messagesAsWritten(t *testing.T) {
	texts := []string{
		strings.TrimRight(strings.Repeat("words ", 100), " "), strings.TrimRight(strings.Repeat("words ", 500), " "), strings.Repeat("w", 6144), strings.Repeat("w", 6145), strings.Repeat("é", 1023),
		strings.Repeat("é", 1024), strings.Repeat("é", 20_000), strings.Repeat("a\tb\n", 1000), strings.Repeat("100%", 3000), "short", noise(100_000),
	}
	var errs []error
	for _, text := range texts {
		errs = append(errs, s.Local(5, text), s.Local(13, text), s.Local(13, text, pack(t, wrapperspb.String("detail"))))
	}
	const room, id = 6 << 10, len("X-Request-Id: \r\n") + 32
	seen := new(reported.Reports)
	server := s.serve(t, returning(errs...), mapping.WithConnectMessages(), mapping.WithReport(seen.Add))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{Side: Plain})
		for i := range errs {
			text, left := texts[i/3], room-id*min(i%3, 1)
			native, _ := s.Native(Call(t.Context(), client, procedure, caseOf(i)))
			if all := seen.Take(); len(all) != 1 || all[0].Sent.Message() != native.Message {
				t.Errorf("case %d: reports %.200v, sent %.80q", i, all, native.Message)
			}
			switch whole := native.Message == text; {
			case w.Protocol == Connect && procedure == Unary:
				if !whole || len(native.Details) != i%3/2 {
					t.Errorf("case %d: %d bytes of %d arrived, with %d details", i, len(native.Message), len(text), len(native.Details))
				}
			case len(native.Details) > 0:
				if !whole || native.size() > left {
					t.Errorf("case %d: with its detail it has %d bytes, the message %d of %d", i, native.size(), len(native.Message), len(text))
				}
			case whole != (percentSize(text) <= left), !strings.HasPrefix(text, native.Message), percentSize(native.Message) > left, !whole && percentSize(native.Message) < left-16:
				t.Errorf("case %d: %d bytes of %d travel, %d may", i, percentSize(native.Message), percentSize(text), left)
			}
		}
	})
}

func (s Stack) believedID(t *testing.T) {
	seen := new(reported.Reports)
	believed := mapping.WithRequestID(func(h http.Header) string {
		if h.Get("Edge-Panics") != "" {
			panic(canary)
		}
		return h.Get("X-Edge-Id")
	})
	server := s.serve(t, always(errPlain), believed, mapping.WithReport(seen.Add))
	for name, c := range map[string]struct {
		header http.Header
		want   string // empty is one made up
	}{
		"the edge's":          {http.Header{"X-Edge-Id": {"edge-1"}}, "edge-1"},
		"both":                {http.Header{"X-Edge-Id": {"edge-2"}, requestIDHeader: {"callers"}}, "edge-2"},
		"the caller's alone":  {http.Header{requestIDHeader: {"callers"}}, ""},
		"a trace":             {http.Header{"Traceparent": {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}, ""},
		"none":                {nil, ""},
		"spaces":              {http.Header{"X-Edge-Id": {"a b"}}, ""},
		"a quote":             {http.Header{"X-Edge-Id": {`a"b`}}, ""},
		"too long":            {http.Header{"X-Edge-Id": {strings.Repeat("x", 129)}}, ""},
		"as long as may be":   {http.Header{"X-Edge-Id": {strings.Repeat("x", 128)}}, strings.Repeat("x", 128)},
		"all characters":      {http.Header{"X-Edge-Id": {"aZ0._:/+=@-"}}, "aZ0._:/+=@-"},
		"a panic":             {http.Header{"Edge-Panics": {"yes"}, requestIDHeader: {"callers"}}, ""},
		"percents":            {http.Header{"X-Edge-Id": {url.QueryEscape("ü")}}, ""},
		"one that is a trace": {http.Header{"X-Edge-Id": {"4bf92f3577b34da6a3ce929d0e0e4736"}}, "4bf92f3577b34da6a3ce929d0e0e4736"},
	} {
		t.Run(name, func(t *testing.T) {
			s.everyWay(t, func(t *testing.T, w Way, procedure string) {
				err := Call(t.Context(), w.Dial(t, server, Calling{}), procedure, c.header)
				found, _ := mapping.From(err)
				all := seen.Take()
				if len(all) != 1 || all[0].RequestID != found.RequestID() || found.RequestID() == "" {
					t.Errorf("the caller has the id %q, reports are %+v", found.RequestID(), all)
				} else if id := found.RequestID(); c.want != "" && id != c.want || c.want == "" && (len(id) != 32 || slices.Contains(flat(c.header), id)) {
					t.Errorf("the id is %q, want %q", id, c.want)
				}
			})
		})
	}
}

// flat returns all values of a header.
func flat(h http.Header) (values []string) {
	for _, v := range h {
		values = append(values, v...)
	}
	return values
}
