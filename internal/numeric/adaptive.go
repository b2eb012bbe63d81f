package numeric

import "math"

const (
	// adaptiveAgree is the share of the whole by which a panel and its halves may
	// differ. For analytic functions the halves' own error is about its square.
	adaptiveAgree  = 1e-9
	adaptivePanels = 2000 // bounds the work
)

// Adaptive returns ∫ f over [low, high] for an analytic f that does not change its
// sign. It starts with panels of that width at most, each with 20 Gauss–Legendre
// nodes, and halves them until the halves agree with the whole; the relative error
// is then about 1e-15 unless f has a peak narrower than a hundredth of a panel
// that no node sees. The work depends on f alone and is bounded.
func Adaptive(low, high, panel float64, f func(y float64) float64) float64 {
	type piece struct{ low, high, value float64 }
	if !(high > low) {
		return 0
	}
	integrate := func(low, high float64) piece {
		return piece{low, high, GaussLegendre(0, high-low, func(y float64) float64 { return f(low + y) })}
	}
	n := max(1, int(math.Ceil(min((high-low)/panel, adaptivePanels/4))))
	pending := make([]piece, 0, 2*n+8)
	for i := range n {
		pending = append(pending, integrate(low+(high-low)*float64(i)/float64(n), low+(high-low)*float64(i+1)/float64(n)))
	}
	sum, made := 0.0, n
	var next []piece
	for len(pending) > 0 {
		halves, total := next[:0], sum
		for _, p := range pending {
			mid := p.low + (p.high-p.low)/2
			left, right := integrate(p.low, mid), integrate(mid, p.high)
			halves = append(halves, left, right)
			total += left.value + right.value
		}
		made += len(halves)
		kept := 0
		for i, p := range pending {
			left, right := halves[2*i], halves[2*i+1]
			if made > adaptivePanels || !(math.Abs(left.value+right.value-p.value) > adaptiveAgree*math.Abs(total)) {
				sum += left.value + right.value
				continue
			}
			halves[kept], halves[kept+1] = left, right
			kept += 2
		}
		next, pending = pending, halves[:kept]
	}
	return sum
}
