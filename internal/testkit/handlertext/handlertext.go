// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package handlertext has errors as handlers write them, whose texts begin as those of Connect's, grpc-go's and
// net/http's clients do.
package handlertext

import "github.com/errpact/errpact/mapping"

// A Text is a handler's error.
type Text struct {
	Code    mapping.ConnectCode
	Message string
}

const (
	unknown            mapping.ConnectCode = 2
	invalidArgument    mapping.ConnectCode = 3
	notFound           mapping.ConnectCode = 5
	alreadyExists      mapping.ConnectCode = 6
	permissionDenied   mapping.ConnectCode = 7
	resourceExhausted  mapping.ConnectCode = 8
	failedPrecondition mapping.ConnectCode = 9
	aborted            mapping.ConnectCode = 10
	outOfRange         mapping.ConnectCode = 11
	unimplemented      mapping.ConnectCode = 12
	internal           mapping.ConnectCode = 13
	unavailable        mapping.ConnectCode = 14
	unauthenticated    mapping.ConnectCode = 16
)

// GivenUp count as an upstream's. Connect's clients give the same beginning under the same code, and the rest is the
// upstream's to write. So a caller would read an upstream's text, if a handler's stayed its own.
var GivenUp = []Text{
	// The reason phrase of a status line may be anything.
	{permissionDenied, "403 folders are locked"},
	{unauthenticated, "401 keys have been revoked"},
	{unimplemented, "404 pages cannot be edited"},
	{unavailable, "503 seats are being counted, come back later"},
	{unavailable, "502 of 600 shards are moving"},
	{unavailable, "429 orders are before yours"},
	{internal, "400 rows failed"},
	{unknown, "500 rows were skipped"},
	// A codec may quote the answer.
	{invalidArgument, "unmarshal message: the queue takes JSON only"},
	{invalidArgument, "unmarshal message: invalid character 'x' looking for beginning of value"},
	// The address of a connection may follow.
	{unknown, "read message: it was deleted"},
	// Every text that begins with net/http's package, or x/net/http2's, is theirs.
	{unavailable, "net/http: request canceled"},
	{unavailable, "http2: client connection lost"},
}

