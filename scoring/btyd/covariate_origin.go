package btyd

import (
	"fmt"
	"math"
	"slices"
)

// The search has the family's parameters at the covariates' middles; those that are
// reported, and that priors are of, hold where all are 0. In logarithms one follows from
// the other by a linear map.

// origin returns that map: row by row the logarithms of the parameters at 0, and the
// coordinates of the effects, in the coordinates of the search. Without leaving, the
// parameters of leaving have no meaning and stay.
func (r *covariateRecipe) origin(leaving bool) [][]float64 {
	base := len(r.inner.names())
	rows := make([][]float64, base+len(r.effects))
	for i := range rows {
		rows[i] = make([]float64, len(rows))
		rows[i][i] = 1
	}
	slope, zero := make([]float64, base), make([]float64, r.columns())
	for k, e := range r.effects {
		e.life = e.life && leaving
		r.slopeOf(slope, e, r.spreads[k], zero)
		for i, v := range slope {
			rows[i][base+k] = v
		}
	}
	return rows
}

// ofPriors are the coordinates that priors are of.
func (e *estimation) ofPriors(x []float64) []float64 {
	r, ok := e.recipe.(elsewhere)
	if !ok {
		return x
	}
	at := make([]float64, len(x))
	for i, row := range r.origin(true) {
		for k, v := range row {
			at[i] += v * x[k]
		}
	}
	return at
}

// columns is a number of covariates that holds those of all effects.
func (r *covariateRecipe) columns() int {
	n := 0
	for _, e := range r.effects {
		n = max(n, e.column+1)
	}
	return n
}

// fromOrigin turns parameters at 0 and effects into those of the search.
func (r *covariateRecipe) fromOrigin(params []float64) []float64 {
	base := len(r.inner.names())
	start := slices.Clone(params)
	for k, s := range r.spreads {
		start[base+k] *= s.deviation
	}
	for i, row := range r.origin(true)[:base] {
		shift := 0.0
		for k := base; k < len(params); k++ {
			shift -= row[k] * start[k]
		}
		start[i] *= math.Exp(shift)
	}
	return start
}

// covariateEstimates are what a fit says of the parameters at 0 and the effects.
type covariateEstimates struct {
	params, covariance []float64
	identified         []bool
	weak               bool // one at the middles deserves [WarningWeaklyIdentified]
}

// atOrigin takes the estimates from an optimum. The error is a [*CovariateError]
// where a parameter leaves the range of models.
func (r *covariateRecipe) atOrigin(best optimum, names []string) (covariateEstimates, error) {
	base := len(r.inner.names())
	origin := r.origin(!slices.Contains(best.params[:base], 0))
	params := slices.Clone(best.params)
	for i, row := range origin[:base] {
		shift, most, column := 0.0, 0.0, 0
		for k, e := range r.effects {
			part := row[base+k] * best.params[base+k]
			shift += part
			if math.Abs(part) > most {
				most, column = math.Abs(part), e.column
			}
		}
		if params[i] == 0 || shift == 0 {
			continue
		}
		log := math.Log(params[i]) + shift
		if !(math.Abs(log) <= math.Log(largest)) {
			return covariateEstimates{}, notAtZero(names[column], r.inner.names()[i], log)
		}
		params[i] = min(max(params[i]*math.Exp(shift), smallest), largest)
	}
	rates := slopes(params, base)
	for k, s := range r.spreads {
		params[base+k] /= s.deviation
		rates[base+k] /= s.deviation
	}
	e := covariateEstimates{params: params, identified: make([]bool, len(params))}
	inner, atMiddle := curvature(slices.Repeat([]float64{1}, len(params)), best.Hessian, best.flat)
	if inner == nil {
		return e, nil
	}
	if e.covariance = carried(inner, origin, rates); e.covariance == nil {
		return e, nil
	}
	for i, row := range origin {
		e.identified[i] = !moved(row, best.flat)
		e.weak = e.weak || i < base && atMiddle[i] && math.Sqrt(inner[i*len(params)+i]) > math.Ln2
	}
	return e, nil
}

// notAtZero says that a parameter cannot be given where covariates are 0.
func notAtZero(covariate, parameter string, log float64) error {
	return &CovariateError{Name: covariate, Reason: fmt.Sprintf(
		"%s of customers where it is 0 would be e^%.4g, beyond 1e-100 to 1e100: centre the covariate, subtract its mean or a round number near it", parameter, log)}
}

// carried returns the covariance of what has these derivatives in the coordinates, times
// rates; nil if it is beyond numbers.
func carried(inner []float64, jacobian [][]float64, rates []float64) []float64 {
	size := len(jacobian)
	half := make([]float64, size*size) // jacobian · inner
	for i, row := range jacobian {
		for l := range size {
			for k, v := range row {
				half[i*size+l] += v * inner[k*size+l]
			}
		}
	}
	covariance := make([]float64, size*size)
	for i := range size {
		for j := i; j < size; j++ {
			sum := 0.0
			for l, v := range jacobian[j] {
				sum += half[i*size+l] * v
			}
			covariance[i*size+j] = sum * rates[i] * rates[j]
			if !isFinite(covariance[i*size+j]) {
				return nil
			}
		}
	}
	mirror(covariance, size)
	return covariance
}

// moved reports whether a flat direction moves what has these derivatives in the
// coordinates. Directions are found numerically: parts that cancel leave a rest.
func moved(row []float64, flat [][]float64) bool {
	for _, d := range flat {
		sum, most := 0.0, 0.0
		for k, v := range row {
			sum += v * d[k]
			most = max(most, math.Abs(v*d[k]))
		}
		if math.Abs(sum) > 1e-3*most {
			return true
		}
	}
	return false
}
