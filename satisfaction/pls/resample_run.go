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
	urn       *urn
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

// keep moves the values of the resamples that are done to the front.
func (r *resamples) keep(done []bool) {
	for b, there := range done {
		if there {
			copy(r.values[r.count*r.wide:(r.count+1)*r.wide], r.values[b*r.wide:])
			r.count++
		}
	}
	r.values = r.values[:r.count*r.wide]
}

// worker is one goroutine's part of a resampling.
type worker struct {
	*estimator
	job      *resampling
	failed   FailedResamples
	reversed []int  // as in resamples
	turned   []bool // scratch: the constructs just reversed
}

// run fills a row of numbers for each of n resamples. work does so for one, or says
// why it cannot.
func (r *resampling) run(ctx context.Context, n int, work func(w *worker, b int, row []float64) error) (*resamples, error) {
	count := r.urn.plan.constructs()
	out := &resamples{wide: r.layout.stored, reversed: make([]int, count)}
	out.values = make([]float64, n*out.wide)
	done := make([]bool, n)
	var mutex sync.Mutex
	err := spread(ctx, r.workers, n, func(next func() (int, bool)) {
		w := &worker{estimator: r.urn.estimator(), job: r, reversed: make([]int, count), turned: make([]bool, count)}
		for b, more := next(); more; b, more = next() {
			if err := work(w, b, out.values[b*out.wide:(b+1)*out.wide]); err != nil {
				w.failed.count(err)
				continue
			}
			done[b] = true
		}
		mutex.Lock()
		defer mutex.Unlock()
		out.failed.add(w.failed)
		for c, times := range w.reversed {
			out.reversed[c] += times
		}
	})
	if err != nil {
		return nil, err
	}
	out.keep(done)
	return out, nil
}

// read fills row from an estimate, pointed along the reference. It takes the outcome
// of [estimator.estimate] and refuses an estimate that is not admissible.
func (w *worker) read(s *Sample, err error, row []float64) error {
	if err != nil {
		return err
	}
	if w.options.Consistent && !w.job.keep && !s.admissible() {
		return errInadmissible
	}
	if w.job.reference != nil && s.align(w.job.reference, w.turned) > 0 {
		for c, was := range w.turned {
			if was {
				w.reversed[c]++
			}
		}
	}
	w.job.layout.read(s, row)
	return nil
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
