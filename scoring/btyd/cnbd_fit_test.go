package btyd_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// The published data sets are no regular customers'.
func TestRegularityOfPublishedData(t *testing.T) {
	for log, until := range map[string]string{"data/cdnow_sample.csv": "1997-09-30", "data/apparel.csv": "2006-12-31"} {
		m, err := btyd.FitBGCNBD(t.Context(), readLog(t, log, until), nil)
		require.NoError(t, err)
		require.Equal(t, btyd.BGNBD, m.Family())
	}
}

func TestRegularityNeedsIntervals(t *testing.T) {
	without := cdnowLike(true).customers(t, 300, 32)
	var rows, weekly, tooMuch []scoring.Summary
	for _, s := range without.All() {
		tooMuch = append(tooMuch, s)
		tooMuch[len(tooMuch)-1].SumLogInterval += float64(s.X)
		s.SumLogInterval = 0
		rows = append(rows, s)
		// Once a week, until it stops: the logarithms are 0.
		s.TX = float64(s.X)
		s.T = max(s.T, s.TX)
		weekly = append(weekly, s)
	}
	for _, family := range []btyd.Family{btyd.BGCNBD(2), btyd.MBGCNBD(12)} {
		_, err := btyd.Fit(t.Context(), family, btyd.Compress(summariesOf(t, rows)), nil)
		require.ErrorIs(t, err, btyd.ErrNoIntervals)
		require.ErrorContains(t, err, family.String())
		_, err = btyd.Fit(t.Context(), family, btyd.Compress(summariesOf(t, weekly)), nil)
		require.NotErrorIs(t, err, btyd.ErrNoIntervals)
		_, err = btyd.Fit(t.Context(), family, btyd.Compress(summariesOf(t, tooMuch)), nil)
		var input *btyd.InputError
		require.ErrorAs(t, err, &input)
		require.Equal(t, "SumLogInterval", input.Name)
	}
	_, err := btyd.FitBGCNBD(t.Context(), summariesOf(t, rows), nil)
	require.ErrorIs(t, err, btyd.ErrNoIntervals)
	_, err = btyd.Fit(t.Context(), btyd.MBGNBD, btyd.Compress(summariesOf(t, rows)), nil)
	require.NoError(t, err)
}

// Purchases a second apart, one customer among many, and customers who never leave.
func TestHardDataOfRelatives(t *testing.T) {
	shop := cdnowLike(true)
	shop.k = 2
	var rows, loyal []scoring.Summary
	for _, s := range shop.customers(t, 500, 33).All() {
		rows = append(rows, s)
		s.T = max(s.TX, .5)
		loyal = append(loyal, s)
	}
	burst := scoring.Summary{X: 300, TX: 10, T: 52, SumLogInterval: 300 * math.Log(1e-6)}
	for _, family := range []btyd.Family{btyd.MBGNBD, btyd.BGCNBD(2), btyd.BGCNBD(5), btyd.MBGCNBD(3)} {
		m, err := btyd.Fit(t.Context(), family, btyd.Compress(summariesOf(t, append(rows[:len(rows):len(rows)], burst))), nil)
		require.NoError(t, err, family)
		require.True(t, m.Report().Converged)
		m, err = btyd.Fit(t.Context(), family, btyd.Compress(summariesOf(t, loyal)), nil)
		require.NoError(t, err, family)
		// Nested in it: never better.
		nested, err := btyd.New(family, rapport.Week, m.Parameters()[0].Value, m.Parameters()[1].Value, 0, 1)
		require.NoError(t, err)
		sum := 0.0
		for _, s := range loyal {
			sum += nested.LogLikelihood(s)
		}
		require.GreaterOrEqual(t, m.Report().LogLikelihood, sum-1e-6, family)
	}
	m, err := btyd.Fit(t.Context(), btyd.BGCNBD(2), btyd.Compress(summariesOf(t, loyal)), nil)
	require.NoError(t, err)
	require.Contains(t, m.Report().Boundaries, btyd.BoundaryNoDropout)
}

func TestWorkersDoNotChangeRelatives(t *testing.T) {
	shop := cdnowLike(false)
	shop.k = 2
	rows := btyd.Compress(shop.customers(t, 60_000, 34))
	for _, family := range []btyd.Family{btyd.MBGNBD, btyd.MBGCNBD(2)} {
		v1, g1, h1 := btyd.EvaluateFamily(family, rows, points()[0], 1)
		v4, g4, h4 := btyd.EvaluateFamily(family, rows, points()[0], 4)
		require.Equal(t, v1, v4)
		require.Equal(t, g1, g4)
		require.Equal(t, h1, h4)
	}
}

func TestChoosingRegularityCanBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m, err := btyd.FitBGCNBD(ctx, cdnowLike(true).customers(t, 300, 35), nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, m)
}

func TestFamiliesOfRegularCustomers(t *testing.T) {
	require.Equal(t, btyd.BGNBD, btyd.BGCNBD(1))
	require.Equal(t, btyd.MBGNBD, btyd.MBGCNBD(1))
	for _, k := range []int{-1, 0, 13, 256, 257} {
		require.False(t, btyd.BGCNBD(k).IsValid(), k)
		require.Zero(t, btyd.MBGCNBD(k).Regularity(), k)
		_, err := btyd.NewMBGCNBD(rapport.Week, k, 1, 1, 1, 1)
		var input *btyd.InputError
		require.ErrorAs(t, err, &input)
		require.Equal(t, "k", input.Name)
	}
	require.Equal(t, "bgcnbd-12", btyd.BGCNBD(12).String())
	require.Equal(t, "mbgcnbd-2", btyd.MBGCNBD(2).String())
	require.Equal(t, 1, btyd.NBD.Regularity())
	for _, f := range btyd.Families() {
		require.False(t, (f + 200).IsValid(), f)
	}
}
