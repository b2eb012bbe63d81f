package btyd

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

const (
	// probeFactor is how much further along a ridge the likelihood is probed, and
	// probeLoss how little it may fall there to be called flat.
	probeFactor = 100
	probeLoss   = 0.01
	// fewRepeaters is the number of repeat customers below which a fit warns.
	fewRepeaters = 20
)

// ridge is a direction in log parameters along which a likelihood may stay flat
// for ever.
type ridge struct {
	boundary  Boundary
	direction []float64
	// extreme says whether a point lies so far out that the ridge is worth a probe.
	extreme func(params []float64) bool
}

// findRidges returns the ridges that the maximum lies on: going a hundredfold
// further costs next to no likelihood.
func findRidges(f numeric.Objective, at numeric.Maximum, candidates []ridge) ([]ridge, error) {
	var found []ridge
	size := len(at.X)
	params := make([]float64, size)
	for i, v := range at.X {
		params[i] = math.Exp(v)
	}
	x, g, h := make([]float64, size), make([]float64, size), make([]float64, size*size)
	for _, c := range candidates {
		if !c.extreme(params) {
			continue
		}
		for i := range x {
			x[i] = at.X[i] + math.Log(probeFactor)*c.direction[i]
		}
		value, err := f(x, g, h)
		if err != nil {
			return nil, err
		}
		if value >= at.Value-probeLoss {
			found = append(found, c)
		}
	}
	return found, nil
}

// flattest returns both ways along the flattest direction at a maximum, if it is
// so flat that it may be a ridge: a mixture of those that a family names, or one of
// covariates.
func flattest(at numeric.Maximum) []ridge {
	size := len(at.X)
	curved := make([]float64, len(at.Hessian))
	for i, h := range at.Hessian {
		curved[i] = -h
	}
	value, vector := numeric.SmallestEigen(curved, size)
	largest := largestOf(vector)
	far := math.Log(probeFactor) / largest
	if !(value*far*far/2 < probeLoss) {
		return nil
	}
	var ways []ridge
	for _, sign := range []float64{1, -1} {
		direction := make([]float64, size)
		for i, v := range vector {
			if math.Abs(v) > 1e-4*largest { // what moves less is identified all the same
				direction[i] = sign * v / largest
			}
		}
		ways = append(ways, ridge{BoundaryUnidentified, direction, func([]float64) bool { return true }})
	}
	return ways
}

// curvature turns the Hessian in a search's coordinates into the covariance matrix of
// the parameters by the delta method; slopes are their derivatives in the coordinates. flat directions are left out: the
// result is that of the space orthogonal to them, and a parameter that any of them
// moves is not identified. It returns nil unless the rest is negative definite.
func curvature(slopes, hessian []float64, flat [][]float64) (covariance []float64, identified []bool) {
	size := len(slopes)
	basis := orthogonal(flat, size)
	k := len(basis)
	inner := make([]float64, k*k)
	for i := range k {
		for j := range k {
			sum := 0.0
			for p := range size {
				for q := range size {
					sum -= basis[i][p] * hessian[p*size+q] * basis[j][q]
				}
			}
			inner[i*k+j] = sum
		}
	}
	inverse, ok := numeric.InversePositive(inner, k)
	if !ok || k == 0 {
		return nil, make([]bool, size)
	}
	covariance, identified = make([]float64, size*size), make([]bool, size)
	for p := range size {
		for q := range p + 1 {
			sum := 0.0
			for i := range k {
				for j := range k {
					sum += basis[i][p] * inverse[i*k+j] * basis[j][q]
				}
			}
			covariance[p*size+q] = sum * slopes[p] * slopes[q]
			covariance[q*size+p] = covariance[p*size+q]
		}
		identified[p] = !slices.ContainsFunc(flat, func(d []float64) bool { return d[p] != 0 })
	}
	for _, v := range covariance {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, make([]bool, size)
		}
	}
	return covariance, identified
}

// orthogonal returns an orthonormal basis of the space orthogonal to flat, by
// Gram–Schmidt over the unit vectors.
func orthogonal(flat [][]float64, size int) [][]float64 {
	var spanned [][]float64
	add := func(v []float64) bool {
		for _, s := range spanned {
			dot := 0.0
			for i := range v {
				dot += v[i] * s[i]
			}
			for i := range v {
				v[i] -= dot * s[i]
			}
		}
		norm := 0.0
		for _, c := range v {
			norm += c * c
		}
		if norm < 1e-12 {
			return false
		}
		for i := range v {
			v[i] /= math.Sqrt(norm)
		}
		spanned = append(spanned, v)
		return true
	}
	for _, d := range flat {
		add(slices.Clone(d))
	}
	taken := len(spanned)
	for i := range size {
		unit := make([]float64, size)
		unit[i] = 1
		add(unit)
	}
	return spanned[taken:]
}

// warnings returns the codes for what a fit's curvature and size tell. The first
// parameters are positive, as many as stated.
func warnings(repeaters int, params []float64, positive int, covariance []float64, identified []bool, boundaries []Boundary) []Warning {
	codes := []Warning{}
	if repeaters < fewRepeaters {
		codes = append(codes, WarningFewCustomers)
	}
	if covariance == nil {
		if len(boundaries) == 0 {
			codes = append(codes, WarningNoCovariance)
		}
		return codes
	}
	size := len(params)
	for i, v := range params[:positive] {
		if identified[i] && math.Sqrt(covariance[i*size+i]) > math.Ln2*v {
			return append(codes, WarningWeaklyIdentified)
		}
	}
	return codes
}
