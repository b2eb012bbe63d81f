package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

func findings(result *pls.Result) map[pls.Code][]float64 {
	out := make(map[pls.Code][]float64)
	for _, f := range result.Admissibility() {
		out[f.Code] = append(out[f.Code], f.Value)
	}
	return out
}

// Two blocks with correlations of .3 within and .5 between: items that measure two
// things cannot agree more across than within. By symmetry ρA is 2·.3/1.3, the loading
// √.3, and the constructs correlate by .5/.3.
func TestInadmissibleCorrelation(t *testing.T) {
	pair, _ := symmetric()
	covariance, err := pls.NewCovariance([]string{"q1", "q2", "s1", "s2"}, []float64{
		1, 0.3, 0.5, 0.5,
		0.3, 1, 0.5, 0.5,
		0.5, 0.5, 1, 0.3,
		0.5, 0.5, 0.3, 1,
	}, 100)
	require.NoError(t, err)
	result, err := pls.FitCovariance(pair, covariance, &pls.Options{Consistent: true})
	require.NoError(t, err)
	got := findings(result)
	require.Len(t, got, 1)
	require.InDelta(t, 1-0.5/0.3, got[pls.ConstructsIndefinite][0], 1e-12)
	// Scores of the same items are admissible: nothing is corrected.
	result, err = pls.FitCovariance(pair, covariance, nil)
	require.NoError(t, err)
	require.Empty(t, findings(result))
	require.Empty(t, result.Warnings()[0].Item)
	// All that R² above 1 makes meaningless does not exist.
	result, err = pls.FitCovariance(pair, covariance, &pls.Options{Consistent: true})
	require.NoError(t, err)
	require.Zero(t, result.EffectSizes()[0].SameScores)
	require.Zero(t, result.Equations()[0].AIC)
}

// A Heywood case: the third item hardly correlates with the others of its block, whose
// weights are unequal, so that a corrected loading and the reliability pass 1.
func TestHeywoodCase(t *testing.T) {
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "A", Items: []string{"a1", "a2"}}, {Name: "B", Items: []string{"b"}}},
		Paths:      []pls.Path{{From: "A", To: "B"}},
	}
	// Weights are as .8 to .2: c² = .4/(2·w₁w₂·…) = r/(w₁w₂), and w'w is 1 − 2·w₁w₂·r.
	covariance, err := pls.NewCovariance([]string{"a1", "a2", "b"}, []float64{
		1, 0.4, 0.8,
		0.4, 1, 0.2,
		0.8, 0.2, 1,
	}, 100)
	require.NoError(t, err)
	result, err := pls.FitCovariance(model, covariance, &pls.Options{Consistent: true})
	require.NoError(t, err)
	scale := 1 / math.Sqrt(0.8*0.8+0.2*0.2+2*0.8*0.2*0.4)
	w1, w2 := 0.8*scale, 0.2*scale
	c := math.Sqrt(0.4 / (w1 * w2))
	rho := (w1*w1 + w2*w2) * (w1*w1 + w2*w2) * c * c
	got := findings(result)
	require.InDelta(t, c*w1, got[pls.LoadingBeyondOne][0], 1e-12)
	require.Greater(t, c*w1, 1.0)
	require.InDelta(t, rho, got[pls.ReliabilityAboveOne][0], 1e-12)
	require.False(t, result.Quality().Admissible)
}

// Correlations that are not positive definite, as pairs of answers may give: .1 within
// a block whose items correlate by .7 with a fourth. By symmetry ρA is 3·.1/1.2, the
// loadings are √.1, the constructs correlate by 2.1/√3.6/√.25, and what the model
// implies is what was given, with 1.1 − √1.48 for the smallest eigenvalue.
func TestImpliedCorrelationsIndefinite(t *testing.T) {
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "A", Items: []string{"a1", "a2", "a3"}}, {Name: "B", Items: []string{"b"}}},
		Paths:      []pls.Path{{From: "A", To: "B"}},
	}
	covariance, err := pls.NewCovariance([]string{"a1", "a2", "a3", "b"}, []float64{
		1, 0.1, 0.1, 0.7,
		0.1, 1, 0.1, 0.7,
		0.1, 0.1, 1, 0.7,
		0.7, 0.7, 0.7, 1,
	}, 100)
	require.NoError(t, err)
	result, err := pls.FitCovariance(model, covariance, &pls.Options{Consistent: true})
	require.NoError(t, err)
	got := findings(result)
	require.Len(t, got, 2)
	require.InDelta(t, 1-2.1/math.Sqrt(3.6*0.25), got[pls.ConstructsIndefinite][0], 1e-12)
	require.InDelta(t, 1.1-math.Sqrt(1.48), got[pls.ImpliedItemsIndefinite][0], 1e-12)
	require.Zero(t, result.FitMeasures().Estimated.Geodesic)
}

func TestNotConvergedIsInadmissible(t *testing.T) {
	result, err := pls.Fit(mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi.csv"), &pls.Options{MaxIterations: 2})
	require.Error(t, err)
	_, change, _ := result.Convergence()
	require.Equal(t, map[pls.Code][]float64{pls.NotConverged: {change}}, findings(result))
}
