package btyd

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

const (
	// tabledX is the number of counts x for which a scorer keeps tables; customers
	// with more purchases are few and computed directly.
	tabledX = 1024
	// segmentWidth is the width in ln(α+T) of one polynomial.
	segmentWidth = 2
)

// Scorer predicts for all customers of summaries at once. Where a prediction given
// survival depends on x and T alone and smoothly on T, it is tabulated as a
// polynomial in T for each count x that many customers share. The relative
// difference to the method for one customer is below 1e-12 for x below 1000 and
// 1e-11 for x below 10 000. A scorer keeps its tables' memory between calls and
// then allocates nothing a customer; it serves one goroutine at a time. Make one with
// [Model.NewScorer]; the zero value returns an [*InputError].
type Scorer struct {
	model        *Model
	kernel       aliveKernel
	memory       future
	customers    []int32 // by x, in the current summaries
	first        []int32 // by x: its first polynomial, −1 for none
	polynomials  []numeric.Interpolant
	coefficients []float64
	work         []float64
	origin       float64 // of the law: tables are in ln(1 + T/origin)
	lowest       float64 // where they begin
	width        float64 // of a segment
	segments     int
	nodes        int // of a polynomial
}

// aliveKernel sets dst to P(alive) of the customers from position from on, at most
// blockRows of them.
type aliveKernel interface {
	alive(dst []float64, summaries *scoring.Summaries, from int)
}

// quick is a law with a kernel of its own.
type quick interface {
	kernel() aliveKernel
}

// plainKernel asks the law for each customer.
type plainKernel struct{ law law }

func (k plainKernel) alive(dst []float64, summaries *scoring.Summaries, from int) {
	for i := range dst {
		x, recency, age := summaries.History(from + i)
		dst[i] = logistic(-k.law.deadOdds(scoring.Summary{X: x, TX: recency, T: age}))
	}
}

// NewScorer returns a scorer for the model.
func (m *Model) NewScorer() *Scorer {
	if !m.known() {
		return &Scorer{}
	}
	s := &Scorer{model: m, kernel: plainKernel{m.law}, customers: make([]int32, tabledX), first: make([]int32, tabledX)}
	if q, ok := m.law.(quick); ok {
		s.kernel = q.kernel()
	}
	return s
}

// PAliveInto sets dst[i] to the PAlive of the i-th customer; len(dst) must be
// their number. The error is an [*InputError] or [ErrUnitMismatch].
func (m *Model) PAliveInto(dst []float64, summaries *scoring.Summaries) error {
	return m.NewScorer().PAlive(dst, summaries)
}

// ExpectedInto sets dst[i] to the Expected of the i-th customer over t units; see
// [Model.PAliveInto].
func (m *Model) ExpectedInto(dst []float64, summaries *scoring.Summaries, t float64) error {
	return m.NewScorer().Expected(dst, summaries, t)
}

// DiscountedInto sets dst[i] to the Discounted of the i-th customer; see
// [Model.PAliveInto]. The error may also be [ErrDiverges].
func (m *Model) DiscountedInto(dst []float64, summaries *scoring.Summaries, periods, delta float64) error {
	return m.NewScorer().Discounted(dst, summaries, periods, delta)
}

// PAlive is [Model.PAliveInto].
func (s *Scorer) PAlive(dst []float64, summaries *scoring.Summaries) error {
	if err := s.check(dst, summaries); err != nil {
		return err
	}
	for from := 0; from < len(dst); from += blockRows {
		s.kernel.alive(dst[from:min(from+blockRows, len(dst))], summaries, from)
	}
	return nil
}

// Expected is [Model.ExpectedInto].
func (s *Scorer) Expected(dst []float64, summaries *scoring.Summaries, t float64) error {
	if err := s.check(dst, summaries); err != nil {
		return err
	}
	if !validTime(t) {
		return &InputError{Name: "t", Value: t, Reason: "want a finite horizon of 0 or more"}
	}
	s.predict(dst, summaries, func(f future) float64 { return f.expected(t) })
	return nil
}

// Discounted is [Model.DiscountedInto].
func (s *Scorer) Discounted(dst []float64, summaries *scoring.Summaries, periods, delta float64) error {
	if err := s.check(dst, summaries); err != nil {
		return err
	}
	if err := checkDiscount(periods, delta); err != nil {
		return err
	}
	// Whether the integral converges does not depend on the customer.
	if !converges(s.future(0, 0, 0), delta, periods) {
		return s.model.diverges(periods, delta)
	}
	s.predict(dst, summaries, func(f future) float64 { return discounted(f, delta, periods) })
	return nil
}

