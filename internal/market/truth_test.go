package market_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/market"
)

// sample collects a mean and its standard error.
type sample struct {
	n            int
	sum, squares float64
}

func (s *sample) add(x float64) { s.n++; s.sum += x; s.squares += x * x }

func (s *sample) mean() float64 { return s.sum / float64(s.n) }

func (s *sample) standardError() float64 {
	n := float64(s.n)
	return math.Sqrt(max(0, s.squares/n-s.mean()*s.mean()) / n)
}

// within5 fails where a mean is more than five standard errors from theory: less
// than one chance in a million, and the seeds are fixed.
func within5(t *testing.T, what string, s *sample, want float64) {
	t.Helper()
	if distance := math.Abs(s.mean()-want) / s.standardError(); !(distance < 5) {
		t.Errorf("%s of %d: got %.6g ± %.2g, want %.6g (%.1f standard errors away)", what, s.n, s.mean(), s.standardError(), want, distance)
	}
}

// overBeta is the mean of f over a beta distribution: with p = s^(1/a) the
// density becomes (1−p)^(b−1)/(a·B(a, b)), which the midpoint rule takes well
// for b ≥ 1.
func overBeta(a, b float64, f func(p float64) float64) float64 {
	la, _ := math.Lgamma(a + 1)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	const n = 2000
	sum := 0.0
	for i := range n {
		p := math.Pow((float64(i)+0.5)/n, 1/a)
		sum += math.Pow(1-p, b-1) * f(p)
	}
	return sum / n * math.Exp(lab-la-lb)
}

// expectedRepeats is E[X(t)] of the BG/NBD model by integration over p of
// (1 − (α/(α+pt))^r)/p, which does not use the closed form that btyd has.
func expectedRepeats(m market.Process, t float64) float64 {
	return overBeta(m.A, m.B, func(p float64) float64 {
		return -math.Expm1(-m.R*math.Log1p(p*t/m.Alpha)) / p
	})
}

// stillActive is P(no dropout by t) = E[e^(−λpt)].
func stillActive(m market.Process, t float64) float64 {
	return overBeta(m.A, m.B, func(p float64) float64 { return math.Exp(-m.R * math.Log1p(p*t/m.Alpha)) })
}

// byAge tabulates a function of the age in units at whole days and interpolates.
func byAge(days int, unit rapport.Unit, f func(t float64) float64) func(days float64) float64 {
	table := make([]float64, days+2)
	for d := range table {
		table[d] = f(float64(d) / unit.Days())
	}
	return func(age float64) float64 {
		d := int(age)
		return table[d] + (age-float64(d))*(table[d+1]-table[d])
	}
}

func TestTruthFollowsTheModels(t *testing.T) {
	for name, tc := range map[string]struct {
		process market.Process
		spend   market.Spend
	}{
		"CDNOW":   {},
		"monthly": {market.Process{Unit: rapport.Month, R: 2.5, Alpha: 3, A: 0.5, B: 4}, market.Spend{P: 0.7, Q: 6, V: 30}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, market.Config{Customers: 20_000, Process: tc.process, Spend: tc.spend}, 20240101)
			c := w.Config()
			end := w.Until().AddDate(0, 0, 1)
			repeats := byAge(c.Days, c.Process.Unit, func(t float64) float64 { return expectedRepeats(c.Process, t) })
			stays := byAge(c.Days, c.Process.Unit, func(t float64) float64 { return stillActive(c.Process, t) })
			var lambda, dropout, spend, surplus, active sample
			for truth := range w.Customers() {
				age := end.Sub(truth.Joined).Hours() / 24
				lambda.add(truth.Lambda)
				dropout.add(truth.Dropout)
				spend.add(truth.MeanSpend)
				surplus.add(float64(truth.Purchases-1) - repeats(age))
				here := 0.0
				if truth.Left.IsZero() {
					here = 1
				}
				active.add(here - stays(age))
			}
			within5(t, "mean λ", &lambda, c.Process.R/c.Process.Alpha)
			within5(t, "mean p", &dropout, c.Process.A/(c.Process.A+c.Process.B))
			within5(t, "mean spend", &spend, c.Spend.P*c.Spend.V/(c.Spend.Q-1))
			within5(t, "repeat purchases less E[X(T)]", &surplus, 0)
			within5(t, "share active less theory", &active, 0)
		})
	}
}

