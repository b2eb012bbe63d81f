package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// narrowSpread is the relative width of all mean spends below which the likelihood is
// evaluated by its distance from the middle. Parameters are then so large that the
// usual form loses the digits that tell the customers apart.
const narrowSpread = 0.1

// spendPoint is a gamma-gamma model in the terms in which one customer's likelihood
// keeps its digits: with a = px, b = q and r the mean spend over pv/q it is
//
//	ln f = G(a, b) + a φ(r/u − 1) + b φ(1/u − 1) − ln m,  u = (b + ar)/(a+b)
//	G    = ½ ln(ab/(a+b)/2π) + S(a+b) − S(a) − S(b)
//
// with φ(z) = ln(1+z) − z ≤ 0 and S the rest of Stirling's formula: terms of one sign
// in place of differences of large numbers.
type spendPoint struct {
	a, b, sum, h, g float64 // h = a/(a+b), g = b/(a+b)
}

func newSpendPoint(a, b float64) spendPoint {
	sum := a + b
	return spendPoint{a, b, sum, a / sum, b / sum}
}

// norm is G.
func (p spendPoint) norm() float64 {
	return (math.Log(p.a)+math.Log(p.g)-math.Log(2*math.Pi))/2 +
		numeric.StirlingRest(p.sum) - numeric.StirlingRest(p.a) - numeric.StirlingRest(p.b)
}

// distance is a φ(r/u − 1) + b φ(1/u − 1) at r = e^logR.
func (p spendPoint) distance(logR float64) float64 {
	d := math.Expm1(logR)
	u, logU := 1+p.h*d, math.Log1p(p.h*d)
	switch {
	case p.h*d < -0.5:
		u = p.g + p.h*math.Exp(logR)
		logU = math.Log(u)
	case !(u < 1e150): // r is or nearly is out of range
		logU = math.Log(p.h) + logR + math.Log1p(p.g/p.h*math.Exp(-logR))
		return p.a*(logR-logU) - p.b*logU
	}
	rest := func(z, ratio float64) float64 {
		if z < -0.5 { // here 1+z has lost what ratio has not
			return ratio - z
		}
		return numeric.Log1pRest(z)
	}
	return p.a*rest(d*p.g/u, logR-logU) + p.b*rest(-p.h*d/u, -logU)
}

// narrow reports whether the fit is in the coordinates of [narrowLikelihood].
func (f *spendLikelihood) narrow() bool {
	return f.highest < (1+narrowSpread)*f.lowest
}

// narrowLikelihood is the objective for mean spends close to each other, in ln p, ln q
// and κ with pv/q = center·e^(κ·spread): all of the order of one near the maximum. The
// coefficients of covariates are in units of the spread too.
type narrowLikelihood struct {
	*spendLikelihood
	center, spread float64
	deviations     []float64 // (m − center)/center
}

func newNarrowLikelihood(f *spendLikelihood) *narrowLikelihood {
	n := &narrowLikelihood{spendLikelihood: f, center: f.meanSpend, deviations: make([]float64, len(f.rows.mean))}
	square := 0.0
	for i, m := range f.rows.mean {
		n.deviations[i] = (m - n.center) / n.center
		square += f.rows.weight[i] * n.deviations[i] * n.deviations[i]
	}
	n.spread = math.Sqrt(square / f.rows.customers)
	return n
}

// Evaluate is a [numeric.Objective].
func (f *narrowLikelihood) Evaluate(at, gradient, hessian []float64) (float64, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	p, q, size := math.Exp(at[0]), math.Exp(at[1]), len(at)
	f.shift(at[3:])
	clear(gradient)
	clear(hessian)
	points := make([]spendPoint, len(f.rows.count))
	value := -f.sumLogMean
	var da, db, daa, dab, dbb float64
	for k, x := range f.rows.count {
		s := newSpendPoint(p*x, q)
		points[k] = s
		n := f.rows.copies[k]
		value += n * s.norm()
		ofA, slopeA := numeric.DigammaDeficit(s.a)
		ofB, slopeB := numeric.DigammaDeficit(s.b)
		ofSum, slopeSum := numeric.DigammaDeficit(s.sum)
		da += n * s.a * (ofA - ofSum)
		db += n * s.b * (ofB - ofSum)
		daa += n * s.a * (ofA - ofSum + slopeA - s.h*slopeSum)
		dbb += n * s.b * (ofB - ofSum + slopeB - s.g*slopeSum)
		dab -= n * s.a * s.g * slopeSum
	}
	for _, piece := range f.pieces { // customers of the same pv/q
		lambda := f.spread * (at[2] + f.shifts[piece.group])
		offset, scale := math.Expm1(lambda), math.Exp(-lambda)
		var dl, dal, dbl, dll float64
		for i := piece.from; i < piece.to; i++ {
			s, w := &points[f.rows.kind[i]], f.rows.weight[i]
			d := (f.deviations[i] - offset) * scale
			u := 1 + s.h*d
			rho, sigma := d*s.g/u, -s.h*d/u
			ofA, ofB := s.a*numeric.Log1pRest(rho), s.b*numeric.Log1pRest(sigma)
			value += w * (ofA + ofB)
			da += w * ofA
			db += w * ofB
			dl += w * s.a * rho
			daa += w * (ofA + s.a*s.h*rho*rho)
			dbb += w * (ofB + s.b*s.g*sigma*sigma)
			dab += w * s.a * s.g * rho * sigma
			dal += w * s.a * rho * (s.g - s.h*rho)
			dbl -= w * s.h * s.b * (1 + rho) * sigma
			dll -= w * s.a * s.g * (1 + d) / (u * u)
		}
		for i := 2; i < size; i++ {
			z := f.spread * f.moves(piece.group, i)
			gradient[i] += z * dl
			hessian[i] += z * dal
			hessian[size+i] += z * dbl
			for j := i; j < size; j++ {
				hessian[i*size+j] += z * f.spread * f.moves(piece.group, j) * dll
			}
		}
	}
	gradient[0], gradient[1] = da, db
	hessian[0], hessian[1], hessian[size+1] = daa, dab, dbb
	value += f.penalize(at, gradient, hessian)
	mirror(hessian, size)
	if math.IsNaN(value) {
		return math.Inf(-1), nil
	}
	return value, nil
}
