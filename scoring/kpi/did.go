package kpi

import (
	"fmt"
	"iter"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// DifferenceInDifferences is the change of the treated less the change of the control: what
// a measure did where the two groups were not drawn by lot and would have moved alike
// without it. That they would is an assumption which these numbers cannot test; the
// changes of earlier periods can.
type DifferenceInDifferences struct {
	Treated rapport.Estimate // after less before
	Control rapport.Estimate
	Effect  rapport.Estimate // treated less control
	// P is the two-sided probability of such an effect without one.
	P float64
}

// CompareRates compares four independent samples: other customers were asked or counted
// before and after. Changes have the interval of Newcombe (1998, method 10), the effect
// that of Zou and Donner (2008) from them. P is that of the normal distribution for the four
// rates (x + ½)/(n + 1) with their variances over n + 1 (R. M. Price and D. G. Bonett, An
// improved confidence interval for a linear function of binomial proportions, Computational
// Statistics & Data Analysis 45, 2004): with x/n five of five would be beyond doubt. The
// level is that of the intervals, 0 for 0.95.
//
// The error is an [*InputError] for an arm without customers, more successes than
// customers and a level that is not between 0 and 1.
func CompareRates(level float64, treatedBefore, treatedAfter, controlBefore, controlAfter Arm) (DifferenceInDifferences, error) {
	level, err := checkLevel("difference_in_differences", level)
	if err != nil {
		return DifferenceInDifferences{}, err
	}
	var rates [4]rapport.Ratio
	change, variance := 0.0, 0.0 // of the rates for P
	for i, arm := range [...]struct {
		name string
		Arm
	}{{"treated before", treatedBefore}, {"treated after", treatedAfter}, {"control before", controlBefore}, {"control after", controlAfter}} {
		if rates[i], err = arm.rate(arm.name); err != nil {
			return DifferenceInDifferences{}, err
		}
		n := rates[i].Den + 1
		p := (rates[i].Num + 0.5) / n
		change += [...]float64{-1, 1, 1, -1}[i] * p
		variance += p * (1 - p) / n
	}
	d := DifferenceInDifferences{
		Treated: rateDifference(rates[1], rates[0], level),
		Control: rateDifference(rates[3], rates[2], level),
	}
	var effect combined
	effect.add(1, d.Treated)
	effect.add(-1, d.Control)
	d.Effect = effect.estimate(1, level)
	d.P = twoSided(change, math.Sqrt(variance), stats.NormalTail)
	return d, nil
}

// Change is what one customer came to before and after, in any unit.
type Change struct {
	Treated       bool
	Before, After float64
}

// CompareChanges compares customers who were seen before and after: the mean change of the
// treated less that of the control, with Student's interval on the degrees of freedom of
// Welch (1947) and Satterthwaite (1946), so that the groups may vary unequally. P is 1
// where the effect is 0 but for rounding, and 0 where it is not and nothing varies. The
// level is that of the intervals, 0 for 0.95.
//
// The error is an [*InputError] for fewer than two customers in a group, a value of a
// size beyond 1e150 or none, and a level that is not between 0 and 1; or that of the rows.
func CompareChanges(level float64, customers iter.Seq2[Change, error]) (DifferenceInDifferences, error) {
	const subject = "difference_in_differences"
	level, err := checkLevel(subject, level)
	if err != nil {
		return DifferenceInDifferences{}, err
	}
	var treated, control []float64
	size := 0.0 // of the largest value, which says how far the changes are rounded
	for c, err := range customers {
		if err != nil {
			return DifferenceInDifferences{}, fmt.Errorf("kpi: %s: %w", subject, err)
		}
		for _, v := range [...]float64{c.Before, c.After} {
			if !(math.Abs(v) <= 1e150) { // so written to catch NaN
				return DifferenceInDifferences{}, &InputError{Subject: subject, Name: "value", Value: v, Reason: "want a number of size up to 1e150"}
			}
			size = max(size, math.Abs(v))
		}
		group := &control
		if c.Treated {
			group = &treated
		}
		*group = append(*group, c.After-c.Before)
	}
	for _, group := range [...]count{{"treated", len(treated)}, {"control", len(control)}} {
		if group.n < 2 {
			return DifferenceInDifferences{}, &InputError{Subject: subject, Name: group.name, Value: float64(group.n), Reason: "want at least 2 customers"}
		}
	}
	d := DifferenceInDifferences{Treated: meanOf(treated, level), Control: meanOf(control, level)}
	d.Effect = rapport.Estimate{Value: d.Treated.Value - d.Control.Value, N: d.Treated.N + d.Control.N}
	se, df := stats.Satterthwaite(d.Treated.SE, float64(len(treated)-1), d.Control.SE, float64(len(control)-1))
	if se > 0 {
		margin := stats.StudentMargin(level, df) * se
		d.Effect.SE, d.Effect.Level = se, level
		d.Effect.Low, d.Effect.High = d.Effect.Value-margin, d.Effect.Value+margin
	}
	if math.Abs(d.Effect.Value) <= 1e-15*size { // 1.1 − 1 is not quite 0.1 − 0
		d.P = 1
		return d, nil
	}
	d.P = twoSided(d.Effect.Value, se, func(t float64) float64 { return stats.StudentTail(t, df) })
	return d, nil
}

func twoSided(effect, se float64, tail func(float64) float64) float64 {
	switch {
	case effect == 0:
		return 1
	case se == 0:
		return 0
	}
	return min(1, 2*tail(math.Abs(effect)/se))
}
