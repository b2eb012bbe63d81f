package kpi

import "math"

// forecastSpread is the variance of a forecast by its horizon h = 1, 2, …
//
//	Error + Σ_{j<h} E[σ²(α + βj + γ[m|j])²] + Fixed_p + Linear_p·h + Square·h²
//
// where p is the period's place in the season: the error of the period itself, what the
// errors before it will have moved, and how far level, trend and term may be off.
type forecastSpread struct {
	Error         float64
	Moments       [6]float64 // E of σ² times αα, αβ, ββ, αγ, βγ, γγ
	Fixed, Linear []float64
	Square        float64
}

// plainSpread is that of a method without parameters, which has one weight.
func plainSpread(variance float64, seasonal bool) forecastSpread {
	s := forecastSpread{Error: variance, Fixed: []float64{0}, Linear: []float64{0}}
	if seasonal {
		s.Moments[5] = variance
	} else {
		s.Moments[0] = variance
	}
	return s
}

// moved is the variance that an error adds j periods later.
func (s *forecastSpread) moved(j, season int) float64 {
	by, m := float64(j), &s.Moments
	sum := m[0] + 2*m[1]*by + m[2]*by*by
	if season > 0 && j%season == 0 {
		sum += 2*m[3] + 2*m[4]*by + m[5]
	}
	return sum
}

// off is the variance of the states' share in a forecast.
func (s *forecastSpread) off(h int) float64 {
	p, by := (h-1)%len(s.Fixed), float64(h)
	return s.Fixed[p] + s.Linear[p]*by + s.Square*by*by
}

// add takes in a difference of the states, or a product of two, with a weight.
func (s *forecastSpread) add(weight float64, a, b states) {
	for p := range s.Fixed {
		one, other := a.level, b.level
		if a.terms != nil {
			one += a.terms[p]
			other += b.terms[p]
		}
		s.Fixed[p] += weight * one * other
		s.Linear[p] += weight * (one*b.trend + other*a.trend)
	}
	s.Square += weight * a.trend * b.trend
}

// spreadOver averages over weights round the best ones, by their likelihood SSE^(−df/2) on
// a grid where that is not negligible: errors, what they move, and the states, as the
// starting values leave them uncertain and as they differ from the best. With a uniform
// prior in the unit cube that is the posterior second moment round the forecast.
func spreadOver(best [3]float64, size, df int, values []float64, at func([3]float64) smoothing) forecastSpread {
	top := at(best).best(values)
	chance := func(sse float64) float64 { return math.Exp(-float64(df) / 2 * math.Log(sse/top.sse)) }
	var low, high [3]float64
	for d := range size {
		reach := func(side float64) float64 {
			for step := 0.004; ; step *= 1.6 {
				x := best
				x[d] = min(1, max(0, best[d]+side*step))
				if x[d] == 0 || x[d] == 1 || chance(at(x).best(values).sse) < 0.01 {
					return x[d]
				}
			}
		}
		low[d], high[d] = reach(-1), reach(1)
	}
	nodes := []int{24, 9, 6}[size-1] // in each direction
	points := int(math.Pow(float64(nodes), float64(size)))
	s := forecastSpread{Fixed: make([]float64, max(1, at(best).season)), Linear: make([]float64, max(1, at(best).season))}
	total := 0.0
	for i := range points {
		x, rest := best, i
		for d := range size {
			x[d] = low[d] + (high[d]-low[d])*(float64(rest%nodes)+0.5)/float64(nodes)
			rest /= nodes
		}
		model := at(x)
		fit := model.best(values)
		weight := chance(fit.sse)
		if !(weight > 1e-6) {
			continue
		}
		total += weight
		variance := weight * fit.sse / float64(df)
		s.Error += variance
		a, b, g := model.alpha, model.beta, model.gamma
		for k, product := range []float64{a * a, a * b, b * b, a * g, b * g, g * g} {
			s.Moments[k] += variance * product
		}
		difference := fit.end.minus(top.end)
		s.add(weight, difference, difference)
		k := len(fit.start)
		for i := range k {
			for j := range k {
				s.add(weight*fit.covariance[i*k+j], fit.response[i], fit.response[j])
			}
		}
	}
	s.Error /= total
	s.Square /= total
	for i := range s.Moments {
		s.Moments[i] /= total
	}
	for p := range s.Fixed {
		s.Fixed[p] /= total
		s.Linear[p] /= total
	}
	return s
}
