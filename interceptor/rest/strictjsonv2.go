// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"io"
)

// MarshalWrite is Marshal as Connect v2 asks for it.
func (c StrictJSON[M]) MarshalWrite(_ context.Context, dst io.Writer, message M) error {
	encoded, err := c.Marshal(message)
	if err != nil {
		return err
	}
	_, err = dst.Write(encoded)
	return err
}

// UnmarshalRead is Unmarshal as Connect v2 asks for it.
func (c StrictJSON[M]) UnmarshalRead(_ context.Context, src io.Reader, message M) error {
	data, err := io.ReadAll(src)
	if err != nil {
		return err
	}
	return c.Unmarshal(data, message)
}
