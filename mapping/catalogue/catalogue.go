// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package catalogue reads the catalogue of errors that an annotated enum states, from any
// descriptor: generated, dynamic, or handed to a protoc plugin. It is the one reading and the one
// validation of the annotations in errpact/v1/options.proto; it needs no generated code, so that
// the plugin which generates code can run before there is any.
//
// It is v0: its names may change in a minor version.
//
//   - What an enum states: [Read] returns a [Catalogue] with each [Entry] and [Reason]. [Enums], [IsCatalogue] and
//     [Linked] find the enums, and [Resolve] an entry by its name.
//   - What methods state: [ReadMethod], [ReadService], and [Declare], which resolves the errors of both.
//   - What is wrong: [Lint] returns each [Problem], [Breaking] those of a change. A [Rule] is the name of what a
//     catalogue has to keep, and [Rules] lists them.
//   - What follows from an entry: [Entry.FaultOf] and [RetryFor].
//   - Names outside of protobuf: [GoNames], [GoPackages], and [Anchor], which leads to an entry on a page.
//
// Several goroutines may use the package at once, and share the catalogues that it returns: nothing in it
// changes them.
package catalogue

import (
	"strconv"
	"time"

	"github.com/errpact/errpact/internal/connectcode"
)

// Catalogue is an annotated enum, read and valid. It is not changed after [Read] returned it.
type Catalogue struct {
	// Name is the enum's full name, such as "errpact.v1.ErrorCode".
	Name string
	// Package is that of the enum's file, such as "errpact.v1".
	Package string
	// Domain goes into google.rpc.ErrorInfo.
	Domain string
	// GoPrefix stands before the Go names; nil where it is not stated.
	GoPrefix *string
	// Entries are in the order of their numbers.
	Entries []*Entry
	// Sets are named lists of errors, and Errors those of each method of the package, as they are written. [Lint]
	// says what is wrong with them.
	Sets   []Set
	Errors []string
}

// Set is a named list of errors, as they are written.
type Set struct {
	Name   string
	Errors []string
}

// Entry is one annotated value of the enum.
type Entry struct {
	Number int32
	// Name is the value's name, such as "ERROR_CODE_NOT_EXIST".
	Name string
	// ShortName is the entry's name outside of protobuf: the reason in google.rpc.ErrorInfo, of which
	// [GoNames] are made. It is the one given by hand, or Name without the enum's own prefix, such as
	// "NOT_EXIST", or, where that would not do as a reason (AIP-193), Name.
	ShortName string

	// ConnectCode is 1 to 16.
	ConnectCode uint32
	// HTTPStatus is 400 to 599.
	HTTPStatus int

	Message         string
	FallbackMessage string
	Params          []Param
	// Messages has the message by BCP 47 tag.
	Messages map[string]string

	Description    string
	Resolution     string
	DetailsExample string
	HelpURL        string
	Deprecated     bool

	// RetryDelay is nil if none is stated.
	RetryDelay *time.Duration
	// Retry is RetryNone if it is not stated: [RetryFor] has what that means.
	Retry Retry
	// Fault is FaultNone if it is not stated.
	Fault Fault
	// Owner is the team that looks after the error; it may be empty.
	Owner string

	Role          Role
	Fallbacks     []Fallback
	HTTPFallbacks []HTTPFallback
	Reasons       []*Reason
}

// Reason is a finer entry. What it does not state itself is filled in from its entry.
type Reason struct {
	Name        string
	ConnectCode uint32
	HTTPStatus  int
	Message     string
	Messages    map[string]string
	Description string
	Resolution  string
	RetryDelay  *time.Duration
	Retry       Retry
	// Role is the reason's own; it is not filled in.
	Role Role
}

// Param is a placeholder of a message.
type Param struct {
	Name string
	// Type is a protobuf scalar type; never empty.
	Type string
}

// Fallback is a Connect code that an entry stands in for.
type Fallback struct {
	ConnectCode uint32
	When        When
}

// HTTPFallback is an HTTP status, or a class of them, that an entry stands in for.
type HTTPFallback struct {
	// Status is 400 to 599, or 0 where Class is set.
	Status int
	// Class is 4 or 5, or 0 where Status is set.
	Class int
	When  When
}

