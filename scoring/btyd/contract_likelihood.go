package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// jet is a function's value with its derivatives in α, β and ln c: gradient, and upper
// triangle of the Hessian by rows.
type jet struct {
	value    float64
	gradient [3]float64
	hessian  [6]float64
}

// add adds factor times o.
func (j *jet) add(factor float64, o *jet) {
	j.value += factor * o.value
	for i, g := range o.gradient {
		j.gradient[i] += factor * g
	}
	for i, h := range o.hessian {
		j.hessian[i] += factor * h
	}
}

// logChurn returns ln(1 − e^−D) for the jet of D > 0.
func logChurn(d *jet) jet {
	first := 1 / math.Expm1(d.value)
	second := -first * (1 + first)
	out := jet{value: math.Log(-math.Expm1(-d.value))}
	k := 0
	for i := range 3 {
		out.gradient[i] = first * d.gradient[i]
		for j := i; j < 3; j++ {
			out.hessian[k] = first*d.hessian[k] + second*d.gradient[i]*d.gradient[j]
			k++
		}
	}
	return out
}

// evaluate is the log-likelihood at the logarithms of α, β and perhaps c, with gradient
// and Hessian: the sum of those who left at t, who have ln S(t−1) + ln(1−e^−D) where
// D = ln S(t−1) − ln S(t), and of those who were left, with ln S(t).
func (l *losses) evaluate(at, gradient, hessian []float64) float64 {
	alpha, beta, c := math.Exp(at[0]), math.Exp(at[1]), 1.0
	if len(at) > 2 {
		c = math.Exp(at[2])
		if !(c >= leastC && c <= mostC) {
			return math.Inf(-1)
		}
	}
	var total, survival jet
	step := sbgStep
	if len(at) > 2 {
		step = bdwStep
	}
	for t := 1; t < len(l.gone); t++ {
		d := step(alpha, beta, c, float64(t))
		if l.gone[t] > 0 {
			churn := logChurn(&d)
			total.add(l.gone[t], &churn)
			total.add(l.gone[t], &survival)
		}
		survival.add(-1, &d)
		if l.left[t] > 0 {
			total.add(l.left[t], &survival)
		}
	}
	size := len(at)
	scale := [3]float64{alpha, beta, 1}
	for i := range size {
		gradient[i] = scale[i] * total.gradient[i]
		for j := i; j < size; j++ {
			h := scale[i] * scale[j] * total.hessian[[3]int{0, 2, 3}[i]+j]
			hessian[i*size+j], hessian[j*size+i] = h, h
		}
		if i < 2 { // the second derivative in a logarithm
			hessian[i*size+i] += gradient[i]
		}
	}
	if math.IsNaN(total.value) {
		return math.Inf(-1)
	}
	return total.value
}

// sbgStep returns D at renewal t for c = 1, ln(1 + α/(β+t−1)).
func sbgStep(alpha, beta, _, t float64) jet {
	a, b := 1/(alpha+beta+(t-1)), 1/(beta+(t-1))
	return jet{
		value:    math.Log1p(alpha * b),
		gradient: [3]float64{a, -alpha * a * b},
		hessian:  [6]float64{-a * a, -a * a, 0, alpha * a * b * (a + b)},
	}
}

// bdwStep returns D at renewal t. With u = t^c, ln S = ln Γ(β+u) − ln Γ(α+β+u) and what
// does not depend on u, so that D needs differences of digammas over u alone.
func bdwStep(alpha, beta, c, t float64) jet {
	from := clockAt(t-1, c)
	to := clockAt(t, c)
	gap := 1.0
	if t > 1 {
		gap = -to.u * math.Expm1(c*math.Log1p(-1/t))
	}
	_, a1, a2 := numeric.Rising3(alpha+beta+from.u, gap)
	_, b1, b2 := numeric.Rising3(beta+from.u, gap)
	d := jet{value: numeric.RisingRatio(beta+from.u, alpha, gap)}
	d.gradient[0], d.gradient[1] = a1, a1-b1
	d.hessian[0], d.hessian[1], d.hessian[3] = a2, a2, a2-b2
	for _, end := range []struct {
		clock
		sign float64
	}{{to, 1}, {from, -1}} {
		if end.du == 0 && end.d2u == 0 {
			continue
		}
		// ψ(α+β+u) − ψ(β+u) and its derivative in u.
		_, slope, bend := numeric.Rising3(beta+end.u, alpha)
		d.gradient[2] += end.sign * slope * end.du
		d.hessian[2] += end.sign * numeric.Trigamma(alpha+beta+end.u) * end.du
		d.hessian[4] += end.sign * bend * end.du
		d.hessian[5] += end.sign * (bend*end.du*end.du + slope*end.d2u)
	}
	return d
}

// clock is u = t^c with its derivatives in ln c.
type clock struct {
	u, du, d2u float64
}

func clockAt(t, c float64) clock {
	if t == 0 {
		return clock{}
	}
	log := c * math.Log(t)
	u := math.Exp(log)
	return clock{u, u * log, u * log * (log + 1)}
}
