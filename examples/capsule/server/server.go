// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package server is capsule's API: Connect, gRPC, gRPC-Web and REST, with one kind of error.
package server

import (
	"net/http"
	"slices"
	"strings"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/errpact/errpact/examples/capsule/accesslog"
	"github.com/errpact/errpact/examples/capsule/container"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// New returns the handler of the whole API.
func New(config Config) (http.Handler, error) {
	report, observers, err := observe(config.Meters, config.Traces)
	if err != nil {
		return nil, err
	}
	// What becomes of an error is decided once, here, for all wires.
	policy, err := mapping.NewPolicy(
		mapping.WithReport(recordErrors(report)),
		mapping.WithDeclared(mapping.Observe),
		mapping.WithRules(store.Rules()...),
		mapping.WithCredential(hasAccessToken),
		mapping.WithHelp(errorLink(config.URL)),
	)
	if err != nil {
		return nil, err
	}
	config = config.withDefaults()
	routes, err := newRoutes(config, append(observers,
		accesslog.Interceptor(),
		timeouts{config.CallTimeout, config.StreamTimeout},
		interceptor.New(interceptor.WithPolicy(policy)),
	)...)
	if err != nil {
		return nil, err
	}
	// Outside all that answers, so that it also sees what fails before and after the interceptors: an
	// unknown path, a body that does not decode, a response that does not encode. RPC callers pass
	// through.
	pages, err := withPages(routes)
	if err != nil {
		return nil, err
	}
	// REST's JSON has the names of the proto, and so have the fields that an error names.
	envelope := rest.Handler(pages, rest.WithPolicy(policy), rest.WithChallenge(challenge), rest.WithProtoNames())
	// Outermost is what observes.
	return accesslog.Handler(envelope), nil
}

// newRoutes returns RPC and REST on one handler. The outer interceptors surround the service's own.
func newRoutes(config Config, outer ...connect.Interceptor) (http.Handler, error) {
	config = config.withDefaults()
	// The order matters: what observes is outside errpact's interceptor, and sees the final error; what
	// can fail is inside, and its errors are turned into what a caller may see.
	interceptors := append(slices.Clip(outer), &auth{store: config.Store, now: config.Now})
	if config.Chaos {
		interceptors = append(interceptors, chaos{})
	}
	limit := connect.WithReadMaxBytes(maxMessageBytes)
	path, rpc := capsulev1connect.NewFolderServiceHandler(
		&folderService{config},
		connect.WithInterceptors(interceptors...),
		limit,
	)
	// Vanguard hands REST calls to the same handler, as the HTTP annotations of the proto say.
	transcoder, err := vanguard.NewTranscoder(
		[]*vanguard.Service{vanguard.NewService(path, rpc,
			vanguard.WithTargetCodecs(vanguard.CodecProto),
			vanguard.WithMaxMessageBufferBytes(uint32(maxMessageBytes)),
		)},
		vanguard.WithCodec(restJSON),
	)
	if err != nil {
		return nil, err
	}
	// RPC callers get Connect's own handlers. Vanguard would do as well, but that it takes a Connect
	// call without the Connect-Protocol-Version header for REST: curl's, mostly.
	routes := append(
		operatorRoutes(config, connect.WithInterceptors(outer...), limit),
		newRoute(path, longStreams(rpc, config.StreamTimeout)),
	)
	return forBrowsers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, route := range routes {
			if strings.HasPrefix(r.URL.Path, route.prefix) {
				route.handler.ServeHTTP(w, r)
				return
			}
		}
		transcoder.ServeHTTP(w, r)
	}), config.Origins), nil
}

// route is a service and its path, as generated code returns them.
type route struct {
	prefix  string
	handler http.Handler
}

func newRoute(prefix string, handler http.Handler) route { return route{prefix, handler} }

// maxMessageBytes is the largest request: a container, and what a message has around it.
var maxMessageBytes = container.DefaultLimits.Bytes + 64<<10

// restJSON is the JSON of REST callers. Vanguard's own ignores fields that it does not know; a
// misspelt name would then be answered as if it had not been sent.
func restJSON(types vanguard.TypeResolver) vanguard.Codec {
	return &vanguard.JSONCodec{
		MarshalOptions:   protojson.MarshalOptions{Resolver: types, UseProtoNames: true, EmitDefaultValues: true},
		UnmarshalOptions: protojson.UnmarshalOptions{Resolver: types},
	}
}
