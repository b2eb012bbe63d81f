package identity

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel runs work(0) … work(n−1) on the workers, GOMAXPROCS of them for 0; what
// comes out must not depend on who does what.
func parallel(workers, n int, work func(i int)) {
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
