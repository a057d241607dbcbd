module github.com/errpact/errpact/cmd/errpactlint

go 1.26.0

replace github.com/errpact/errpact => ../..

require (
	github.com/errpact/errpact v0.0.0-00010101000000-000000000000
	golang.org/x/tools v0.52.0
	google.golang.org/protobuf v1.36.12
)

require (
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
)
