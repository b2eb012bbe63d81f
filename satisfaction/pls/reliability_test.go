package pls_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// unequal is a block of two items that fit a factor, λ = (1, 2) with error variances 1,
// and an item that covaries by .5λ with them.
func unequal(t *testing.T, mode pls.Mode, metric pls.Metric) pls.Reliability {
	t.Helper()
	covariance, err := pls.NewCovariance([]string{"a1", "a2", "b"}, []float64{
		2, 2, 0.5,
		2, 5, 1,
		0.5, 1, 1,
	}, 100)
	require.NoError(t, err)
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "A", Mode: mode, Items: []string{"a1", "a2"}}, {Name: "B", Items: []string{"b"}}},
		Paths:      []pls.Path{{From: "A", To: "B"}},
	}
	result, err := pls.FitCovariance(model, covariance, &pls.Options{Metric: metric})
	require.NoError(t, err)
	return result.Reliability()[0]
}

// In the raw metric weights are as λ, the score's variance is (2 + 4·5 + 4·2)/30, and ρA
// finds the true reliability (1·1 + 2·2)²/30. Alpha of the answers is 2·(1 − 7/11), that
// of standardised answers 2r/(1+r) with r = 2/√10.
func TestReliabilityOfUnequalItems(t *testing.T) {
	got := unequal(t, pls.ModeA, pls.Raw)
	requireFigure(t, 25.0/30, got.RhoA, 1e-12)
	requireFigure(t, 2*(1-7.0/11), got.RawAlpha, 1e-12)
	requireFigure(t, 0.7748517734455862, got.Alpha, 1e-12)
	require.Equal(t, pls.Good, got.Alpha.Verdict)
	require.InDelta(t, 2, got.First+got.Second, 1e-12)
	// The standardised items fit a factor too: the same truth, other weights.
	standardised := unequal(t, pls.ModeA, pls.Standardised)
	require.Equal(t, got.Alpha, standardised.Alpha)
	require.Less(t, standardised.RhoA.Value, got.RhoA.Value)
}

// What a mode gives no meaning to does not exist.
func TestReliabilityByMode(t *testing.T) {
	unit := unequal(t, pls.UnitWeights, pls.Standardised)
	require.True(t, unit.Alpha.Exists && unit.RhoC.Exists && unit.AVE.Exists && unit.DillonGoldstein.Exists)
	require.Zero(t, unit.RhoA)
	formed := unequal(t, pls.ModeB, pls.Standardised)
	require.Equal(t, pls.Reliability{Construct: "A", First: formed.First, Second: formed.Second}, formed)
	require.InDelta(t, unit.First, formed.First, 1e-14)
}
