// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// errLocked is an error of the store, like any that your code returns already.
var errLocked = errors.New("store: worker 7 has locked the folder")

// newPolicy decides which entry an error of the store becomes. The first rule that knows the error decides.
// A test adds options.
func newPolicy(opts ...mapping.Option) (*mapping.Policy, error) {
	return mapping.NewPolicy(append([]mapping.Option{
		mapping.WithRules(mapping.MapIs(errLocked, errpactv1err.DatabaseTemporarilyUnavailable)),
		mapping.WithRules(mapping.SQLRules()...),
	}, opts...)...)
}

// A policy maps the errors of your store and of your database.
func ExampleWithPolicy_rules() {
	policy, err := newPolicy()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, failure := range []error{errLocked, sql.ErrNoRows, errors.New("disk full")} {
		server := serveFolders(func(context.Context, string) (string, error) {
			return "", fmt.Errorf("get folder: %w", failure)
		}, interceptor.New(interceptor.WithPolicy(policy)))
		_, err := callFolders(server.URL, interceptor.New())(context.Background(), "f-17")
		fmt.Println(err)
		server.Close()
	}
	// Output:
	// ERROR_CODE_DATABASE: Database is temporarily unavailable
	// ERROR_CODE_NOT_EXIST: Resource does not exist
	// ERROR_CODE_UNKNOWN: Unknown server side error occurred
}
