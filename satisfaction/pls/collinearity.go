package pls

import "github.com/rapport-crm/rapport/internal/numeric"

// PathVIF is the variance inflation factor of a path's origin among all constructs
// that act on the same one: 1/(1−R²) of its regression on the others. Where it acts
// alone nothing inflates the variance, and the factor is 1; seminr leaves it out.
type PathVIF struct {
	Path
	VIF Figure // does not exist if the constructs' correlations are not positive definite
}

// PathVIFs returns the collinearity of all antecedents, in the order of the paths.
func (r *Result) PathVIFs() []PathVIF {
	count, out := r.plan.constructs(), make([]PathVIF, len(r.plan.paths))
	for _, in := range r.plan.in {
		m := make([]float64, 0, len(in)*len(in))
		for _, k := range in {
			for _, l := range in {
				m = append(m, r.between[r.plan.paths[k].from*count+r.plan.paths[l].from])
			}
		}
		for i, vif := range inflation(m, len(in)) {
			out[in[i]] = PathVIF{Path: r.plan.model.Paths[in[i]], VIF: vif}
		}
	}
	return out
}

// ItemVIF is the variance inflation factor of an item among the items of its
// construct; 1 for an only item. It matters in mode B, where high values make weights
// unstable; in mode A items should correlate.
type ItemVIF struct {
	Item      string
	Construct string
	VIF       Figure // does not exist if an item of the block repeats others
}

// ItemVIFs returns the collinearity of all items in the order of the model.
func (r *Result) ItemVIFs() []ItemVIF {
	var out []ItemVIF
	for j := range r.plan.constructs() {
		from, size := r.plan.first[j], r.plan.size(j)
		for i, vif := range inflation(blockOf(r.correlations, len(r.plan.items), from, size), size) {
			out = append(out, ItemVIF{Item: r.plan.items[from+i], Construct: r.plan.name(j), VIF: vif})
		}
	}
	return out
}

// inflation returns the variance inflation factors of n variables with these
// correlations: the diagonal of the inverse.
func inflation(m []float64, n int) []Figure {
	out := make([]Figure, n)
	inverse, ok := numeric.InversePositive(m, n)
	if !ok {
		return out
	}
	for i := range out {
		out[i] = judged(MeasureVIF, inverse[i*n+i])
	}
	return out
}
