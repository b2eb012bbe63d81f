package btyd

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// SpendFrequency says how the mean spend and the number of repeat purchases go together.
// Spend models, and values that multiply the two, take them as independent.
type SpendFrequency struct {
	// Pearson is the linear correlation, which few large amounts may decide; Spearman is
	// that of the ranks, ties sharing theirs. Both with the 95 % interval by Fisher's
	// transformation, for ranks with the variance (1 + ρ²/2)/(n−3) of Bonett and Wright
	// (Psychometrika 65, 2000); N is the number of customers. Fewer than four have no
	// interval.
	Pearson, Spearman rapport.Estimate
	// PearsonP and SpearmanP are the probabilities of a correlation at least that far
	// from 0 under independence, by Student's distribution with n−2 degrees of freedom.
	PearsonP, SpearmanP float64
}

// CheckSpendFrequency correlates the rows. The error is [ErrTooFewSpenders],
// [ErrEqualSpend] or [ErrOneFrequency] where there is no correlation.
func CheckSpendFrequency(rows *SpendRows) (SpendFrequency, error) {
	n := rows.Customers()
	fail := func(err error) (SpendFrequency, error) {
		return SpendFrequency{}, fmt.Errorf("btyd: spend and frequency of %d customers: %w", n, err)
	}
	switch {
	case n < 2:
		return fail(ErrTooFewSpenders)
	case len(rows.count) == 1:
		return fail(ErrOneFrequency)
	case slices.Min(rows.mean) == slices.Max(rows.mean):
		return fail(ErrEqualSpend)
	}
	c := SpendFrequency{
		Pearson:  fisher(rows.pearson(), n, func(float64) float64 { return 1 }),
		Spearman: fisher(rows.spearman(), n, func(r float64) float64 { return 1 + r*r/2 }),
	}
	c.PearsonP, c.SpearmanP = independent(c.Pearson.Value, n), independent(c.Spearman.Value, n)
	return c, nil
}

// fisher gives a correlation of n pairs its interval; variance is that of artanh r times
// n − 3.
func fisher(r float64, n int, variance func(r float64) float64) rapport.Estimate {
	e := rapport.Estimate{Value: r, N: n}
	if n < 4 || r*r >= 1 {
		return e
	}
	const level = 0.95
	se := math.Sqrt(variance(r) / float64(n-3))
	z, margin := math.Atanh(r), numeric.NormalQuantile((1+level)/2)*se
	e.SE, e.Low, e.High, e.Level = se*(1-r*r), math.Tanh(z-margin), math.Tanh(z+margin), level
	return e
}

// independent returns the two-sided p-value of a correlation of n pairs.
func independent(r float64, n int) float64 {
	df := float64(n - 2)
	if df == 0 {
		return 1 // any two points lie on a line
	}
	p, _ := numeric.BetaTails(df/2, 0.5, (1-r*r)/(r*r))
	if r == 0 {
		p = 1
	}
	return p
}

// spearman is the correlation of the ranks of counts and means.
func (r *SpendRows) spearman() float64 {
	counts, means := ranks(r.count, r.copies), ranks(r.mean, r.weight)
	return r.correlate(func(i int) float64 { return counts[r.kind[i]] }, func(i int) float64 { return means[i] })
}

// pearson is the correlation of counts and means.
func (r *SpendRows) pearson() float64 {
	meanX, meanM := r.sumX/r.customers, r.meanSpend()
	return r.correlate(func(i int) float64 { return r.x(i) - meanX }, func(i int) float64 { return r.mean[i] - meanM })
}

// correlate returns the correlation of two centred columns.
func (r *SpendRows) correlate(a, b func(i int) float64) float64 {
	// In units of the largest, so that squares stay in range.
	var largestA, largestB float64
	for i := range r.mean {
		largestA, largestB = max(largestA, math.Abs(a(i))), max(largestB, math.Abs(b(i)))
	}
	if largestA == 0 || largestB == 0 {
		return 0
	}
	var cross, squareA, squareB float64
	for i, w := range r.weight {
		u, v := a(i)/largestA, b(i)/largestB
		cross += w * u * v
		squareA += w * u * u
		squareB += w * v * v
	}
	return max(-1, min(1, cross/math.Sqrt(squareA*squareB)))
}
