// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/errpact/errpact/mapping"

// GivenPolicy returns the policy that a user gave to an option, such as "interceptor.WithPolicy". A nil one is mostly
// that of a [mapping.NewPolicy] whose error was ignored, so a line at Warn in slog.Default() says so. Adapters call it
// when they apply the option.
func GivenPolicy(option string, policy *mapping.Policy) *mapping.Policy {
	if policy == nil {
		policy.Warn(nil, option+" was given a nil policy, so that the default one serves, without your catalogues and rules",
			"end the program with the error of mapping.NewPolicy, or leave the option out")
	}
	return policy
}
