package numeric

import "math"

// BetaMean returns E[f(p)] for p ~ Beta(a, b), where f is non-negative and does
// not increase in p, and atZero = f(0). Both integrals of the ratio run over the
// log-odds of p with nodes y0 + κ sinh(v): no gamma function enters, and neither
// tail is cut where f or the weight still counts. The step is halved until two
// steps agree to 1e-9, which for this rule means 1e-16 for the finer one.
//
// For 1e-8 ≤ a, b ≤ 1e8 and smooth f the relative error is below 1e-12.
func BetaMean(a, b, atZero float64, f func(p float64) float64) float64 {
	if b/a/(a+b) < 1e-18 {
		return f(a / (a + b)) // p does not vary within the precision
	}
	if atZero == 0 {
		return 0
	}
	w := newLogOdds(a, b)
	share := func(p float64) float64 { return f(p) / atZero } // at most 1: no sum overflows
	step := 1. / 16
	num, den := w.at(0, share)
	// Both ways until the terms are negligible, whatever f does on the way.
	right, left := 0, 0
	for k := 1; k < 1<<12; k++ {
		n, d := w.at(float64(k)*step, share)
		num, den, right = num+n, den+d, k
		if n <= 1e-18*num && d <= 1e-18*den {
			break
		}
	}
	for k := 1; k < 1<<12; k++ {
		n, d := w.at(-float64(k)*step, share)
		num, den, left = num+n, den+d, k
		if d <= 1e-18*num && d <= 1e-18*den {
			break
		}
	}
	ratio := num / den
	for range 5 {
		for k := -left; k < right; k++ {
			n, d := w.at((float64(k)+0.5)*step, share)
			num, den = num+n, den+d
		}
		finer := num / den
		if math.Abs(finer-ratio) <= 1e-9*finer {
			return finer * atZero
		}
		ratio, step, left, right = finer, step/2, 2*left, 2*right
	}
	return ratio * atZero
}

// logOdds is the density of the log-odds of p ~ Beta(a, b) around its mode y0,
// where p = a/(a+b).
type logOdds struct {
	a, b, p0, q0, y0, kappa float64
}

func newLogOdds(a, b float64) logOdds {
	return logOdds{
		a: a, b: b, p0: a / (a + b), q0: b / (a + b), y0: math.Log(a / b),
		kappa: min(1, math.Sqrt(Trigamma(a)+Trigamma(b))),
	}
}

// at returns the terms of both integrals at node v.
func (w logOdds) at(v float64, f func(float64) float64) (num, den float64) {
	ev := math.Exp(v)
	d := w.kappa * (ev - 1/ev) / 2
	var lnP, lnQ float64 // ln(p/p0) and ln(q/q0), which differ by d
	if d >= 0 {
		lnP, lnQ = shares(w.p0, w.q0, d)
	} else {
		lnQ, lnP = shares(w.q0, w.p0, -d)
	}
	den = math.Exp(w.a*lnP+w.b*lnQ) * (ev + 1/ev)
	if den == 0 {
		return 0, 0
	}
	y := w.y0 + d
	p := 1.0
	if y < 40 {
		e := math.Exp(y)
		p = e / (1 + e)
	}
	return den * f(p), den
}

// shares returns the changes of ln p and ln q when the log-odds of p rise by d ≥ 0
// from those of p0 = 1−q0. Neither loses digits where it is small: their products
// with large a and b count.
func shares(p0, q0, d float64) (lnP, lnQ float64) {
	if d > 700 {
		lnQ = -d - math.Log(p0)
	} else {
		lnQ = -math.Log1p(p0 * math.Expm1(d))
	}
	if q0 < 0.5 {
		return -math.Log1p(q0 * math.Expm1(-d)), lnQ
	}
	return d + lnQ, lnQ
}