// MissingRoles returns the roles that no entry and no reason plays, in the order of their numbers, without
// RoleUpstreamBroken: all of them for a nil Catalogue. A primary catalogue, the first that a server is given,
// may miss none; for any other it is no mistake.
func (c *Catalogue) MissingRoles() []Role {
	if c == nil {
		c = new(Catalogue)
	}
	played := make(map[Role]bool)
	for _, e := range c.Entries {
		played[e.Role] = true
		for _, r := range e.Reasons {
			played[r.Role] = true
		}
	}
	var missing []Role
	for role := RoleUnmapped; role < RoleUpstreamBroken; role++ {
		if !played[role] {
			missing = append(missing, role)
		}
	}
	return missing
}

// Role is the part that an entry plays for errors that nobody mapped.
type Role int32

// The numbers are those of errpact.v1.Role.
const (
	RoleNone Role = iota
	RoleUnmapped
	RoleUpstreamUnreachable
	RoleUpstreamTimedOut
	RoleUpstreamRejected
	// RoleUpstreamBroken may be left out: then RoleUpstreamRejected is played in its place.
	RoleUpstreamBroken
)

var roleNames = [...]string{
	"ROLE_UNSPECIFIED", "ROLE_UNMAPPED",
	"ROLE_UPSTREAM_UNREACHABLE", "ROLE_UPSTREAM_TIMED_OUT", "ROLE_UPSTREAM_REJECTED",
	"ROLE_UPSTREAM_BROKEN",
}

// String returns the name in errpact.v1.Role, or the number if there is no such role.
func (r Role) String() string { return nameOf(roleNames[:], int(r)) }

// Fault says who has to do something about an error.
type Fault int32

// The numbers are those of errpact.v1.Fault.
const (
	FaultNone Fault = iota
	FaultCaller
	FaultServer
	FaultUpstream
)

var faultNames = [...]string{"FAULT_UNSPECIFIED", "FAULT_CALLER", "FAULT_SERVER", "FAULT_UPSTREAM"}

// String returns the name in errpact.v1.Fault, or the number if there is no such fault.
func (f Fault) String() string { return nameOf(faultNames[:], int(f)) }

// Retry says whether a client may send the same request again by itself.
type Retry int32

// The numbers are those of errpact.v1.Retry.
const (
	RetryNone Retry = iota
	RetryNever
	RetryIdempotent
	RetryAlways
)

var retryNames = [...]string{"RETRY_UNSPECIFIED", "RETRY_NEVER", "RETRY_IDEMPOTENT", "RETRY_ALWAYS"}

// String returns the name in errpact.v1.Retry, or the number if there is no such value.
func (r Retry) String() string { return nameOf(retryNames[:], int(r)) }

// RetryFor returns what an error means for retries: what its entry or reason states, else RetryIdempotent for an
// error with a retry delay or of the Connect code unavailable (https://google.aip.dev/194), and RetryNever for any
// other.
func RetryFor(stated Retry, hasDelay bool, connectCode uint32) Retry {
	switch {
	case stated != RetryNone:
		return stated
	case hasDelay || connectCode == connectcode.Unavailable:
		return RetryIdempotent
	}
	return RetryNever
}

// When narrows a fallback down by what is known of the request.
type When int32

// The numbers are those of errpact.v1.When, except that zero is read as WhenAny.
const (
	WhenAny When = 1 + iota
	WhenNoCredential
	WhenUndecodable
	WhenWrongType
	WhenOutOfRange
	WhenTooLarge
)

var whenNames = [...]string{
	"WHEN_UNSPECIFIED", "WHEN_ANY", "WHEN_NO_CREDENTIAL",
	"WHEN_UNDECODABLE", "WHEN_WRONG_TYPE", "WHEN_OUT_OF_RANGE", "WHEN_TOO_LARGE",
}

// String returns the name in errpact.v1.When, or the number if there is no such condition.
func (w When) String() string { return nameOf(whenNames[:], int(w)) }

func nameOf(names []string, number int) string {
	if number < 0 || number >= len(names) {
		return strconv.Itoa(number)
	}
	return names[number]
}
