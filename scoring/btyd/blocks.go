package btyd

import (
	"runtime"

	"github.com/rapport-crm/rapport/internal/numeric"
)

const (
	blockRows = 256  // rows per pass of the blocked loops: what stays in the nearest cache
	chunkRows = 4096 // rows per partial sum; fixed, so that any number of workers adds in the same order
)

func chunks(rows int) int { return (rows + chunkRows - 1) / chunkRows }

// each runs work(0) … work(n−1) on the workers, GOMAXPROCS of them for 0; the
// results must not depend on who does what.
func each(workers, n int, work func(i int)) {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	numeric.Parallel(min(workers, (n+3)/4), n, work) // a goroutine is not worth less than four chunks
}

// saturation holds sums over values y of l = ln(1+y/c) or ln(1+c/y), f = y/(c+y),
// u = 1−f = c/(c+y) and fu, weighted by w or by x. Ages against α and totals spent
// against v enter the two likelihoods in this way only.
type saturation struct {
	wl, xl, wf, xu, wfu, xfu float64
}

func (s *saturation) add(o saturation) {
	s.wl += o.wl
	s.xl += o.xl
	s.wf += o.wf
	s.xu += o.xu
	s.wfu += o.wfu
	s.xfu += o.xfu
}

// saturate returns the sums of chunk i, inverse those with l = ln(1+c/y).
func saturate(i int, c float64, inverse bool, values, w, x []float64) saturation {
	var total saturation
	var buffer [blockRows]float64
	end := min((i+1)*chunkRows, len(values))
	for from := i * chunkRows; from < end; from += blockRows {
		ys := values[from:min(from+blockRows, end)]
		ws, xs := w[from:][:len(ys)], x[from:][:len(ys)]
		logs := buffer[:len(ys)]
		if inverse {
			for k, y := range ys {
				logs[k] = c / y
			}
		} else {
			for k, y := range ys {
				logs[k] = y / c
			}
		}
		numeric.Log1pBlock(logs, logs)
		var s saturation
		for k, y := range ys {
			inverse := 1 / (c + y)
			u, f := c*inverse, y*inverse
			s.wl += ws[k] * logs[k]
			s.xl += xs[k] * logs[k]
			s.wf += ws[k] * f
			s.xu += xs[k] * u
			s.wfu += ws[k] * f * u
			s.xfu += xs[k] * f * u
		}
		total.add(s)
	}
	return total
}
