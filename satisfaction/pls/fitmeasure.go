package pls

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// FitMeasures say how well the model reproduces the correlations of the items. They
// take every construct for a common factor of its items: the correlation of two items
// is the product of their loadings and of the correlation of their constructs.
type FitMeasures struct {
	Estimated Discrepancy // constructs correlate as the paths imply
	Saturated Discrepancy // constructs correlate as they do: only the measurement is at fault
	// GoF is √(mean squared loading of the items of constructs with two or more × mean
	// R²) (M. Tenenhaus et al. 2005). It does not exist without such a construct.
	GoF Figure
}

// Discrepancy measures the distance of the implied correlations of the items from
// those in the data.
type Discrepancy struct {
	// SRMR is the root mean square of the differences, diagonal included (L. Hu, P. M.
	// Bentler 1999).
	SRMR Figure
	// ULS is ½·tr(S−Σ)², the squared Euclidean distance, d_ULS (T. K. Dijkstra, J.
	// Henseler 2015).
	ULS Figure
	// Geodesic is ½·Σ ln²λ over the eigenvalues λ of S⁻¹Σ, d_G, of the same. It does
	// not exist if one of the matrices is not positive definite.
	Geodesic Figure
}

// FitMeasures returns how well the model fits.
func (r *Result) FitMeasures() FitMeasures {
	return FitMeasures{
		Estimated: r.discrepancy(r.impliedItems(r.impliedConstructs())),
		Saturated: r.discrepancy(r.impliedItems(r.between)),
		GoF:       judged(MeasureGoF, r.goodness()),
	}
}

// impliedConstructs returns the correlations of the constructs that the paths imply:
// those of constructs without predecessors are as they are, disturbances have
// variance 1 − R² and are not correlated. The diagonal is set to 1.
func (r *Result) impliedConstructs() []float64 {
	count := r.plan.constructs()
	v := make([]float64, count*count)
	done := make([]int, 0, count)
	for _, j := range r.plan.order {
		if len(r.plan.in[j]) > 0 {
			continue
		}
		v[j*count+j] = 1
		for _, k := range done {
			v[j*count+k] = r.between[j*count+k]
			v[k*count+j] = v[j*count+k]
		}
		done = append(done, j)
	}
	for _, j := range r.plan.order {
		if len(r.plan.in[j]) == 0 {
			continue
		}
		variance := 1 - r.r2[j]
		for _, k := range done {
			sum := 0.0
			for _, path := range r.plan.in[j] {
				sum += r.paths[path] * v[r.plan.paths[path].from*count+k]
			}
			v[j*count+k], v[k*count+j] = sum, sum
		}
		for _, path := range r.plan.in[j] {
			variance += r.paths[path] * v[r.plan.paths[path].from*count+j]
		}
		v[j*count+j] = variance
		done = append(done, j)
	}
	for j := range count {
		v[j*count+j] = 1
	}
	return v
}

// impliedItems returns the correlations of the items for those of the constructs.
func (r *Result) impliedItems(between []float64) []float64 {
	p, count := len(r.plan.items), r.plan.constructs()
	out := make([]float64, p*p)
	for j := range count {
		for k := range count {
			for i := r.plan.first[j]; i < r.plan.first[j+1]; i++ {
				for h := r.plan.first[k]; h < r.plan.first[k+1]; h++ {
					out[i*p+h] = r.loadings[i] * between[j*count+k] * r.loadings[h]
				}
			}
		}
	}
	for i := range p {
		out[i*p+i] = 1
	}
	return out
}

func (r *Result) discrepancy(implied []float64) Discrepancy {
	p, sum := len(r.plan.items), 0.0
	for i := range p {
		for k := range i {
			d := r.correlations[i*p+k] - implied[i*p+k]
			sum += d * d
		}
	}
	return Discrepancy{
		SRMR: judged(MeasureSRMR, math.Sqrt(sum/float64(p*(p+1)/2))), ULS: figure(sum),
		Geodesic: figure(geodesic(r.correlations, implied, p)),
	}
}

// geodesic is ½·Σ ln²λ over the eigenvalues of s⁻¹·m, which are those of the symmetric
// L⁻¹mL⁻ᵀ with s = LLᵀ; NaN if one is not above 0 or s is not positive definite.
func geodesic(s, m []float64, n int) float64 {
	l := append([]float64(nil), s...)
	if !numeric.Cholesky(l, n) {
		return math.NaN()
	}
	turned := append([]float64(nil), m...)
	for range 2 {
		// L⁻¹ times the matrix, then transposed: twice gives L⁻¹mL⁻ᵀ.
		next := make([]float64, n*n)
		for column := range n {
			for i := range n {
				sum := turned[i*n+column]
				for k := range i {
					sum -= l[i*n+k] * next[column*n+k]
				}
				next[column*n+i] = sum / l[i*n+i]
			}
		}
		turned = next
	}
	for i := range n {
		for k := range i {
			mean := (turned[i*n+k] + turned[k*n+i]) / 2
			turned[i*n+k], turned[k*n+i] = mean, mean
		}
	}
	values, _ := numeric.Eigen(turned, n)
	sum := 0.0
	for _, v := range values {
		// An eigenvalue that rounding alone keeps from 0 has no logarithm worth having.
		if !(v > 1e-12*values[0]) {
			return math.NaN()
		}
		sum += math.Log(v) * math.Log(v)
	}
	return sum / 2
}

// goodness is the GoF, NaN if it does not exist.
func (r *Result) goodness() float64 {
	squares, items, r2, equations := 0.0, 0.0, 0.0, 0.0
	for j := range r.plan.constructs() {
		if len(r.plan.in[j]) > 0 {
			r2 += r.r2[j]
			equations++
		}
		if size := r.plan.size(j); size > 1 {
			squares += meanSquare(r.loadings[r.plan.first[j]:r.plan.first[j+1]]) * float64(size)
			items += float64(size)
		}
	}
	return math.Sqrt(squares / items * (r2 / equations))
}
