package pls

// solver runs the algorithm for one plan on one covariance matrix after another
// without allocating. It is not safe for concurrent use.
type solver struct {
	*plan
	options Options

	// The solution, item by item, construct by construct, path by path.
	weights  []float64 // of items as they are in the matrix; scores have variance 1
	loadings []float64 // correlations, or consistent loadings
	between  []float64 // correlations of constructs, J×J; corrected if consistent
	plain    []float64 // correlations of scores, never corrected
	paths    []float64
	r2       []float64 // 0 for constructs without predecessors
	rhoA     []float64 // of multi-item constructs in mode A if consistent, else 1

	iterations int
	change     float64
	converged  bool

	near    []bool    // J×J: a step needs covariances of the score (row) with the items of the block (column)
	covered []float64 // J×p: covariances of all items with each score
	inner   []float64 // J×J: inner weights, row j those of j's neighbours
	proxy   []float64 // a block's covariances with its inner proxy
	factors [][]float64
	a, b    []float64 // scratch of regressions
	last    []float64
}

func newSolver(pl *plan, options Options) *solver {
	p, count, widest := len(pl.items), pl.constructs(), 0
	square := count * count
	// Two pieces of memory: the solution, which a result keeps, and the rest.
	solution := pieces(2*p + 2*square + len(pl.paths) + 2*count)
	scratch := pieces(p + count*p + 2*square + count)
	s := &solver{
		plan: pl, options: options,
		weights: solution(p), loadings: solution(p), between: solution(square), plain: solution(square),
		paths: solution(len(pl.paths)), r2: solution(count), rhoA: solution(count),
		last: scratch(p), covered: scratch(count * p), inner: scratch(square), a: scratch(square), b: scratch(count),
		factors: make([][]float64, count), near: make([]bool, square),
	}
	s.approach()
	for j := range count {
		size := pl.size(j)
		widest = max(widest, size)
		if pl.mode[j] == ModeB && size > 1 {
			s.factors[j] = make([]float64, size*size)
		}
	}
	s.proxy = make([]float64, widest)
	return s
}

// pieces returns a function that cuts slices off one of n numbers.
func pieces(n int) func(size int) []float64 {
	rest := make([]float64, n)
	return func(size int) []float64 {
		piece := rest[:size:size]
		rest = rest[size:]
		return piece
	}
}

// approach finds what a step needs: the covariances of neighbours both ways, and the
// correlations of predecessors of one construct for their regression.
func (s *solver) approach() {
	count := s.constructs()
	for _, path := range s.plan.paths {
		s.near[path.from*count+path.to], s.near[path.to*count+path.from] = true, true
	}
	if s.options.Scheme != PathWeighting {
		return
	}
	for _, in := range s.in {
		for i, k := range in {
			for _, l := range in[:i] {
				a, b := s.plan.paths[k].from, s.plan.paths[l].from
				s.near[min(a, b)*count+max(a, b)] = true
			}
		}
	}
}
