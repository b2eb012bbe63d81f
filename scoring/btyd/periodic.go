package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// DiscountedSteps is [Model.Discounted] with the purchases of each step of time
// discounted together at its end, as accounts do that are settled every month:
// Σ e^(−δks) (N(ks) − N((k−1)s)) over the steps of length s, N being the expected
// purchases; the last step ends with the horizon. With steps of one unit and
// δ = ln(1+d) that is Σ (1+d)^−k times the purchases of the k-th unit.
//
// step is > 0. The relative error is below 1e-11. The error is an [*InputError], also
// for a negative rate over more than 1e5 steps, or [ErrDiverges].
func (m *Model) DiscountedSteps(s scoring.Summary, periods, delta, step float64) (float64, error) {
	if !m.known() {
		return 0, errNoModel()
	}
	if err := Check(s); err != nil {
		return 0, err
	}
	if err := checkSteps(periods, delta, step); err != nil {
		return 0, err
	}
	f := m.law.alive(s)
	if !converges(f, delta, periods) {
		return 0, m.diverges(periods, delta)
	}
	return finite(m.PAlive(s) * discountedSteps(f, delta, step, periods))
}

// DiscountedStepsInto sets dst[i] to the DiscountedSteps of the i-th customer; see
// [Model.PAliveInto]. The error may also be [ErrDiverges].
func (m *Model) DiscountedStepsInto(dst []float64, summaries *scoring.Summaries, periods, delta, step float64) error {
	s := m.NewScorer()
	if err := s.check(dst, summaries); err != nil {
		return err
	}
	if err := checkSteps(periods, delta, step); err != nil {
		return err
	}
	if !converges(s.future(0, 0, 0), delta, periods) {
		return m.diverges(periods, delta)
	}
	s.predict(dst, summaries, func(f future) float64 { return discountedSteps(f, delta, step, periods) })
	return nil
}

const (
	// plainSteps are added one by one; what is left is smooth from step to step.
	plainSteps = 512
	// mostSteps bounds the sum for negative rates, which has no other way.
	mostSteps = 1e5
)

func checkSteps(periods, delta, step float64) error {
	if err := checkDiscount(periods, delta); err != nil {
		return err
	}
	if !(step >= smallest && step <= largest) {
		return &InputError{Name: "step", Value: step, Reason: "want a length of 1e-100 to 1e100 units"}
	}
	if delta < 0 && !math.IsInf(periods, 1) && periods/step > mostSteps {
		return &InputError{Name: "step", Value: step, Reason: "want at most 1e5 steps at a negative rate"}
	}
	return nil
}

// discountedSteps returns Σ e^(−δks) (N(ks) − N((k−1)s)), where it converges.
func discountedSteps(f future, delta, step, end float64) float64 {
	if delta == 0 {
		return discounted(f, 0, end)
	}
	if end <= step {
		return math.Exp(-delta*end) * f.expected(end)
	}
	whole := math.Floor(end / step)
	if delta < 0 {
		sum, before := 0.0, 0.0
		for k := 1.0; k <= whole; k++ {
			now := f.expected(k * step)
			sum += math.Exp(-delta*k*step) * (now - before)
			before = now
		}
		return sum + math.Exp(-delta*end)*(f.expected(end)-before)
	}
	// By parts: (1−v) Σ vᵏ N(ks) and what the last step leaves, all of it positive.
	value := func(k float64) float64 { return math.Exp(-delta*k*step) * f.expected(k*step) }
	sum := 0.0
	for k := 1.0; k <= min(whole, plainSteps); k++ {
		term := value(k)
		sum += term
		if delta*k*step > 45 && term < 1e-18*sum {
			return -math.Expm1(-delta*step) * sum
		}
	}
	if whole > plainSteps {
		sum += laterSteps(f, delta, step, plainSteps+1, whole, value)
	}
	sum *= -math.Expm1(-delta * step)
	if math.IsInf(end, 1) {
		return sum
	}
	// The sum discounts the purchases of the last whole step to whole+1: put that right.
	return sum + math.Exp(-delta*(whole+1)*step)*f.expected(whole*step) + math.Exp(-delta*end)*(f.expected(end)-f.expected(whole*step))
}

// laterSteps returns Σ value(k) for k = from … to, which may be +Inf, by Gregory's
// formula: the integral, half of either end, and differences at both.
func laterSteps(f future, delta, step, from, to float64, value func(k float64) float64) float64 {
	if to-from < 64 {
		sum := 0.0
		for k := from; k <= to; k++ {
			sum += value(k)
		}
		return sum
	}
	start := from * step
	at := f.expected(start)
	length := (to - from) * step
	// δ∫ e^(−δu) (N(start+u) − N(start)) du, and the same of N(start) itself.
	rise := numeric.GrowthIntegral(delta, length, f.bend()+start, func(u float64) float64 { return max(0, f.expected(start+u)-at) })
	level := at
	if !math.IsInf(to, 1) {
		level = at * -math.Expm1(-delta*length)
	}
	sum := math.Exp(-delta*start) * (rise + level) / (delta * step)
	sum += value(from)/2 + ends(func(i float64) float64 { return value(from + i) })
	if !math.IsInf(to, 1) {
		sum += value(to)/2 + ends(func(i float64) float64 { return value(to - i) })
	}
	return sum
}

// ends returns Gregory's differences at one end of a sum, whose terms inward from it
// are g(0), g(1), …
func ends(g func(i float64) float64) float64 {
	coefficients := [...]float64{-1. / 12, 1. / 24, -19. / 720, 3. / 160, -863. / 60480, 275. / 24192}
	var d [len(coefficients) + 1]float64
	for i := range d {
		d[i] = g(float64(i))
	}
	sum := 0.0
	for j, c := range coefficients {
		for i := len(d) - 1; i > j; i-- {
			d[i] -= d[i-1]
		}
		sum += c * d[j+1]
	}
	return sum
}
