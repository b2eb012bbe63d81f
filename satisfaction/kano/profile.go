package kano

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Profile is what the counts of a feature come to.
type Profile struct {
	Verdicts Verdicts
	// CategoryStrength is how much the largest of M, O, A, I and R exceeds the second
	// largest, as a share of all answers, Q included.
	CategoryStrength rapport.Ratio
	// TotalStrength is the share of M, O and A in all answers, Q included.
	TotalStrength rapport.Ratio
	// Better is (A+O)/(A+O+M+I), from 0 to 1: the share that the feature would satisfy.
	// The interval is Wilson's (1927).
	Better rapport.Estimate
	// Worse is −(O+M)/(A+O+M+I), from −1 to 0: the share that its lack would dissatisfy.
	// The interval is Wilson's.
	Worse rapport.Estimate
	Fong  Fong
	// Equality tests whether M, O, A and I are equally frequent, with three degrees of
	// freedom.
	Equality ChiSquare
}

// Fong is D. Fong's test (1996) whether the largest of M, O, A, I and R, of a customers,
// stands out from the second largest, of b: it does if
//
//	a − b ≥ 1.65 √((a+b)(2n−a−b) / 2n)
//
// where n counts all answers, Q included. 1.65 makes it a test at the level of 0.10.
// With weights a, b and n are in effective answers.
type Fong struct {
	Difference  float64 // a − b
	Threshold   float64
	Significant bool
	N           int // customers behind it; 0: no test
}

const fongQuantile = 1.65

// Profile says what counts of customers come to; level is the confidence of the
// intervals, such as 0.95. Counts of nobody are no error: every figure is then absent.
// The error is a [*CountError] or an [*OptionError] that names the level.
func (c Counts) Profile(level float64) (*Profile, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := checkLevel(level); err != nil {
		return nil, err
	}
	p := sample{weights: c, rows: c, size: c.Sum(), fourSize: c.four()}.profile(level)
	return &p, nil
}

// sample is what is known of the answers to a feature.
type sample struct {
	weights  Counts  // sums of weights
	rows     Counts  // customers
	size     float64 // how many unweighted answers the weighted ones are worth
	fourSize float64 // the same without reverse and questionable ones
}

// effective returns the counts that as many unweighted answers would have.
func (s sample) effective() Counts { return s.weights.scaled(s.weights.Sum(), s.size) }

func (s sample) profile(level float64) Profile {
	w, n := s.weights, int(s.rows.Sum())
	if n == 0 {
		return Profile{}
	}
	first, second := w.topTwo()
	p := Profile{
		Verdicts:         w.verdicts(),
		CategoryStrength: rapport.Ratio{Num: max(0, w.Of(first)-w.Of(second)), Den: w.Sum(), N: n},
		TotalStrength:    rapport.Ratio{Num: w.A + w.O + w.M, Den: w.Sum(), N: n},
		Fong:             s.fong(first, second),
	}
	four := int(s.rows.four())
	if four == 0 {
		return p
	}
	z := math.Sqrt2 * math.Erfinv(level)
	p.Better = rate(w.A+w.O, w.four(), s.fourSize, z)
	p.Worse = rate(w.O+w.M, w.four(), s.fourSize, z)
	p.Better.Level, p.Worse.Level = level, level
	p.Better.N, p.Worse.N = four, four
	p.Worse.Value, p.Worse.Low, p.Worse.High = 0-p.Worse.Value, 0-p.Worse.High, 0-p.Worse.Low // 0 − x, for −x may be minus zero
	e := w.scaled(w.four(), s.fourSize)
	p.Equality = equality(four, e.M, e.O, e.A, e.I)
	return p
}

// rate returns part/whole with the interval of a sample of that size.
func rate(part, whole, size, z float64) rapport.Estimate {
	hits := min(part/whole, 1) * size
	if size == whole {
		hits = part
	}
	value, low, high := stats.Wilson(hits, size, z)
	return rapport.Estimate{Value: value, Low: low, High: high, SE: math.Sqrt(value * (1 - value) / size)}
}

func (s sample) fong(first, second Category) Fong {
	e := s.effective()
	a, b, n := e.Of(first), e.Of(second), e.Sum()
	f := Fong{Difference: max(0, a-b), N: int(s.rows.Sum())}
	f.Threshold = fongQuantile * math.Sqrt((a+b)*max(0, 2*n-a-b)/(2*n))
	f.Significant = a > 0 && f.Difference >= f.Threshold
	return f
}
