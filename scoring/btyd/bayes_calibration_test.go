//go:build !race

package btyd_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

var calibrations = flag.Int("calibrations", 160, "how many worlds simulation-based calibration draws")

// Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari and Gelman,
// "Validating Bayesian Inference Algorithms with Simulation-Based Calibration", 2018):
// where parameters come from the prior and data from the parameters, the rank of the
// truth among the posterior's draws is uniform. It is, for the parameters, for a
// customer's rates and time of departure, and for what all customers do next.
func TestParetoNBDPosteriorIsCalibrated(t *testing.T) {
	t.Parallel()
	ranks := calibrate(t, *calibrations, btyd.DefaultPriors(rapport.Week))
	for name, r := range ranks {
		x := r.chiSquare()
		t.Logf("%-10s chi-square %5.1f on %d", name, x, rankCells-1)
		if name == tooNarrow {
			require.Greater(t, x, chiSquareLimit, "the test sees a posterior of half the width: ranks in cells %v", r)
			continue
		}
		require.Less(t, x, chiSquareLimit, "%s: ranks in cells %v", name, r)
	}
}

const (
	rankDraws = 63 // a truth has 64 ranks among them
	rankCells = 16
	// chiSquareLimit is exceeded by one in 10 000 sets of uniform ranks.
	chiSquareLimit = 44.3
	// tooNarrow is r under a posterior that is wrong on purpose.
	tooNarrow = "r, too narrow"
)

// rankCounts says how many ranks fell into each cell.
type rankCounts [rankCells]int

func (r *rankCounts) chiSquare() float64 {
	n := 0
	for _, c := range r {
		n += c
	}
	sum, want := 0.0, float64(n)/rankCells
	for _, c := range r {
		sum += (float64(c) - want) * (float64(c) - want) / want
	}
	return sum
}

// world is a shop drawn from the priors.
type world struct {
	params    []float64
	first     btyd.Latent // of the first customer
	next      float64     // purchases of all customers in the next 26 weeks
	summaries *scoring.Summaries
}

// drawWorld has 40 customers seen for 4 to 60 weeks.
func drawWorld(tb testing.TB, random *rand.Rand, priors []btyd.Prior) world {
	tb.Helper()
	var w world
	for _, p := range priors {
		mean, variance := btyd.LogMoments(p)
		w.params = append(w.params, math.Exp(mean+math.Sqrt(variance)*random.NormFloat64()))
	}
	rows := make([]scoring.Summary, 40)
	for i := range rows {
		c := btyd.Latent{
			Purchase: numeric.DrawGamma(random, w.params[0]) / w.params[1],
			Dropout:  numeric.DrawGamma(random, w.params[2]) / w.params[3],
		}
		c.Left = random.ExpFloat64() / c.Dropout
		rows[i].T = 4 + 56*random.Float64()
		// The last of n times that are uniform is U^(1/n) of the way.
		seen := min(rows[i].T, c.Left)
		rows[i].X = int(numeric.DrawPoisson(random, c.Purchase*seen))
		if rows[i].X > 0 {
			rows[i].TX = seen * math.Pow(1-random.Float64(), 1/float64(rows[i].X))
		}
		w.next += numeric.DrawPoisson(random, c.Purchase*min(26, max(0, c.Left-rows[i].T)))
		if i == 0 {
			w.first = c
		}
	}
	w.summaries = summariesOf(tb, rows)
	return w
}

// narrowed takes draws half way to their geometric mean.
func narrowed(draws []float64) []float64 {
	mean := 0.0
	for _, v := range draws {
		mean += math.Log(v) / float64(len(draws))
	}
	out := make([]float64, len(draws))
	for i, v := range draws {
		out[i] = math.Exp((mean + math.Log(v)) / 2)
	}
	return out
}

// calibrate draws worlds and returns how the ranks of the truths are spread.
func calibrate(t *testing.T, worlds int, priors []btyd.Prior) map[string]*rankCounts {
	t.Helper()
	counts := map[string]*rankCounts{}
	random := rand.New(rand.NewPCG(2018, 0))
	add := func(name string, truth float64, draws []float64) {
		if counts[name] == nil {
			counts[name] = new(rankCounts)
		}
		below, equal := 0, 0
		for _, v := range draws {
			if v < truth {
				below++
			} else if v == truth {
				equal++
			}
		}
		rank := below + random.IntN(equal+1)
		counts[name][rank*rankCells/(rankDraws+1)]++
	}
	for n := range worlds {
		w := drawWorld(t, random, priors)
		p, err := btyd.SampleParetoNBD(t.Context(), w.summaries, uint64(n), &btyd.BayesOptions{
			Chains: 1, Warmup: 200, Draws: rankDraws, Thin: 8,
		})
		require.NoError(t, err)
		for i, name := range btyd.ParetoNBD.Parameters() {
			var draws []float64
			for k := range rankDraws {
				draws = append(draws, p.Draw(0, k)[i])
			}
			add(name, w.params[i], draws)
			if name == "r" {
				add(tooNarrow, w.params[i], narrowed(draws))
			}
		}
		_, s := w.summaries.At(0)
		latents, err := p.Latents(s, 0, rankDraws)
		require.NoError(t, err)
		var purchase, dropout, left []float64
		for _, l := range latents {
			purchase, dropout, left = append(purchase, l.Purchase), append(dropout, l.Dropout), append(left, l.Left)
		}
		add("lambda", w.first.Purchase, purchase)
		add("mu", w.first.Dropout, dropout)
		add("left", w.first.Left, left)
		totals, err := p.DrawTotals(t.Context(), w.summaries, 26)
		require.NoError(t, err)
		var next []float64
		for k := 0; k < len(totals); k += len(totals) / rankDraws {
			next = append(next, totals[k])
		}
		require.Len(t, next, rankDraws, fmt.Sprint(len(totals)))
		add("next", w.next, next)
	}
	return counts
}
