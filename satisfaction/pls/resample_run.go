package pls

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// resampling is the work of a bootstrap or a jackknife.
type resampling struct {
	*urn
	layout    *layout
	reference []float64 // answer weights that constructs are pointed along; nil: as they come
	workers   int
	keep      bool // inadmissible estimates
}

// resamples are the numbers of the resamples that could be estimated.
type resamples struct {
	wide     int
	count    int
	values   []float64 // count rows of wide numbers
	failed   FailedResamples
	reversed []int // how often a construct was
}

// run estimates n resamples. fill makes resample b of counts that are all 0.
func (r *resampling) run(ctx context.Context, n int, fill func(b int, counts []int32)) (*resamples, error) {
	out := &resamples{wide: r.layout.stored, reversed: make([]int, r.plan.constructs())}
	out.values = make([]float64, n*out.wide)
	done := make([]bool, n)
	var mutex sync.Mutex
	err := spread(ctx, r.workers, n, func(next func() (int, bool)) {
		var failed FailedResamples
		e, turned, reversed := r.estimator(), make([]bool, len(out.reversed)), make([]int, len(out.reversed))
		counts := make([]int32, r.data.rows)
		for b, more := next(); more; b, more = next() {
			clear(counts)
			fill(b, counts)
			s, err := e.estimate(counts)
			if err == nil && r.options.Consistent && !r.keep && !s.admissible() {
				err = errInadmissible
			}
			if err != nil {
				failed.count(err)
				continue
			}
			if r.reference != nil && s.align(r.reference, turned) > 0 {
				for c, was := range turned {
					if was {
						reversed[c]++
					}
				}
			}
			r.layout.read(s, out.values[b*out.wide:(b+1)*out.wide])
			done[b] = true
		}
		mutex.Lock()
		defer mutex.Unlock()
		out.failed.add(failed)
		for c, times := range reversed {
			out.reversed[c] += times
		}
	})
	if err != nil {
		return nil, err
	}
	for b, there := range done {
		if there {
			copy(out.values[out.count*out.wide:(out.count+1)*out.wide], out.values[b*out.wide:])
			out.count++
		}
	}
	out.values = out.values[:out.count*out.wide]
	return out, nil
}

// spread calls work on up to that many goroutines, 0 standing for GOMAXPROCS, each
// with a function that hands out 0 … n−1, every number once, until the context ends.
// It returns when all are back; the error wraps the context's.
func spread(ctx context.Context, workers, n int, work func(next func() (int, bool))) error {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var taken atomic.Int64
	next := func() (int, bool) {
		b := int(taken.Add(1)) - 1
		return b, b < n && ctx.Err() == nil
	}
	var group sync.WaitGroup
	for range min(workers, n) - 1 {
		group.Go(func() { work(next) })
	}
	work(next)
	group.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("pls: resampling: %w", err)
	}
	return nil
}
