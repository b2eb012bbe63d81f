package numeric

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Parallel runs work(0) … work(n−1) on the workers, GOMAXPROCS of them for 0, and
// returns when all is done. What comes out must not depend on who does what.
func Parallel(workers, n int, work func(i int)) {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			work(i)
		}
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	group.Wait()
}
