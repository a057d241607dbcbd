// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

// A group is a table of the page, with what it measures.
type group struct {
	name, Title, Note string
	Figure            *figure
	Rows              []*row
}

// groups are in the page's order.
var groups = []group{
	{name: "Translate", Title: "A handler's error becomes the transport's", Note: "From the handler's return to what Connect, or grpc-go, is given. What errpact promises itself is of Connect v1;\nthe other stacks are beside it."},
	{name: "Answer", Title: "A whole error answer", Note: "Handler.ServeHTTP, from the request's bytes to the answer's, without a network."},
	{name: "Success", Title: "Where nothing fails: the interceptor", Note: "Handler.ServeHTTP; a stream has 100 messages. By hand is without the interceptor."},
	{name: "Middleware", Title: "Where nothing fails: rest.Handler", Note: "A handler that writes four bytes. By hand is without the middleware."},
	{name: "Decode", Title: "A client's error becomes typed", Note: "From what Connect, or grpc-go, received. errpact decodes metadata when it is asked:\nerrpact-read asks. hand-own reads the number alone. The bound is Connect v1's: a grpc-go status gives its details\nas copies alone."},
	{name: "Call", Title: "A whole call that fails", Note: "Over loopback, one caller. The server is the same for all, without errpact. kratos and gax\ncall with grpc-go."},
	{name: "REST", Title: "A REST caller's error: net/http", Note: "The request brings an id, or one is made up; by hand none is. errpact is rest.Error,\nerrpact-mounted the same within rest.Handler, which costs what the table of rest.Handler says. kratos is its error\nencoder; grpc-gateway has its routes, in process. By hand sets the headers that errpact sets; those two set their own."},
	{name: "Transcoded", Title: "A REST caller's error: vanguard", Note: "Handler.ServeHTTP, without a network. By hand is vanguard alone, with Connect's error written by hand.\nThe method is free of side effects: of a GET to it vanguard makes Connect's own, with the message in the URL, and both rows\npay for writing and reading that."},
	{name: "EndToEnd", Title: "64 callers at once", Note: "Over loopback, server and client in one process, both by hand or both with errpact.\nThe time is the wall clock's for one call. REST is vanguard or a plain handler, alone and with errpact."},
	{name: "Catalogue", Title: "Growth: entries of a catalogue", Note: "The last entry of a catalogue beside the built-in one: flat.", Figure: catalogueFigure},
	{name: "Details", Title: "Growth: details of an error", Note: "Details of the handler's own, each of another generated type: linear. errpact encodes them deterministically, keeps\nthe last of each type, and counts them against the budget.", Figure: detailsFigure},
	{name: "Chain", Title: "Growth: wraps around an error", Note: "fmt.Errorf with %w, so many times: linear. By hand is one errors.As; errpact asks every error for more than its type. The search\nends after 4,096 errors.", Figure: chainFigure},
	{name: "Concurrency", Title: "Growth: goroutines", Note: "The translation, by so many goroutines at once. The table has the wall clock's time for one;\nthe figure has that of a core: flat.", Figure: concurrencyFigure},
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
