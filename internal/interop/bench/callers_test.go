// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"errors"
	"sync"
	"sync/atomic"
)

// split runs an operation n times in all, on so many goroutines, and says if one of them succeeded.
// testing's own RunParallel has no less than one goroutine a core, and only multiples of that.
func split(callers, n int, run func() error) error {
	var left, succeeded atomic.Int64
	left.Store(int64(n))
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if run() == nil {
					succeeded.Add(1)
				}
			}
		})
	}
	all.Wait()
	if succeeded.Load() > 0 {
		return errors.New("a success")
	}
	return nil
}
