package btyd_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/stretchr/testify/require"
)

// Values that an overlooked error leaves nil or zero are empty, or an error: no panic.
func TestAbsentValues(t *testing.T) {
	var input *btyd.InputError
	for _, s := range []*btyd.Scorer{nil, {}} {
		require.ErrorAs(t, s.PAlive(nil, nil), &input)
		require.ErrorAs(t, s.Expected(nil, nil, 1), &input)
		require.ErrorAs(t, s.Discounted(nil, nil, 1, 0), &input)
	}
	var rows *btyd.Rows
	require.Zero(t, rows.Len()+rows.Customers()+int(rows.Unit()))
	var replicates *btyd.Replicates
	require.Zero(t, replicates.Len()+replicates.Failed())
	for range replicates.Models() {
		t.Fatal("a model of no replicates")
	}
	_, err := replicates.Estimate(.9, func(*btyd.Model) float64 { return 1 })
	require.ErrorAs(t, err, &input)
	for _, g := range []*btyd.GammaGamma{nil, {}} {
		require.Zero(t, g.Params())
		require.Empty(t, g.Parameters())
		require.Zero(t, g.Report())
		_, ok := g.Covariance()
		require.False(t, ok)
	}
	var none *btyd.Visits
	none.Add("a", time.Unix(0, 0))
	var zero btyd.Visits
	zero.Add("a", time.Unix(0, 0))
	var calendar *btyd.CalendarError
	require.ErrorAs(t, zero.Err(), &calendar)
}

// What a model reads of a summary is within its range, or the answer is 0.
func TestSummariesOutOfRange(t *testing.T) {
	for _, family := range []btyd.Family{btyd.BGNBD, btyd.BGCNBD(12), btyd.MBGCNBD(3)} {
		m, err := btyd.New(family, rapport.Week, 1000, .001, .001, .001)
		require.NoError(t, err)
		for name, s := range map[string]scoring.Summary{
			"SumLogInterval": {X: 3, TX: 5, T: 10, SumLogInterval: math.NaN()},
			"X":              {X: 1 << 60, TX: 1, T: 2},
		} {
			var input *btyd.InputError
			require.ErrorAs(t, btyd.Check(s), &input)
			require.Equal(t, name, input.Name)
			require.Zero(t, m.LogLikelihood(s))
			require.Zero(t, m.PDead(s))
		}
	}
}

// A count far beyond what is possible is known to be at once.
func TestProbabilityOfHugeCounts(t *testing.T) {
	m, err := btyd.New(btyd.BGCNBD(12), rapport.Week, 1000, .001, .001, .001)
	require.NoError(t, err)
	require.Zero(t, m.PMF(math.MaxInt, 1))
}

// Work grows with customers who are drawn one by one: their number has an end.
func TestResamplingIsBounded(t *testing.T) {
	rows, err := btyd.NewRows(rapport.Week, []btyd.Row{
		{Summary: scoring.Summary{X: 2, TX: 5, T: 10}, Customers: 1e14}, {Summary: scoring.Summary{X: 1, TX: 5, T: 10}, Customers: 1e14},
	})
	require.NoError(t, err)
	_, err = btyd.Bootstrap(t.Context(), mustBGNBD(t, .243, 4.414, .793, 2.426), rows, 1, nil)
	var input *btyd.InputError
	require.ErrorAs(t, err, &input)
	require.Equal(t, "Customers", input.Name)
	c, err := btyd.NewShiftedBetaGeometric(.7, 3.8)
	require.NoError(t, err)
	require.Empty(t, c.SimulateCohort(rand.New(rand.NewPCG(1, 1)), math.MaxInt, 5).Active)
}
