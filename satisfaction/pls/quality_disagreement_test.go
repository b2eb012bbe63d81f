package pls_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

func mobiFit(t testing.TB, name string, mode pls.Mode, options pls.Options) *pls.Result {
	t.Helper()
	result, err := pls.Fit(mobiModel(t, name, mode), survey(t, "mobi.csv"), &options)
	require.NoError(t, err)
	return result
}

func discriminantOf(t testing.TB, result *pls.Result, a, b string) pls.Discriminant {
	t.Helper()
	for _, d := range result.Discriminant() {
		if d.A == a && d.B == b {
			return d
		}
	}
	t.Fatalf("no pair %s, %s", a, b)
	return pls.Discriminant{}
}

func effectSizeOf(t testing.TB, result *pls.Result, from, to string) pls.EffectSize {
	t.Helper()
	for _, e := range result.EffectSizes() {
		if e.From == from && e.To == to {
			return e
		}
	}
	t.Fatalf("no path %s to %s", from, to)
	return pls.EffectSize{}
}

// The HTMT of Quality and Loyalty is .7235 in cSEM and .7593 in seminr: CUSL2, the
// price difference at which one would switch, correlates below 0 with some items of
// Quality, and signed means let those cancel others. Where no correlation is below 0,
// as between Quality and Satisfaction, both are one number. A geometric mean does not
// exist where the signs differ.
func TestHTMTOfOtherProgramsDiffersBySign(t *testing.T) {
	result := mobiFit(t, "mobi-ecsi", pls.ModeA, precisely(pls.PathWeighting))
	differs := discriminantOf(t, result, "Quality", "Loyalty")
	require.InDelta(t, 0.7235, differs.HTMTSigned.Value, 5e-5)
	require.InDelta(t, 0.7593, differs.HTMT.Value, 5e-5)
	require.False(t, differs.HTMT2.Exists)
	agrees := discriminantOf(t, result, "Quality", "Satisfaction")
	require.InDelta(t, agrees.HTMTSigned.Value, agrees.HTMT.Value, 1e-14)
	require.True(t, agrees.HTMT2.Exists)
}

// f² of Quality on Satisfaction is .2893 in cSEM, with the scores of the whole model,
// and .2850 in seminr, which estimates anew without the path: Satisfaction's weights
// then no longer lean towards Quality. Where the weights cannot change, with unit
// weights, both are one number.
func TestF2OfOtherProgramsDiffersByTheScores(t *testing.T) {
	result := mobiFit(t, "mobi-ecsi", pls.ModeA, precisely(pls.PathWeighting))
	differs := effectSizeOf(t, result, "Quality", "Satisfaction")
	require.InDelta(t, 0.2893, differs.SameScores.Value, 5e-5)
	require.InDelta(t, 0.2850, differs.Rerun.Value, 5e-5)
	for _, e := range mobiFit(t, "mobi-ecsi", pls.UnitWeights, precisely(pls.PathWeighting)).EffectSizes() {
		require.InDelta(t, e.SameScores.Value, e.Rerun.Value, 1e-12)
	}
}

// seminr refuses mode B for a construct with one item; the others, and this package,
// give it the weight 1, so that its reliabilities are 1 in every mode.
func TestOneItemHasNoMode(t *testing.T) {
	for _, mode := range []pls.Mode{pls.ModeA, pls.ModeB, pls.UnitWeights} {
		result := mobiFit(t, "mobi-ecsi", mode, precisely(pls.PathWeighting))
		complaints, there := result.Construct("Complaints")
		require.True(t, there)
		require.InDelta(t, 1, complaints.Items[0].Weight, 1e-14)
		for _, r := range result.Reliability() {
			if r.Construct == "Complaints" {
				one := pls.Figure{Value: 1, Exists: true}
				require.Equal(t, pls.Reliability{Construct: "Complaints", Alpha: one, RawAlpha: one, RhoA: one, RhoC: one, AVE: one, DillonGoldstein: one, First: 1}, r)
			}
		}
	}
}

// The benchmark of seminr up to 2.3 takes the items of all other constructs, also of
// those that come after, and then beats the model for every item of Quality. The items
// of the antecedents, which is all that the model itself uses, beat it for one of seven.
func TestLinearBenchmarkOfSeminrKnowsMore(t *testing.T) {
	options := precisely(pls.PathWeighting)
	quality := func(benchmark pls.Benchmark) pls.ConstructPrediction {
		got, err := pls.Predict(t.Context(), mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi.csv"), &options,
			pls.PredictOptions{LeaveOneOut: true, Benchmark: benchmark})
		require.NoError(t, err)
		require.Equal(t, "Quality", got.Constructs[1].Construct)
		return got.Constructs[1]
	}
	require.Equal(t, pls.ConstructPrediction{Construct: "Quality", Items: 7, Better: 0, Helped: 7, Power: pls.NoPower}, quality(pls.OtherItems))
	require.Equal(t, pls.ConstructPrediction{Construct: "Quality", Items: 7, Better: 6, Helped: 7, Power: pls.MediumPower}, quality(pls.AntecedentItems))
}
