// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/errpact/errpact/mapping"

// A Failure is what a request failed with: an error, or a panic.
type Failure struct {
	// Err is the error. It does not count if Panic is set.
	Err error
	// Panic is the value of a panic, and Stack the stack at that point.
	Panic any
	Stack []byte
	// Stage is where in the request it happened. Empty means [mapping.StageHandler].
	Stage mapping.Stage
}

// Decide returns the answer to a request that failed. The policy decides what the caller gets, record keeps
// that error, and then the policy's report is called, once, with the context that call has by then.
//
// It is for what answers a request outside [Server.Serve], such as a middleware: it makes the call to
// [mapping.Answer.Report], which is easily forgotten. The policy, the call and record may be nil.
func Decide(policy *mapping.Policy, call *mapping.Call, failure Failure, record func(sent *mapping.Error)) (answer mapping.Answer) {
	decide(&answer, policy, call, failure, record)
	return answer
}

// decide is Decide without a copy of the answer, which is large.
func decide(answer *mapping.Answer, policy *mapping.Policy, call *mapping.Call, failure Failure, record func(*mapping.Error)) {
	if failure.Panic != nil {
		*answer = policy.Panicked(call, failure.Panic, failure.Stack)
	} else {
		*answer = policy.Translate(call, failure.Err)
	}
	if failure.Stage != "" {
		answer.At(failure.Stage)
	}
	if record != nil {
		record(answer.Error())
	}
	answer.Report(call)
}