func (s *Scorer) check(dst []float64, summaries *scoring.Summaries) error {
	if s == nil || !s.model.known() {
		return errNoModel()
	}
	if summaries = given(summaries); len(dst) != summaries.Len() {
		return &InputError{Name: "len(dst)", Value: float64(len(dst)), Reason: fmt.Sprintf("want %d, one a customer", summaries.Len())}
	}
	return s.model.sameUnit(summaries)
}

// sameUnit returns [ErrUnitMismatch] unless the summaries count time as the model does.
func (m *Model) sameUnit(summaries *scoring.Summaries) error {
	if summaries.Unit() != m.unit {
		return fmt.Errorf("btyd: %s: model in %s, summaries in %s: %w", m.Name(), m.unit, summaries.Unit(), ErrUnitMismatch)
	}
	return nil
}

// future is what a customer does if alive, in the memory of the one before.
func (s *Scorer) future(x int, recency, age float64) future {
	s.memory = futureIn(s.model.law, s.memory, scoring.Summary{X: x, TX: recency, T: age})
	return s.memory
}

// predict sets dst to P(alive) × f of what the customer does if alive.
func (s *Scorer) predict(dst []float64, summaries *scoring.Summaries, f func(future) float64) {
	s.tabulate(summaries, f)
	var logs [blockRows]float64
	for from := 0; from < len(dst); from += blockRows {
		block := dst[from:min(from+blockRows, len(dst))]
		s.kernel.alive(block, summaries, from)
		y := logs[:len(block)]
		if s.segments > 0 {
			for k := range y {
				_, _, age := summaries.History(from + k)
				y[k] = age / s.origin
			}
			numeric.Log1pBlock(y, y)
		}
		for k, p := range block {
			x, recency, age := summaries.History(from + k)
			at := int32(-1)
			if x < tabledX && s.segments > 0 {
				at = s.first[x]
			}
			if at < 0 {
				block[k] = p * f(s.future(x, recency, age))
				continue
			}
			segment := min(max(int((y[k]-s.lowest)/s.width), 0), s.segments-1)
			block[k] = p * s.polynomials[int(at)+segment].At(y[k])
		}
	}
}

// tabulate fills the tables for the counts that enough customers share.
func (s *Scorer) tabulate(summaries *scoring.Summaries, f func(future) float64) {
	s.segments = 0
	most := tabledX // counts below may be tabulated
	switch law := s.model.law.(type) {
	case aged:
		s.origin = law.origin()
	case agedIdle:
		s.origin, most = law.idleOrigin(), 1
	default:
		return
	}
	clear(s.customers)
	lowest, highest := math.Inf(1), 0.0
	for i := range summaries.Len() {
		x, _, age := summaries.History(i)
		if x < most {
			s.customers[x]++
		}
		lowest, highest = min(lowest, age), max(highest, age)
	}
	if highest/s.origin > 1e15 {
		return
	}
	s.lowest = math.Log1p(lowest / s.origin)
	width := math.Log1p(highest/s.origin) - s.lowest
	s.segments = 1 + int(width/segmentWidth)
	s.width = max(width/float64(s.segments), 1e-9)
	s.nodes = numeric.InterpolationNodes(s.width / 2)
	s.polynomials, s.coefficients = s.polynomials[:0], s.coefficients[:0]
	if cap(s.work) < 2*s.nodes {
		s.work = make([]float64, 2*s.nodes)
	}
	tables := 0
	for x, n := range s.customers {
		s.first[x] = -1
		if int(n) > s.segments*s.nodes {
			tables++
		}
	}
	if need := tables * s.segments * s.nodes; cap(s.coefficients) < need {
		s.coefficients = make([]float64, 0, need)
	}
	for x, n := range s.customers {
		if int(n) <= s.segments*s.nodes {
			continue
		}
		first, all := len(s.polynomials), true
		for segment := range s.segments {
			at := len(s.coefficients)
			s.coefficients = s.coefficients[:at+s.nodes]
			low := s.lowest + float64(segment)*s.width
			polynomial, ok := numeric.Interpolate(low, low+s.width, s.coefficients[at:], s.work[:2*s.nodes], func(y float64) float64 {
				return f(s.future(x, 0, s.origin*math.Expm1(y)))
			})
			s.polynomials = append(s.polynomials, polynomial)
			all = all && ok
		}
		if all {
			s.first[x] = int32(first)
		}
	}
}
