package btyd_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Few customers of odd shops: no effect to find, nearly nobody leaves or everybody does at
// once, rates of all sizes. The fit ends, no worse than without covariates.
func TestVaryingFitsOddShops(t *testing.T) {
	names := []string{"season"}
	calendar := calendarOf(t, names, weeksOf(130, 1))
	for seed := range uint64(12) {
		random := numeric.Stream(77, seed)
		draw := func(low, high float64) float64 { return math.Exp(low + (high-low)*random.Float64()) }
		params := []float64{draw(-2, 3), draw(-2, 5), draw(-4, 3), draw(-2, 6)}
		effect := func() float64 { return 4*random.Float64() - 2 }
		m := mustVarying(t, rapport.Week, params, names, []float64{effect()}, []float64{effect()})
		summaries, visits := varyingLog(t, m, calendar, 120, 700, seed)
		began := time.Now()
		fitted, err := btyd.FitVarying(t.Context(), summaries, visits, nil)
		if errors.Is(err, btyd.ErrNoRepeat) {
			continue
		}
		plain, plainErr := btyd.FitParetoNBD(t.Context(), summaries, nil)
		t.Logf("%2d %.3g: %v %v %.3f plain %.3f %v %v: %d evaluations, %v", seed, params, err, plainErr, fitted.Report().LogLikelihood, plain.Report().LogLikelihood,
			fitted.Report().Boundaries, fitted.Report().Warnings, fitted.Report().Evaluations, time.Since(began))
		if err != nil {
			require.ErrorIs(t, err, btyd.ErrNotConverged)
		}
		require.GreaterOrEqual(t, fitted.Report().LogLikelihood, plain.Report().LogLikelihood-1e-9*math.Abs(plain.Report().LogLikelihood))
		values := make([]float64, summaries.Len())
		require.NoError(t, fitted.ExpectedInto(values, summaries, calendar, 20))
		for _, v := range values {
			require.True(t, v >= 0 && v < 1e6, "%v", v)
		}
	}
}
