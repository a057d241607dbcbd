module github.com/errpact/errpact/examples/netrpc

go 1.26.0

replace github.com/errpact/errpact => ../..

require (
	github.com/errpact/errpact v0.0.0
	google.golang.org/genproto/googleapis/rpc v0.0.0-20261026165753-2ffab32bce7e
	google.golang.org/protobuf v1.36.12
)

require (
	connectrpc.com/connect v1.21.1 // indirect
	connectrpc.com/connect/v2 v2.0.2 // indirect
	golang.org/x/text v0.43.0 // indirect
)
