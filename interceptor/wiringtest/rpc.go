// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiringtest

import (
	"strings"

	"github.com/errpact/errpact/interceptor/transport"
)

const (
	// unknownService and unknownMethod are in no proto.
	unknownService = "errpact.wiringtest.v1.NoService"
	unknownMethod  = "ErrpactWiringtestNoMethod"
)

// checkRPC calls the methods of all services.
func (c *check) checkRPC() {
	everywhere := c.callUnknown(unknownService)
	if !c.checkAround("every path", everywhere, nil) {
		return
	}
	all, served := linkedServices(c.withoutServices), false
	for _, s := range all {
		served = c.checkService(s, everywhere) || served
	}
	if !served {
		c.find("no service", "the handler serves none of the %d services that are linked into the test: import the package of the service, give Check "+
			"wiringtest.WithPrefix for the path that the service is under, or wiringtest.WithoutRPC() if there are no RPCs", len(all))
	}
}

// callUnknown calls a method that a service does not have, in each variant. No interceptor runs for such a call, so
// that an error comes of what is around the service.
func (c *check) callUnknown(service string) (answers []answer) {
	for _, v := range c.variants {
		answers = append(answers, c.rpc(c.prefix+"/"+service+"/"+unknownMethod, v.change))
	}
	return answers
}

// checkAround looks at what is around a service and refuses its calls, unless that refuses them everywhere and was
// looked at before. It reports whether the first variant gets past it.
func (c *check) checkAround(where string, unknown, everywhere []answer) (admitted bool) {
	for i, a := range unknown {
		if a.isRefusedOutside() && (everywhere == nil || !everywhere[i].isRefusedOutside()) {
			c.findRefusal(where, i, a)
		}
	}
	return !unknown[0].isRefusedOutside()
}

// findRefusal says what is wrong with a refusal by a middleware. One by rest.Error is right, but hides what is inside.
func (c *check) findRefusal(where string, variant int, a answer) {
	switch name := c.variants[variant].name; {
	case a.has(transport.PartError) && variant == 0:
		c.find("refused "+where, "a middleware refuses %s %s by rest.Error, so that nothing inside of it can be seen: give Check "+
			"wiringtest.WithCredential(func(r *http.Request) { … }) with a credential that it lets in", where, name)
	case a.has(transport.PartError):
	case c.withoutREST || a.has(transport.PartHandler):
		c.find("refused "+where, "a middleware answers %s %s by itself, %s: write authn.NewMiddleware(rest.Auth(f)) for authn, "+
			"or rest.Gate(middleware)(mux) for any other", where, name, a)
	default:
		c.find("refused "+where, "a middleware outside of rest.Handler answers %s %s by itself, %s: write rest.Handler(middleware(mux)), "+
			"and in it authn.NewMiddleware(rest.Auth(f)) for authn, or rest.Gate(middleware)(mux) for any other", where, name, a)
	}
}

// checkService calls all methods of a service, and reports whether the handler serves any of them.
func (c *check) checkService(s service, everywhere []answer) (served bool) {
	unknown := c.callUnknown(s.name)
	if !c.checkAround(c.prefix+"/"+s.name+"/", unknown, everywhere) {
		return true
	}
	for _, method := range s.methods {
		path := c.prefix + s.path(method)
		switch a := c.rpc(path, c.variants[0].change); {
		case a.has(transport.PartServer):
			served = true
			c.lookAtChain(s, path, a)
			c.callOthers(s, path, unknown)
		case a.has(transport.PartError):
			served = true
			c.findRefusal(path, 0, a)
		case strings.Contains(a.message, "http.Flusher"):
			served = true
			c.find("unflushed", "a middleware hides http.Flusher from %s, so that every stream fails: write Flush for its http.ResponseWriter, "+
				"or, in place of http.TimeoutHandler, a deadline of the request's context", path)
		case !isUnknown(a, unknown[0], method):
			c.find("uninstalled "+s.name, "%s is answered %s, and errpact's interceptor does not see it: write %s, before all that can refuse",
				path, a, c.installs())
			return true // the other methods would run, too
		}
	}
	return served
}

// lookAtChain looks at a call that has come to the interceptor.
func (c *check) lookAtChain(s service, path string, a answer) {
	c.look(path, a)
	c.cover(path, a)
	if all := a.all(transport.PartServer); len(all) > 1 {
		c.find("two interceptors "+s.name, "%s passes %s twice: leave one of them, and remove the other from the interceptors of its handler",
			path, all[0].Name)
	}
}

// callOthers makes the call in the other variants.
func (c *check) callOthers(s service, path string, unknown []answer) {
	for i := 1; i < len(c.variants); i++ {
		a := c.rpc(path, c.variants[i].change)
		if !a.has(transport.PartServer) && !a.has(transport.PartError) && !unknown[i].isRefusedOutside() {
			c.find("outside "+s.name, "%s %s is answered %s by an interceptor outside of errpact's: write %s, before all that can refuse",
				path, c.variants[i].name, a, c.installs())
		}
	}
}

// isUnknown reports whether a method is answered as one that nobody has.
func isUnknown(a, unknown answer, method string) bool {
	text := func(a answer) string {
		return strings.ReplaceAll(strings.ReplaceAll(a.message, unknownMethod, ""), method, "")
	}
	return a.status == unknown.status && a.code == unknown.code && text(a) == text(unknown) && a.failed == nil
}

// installs returns how to install the interceptor, as the program does it elsewhere if it does.
func (c *check) installs() string {
	lines := map[string]string{
		"interceptor.New":                "connect.WithInterceptors(interceptor.New(" + c.withPolicy("interceptor.WithPolicy(policy)") + "), …)",
		"connectv2.NewServerInterceptor": "connect.NewServer(connectv2.NewServerInterceptor(" + c.withPolicy("connectv2.WithPolicy(policy)") + "), …)",
		"grpcgo.New":                     "grpc.NewServer(grpcgo.New(" + c.withPolicy("grpcgo.WithPolicy(policy)") + ").ServerOptions()...)",
	}
	for _, p := range c.parts {
		if line, ok := lines[p.Name]; ok {
			return line
		}
	}
	return lines["interceptor.New"] + ", " + lines["connectv2.NewServerInterceptor"] + " or " + lines["grpcgo.New"]
}
