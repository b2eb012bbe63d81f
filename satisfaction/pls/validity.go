package pls

import "math"

// Discriminant compares two constructs: do their items measure different things?
type Discriminant struct {
	A, B        string
	Correlation float64 // of the constructs; corrected if the estimation is consistent
	// HTMT is the heterotrait–monotrait ratio, the mean correlation of the items of one
	// with those of the other over the geometric mean of the mean correlations within
	// both, from absolute correlations (J. Henseler, C. M. Ringle, M. Sarstedt 2015;
	// seminr). A construct with one item counts as 1 within. It exists in every mode,
	// but speaks of constructs in mode A.
	HTMT Figure
	// HTMTSigned takes correlations with their signs, as cSEM does: items that
	// correlate with different signs then cancel. It does not exist if a mean within
	// is not above 0.
	HTMTSigned Figure
	// HTMT2 takes geometric means of correlations throughout, for items whose loadings
	// differ (E. Roemer, F. Schuberth, J. Henseler 2021). It exists if all correlations
	// concerned are above 0.
	HTMT2 Figure
	// FornellLarcker is Good if the squared correlation is below the average variance
	// extracted of both, else Poor; Unjudged where one of these does not exist (C.
	// Fornell, D. F. Larcker 1981).
	FornellLarcker Verdict
}

// Discriminant returns all pairs of constructs, A before B in the order of the model.
func (r *Result) Discriminant() []Discriminant {
	var out []Discriminant
	count, reliability, sample := r.plan.constructs(), r.Reliability(), r.Sample()
	for a := range count {
		for b := a + 1; b < count; b++ {
			d := Discriminant{A: r.plan.name(a), B: r.plan.name(b), Correlation: r.between[a*count+b]}
			absolute, signed, geometric := sample.htmt(a, b)
			d.HTMT, d.HTMTSigned = judged(MeasureHTMT, absolute), judged(MeasureHTMT, signed)
			d.HTMT2 = judged(MeasureHTMT, geometric)
			if x, y := reliability[a].AVE, reliability[b].AVE; x.Exists && y.Exists {
				d.FornellLarcker = Poor
				if d.Correlation*d.Correlation < min(x.Value, y.Value) {
					d.FornellLarcker = Good
				}
			}
			out = append(out, d)
		}
	}
	return out
}

// HTMTStatistic returns the absolute heterotrait–monotrait ratio of two constructs as
// a statistic that a [Bootstrap] can give an interval: the constructs are distinct if
// its upper end is below the bound of the rule, or below 1 at least (J. Henseler, C. M.
// Ringle, M. Sarstedt 2015). Its name is "htmt A B". The error is a [*ModelError] for a
// construct that the model does not have.
func HTMTStatistic(model Model, a, b string) (Statistic, error) {
	pl, err := newPlan(model)
	if err != nil {
		return Statistic{}, err
	}
	for _, construct := range [...]string{a, b} {
		if _, known := pl.place[construct]; !known {
			return Statistic{}, &ModelError{Fault: UnknownConstruct, Construct: construct}
		}
	}
	from, to := pl.place[a], pl.place[b]
	return Statistic{Name: "htmt " + a + " " + b, Value: func(s *Sample) float64 {
		absolute, _, _ := s.htmt(from, to)
		return absolute
	}}, nil
}

// htmt returns the three ratios of constructs a and b, NaN where one does not exist.
func (s *Sample) htmt(a, b int) (absolute, signed, geometric float64) {
	between, first, second := s.pairMeans(a, b), s.pairMeans(a, a), s.pairMeans(b, b)
	signed = math.NaN()
	if first.signed > 0 && second.signed > 0 {
		signed = between.signed / math.Sqrt(first.signed*second.signed)
	}
	return between.absolute / math.Sqrt(first.absolute*second.absolute), signed,
		between.geometric / math.Sqrt(first.geometric*second.geometric)
}

// pairMeans are means of the correlations of the items of two constructs.
type pairMeans struct{ absolute, signed, geometric float64 }

// pairMeans takes means over all pairs of items of constructs c and d, or over those of
// different items if both are the same; a construct of one item counts as 1 with itself.
func (s *Sample) pairMeans(c, d int) pairMeans {
	if c == d && s.Size(c) == 1 {
		return pairMeans{1, 1, 1}
	}
	var sum pairMeans
	pairs := 0.0
	for i := range s.Size(c) {
		for k := range s.Size(d) {
			if c == d && k >= i {
				break
			}
			r := s.ItemCorrelation(c, i, d, k)
			sum.absolute += math.Abs(r)
			sum.signed += r
			sum.geometric += math.Log(r) // NaN below 0, where the mean does not exist
			pairs++
		}
	}
	return pairMeans{sum.absolute / pairs, sum.signed / pairs, math.Exp(sum.geometric / pairs)}
}

// CrossLoading is how an item correlates with the scores of all constructs.
type CrossLoading struct {
	Item      string
	Construct string    // its own
	Loadings  []float64 // by the order of the model's constructs, never corrected
	// Highest is the construct whose score the item correlates with most, by absolute
	// values: its own if it measures what it should (W. W. Chin 1998).
	Highest string
}

// CrossLoadings returns the correlations of all items with all scores, in the order of
// the model.
func (r *Result) CrossLoadings() []CrossLoading {
	p, count := len(r.plan.items), r.plan.constructs()
	m, out := r.metric(), make([]CrossLoading, p)
	for own := range count {
		for i := r.plan.first[own]; i < r.plan.first[own+1]; i++ {
			c := CrossLoading{Item: r.plan.items[i], Construct: r.plan.name(own), Loadings: make([]float64, count)}
			highest := own
			for j := range count {
				for k := r.plan.first[j]; k < r.plan.first[j+1]; k++ {
					c.Loadings[j] += r.weights[k] * m[i*p+k]
				}
				c.Loadings[j] /= math.Sqrt(m[i*p+i])
				if j == own && r.plan.size(own) == 1 {
					c.Loadings[j] = 1
				}
			}
			for j, l := range c.Loadings {
				if math.Abs(l) > math.Abs(c.Loadings[highest]) {
					highest = j
				}
			}
			c.Highest = r.plan.name(highest)
			out[i] = c
		}
	}
	return out
}
