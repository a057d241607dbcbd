// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import "time"

// GiveUpAfter bounds transactions more tightly.
func (s *Store) GiveUpAfter(d time.Duration) { s.timeout = d }
