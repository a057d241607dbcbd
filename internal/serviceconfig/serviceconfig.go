// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package serviceconfig writes the retry policies of gRPC clients from the errors that methods declare.
package serviceconfig

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping/catalogue"
)

// Config is a service config, as all gRPC clients read it.
// https://github.com/grpc/grpc-proto/blob/master/grpc/service_config/service_config.proto
type Config struct {
	MethodConfig    []*Method  `json:"methodConfig"`
	RetryThrottling Throttling `json:"retryThrottling"`
}

// Method is the policy of methods with the same codes.
type Method struct {
	Name        []Name `json:"name"`
	RetryPolicy Policy `json:"retryPolicy"`
}

// Name is the name of a method.
type Name struct {
	Service string `json:"service"`
	Method  string `json:"method"`
}

// Policy says which errors are tried again, and how soon.
type Policy struct {
	MaxAttempts          int      `json:"maxAttempts"`
	InitialBackoff       string   `json:"initialBackoff"`
	MaxBackoff           string   `json:"maxBackoff"`
	BackoffMultiplier    float64  `json:"backoffMultiplier"`
	RetryableStatusCodes []string `json:"retryableStatusCodes"`
}

// Throttling stops retries while most calls fail.
type Throttling struct {
	MaxTokens  int     `json:"maxTokens"`
	TokenRatio float64 `json:"tokenRatio"`
}

// New returns the config for the methods. The order of the methods decides that of the policies. A method that must
// not be repeated has none, and neither has a stream.
func New(methods []protoreflect.MethodDescriptor, catalogues []*catalogue.Catalogue) (*Config, error) {
	config := &Config{MethodConfig: []*Method{}, RetryThrottling: Throttling{MaxTokens: 10, TokenRatio: 0.1}}
	byCodes := make(map[string]*Method)
	for _, method := range methods {
		if method.IsStreamingClient() || method.IsStreamingServer() {
			continue
		}
		codes, err := retryable(method, catalogues)
		if err != nil {
			return nil, err
		}
		if len(codes) == 0 {
			continue
		}
		key := strings.Join(codes, " ")
		if byCodes[key] == nil {
			byCodes[key] = &Method{RetryPolicy: Policy{
				MaxAttempts: 4, InitialBackoff: "0.1s", MaxBackoff: "10s", BackoffMultiplier: 2, RetryableStatusCodes: codes,
			}}
			config.MethodConfig = append(config.MethodConfig, byCodes[key])
		}
		byCodes[key].Name = append(byCodes[key].Name, Name{string(method.Parent().FullName()), string(method.Name())})
	}
	return config, nil
}

// Write writes the config as JSON.
func (c *Config) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(c)
}

// An answer is what errors of one Connect code mean for another try.
type answer struct{ retryable, always bool }

// retryable returns the codes after which a method may be called again. A client that knows the code alone cannot tell
// an error that promises that no work was begun from one with the same code that does not, or that gRPC itself made.
func retryable(method protoreflect.MethodDescriptor, catalogues []*catalogue.Catalogue) ([]string, error) {
	answers, err := declared(method, catalogues)
	if err != nil {
		return nil, err
	}
	idempotent := isIdempotent(method)
	if idempotent {
		answers[connectcode.Unavailable] = answer{retryable: true} // whoever could not be reached says so
	}
	var codes []uint32
	for code, a := range answers {
		if idempotent && a.retryable || a.always && !slices.Contains(ofGRPC, code) {
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, cmp.Compare)
	var names []string
	for _, code := range codes {
		names = append(names, nameOf(code))
	}
	return names, nil
}

// ofGRPC are the codes that libraries of gRPC make by themselves.
// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
var ofGRPC = []uint32{
	connectcode.Canceled, connectcode.Unknown, connectcode.DeadlineExceeded, connectcode.PermissionDenied, connectcode.ResourceExhausted,
	connectcode.Unimplemented, connectcode.Internal, connectcode.Unavailable, connectcode.Unauthenticated,
}

// declared returns the codes of the errors that a method declares. An entry without a reason stands for its reasons.
func declared(method protoreflect.MethodDescriptor, catalogues []*catalogue.Catalogue) (map[uint32]answer, error) {
	declaration, err := catalogue.Declare(method, catalogues)
	if err != nil {
		return nil, err
	}
	answers := make(map[uint32]answer)
	add := func(stated catalogue.Retry, hasDelay bool, code uint32) {
		retry := catalogue.RetryFor(stated, hasDelay, code)
		a, known := answers[code]
		a.retryable = a.retryable || retry != catalogue.RetryNever
		a.always = retry == catalogue.RetryAlways && (a.always || !known)
		answers[code] = a
	}
	for _, d := range declaration.Errors {
		reasons := []*catalogue.Reason{d.Reason}
		if d.Reason == nil {
			add(d.Entry.Retry, d.Entry.RetryDelay != nil, d.Entry.ConnectCode)
			reasons = d.Entry.Reasons
		}
		for _, r := range reasons {
			add(r.Retry, r.RetryDelay != nil, r.ConnectCode)
		}
	}
	return answers, nil
}

func isIdempotent(method protoreflect.MethodDescriptor) bool {
	options, ok := method.Options().(*descriptorpb.MethodOptions)
	return ok && options.GetIdempotencyLevel() != descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN
}

// nameOf returns the name that gRPC has for a code.
func nameOf(code uint32) string {
	if code == connectcode.Canceled {
		return "CANCELLED"
	}
	return strings.ToUpper(connectcode.Name(code))
}
