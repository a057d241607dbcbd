// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net/http"

	"github.com/errpact/errpact/mapping"
)

// config is immutable once a handler has it.
type config struct {
	policy    *mapping.Policy
	challenge string
	skip      func(*http.Request) bool
	trusted   bool
	watchRPCs bool
	detailID  bool
	guidance  bool
	// protoNames says that the JSON of the API has the names of the .proto.
	protoNames bool
}

// envelope says how an answer's envelope is written.
func (c *config) envelope(acceptLanguage []string, requestID string) mapping.EnvelopeOptions {
	o := mapping.EnvelopeOptions{AcceptLanguage: acceptLanguage, ProtoNames: c.protoNames, Guidance: c.guidance}
	if c.detailID {
		o.RequestID = requestID
	}
	return o
}

// defaults serve without any option.
var defaults = config{challenge: `Bearer realm="api"`}

func newConfig(opts []Option) *config {
	c := new(config)
	*c = defaults
	for _, o := range opts {
		if o != nil {
			o.apply(c)
		}
	}
	return c
}

// configKey is the context key under which a request has the config of its Handler.
type configKey struct{}

// configOf returns the config of the Handler around a request; the default one without a Handler.
func configOf(ctx context.Context) *config {
	if c := knownConfig(ctx); c != nil {
		return c
	}
	return &defaults
}

// knownConfig finds the config in the context, or by the server whose own handler is the Handler; else it
// returns nil.
func knownConfig(ctx context.Context) *config {
	if c, ok := ctx.Value(configKey{}).(*config); ok {
		return c
	}
	if server, ok := ctx.Value(http.ServerContextKey).(*http.Server); ok {
		if h, ok := server.Handler.(*handler); ok {
			return h.config
		}
	}
	return nil
}

// introduce puts the config into the context of an RPC, or of a request that is skipped, in place, since its handler gets
// the request that the server made. It costs nothing where the server leads to the config, and leaves a request alone that has no
// server.
func (c *config) introduce(r *http.Request) {
	ctx := r.Context()
	if _, served := ctx.Value(http.ServerContextKey).(*http.Server); served && knownConfig(ctx) == nil {
		*r = *r.WithContext(context.WithValue(ctx, configKey{}, c))
	}
}
