package main

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// purchaseRange returns the numbers of purchases between which four customers of
// five like this one end: at most a tenth buy less than low, at most a tenth more
// than high.
func purchaseRange(model *btyd.BGNBD, s scoring.Summary, periods float64) (low, high int) {
	low = -1
	for n, sum := 0, 0.0; ; n++ {
		sum += model.Probability(s, n, periods)
		if low < 0 && sum > 0.1 {
			low = n
		}
		if sum >= 0.9 {
			return low, n
		}
	}
}

// forecastTotal returns the purchases to expect of all customers together, with
// a 95 % interval. Two things make it uncertain: chance, because each customer's
// number is drawn, and the parameters, because they are estimated.
func forecastTotal(model *btyd.BGNBD, summaries *scoring.Summaries, periods float64) (rapport.Estimate, error) {
	chance := 0.0
	for _, s := range summaries.All() {
		chance += variance(model, s, periods)
	}
	total := expectedTotal(model, summaries, periods)
	estimation, err := estimationVariance(model, summaries, periods)
	if err != nil {
		return rapport.Estimate{}, err
	}
	return rapport.NormalEstimate(total, math.Sqrt(chance+estimation), 0.95, summaries.Len())
}

func expectedTotal(model *btyd.BGNBD, summaries *scoring.Summaries, periods float64) float64 {
	total := 0.0
	for _, s := range summaries.All() {
		total += model.Expected(s, periods)
	}
	return total
}

// variance is that of the number of purchases of one customer.
func variance(model *btyd.BGNBD, s scoring.Summary, periods float64) float64 {
	mean := model.Expected(s, periods)
	sum, covered := 0.0, 0.0
	for n := 0; covered < 1-1e-9 && n < 10_000; n++ {
		p := model.Probability(s, n, periods)
		covered += p
		sum += p * (float64(n) - mean) * (float64(n) - mean)
	}
	return sum
}

// estimationVariance is the delta method, gᵀCg: how the total follows each
// parameter, and how well the parameters are known.
func estimationVariance(model *btyd.BGNBD, summaries *scoring.Summaries, periods float64) (float64, error) {
	covariance, known := model.Covariance()
	if !known {
		return 0, nil
	}
	p := model.Params()
	at := [4]float64{p.R, p.Alpha, p.A, p.B}
	var slope [4]float64
	for i := range at {
		step := 1e-4 * at[i]
		for _, side := range []float64{-1, 1} {
			moved := at
			moved[i] += side * step
			neighbour, err := btyd.NewBGNBD(rapport.Week, moved[0], moved[1], moved[2], moved[3])
			if err != nil {
				return 0, err
			}
			slope[i] += side * expectedTotal(neighbour, summaries, periods) / (2 * step)
		}
	}
	sum := 0.0
	for i := range slope {
		for j := range slope {
			sum += slope[i] * covariance[i][j] * slope[j]
		}
	}
	return sum, nil
}
