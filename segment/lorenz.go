package segment

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// LorenzVerdict says whether values have a Lorenz curve and a Gini coefficient, and if not,
// why: a stable code.
type LorenzVerdict string

// The verdicts.
const (
	LorenzOK       LorenzVerdict = "ok"
	LorenzEmpty    LorenzVerdict = "no_customers"
	LorenzNegative LorenzVerdict = "negative_values" // the curve dips below zero and the coefficient has no bound: look at the whale curve
	LorenzZero     LorenzVerdict = "all_zero"        // nothing is spread
)

// Distribution is how evenly values are spread over customers: an immutable value made
// by [Lorenz], safe to share between goroutines.
type Distribution struct {
	verdict LorenzVerdict
	sums    []float64 // of the k smallest values, rounded once; nil unless the verdict is OK
	ranked  float64   // Σ(2i−n−1)·x₍ᵢ₎
	n       int
}

// Lorenz measures how evenly values such as revenues are spread. The values are only
// read, and the answer does not depend on their order. Values below zero, an empty base
// and one where all values are zero are no errors but verdicts. A value
// that is not finite or beyond [MaxValue] is a [*NumberError].
func Lorenz(values []float64) (*Distribution, error) {
	for i, v := range values {
		if !(math.Abs(v) <= MaxValue) {
			return nil, &NumberError{Index: i, Value: v}
		}
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return lorenz(sorted), nil
}

// NumberError reports a number that is not finite or beyond [MaxValue].
type NumberError struct {
	Index int // where it was found, from 0
	Value float64
}

// Error gives the number and its place.
func (e *NumberError) Error() string {
	return fmt.Sprintf("segment: value %v at %d is not a number of size up to %g", e.Value, e.Index, MaxValue)
}

// Lorenz returns how evenly the profits are spread; its verdict says if they cannot be
// measured so because some are losses.
func (c *Concentration) Lorenz() *Distribution {
	ascending := make([]float64, len(c.places))
	for i, p := range c.places {
		ascending[len(ascending)-1-i] = p.value
	}
	return lorenz(ascending)
}

// lorenz is [Lorenz] of values in ascending order.
func lorenz(sorted []float64) *Distribution {
	d := &Distribution{n: len(sorted)}
	switch {
	case len(sorted) == 0:
		d.verdict = LorenzEmpty
		return d
	case sorted[0] < 0:
		d.verdict = LorenzNegative
		return d
	case sorted[len(sorted)-1] == 0:
		d.verdict = LorenzZero
		return d
	}
	d.verdict = LorenzOK
	d.sums = make([]float64, 1, len(sorted)+1)
	var all, ranked numeric.ExactSum
	for i, v := range sorted {
		all.Add(v)
		d.sums = append(d.sums, all.Total())
		// The value of the mirrored rank first: equal values cancel before they are rounded.
		if j := len(sorted) - 1 - i; j < i {
			ranked.Add(float64(i-j) * (v - sorted[j]))
		}
	}
	d.ranked = ranked.Total()
	return d
}

// Verdict says whether there is a curve.
func (d *Distribution) Verdict() LorenzVerdict { return d.verdict }

// Gini returns the coefficient G = Σ(2i−n−1)·x₍ᵢ₎ / (n·Σx) of the values in ascending
// order: 0 if all are equal, (n−1)/n if one has everything. N is the number of values.
// It has no value unless the verdict is [LorenzOK].
func (d *Distribution) Gini() rapport.Ratio { return d.gini(d.n) }

// SampleGini returns G·n/(n−1), which corrects for the values being a sample and is 1 if
// one has everything. Of one value it has none.
func (d *Distribution) SampleGini() rapport.Ratio { return d.gini(d.n - 1) }

func (d *Distribution) gini(by int) rapport.Ratio {
	if d.verdict != LorenzOK {
		return rapport.Ratio{N: d.n}
	}
	return rapport.Ratio{Num: d.ranked, Den: float64(by) * d.sums[d.n], N: d.n}
}

// LorenzPoint is a point of a Lorenz curve.
type LorenzPoint struct {
	Customers int           // those with the smallest values so far
	Value     rapport.Ratio // the sum of their values over that of all, N their number
}

// Curve returns the Lorenz curve: what the k customers with the smallest values hold
// together, at about that many steps from none to all. There are never more steps than
// customers; fewer than 1 counts as 1. It is nil unless the verdict is [LorenzOK].
func (d *Distribution) Curve(steps int) []LorenzPoint {
	if d.verdict != LorenzOK {
		return nil
	}
	var points []LorenzPoint
	for k := range evenly(d.n, steps) {
		points = append(points, LorenzPoint{Customers: k, Value: rapport.Ratio{Num: d.sums[k], Den: d.sums[d.n], N: k}})
	}
	return points
}

// Bottom returns what the customers with the smallest values hold, N of them: that
// share of the base, rounded up. It has no value unless the verdict is [LorenzOK]. The
// error is a [*ShareError].
func (d *Distribution) Bottom(share Share) (rapport.Ratio, error) {
	n, err := share.Of(d.n)
	if err != nil || d.verdict != LorenzOK {
		return rapport.Ratio{N: n}, err
	}
	return rapport.Ratio{Num: d.sums[n], Den: d.sums[d.n], N: n}, nil
}
