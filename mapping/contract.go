// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "slices"

// A Contract is what a method declares: the errors that it can return. protoc-gen-errpact-go makes one of each method
// that declares its errors, such as shopv1err.BuyErrors, for tests and clients. The zero Contract, of no method, has
// no errors.
type Contract struct {
	procedure string
	codes     []Code
}

// NewContract returns the contract of a method, "/acme.shop.v1.ShopService/Buy". It is for generated code.
func NewContract(procedure string, codes ...Code) Contract {
	return Contract{procedure, slices.Clone(codes)}
}

// Procedure returns the method, as "/acme.shop.v1.ShopService/Buy".
func (c Contract) Procedure() string { return c.procedure }

// Codes returns the declared errors. An entry stands for all its reasons.
func (c Contract) Codes() []Code { return slices.Clone(c.codes) }

// Has reports whether err is one of the declared errors, as [errors.Is] has it. Those that no method declares, such as
// a failure of auth or of the connection, are not.
func (c Contract) Has(err error) bool {
	e, ok := From(err)
	return ok && slices.ContainsFunc(c.codes, e.identity().matches)
}