// All are the handler's own, by the library whose texts they resemble: Connect, Connect's status lines, net/http, grpc-go.
var All = []Text{
	{invalidArgument, "message size must be under 4 KiB"},
	{resourceExhausted, "message size over 5 MB needs a paid plan"},
	{resourceExhausted, "message size 5 MB is larger than your plan allows"},
	{outOfRange, "message is larger than configured max of the channel"},
	{resourceExhausted, "message is larger than configured max for this room"},
	{invalidArgument, "unknown encoding latin-9, want utf-8"},
	{invalidArgument, `unknown encoding "latin-9": use "utf-8"`},
	{invalidArgument, "invalid content-type: want image/png"},
	{invalidArgument, `invalid content-type: "image/gif"; expecting "image/png"`},
	{invalidArgument, "protocol error: the second frame has no header"},
	{failedPrecondition, "protocol error: hello comes first"},
	{internal, "protocol error: the meter sent no checksum"},
	{failedPrecondition, "protocol error: no handshake: unexpected EOF"},
	{invalidArgument, "protocol error: no trailer: the archive is cut short"},
	{invalidArgument, "corrupt response: the survey's page 3 is missing"},
	{internal, "corrupt response: page 3 of the survey is missing"},
	{invalidArgument, "gRPC-Web protocol error: choose gRPC for streams"},
	{invalidArgument, "server returned invalid certificate: it is for b.example"},
	{failedPrecondition, "server returned invalid data twice, and was removed"},
	{invalidArgument, "decompress: gzip: invalid header"},
	{invalidArgument, "get decompressor: the upload is no gzip"},
	{failedPrecondition, "unmarshal message: the queue takes JSON only"},
	{internal, "unmarshal message: the queue takes JSON only"},
	{notFound, "read message: it was deleted"},
	{invalidArgument, "unmarshal end stream message: want an object"},
	{invalidArgument, "unmarshal web trailers: a colon is missing"},
	{invalidArgument, "invalid base URL: want https"},
	{unavailable, "response from the bank is late"},
	{unimplemented, "response from the archive is HTTP/1.1 only"},
	{unimplemented, "unary response has zero fields"},
	{invalidArgument, "unary response has zero messages"},
	{resourceExhausted, "bandwidth exhausted: 2 GB this month"},
	{permissionDenied, "transport protocol insecure: use https"},
	{resourceExhausted, "compressed message size 3 MB exceeds the limit"},
	{invalidArgument, "url size 4000 exceeds the limit of 2000"},

	{notFound, "404 Not Found"},
	{invalidArgument, "400 Bad Request"},
	{alreadyExists, "409 Conflict"},
	{permissionDenied, "403rd attempt"},
	{permissionDenied, "403: the folder is locked"},
	{invalidArgument, "401 keys are too many"},
	{failedPrecondition, "503 seats are being counted"},
	{notFound, "HTTP status 404 Not Found"},

	{unavailable, "Service Unavailable"},
	{unavailable, "Bad Gateway"},
	{unavailable, "Too Many Requests"},
	{unavailable, "Locked"},
	{unavailable, "connection error: the printer is offline"},
	{unavailable, "stopped after 10 redirects of the parcel"},
	{unavailable, "malformed HTTP log, the import waits"},
	{unavailable, "unsupported protocol scheme, a driver is being installed"},

	{invalidArgument, "malformed header: want id,name"},
	{internal, "malformed header: row 1"},
	{invalidArgument, "transport: want one of bus, tram"},
	{unavailable, "transport: no tram before six"},
	{unauthenticated, "transport: show a ticket"},
	{invalidArgument, "transport: malformed id: want a number"},
	{invalidArgument, "cardinality violation: one owner at most"},
	{failedPrecondition, "cardinality violation: received two owners"},
	{internal, "cardinality violation: orders.owner"},
	{invalidArgument, "grpc: received a name, want an address"},
	{failedPrecondition, "grpc: the client connection is closing"},
	{invalidArgument, "grpc: compressor brotli is not offered"},
	{invalidArgument, "grpc: failed to read the proto file"},
	{resourceExhausted, "grpc: received message quota is used up"},
	{resourceExhausted, "grpc: message too large for a free account"},
	{resourceExhausted, "trying to send message larger than max of the room"},
	{resourceExhausted, "the file is larger than max 5 MB"},
	{invalidArgument, "trying to send message larger than max (10 vs. 5)"},
	{failedPrecondition, "connection error: pair the device first"},
	{notFound, "last connection error: none is recorded"},
	{failedPrecondition, "name resolver error: set a zone first"},
	{failedPrecondition, "error reading from server: enter its address"},
	{failedPrecondition, "the connection is draining"},
	{unavailable, "the connection is draining the battery"},
	{unavailable, "transport is closing at eight"},
	{unavailable, "no children to pick from this school today"},
	{failedPrecondition, "no children to pick from"},
	{aborted, "stream terminated by RST_STREAM with error code: CANCEL"},
	{notFound, "unexpected HTTP status code received from server: 404 (Not Found)"},
	{permissionDenied, "unexpected HTTP status code received from server: ask its owner"},
	{failedPrecondition, "SubConn state is not Ready"},
	{resourceExhausted, "peer header list size exceeded limit"},
	{failedPrecondition, "keepalive ping failed"},
	{unavailable, "keepalive ping failed, the sensor sleeps"},
	{aborted, "closing transport due to: maintenance"},
	{unavailable, "closing transport due to: snow"},
	{unavailable, "write tcp is not enabled on this gateway"},
	{invalidArgument, "a HEADERS frame cannot appear in the middle of a stream"},
	{failedPrecondition, "server closed the stream without sending trailers"},
	{invalidArgument, "grpc-status-details-bin mismatch: want base64"},
	{invalidArgument, "max retries exhausted: three wrong PINs"},
}
