package btyd_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// autoregressive draws chains with that correlation between neighbours.
func autoregressive(seed uint64, chains, n int, correlation float64) [][]float64 {
	random := rand.New(rand.NewPCG(seed, 0))
	out := make([][]float64, chains)
	for i := range out {
		v := random.NormFloat64()
		for range n {
			out[i] = append(out[i], v)
			v = correlation*v + math.Sqrt(1-correlation*correlation)*random.NormFloat64()
		}
	}
	return out
}

// The effective size of an autoregressive chain is n(1−ρ)/(1+ρ), below and above n.
func TestEffectiveSizeOfAutoregressiveChains(t *testing.T) {
	for _, correlation := range []float64{0.95, 0.7, 0.3, 0, -0.4} {
		t.Run(fmt.Sprint(correlation), func(t *testing.T) {
			const chains, n, runs = 4, 2000, 10
			bulk, mcse := 0.0, 0.0
			for seed := range uint64(runs) {
				m := btyd.MixingOf(autoregressive(seed, chains, n, correlation))
				require.Less(t, m.RHat, 1.05)
				require.GreaterOrEqual(t, m.RHat, 0.99)
				bulk += m.BulkESS / runs
				mcse += m.MCSE / runs
			}
			want := chains * n * (1 - correlation) / (1 + correlation)
			require.InEpsilon(t, want, bulk, 0.1)
			require.InEpsilon(t, math.Sqrt(1/want), mcse, 0.1)
		})
	}
}

// Quantiles of a chain that moves the sign at random but keeps the size for long: the
// middle is known well, the tails are not.
func TestTailsAreJudgedByThemselves(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 0))
	chains := autoregressive(6, 4, 2000, 0.98)
	for _, c := range chains {
		for i := range c {
			c[i] = math.Exp(c[i])
			if random.Float64() < 0.5 {
				c[i] = -c[i]
			}
		}
	}
	m := btyd.MixingOf(chains)
	require.Greater(t, m.BulkESS, 4000.)
	require.Less(t, m.TailESS, 1000.)
}

func TestChainsThatDisagree(t *testing.T) {
	const n = 1000
	for name, spoil := range map[string]func(chain, i int, v float64) float64{
		"another place": func(chain, _ int, v float64) float64 {
			if chain == 0 {
				return v + 1
			}
			return v
		},
		"another spread": func(chain, _ int, v float64) float64 {
			if chain == 0 {
				return 3 * v
			}
			return v
		},
		"a trend": func(_, i int, v float64) float64 { return v + 2*float64(i)/n },
		"one does not move": func(chain, _ int, v float64) float64 {
			if chain == 0 {
				return 0.3
			}
			return v
		},
		"no mean": func(chain, _ int, v float64) float64 { // Cauchy, moved
			v = math.Tan(math.Pi * (0.5 - 0.5*math.Erfc(v/math.Sqrt2)))
			if chain == 0 {
				return v + 3
			}
			return v
		},
	} {
		t.Run(name, func(t *testing.T) {
			chains := autoregressive(7, 4, n, 0)
			require.Less(t, btyd.MixingOf(chains).RHat, 1.01)
			for k, c := range chains {
				for i := range c {
					c[i] = spoil(k, i, c[i])
				}
			}
			m := btyd.MixingOf(chains)
			require.Greater(t, m.RHat, 1.05, "%+v", m)
		})
	}
}

// Chains that stand still, alone or all together, are never well mixed, and nothing is
// infinite.
func TestStuckChains(t *testing.T) {
	same := [][]float64{make([]float64, 100), make([]float64, 100)}
	require.Equal(t, btyd.Mixing{RHat: 1000, BulkESS: 1, TailESS: 1}, btyd.MixingOf(same))
	apart := [][]float64{make([]float64, 100), make([]float64, 100)}
	for i := range apart[1] {
		apart[1][i] = 2
	}
	m := btyd.MixingOf(apart)
	require.Equal(t, 1000., m.RHat)
	require.LessOrEqual(t, m.BulkESS, 10.)
	require.False(t, math.IsNaN(m.MCSE) || math.IsInf(m.MCSE, 0))
}

// Ranks decide: no rising transformation of the draws changes R-hat and the sizes.
func TestMixingKnowsRanksOnly(t *testing.T) {
	chains := autoregressive(8, 3, 501, 0.5)
	before := btyd.MixingOf(chains)
	for _, c := range chains {
		for i := range c {
			c[i] = math.Exp(10 * c[i])
		}
	}
	after := btyd.MixingOf(chains)
	require.InEpsilon(t, before.BulkESS, after.BulkESS, 1e-9)
	require.InEpsilon(t, before.TailESS, after.TailESS, 1e-9)
}
