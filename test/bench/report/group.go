// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

// A group is a table, with what it measures.
type group struct {
	// name is the benchmark's, and page the file that has the table.
	name, page  string
	Title, Note string
	Figure      *figure
	Rows        []*row
}

// A chapter is a page of docs/bench that has several groups.
type chapter struct {
	File, Title string
	Groups      []group
}

var chapters = []chapter{
	{File: "server.md", Title: "Servers"},
	{File: "client.md", Title: "Clients"},
	{File: "rest.md", Title: "REST callers"},
	{File: "load.md", Title: "Many callers at once"},
	{File: "growth.md", Title: "Growth"},
}

// groups are in the order of the pages.
var groups = []group{
	{name: "Translate", page: "server.md", Title: "A handler's error becomes the transport's", Note: `From the handler's return to the error that Connect, or grpc-go, is given. The bounds apply to Connect v1.
A policy reports, helps, or does both: by hand a report is a function called with the same facts, and help is a
google.rpc.Help with the same link. hand-reused makes its details once.`},
	{name: "Answer", page: "server.md", Title: "A whole error answer", Note: `Handler.ServeHTTP, from the request's bytes to the answer's, without a network, under each policy.`},
	{name: "Success", page: "server.md", Title: "Successful calls: the interceptor", Note: `Handler.ServeHTTP; a stream has 100 messages. The hand-written row has no interceptor.`},
	{name: "Middleware", page: "server.md", Title: "Successful calls: rest.Handler", Note: `A handler that writes four bytes. The hand-written row has no middleware.`},
	{name: "Decode", page: "client.md", Title: "A client's error becomes typed", Note: `From what Connect, or grpc-go, received. errpact decodes metadata when asked; errpact-read asks. hand-own reads
the number only. The foreign error names a catalogue that the client does not have. The bounds apply to Connect v1.`},
	{name: "Node", page: "client.md", Title: "A client's error becomes typed: TypeScript in Node", Note: `From a ConnectError of connect-es with five details. By hand, four calls of findDetails find what errpact reads, by
their generated types. These rows need Node and the modules that ` + "`make es`" + ` installs. [The
script](../../es/bench/decode.mjs) takes many turns in each process, and its ratio is the median of theirs.`},
	{name: "Call", page: "client.md", Title: "A whole call that fails", Note: `Over loopback, with one caller. All rows call the same server, which runs without errpact. kratos and gax call
with grpc-go.`},
	{name: "REST", page: "rest.md", Title: "A REST caller's error: net/http", Note: `The request brings an id, or errpact makes one up; the hand-written row never does. By hand a handler marshals a
struct and sets the headers that errpact sets. errpact is rest.Error alone; errpact-mounted is rest.Error within
rest.Handler, as servers run it. kratos is its error encoder, and grpc-gateway serves its routes in process; both set
headers of their own. hand-bytes writes a body that was made beforehand.`},
	{name: "Transcoded", page: "rest.md", Title: "A REST caller's error: vanguard", Note: `Handler.ServeHTTP, without a network. The hand-written row is vanguard alone, with a hand-written Connect error.
The method has no side effects, so vanguard turns a GET into Connect's GET with the message in the URL; both rows pay
for that.`},
	{name: "EndToEnd", page: "load.md", Title: "64 callers at once", Note: `Over loopback, with server and client in one process, both by hand or both with errpact. The time is the wall
clock's for one call. REST is vanguard or a plain handler, with and without errpact.`},
	{name: "Catalogue", page: "growth.md", Title: "Entries of a catalogue", Note: `The last entry of a catalogue beside the built-in one. The time should stay flat.`, Figure: catalogueFigure},
	{name: "Details", page: "growth.md", Title: "Details of an error", Note: `Details of the handler's own, each of another generated type. The time should grow linearly.`, Figure: detailsFigure},
	{name: "Chain", page: "growth.md", Title: "Wraps around an error", Note: `fmt.Errorf with %w. The time should grow linearly. By hand the error is found with one errors.As. errpact's search
ends after 4,096 errors.`, Figure: chainFigure},
	{name: "Concurrency", page: "growth.md", Title: "Goroutines", Note: `The translation, by so many goroutines at once. The table has the wall clock's time for one error, and the figure
a core's, which should stay flat.`, Figure: concurrencyFigure},
}

// groupsOf are those of which there are rows.
func groupsOf(rows []*row) []group {
	var all []group
	for _, g := range groups {
		for _, r := range rows {
			if r.Group == g.name {
				g.Rows = append(g.Rows, r)
			}
		}
		g.Figure.order(g.Rows)
		if len(g.Rows) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// Table is the group's, in Markdown.
func (g group) Table() string { return tableOf(g.Rows) }
