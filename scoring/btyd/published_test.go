package btyd_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// TestPublishedFits holds the fits to the stored maxima of the reference data,
// found with 40-digit arithmetic; the CDNOW ones agree with Fader, Hardie and Lee
// (2005) to all digits printed there.
func TestPublishedFits(t *testing.T) {
	for _, c := range []struct{ log, reference, until string }{
		{"data/cdnow_sample.csv", "reference/clv/cdnow_sample.json", "1997-09-30"},
		{"data/apparel.csv", "reference/clv/apparel.json", "2006-12-31"},
	} {
		t.Run(c.log, func(t *testing.T) {
			summaries, want := readLog(t, c.log, c.until), readReference(t, c.reference)
			model, err := btyd.FitBGNBD(t.Context(), summaries, nil)
			require.NoError(t, err)
			sameFit(t, model.Parameters(), model.Report(), want.Models.BGNBD)
			spend, err := btyd.FitGammaGamma(t.Context(), summaries, nil)
			require.NoError(t, err)
			sameFit(t, spend.Parameters(), spend.Report(), want.Models.GG)
		})
	}
}

func sameFit(t *testing.T, got []btyd.Parameter, report btyd.FitReport, want modelReference) {
	t.Helper()
	t.Logf("%+v %+v", got, report)
	require.True(t, report.Converged)
	require.GreaterOrEqual(t, report.LogLikelihood, want.MLE.LogLik-1e-8)
	require.Less(t, report.MaxGradient, 1e-6)
	for _, p := range got {
		// The stored maxima have gradients of up to 1e-8.
		within(t, p.Name, p.Value, want.MLE.Params[p.Name], 1e-7)
		require.True(t, p.Identified, p.Name)
		within(t, "standard error of "+p.Name, p.SE, want.MLE.SE[p.Name], 2e-5) // theirs by differences
	}
}

func TestPublishedPredictions(t *testing.T) {
	for _, name := range []string{"reference/clv/cdnow_sample.json", "reference/clv/apparel.json"} {
		t.Run(name, func(t *testing.T) {
			r := readReference(t, name)
			p := r.Models.BGNBD.ParamsUsed
			m := mustBGNBD(t, p["r"], p["alpha"], p["a"], p["b"])
			for _, c := range r.Models.BGNBD.Customers {
				s, id := scoring.Summary{X: c.X, TX: c.TX, T: c.T}, string(c.ID)
				// Truths are stored with 12 digits.
				within(t, id+" log-likelihood", m.LogLikelihood(s), c.Truth.LogLik, 1e-11)
				within(t, id+" P(alive)", m.PAlive(s), c.Truth.PAlive, 1e-11)
				for text, want := range c.Truth.CET {
					h, err := strconv.ParseFloat(text, 64)
					require.NoError(t, err)
					within(t, id+" expected over "+text, m.Expected(s, h), want, 1e-11)
				}
				got, err := m.Discounted(s, inf, r.Delta)
				require.NoError(t, err)
				within(t, id+" discounted", got, c.Truth.DERT, 1e-11)
			}
			for n, want := range r.Models.BGNBD.Population.PMF {
				within(t, fmt.Sprintf("P(X(39) = %d)", n), m.PMF(n, 39), want, 1e-11)
			}
			for text, want := range r.Models.BGNBD.Population.Expectation {
				h, err := strconv.ParseFloat(text, 64)
				require.NoError(t, err)
				within(t, "E[X("+text+")]", m.ExpectedNew(h), want, 1e-11)
			}
			g := r.Models.GG.ParamsUsed
			spend, err := btyd.NewGammaGamma(g["p"], g["q"], g["v"])
			require.NoError(t, err)
			for _, c := range r.Models.GG.Customers {
				got, err := spend.ExpectedSpend(scoring.Summary{X: c.X, TX: c.TX, T: c.T, Spend: c.Mean})
				require.NoError(t, err)
				within(t, string(c.ID)+" expected spend", got, c.Truth.Spend, 1e-11)
			}
		})
	}
}

// The totals of the CDNOW customers: expected in the 39 weeks of hold-out, and in
// those of calibration, where 2,457 repeat purchases were made.
func TestPublishedHoldout(t *testing.T) {
	summaries, r := cdnow(t), readReference(t, "reference/clv/cdnow_sample.json")
	p := r.Models.BGNBD.ParamsUsed
	known, err := mustBGNBD(t, p["r"], p["alpha"], p["a"], p["b"]).ExpectedTotal(t.Context(), summaries, 39, .95)
	require.NoError(t, err)
	within(t, "expected in the hold-out", known.Value, r.Models.BGNBD.Holdout.Expected, 1e-9) // theirs at a maximum known to 1e-9
	model, err := btyd.FitBGNBD(t.Context(), summaries, nil)
	require.NoError(t, err)
	fitted, err := model.ExpectedTotal(t.Context(), summaries, 39, .95)
	require.NoError(t, err)
	t.Logf("known parameters %+v, fitted %+v", known, fitted)
	require.Greater(t, fitted.SE, known.SE)
	cohort, err := model.ExpectedCohort(t.Context(), summaries, 39)
	require.NoError(t, err)
	t.Logf("expected in calibration %.1f, actual %d", cohort[38], 2457)
	require.InDelta(t, 2457, cohort[38], 0.05*2457)
}
