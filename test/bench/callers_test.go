// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"sync"
	"sync/atomic"
)

// split runs an operation n times in all, each of so many goroutines its share, and says if one
// succeeded. testing's own RunParallel has no less than one goroutine a core, and multiples of that.
func split(callers, n int, run func() error) error {
	var succeeded atomic.Bool
	var all sync.WaitGroup
	for i := range callers {
		share := n / callers
		if i < n%callers {
			share++
		}
		all.Go(func() {
			for range share {
				if run() == nil {
					succeeded.Store(true)
				}
			}
		})
	}
	all.Wait()
	if succeeded.Load() {
		return errSuccess
	}
	return nil
}
