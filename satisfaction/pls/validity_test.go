package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// The bootstrap gives HTMT the standard errors of seminr, whose 5000 resamples are
// others: the ratio of two such errors varies by 1/√5000, and by more with the skewed
// distribution of a ratio. The value itself is that of the report.
func TestHTMTStatisticAgreesWithSeminr(t *testing.T) {
	t.Parallel()
	var stored struct {
		HTMT map[string]resampled `json:"htmt"`
	}
	reference(t, "mobi-ecsi_path_modeA_bootstrap.json", &stored)
	model := mobiModel(t, "mobi-ecsi", pls.ModeA)
	const resamples = 2000
	var statistics []pls.Statistic
	ratios := mobiFit(t, "mobi-ecsi", pls.ModeA, pls.Options{}).Discriminant()
	for _, d := range ratios {
		s, err := pls.HTMTStatistic(model, d.A, d.B)
		require.NoError(t, err)
		require.Equal(t, "htmt "+d.A+" "+d.B, s.Name)
		statistics = append(statistics, s)
	}
	b, err := pls.Bootstrap(t.Context(), model, survey(t, "mobi.csv"), nil,
		pls.BootstrapOptions{Resamples: resamples, Seed: 1, Statistics: statistics})
	require.NoError(t, err)
	compared := 0
	for i, d := range ratios {
		e := b.Statistic(statistics[i].Name)
		require.InDelta(t, d.HTMT.Value, e.Value, 1e-14)
		want, there := stored.HTMT[d.A+"->"+d.B]
		if !there {
			continue
		}
		compared++
		require.InDelta(t, want.Original, e.Value, 1e-6)
		require.InDelta(t, 1, e.SE/want.SE, 4*1.3*math.Sqrt(1.0/5000+1.0/resamples)/math.Sqrt2, statistics[i].Name)
		require.InDelta(t, want.Low, e.Low, 0.35*want.SE)
		require.InDelta(t, want.High, e.High, 0.35*want.SE)
	}
	require.Equal(t, len(stored.HTMT), compared)
	_, err = pls.HTMTStatistic(model, "Image", "Nothing")
	require.EqualError(t, err, `pls: model: unknown_construct, construct "Nothing"`)
	_, err = pls.HTMTStatistic(pls.Model{}, "Image", "Value")
	require.EqualError(t, err, `pls: model: no_constructs`)
}

// The geometric mean leaves HTMT as it is where all correlations of a kind are alike,
// and a construct with one item counts as 1 within: √.3·.3 between, .5 within.
func TestHTMT2(t *testing.T) {
	pair, matrix := symmetric()
	matrix[0*4+2], matrix[2*4+0] = 0.2, 0.2
	covariance, err := pls.NewCovariance([]string{"q1", "q2", "s1", "s2"}, matrix, 200)
	require.NoError(t, err)
	result, err := pls.FitCovariance(pair, covariance, nil)
	require.NoError(t, err)
	d := result.Discriminant()[0]
	requireFigure(t, (0.2+3*0.3)/4/0.5, d.HTMT, 1e-12)
	requireFigure(t, math.Pow(0.2*0.3*0.3*0.3, 0.25)/0.5, d.HTMT2, 1e-12)
	require.Equal(t, pls.Good, d.FornellLarcker)

	pair.Constructs[1].Items = []string{"s2"}
	result, err = pls.FitCovariance(pair, covariance, nil)
	require.NoError(t, err)
	requireFigure(t, 0.3/math.Sqrt(0.5), result.Discriminant()[0].HTMT2, 1e-12)
}