func TestAmountsFollowTheirMean(t *testing.T) {
	w := newWorld(t, market.Config{Customers: 5000}, 4)
	mean := map[rapport.ID]float64{}
	for c := range w.Customers() {
		mean[c.ID] = c.MeanSpend
	}
	var relative, squared sample
	for _, p := range purchases(t, w) {
		z := float64(p.Amount) / 100 / mean[p.Customer]
		relative.add(z)
		squared.add(z * z)
	}
	within5(t, "amount over true mean", &relative, 1)
	within5(t, "its square", &squared, 1+1/w.Config().Spend.P) // a gamma with shape p has the squared variation 1/p
}

func TestSeasonAndTrend(t *testing.T) {
	season := [12]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3}
	steady := market.Process{Unit: rapport.Week, R: 50, Alpha: 100, A: 0.001, B: 1000} // all alike, nobody leaves
	config := market.Config{Customers: 500, Days: 2 * 366, Joining: 1, Process: steady, Season: season, Trend: 0.5}
	counts := map[[2]int]float64{}
	for _, p := range purchases(t, newWorld(t, config, 8)) {
		counts[[2]int{p.At.Year(), int(p.At.Month())}]++
	}
	// Against a Poisson count of some thousand, five standard errors are below a tenth.
	for what, ratio := range map[string][2]float64{
		"December over November 2024":     {counts[[2]int{2024, 12}] / counts[[2]int{2024, 11}], 3 * 31.0 / 30 * math.Pow(1.5, 30.5/365.25)},
		"June 2025 over June 2024":        {counts[[2]int{2025, 6}] / counts[[2]int{2024, 6}], math.Pow(1.5, 365/365.25)},
		"September 2024 over August 2024": {counts[[2]int{2024, 9}] / counts[[2]int{2024, 8}], 30.0 / 31 * math.Pow(1.5, 30.5/365.25)},
	} {
		if math.Abs(ratio[0]/ratio[1]-1) > 0.1 {
			t.Errorf("%s: got %.3f, want %.3f ± 10 %%", what, ratio[0], ratio[1])
		}
	}
}

func TestReturnsAtTheStatedRate(t *testing.T) {
	w := newWorld(t, market.Config{Customers: 5000, Returns: 0.12, Days: 400}, 6)
	cut := w.Until().AddDate(0, 0, -30) // after this day a return may fall outside
	var returned sample
	late := 0
	sales := map[rapport.ID]map[int64]time.Time{}
	for _, p := range purchases(t, w) {
		if p.Amount > 0 {
			if sales[p.Customer] == nil {
				sales[p.Customer] = map[int64]time.Time{}
			}
			sales[p.Customer][p.Amount] = p.At
			if p.At.Before(cut) {
				returned.add(0)
			}
			continue
		}
		sold, ok := sales[p.Customer][-p.Amount]
		require.True(t, ok, "return %v has no sale", p)
		after := p.At.Sub(sold)
		require.True(t, after > 0 && after < 31*24*time.Hour, "returned %v after the sale", after) // 30 days and the hours of a day
		if !sold.Before(cut) {
			late++
			continue
		}
		returned.sum++
		returned.squares++
	}
	within5(t, "share returned", &returned, 0.12)
	require.Positive(t, late, "sales of the last days can come back too")
}

func TestMarginsAndChoicesHaveTheirWeights(t *testing.T) {
	products := []market.Product{{"A", 3, 0.2}, {"B", 1, 0.6}}
	w := newWorld(t, market.Config{Customers: 4000, Products: products}, 11)
	var b sample
	for _, p := range purchases(t, w) {
		margin := 1 - float64(p.Cost)/float64(p.Amount)
		if p.Amount < 100 {
			continue // rounding hides the margin of a few cents
		}
		isB := 0.0
		if margin > 0.4 {
			isB = 1
		}
		require.InDelta(t, 0.2+0.4*isB, margin, 0.006, "purchase %v", p)
		b.add(isB)
	}
	within5(t, "share of product B", &b, 0.25)
}
