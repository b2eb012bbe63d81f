package market_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/market"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// The way back: from the purchases alone, the fit finds the parameters that made
// the world, each within four standard errors.
func TestFitFindsTheParametersOfTheWorld(t *testing.T) {
	for name, config := range map[string]market.Config{
		"CDNOW": {},
		"months": {
			Days: 5 * 365, Joining: 3 * 365,
			Process: market.Process{Unit: rapport.Month, R: 0.8, Alpha: 12, A: 0.6, B: 3.5},
			Spend:   market.Spend{P: 5, Q: 4, V: 24},
		},
	} {
		t.Run(name, func(t *testing.T) {
			config.Customers = 20_000
			w := newWorld(t, config, 1)
			c := w.Config()
			summaries, err := scoring.SummarizeSorted(t.Context(), w.Purchases(), scoring.Window{Unit: c.Process.Unit, Until: w.Until(), Currency: c.Currency})
			require.NoError(t, err)
			require.Equal(t, w.Len(), summaries.Len())

			buying, err := btyd.FitBGNBD(t.Context(), summaries, nil)
			require.NoError(t, err)
			truth := []float64{c.Process.R, c.Process.Alpha, c.Process.A, c.Process.B}
			within4(t, buying.Parameters(), truth)

			spend, err := btyd.FitGammaGamma(t.Context(), summaries, nil)
			require.NoError(t, err)
			within4(t, spend.Parameters(), []float64{c.Spend.P, c.Spend.Q, c.Spend.V})
		})
	}
}

func within4(t *testing.T, parameters []btyd.Parameter, truth []float64) {
	t.Helper()
	require.Len(t, parameters, len(truth))
	for i, p := range parameters {
		if !p.Identified || !(math.Abs(p.Value-truth[i]) < 4*p.SE) {
			t.Errorf("%s: got %.4f ± %.4f, want %.4f", p.Name, p.Value, p.SE, truth[i])
		}
	}
}
