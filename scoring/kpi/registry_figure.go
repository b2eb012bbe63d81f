package kpi

import "github.com/rapport-crm/rapport"

// OfRatio makes the figure of a KPI from a numerator and a denominator: the way to figures
// of a host's own definitions. The error of this method and of those below is a
// [*CodeError] for a code that is not known, or that of [Figure.Validate].
func (r *Registry) OfRatio(code string, period rapport.Interval, ratio rapport.Ratio) (Figure, error) {
	return r.figure(Figure{Code: code, Period: period, Ratio: ratio, N: ratio.N})
}

// OfEstimate makes the figure of a KPI from an estimate, such as [SatisfactionIndex] from
// the index of package satisfaction.
func (r *Registry) OfEstimate(code string, period rapport.Interval, estimate rapport.Estimate) (Figure, error) {
	return r.figure(Figure{Code: code, Period: period, Estimate: estimate, N: estimate.N})
}

// OfAmount makes the figure of a KPI from an amount of money that comes from n
// observations; n 0 means that there are no data.
func (r *Registry) OfAmount(code string, period rapport.Interval, amount rapport.Money, n int) (Figure, error) {
	return r.figure(Figure{Code: code, Period: period, Amount: amount, N: n})
}

// figure gives a figure the unit of its definition and checks it.
func (r *Registry) figure(f Figure) (Figure, error) {
	f.Unit = r.definitions[f.Code].Unit
	if err := r.Check(f); err != nil {
		return Figure{}, err
	}
	return f, nil
}
