package btyd

import (
	"github.com/rapport-crm/rapport/internal/numeric"
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/scoring"
)

type law interface {
	logLikelihood(s scoring.Summary) float64
	deadOdds(s scoring.Summary) float64
	alive(s scoring.Summary) future
	posterior(s scoring.Summary) (purchase, dropout float64)
}

type future interface {
	expected(t float64) float64
	survival(t float64) float64
	pairs(t float64) float64
	probability(n int, t float64) float64
	limit() (float64, bool)
	bend() float64
	simulate(random *rand.Rand, t float64, visit func(at float64))
}

func drawGamma(random *rand.Rand, shape float64) float64 { return shape * random.ExpFloat64() }

func discountedScratch(f paretoFuture, delta, end float64) float64 {
	sum := numeric.GrowthIntegral(delta, end, f.bend(), f.expected)
	if !math.IsInf(end, 1) {
		sum += math.Exp(-delta*end) * f.expected(end)
	}
	return sum
}
