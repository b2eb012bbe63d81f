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
	count, reliability := r.plan.constructs(), r.Reliability()
	for a := range count {
		for b := a + 1; b < count; b++ {
			d := Discriminant{A: r.plan.name(a), B: r.plan.name(b), Correlation: r.between[a*count+b]}
			absolute, signed, geometric := r.htmt(a, b)
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

// htmt returns the three ratios of constructs a and b, NaN where one does not exist.
func (r *Result) htmt(a, b int) (absolute, signed, geometric float64) {
	p := len(r.plan.items)
	mean := func(c, d int) pairMeans {
		return pairMeansOf(r.plan.size(c), r.plan.size(d), c == d, func(i, k int) float64 {
			return r.correlations[(r.plan.first[c]+i)*p+r.plan.first[d]+k]
		})
	}
	return htmtOf(mean(a, b), mean(a, a), mean(b, b))
}

// pairMeans are means of the correlations of one block with another or itself.
type pairMeans struct{ absolute, signed, geometric float64 }

// pairMeansOf takes means over all pairs of blocks of n and m items, or over those of
// different items if both are the same; a block of one item counts as 1 with itself.
func pairMeansOf(n, m int, same bool, correlation func(i, k int) float64) pairMeans {
	if same && n == 1 {
		return pairMeans{1, 1, 1}
	}
	var sum pairMeans
	pairs := 0.0
	for i := range n {
		for k := range m {
			if same && k >= i {
				break
			}
			c := correlation(i, k)
			sum.absolute += math.Abs(c)
			sum.signed += c
			sum.geometric += math.Log(c) // NaN below 0, which is what is wanted
			pairs++
		}
	}
	return pairMeans{sum.absolute / pairs, sum.signed / pairs, math.Exp(sum.geometric / pairs)}
}

// htmtOf forms the ratios of the means between two blocks and within both.
func htmtOf(between, a, b pairMeans) (absolute, signed, geometric float64) {
	signed = math.NaN()
	if a.signed > 0 && b.signed > 0 {
		signed = between.signed / math.Sqrt(a.signed*b.signed)
	}
	return between.absolute / math.Sqrt(a.absolute*b.absolute), signed,
		between.geometric / math.Sqrt(a.geometric*b.geometric)
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
