package btyd_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestMeanSpendByHand(t *testing.T) {
	rows, err := btyd.NewSpendRows([]btyd.SpendRow{{X: 1, Mean: 10, Customers: 2}, {X: 4, Mean: 25, Customers: 1}})
	require.NoError(t, err)
	for _, c := range []struct {
		shrinkage btyd.Shrinkage
		name      string
		want      float64
	}{{btyd.OwnMean, "meanspend-own", 40}, {btyd.PopulationMean, "meanspend-population", 20}} {
		m, err := btyd.FitMeanSpend(rows, c.shrinkage)
		require.NoError(t, err)
		require.Equal(t, c.name, m.Name())
		mean := m.Parameters()[0]
		within(t, "mean", mean.Value, (2*10+4*25)/6., 1e-15)
		// √(Σ (share·deviation)²): two of 1/6 · −10 and one of 4/6 · 5
		within(t, "se", mean.SE, math.Sqrt(2*100+400)/6, 1e-14)
		got, err := m.ExpectedSpend(scoring.Summary{X: 3, TX: 1, T: 2, Spend: 40})
		require.NoError(t, err)
		within(t, c.name, got, c.want, 1e-15)
		got, err = m.ExpectedSpend(scoring.Summary{T: 2})
		require.NoError(t, err)
		within(t, "new", got, 20, 1e-15)
	}
	m, err := btyd.NewMeanSpend(30, 2)
	require.NoError(t, err)
	got, err := m.ExpectedSpend(scoring.Summary{X: 6, TX: 1, T: 2, Spend: 10})
	require.NoError(t, err)
	within(t, "shrunk", got, (2*30+6*10)/8., 1e-15)
}

// The moments find the ratio of variances that the customers were drawn with, and its
// shrinkage is that of the gamma-gamma model, whose k is (q−1)/p.
func TestShrunkMeanFindsTheVariances(t *testing.T) {
	random := rand.New(rand.NewPCG(65, 0))
	g := mustGammaGamma(t, 6, 9, 120)
	rows := make([]btyd.SpendRow, 60_000)
	for i := range rows {
		amounts := make([]float64, 1+random.IntN(6))
		require.NoError(t, g.SimulatePurchases(random, scoring.Summary{}, amounts))
		for _, a := range amounts {
			rows[i].Mean += a / float64(len(amounts))
		}
		rows[i].X, rows[i].Customers = len(amounts), 1
	}
	compressed, err := btyd.NewSpendRows(rows)
	require.NoError(t, err)
	m, err := btyd.FitMeanSpend(compressed, btyd.ShrunkMean)
	require.NoError(t, err)
	require.Equal(t, "meanspend-shrunk", m.Name())
	mean, weight := m.Parameters()[0], m.Parameters()[1]
	require.InDelta(t, 90, mean.Value, 5*mean.SE)
	within(t, "weight", weight.Value, 8./6, .15)
	require.False(t, weight.Identified)
}

func TestShrunkMeanAtItsEnds(t *testing.T) {
	for name, c := range map[string]struct {
		mode int
		want string
	}{"chance only": {0, "meanspend-population"}, "between only": {1, "meanspend-own"}} {
		_, rows := narrowRows(t, 3000, c.mode, .2)
		m, err := btyd.FitMeanSpend(rows, btyd.ShrunkMean)
		require.NoError(t, err)
		if m.Name() != c.want { // the moments may fall just inside
			k := m.Parameters()[1].Value
			require.True(t, (c.mode == 0 && k > 20) || (c.mode == 1 && k < .2), "%s: %v", name, k)
		}
	}
}

func TestMeanSpendOutsideTheDomain(t *testing.T) {
	var input *btyd.InputError
	for _, p := range [][2]float64{{0, 1}, {-1, 1}, {math.NaN(), 1}, {1, -1}, {1, math.NaN()}, {inf, 1}, {1, 1e101}} {
		_, err := btyd.NewMeanSpend(p[0], p[1])
		require.ErrorAs(t, err, &input, "%v", p)
	}
	_, err := btyd.FitMeanSpend(nil, btyd.OwnMean)
	require.ErrorIs(t, err, btyd.ErrNoSpender)
	rows, err := btyd.NewSpendRows([]btyd.SpendRow{{X: 2, Mean: 1, Customers: 5}, {X: 2, Mean: 3, Customers: 1}})
	require.NoError(t, err)
	_, err = btyd.FitMeanSpend(rows, btyd.ShrunkMean)
	require.ErrorIs(t, err, btyd.ErrOneFrequency)
	_, err = btyd.FitMeanSpend(rows, 9)
	require.ErrorAs(t, err, &input)
	m, err := btyd.NewMeanSpend(30, inf)
	require.NoError(t, err)
	_, err = m.ExpectedSpend(scoring.Summary{X: -1})
	require.ErrorAs(t, err, &input)
	var none *btyd.MeanSpend
	_, err = none.ExpectedSpend(scoring.Summary{})
	require.ErrorAs(t, err, &input)
	require.Empty(t, none.Parameters())
	require.Zero(t, none.Report())
	_, err = json.Marshal(btyd.MeanSpend{})
	require.ErrorAs(t, err, &input)
}

func TestMeanSpendJSON(t *testing.T) {
	rows := btyd.CompressSpend(cdnowLike(true).customers(t, 500, 24))
	for _, shrinkage := range []btyd.Shrinkage{btyd.OwnMean, btyd.PopulationMean, btyd.ShrunkMean} {
		m, err := btyd.FitMeanSpend(rows, shrinkage)
		require.NoError(t, err)
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var back btyd.MeanSpend
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(&back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.Equal(t, m, &back)
	}
	require.ErrorIs(t, json.Unmarshal([]byte(`{"kind":"rapport/bgnbd","version":1}`), new(btyd.MeanSpend)), btyd.ErrModelFormat)
}

// Any model of spend values customers.
func TestLifetimeValueTakesAnySpendModel(t *testing.T) {
	model := mustBGNBD(t, .243, 4.414, .793, 2.426)
	s := scoring.Summary{X: 2, TX: 30.43, T: 38.86, Spend: 35}
	summaries := summariesOf(t, []scoring.Summary{s})
	mean, err := btyd.NewMeanSpend(50, 0)
	require.NoError(t, err)
	h := btyd.Horizon{Periods: 52, AnnualDiscount: .1}
	purchases, err := btyd.DiscountedExpected(model, s, h)
	require.NoError(t, err)
	for want, spend := range map[float64]btyd.SpendModel{35: mean, 6.25 * (15.44 + 70) / (12.5 + 2.74): mustGammaGamma(t, 6.25, 3.74, 15.44)} {
		value, err := btyd.LifetimeValue(model, spend, s, h)
		require.NoError(t, err)
		within(t, "value", value, want*purchases, 1e-14)
		dst := make([]float64, 1)
		require.NoError(t, btyd.LifetimeValues(dst, model, spend, summaries, h))
		within(t, "values", dst[0], value, 1e-12)
	}
	var input *btyd.InputError
	for _, none := range []btyd.SpendModel{nil, (*btyd.GammaGamma)(nil), (*btyd.MeanSpend)(nil)} {
		_, err := btyd.LifetimeValue(model, none, s, h)
		require.ErrorAs(t, err, &input)
		require.ErrorAs(t, btyd.LifetimeValues(make([]float64, 1), model, none, summaries, h), &input)
	}
	_, err = mean.ExpectedSpendOf(rapport.ID("a"), s)
	require.NoError(t, err)
}
