package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// In the symmetric example the implied correlations are .75 within and .3 between. Both
// matrices turn on (1, 1, 1, 1), (1, 1, −1, −1) and the differences of the two items of
// a block: their eigenvalues there are 2.1, .9, .5, .5 and 2.35, 1.15, .25, .25.
func TestDiscrepancies(t *testing.T) {
	pair, matrix := symmetric()
	covariance, err := pls.NewCovariance([]string{"q1", "q2", "s1", "s2"}, matrix, 200)
	require.NoError(t, err)
	result, err := pls.FitCovariance(pair, covariance, nil)
	require.NoError(t, err)
	got := result.FitMeasures()
	require.Equal(t, got.Estimated, got.Saturated) // one path says all of one correlation
	requireFigure(t, 2*0.25*0.25, got.Estimated.ULS, 1e-12)
	requireFigure(t, math.Sqrt(2*0.25*0.25/10), got.Estimated.SRMR, 1e-12)
	square := func(x float64) float64 { return x * x }
	want := (square(math.Log(2.35/2.1)) + square(math.Log(1.15/0.9)) + 2*square(math.Log(0.5))) / 2
	requireFigure(t, want, got.Estimated.Geodesic, 1e-12)
	requireFigure(t, math.Sqrt(0.75*0.16), got.GoF, 1e-12)

	// Corrected for attenuation the model is right: loadings are √.5, and the
	// constructs correlate by .6.
	result, err = pls.FitCovariance(pair, covariance, &pls.Options{Consistent: true})
	require.NoError(t, err)
	got = result.FitMeasures()
	requireFigure(t, 0, got.Estimated.SRMR, 1e-12)
	requireFigure(t, 0, got.Estimated.Geodesic, 1e-12)
}

// A saturated model has constructs that correlate as they do, so that a path more only
// brings the estimated one nearer to it; with all paths both agree.
func TestAllPathsSaturateTheModel(t *testing.T) {
	model := mobiModel(t, "mobi-scsb", pls.ModeA)
	has := make(map[pls.Path]bool)
	for _, p := range model.Paths {
		has[p] = true
	}
	for i, from := range model.Constructs {
		for _, to := range model.Constructs[i+1:] {
			if p := (pls.Path{From: from.Name, To: to.Name}); !has[p] {
				model.Paths = append(model.Paths, p)
			}
		}
	}
	result, err := pls.Fit(model, survey(t, "mobi.csv"), nil)
	require.NoError(t, err)
	got := result.FitMeasures()
	require.InDelta(t, got.Saturated.SRMR.Value, got.Estimated.SRMR.Value, 1e-12)
	require.InDelta(t, got.Saturated.Geodesic.Value, got.Estimated.Geodesic.Value, 1e-9)
}

// Of one antecedent with R² .16 and n = 200, by the formulas themselves.
func TestCriteria(t *testing.T) {
	pair, matrix := symmetric()
	covariance, err := pls.NewCovariance([]string{"q1", "q2", "s1", "s2"}, matrix, 200)
	require.NoError(t, err)
	result, err := pls.FitCovariance(pair, covariance, nil)
	require.NoError(t, err)
	got := result.Equations()[0]
	const fit = -35.8731858 // 200·ln(.84·199/200)
	requireFigure(t, fit+4, got.AIC, 1e-5)
	requireFigure(t, fit+2*math.Log(200), got.BIC, 1e-5)
	requireFigure(t, fit+4*math.Log(math.Log(200)), got.HQ, 1e-5)
	requireFigure(t, fit+200*202.0/196, got.AICc, 1e-5)
	requireFigure(t, fit+4*200/196.0*math.Log(math.Log(200)), got.HQc, 1e-5)
	requireFigure(t, 1-0.84*199/198, got.AdjustedR2, 1e-12)
	require.Equal(t, pls.Negligible, got.R2.Verdict)
}

// Single items have no weights to change, so that both f² agree: x and y with r = .5
// explain z with .6 and .4 by (.36 + .16 − 2·.5·.24)/.75 = .28/.75, and alone by .16 and
// .36. Without its only path a construct leaves the model.
func TestEffectSizesOfSingleItems(t *testing.T) {
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "X", Items: []string{"x"}}, {Name: "Y", Items: []string{"y"}}, {Name: "Z", Items: []string{"z"}}},
		Paths:      []pls.Path{{From: "X", To: "Z"}, {From: "Y", To: "Z"}},
	}
	covariance, err := pls.NewCovariance([]string{"x", "y", "z"}, []float64{1, 0.5, 0.6, 0.5, 1, 0.4, 0.6, 0.4, 1}, 50)
	require.NoError(t, err)
	result, err := pls.FitCovariance(model, covariance, nil)
	require.NoError(t, err)
	full := 0.28 / 0.75
	for i, without := range []float64{0.16, 0.36} {
		got := result.EffectSizes()[i]
		requireFigure(t, (full-without)/(1-full), got.SameScores, 1e-12)
		requireFigure(t, (full-without)/(1-full), got.Rerun, 1e-12)
	}
	require.False(t, result.FitMeasures().GoF.Exists) // no construct has two items
	for _, v := range result.PathVIFs() {
		requireFigure(t, 1/0.75, v.VIF, 1e-12)
	}
}

func BenchmarkQuality(b *testing.B) {
	result := mobiFit(b, "mobi-ecsi", pls.ModeA, pls.Options{})
	b.ReportAllocs()
	for b.Loop() {
		result.Quality()
	}
}

func BenchmarkPredict(b *testing.B) {
	mobi, model := survey(b, "mobi.csv"), mobiModel(b, "mobi-ecsi", pls.ModeA)
	for name, options := range map[string]pls.PredictOptions{"folds=10": {}, "leave-one-out": {LeaveOneOut: true}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pls.Predict(b.Context(), model, mobi, nil, options); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
