package satisfaction_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

func scale(low, high float64) satisfaction.Item {
	return satisfaction.Item{Key: "q", Low: low, High: high}
}

func columnOf(t require.TestingT, item satisfaction.Item, weights []float64, values ...float64) satisfaction.Column {
	c, err := satisfaction.NewColumn(item, values, weights)
	require.NoError(t, err)
	return c
}

// 15 of 20 are content: Wilson's interval by hand, z² = 3.8415: (.75 + .09604 ±
// 1.96·√(.1875/20 + .002401))/1.19207.
func TestTopBox(t *testing.T) {
	var values []float64
	for i := range 20 {
		values = append(values, []float64{4, 5, 4, 1 + float64(i%3)}[i%4])
	}
	got, err := satisfaction.TopBox(columnOf(t, scale(1, 5), nil, values...), nil)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 15, Den: 20, N: 20}, got.Counts)
	require.Equal(t, "4 to 5 of 1 to 5, wilson", got.Rule())
	require.InDelta(t, 0.75, got.Share.Value, 1e-15)
	require.InDelta(t, math.Sqrt(0.1875/20), got.Share.SE, 1e-15)
	margin := 1.959963984540054 * math.Sqrt(0.1875/20+3.841458820694124/1600)
	require.InDelta(t, (0.75+3.841458820694124/40-margin)/(1+3.841458820694124/20), got.Share.Low, 1e-14)
	require.InDelta(t, (0.75+3.841458820694124/40+margin)/(1+3.841458820694124/20), got.Share.High, 1e-14)

	only5, err := satisfaction.TopBox(columnOf(t, scale(1, 5), nil, values...), &satisfaction.ShareOptions{From: 5, To: 5, Level: 0.9})
	require.NoError(t, err)
	require.Equal(t, 5.0, only5.Counts.Num)
	require.Equal(t, 0.9, only5.Share.Level)
	yes, err := satisfaction.TopBox(columnOf(t, satisfaction.Item{Key: "q", Kind: satisfaction.YesNoItem}, nil, 0, 1, 1, 0), nil)
	require.NoError(t, err)
	require.Equal(t, 2.0, yes.Counts.Num)
}

func TestEffortShare(t *testing.T) {
	got, err := satisfaction.EffortShare(columnOf(t, scale(1, 7), nil, 5, 6, 7, 4, 6, 7, 3, 6), nil)
	require.NoError(t, err)
	require.Equal(t, 0.75, got.Share.Value)
	require.Equal(t, "5 to 7 of 1 to 7, wilson", got.Rule())
	_, err = satisfaction.EffortShare(columnOf(t, scale(1, 5), nil, 5), nil)
	require.EqualError(t, err, `satisfaction: item "q" runs from 1 to 5: want 1 to 7, or a box to count`)
	got, err = satisfaction.EffortShare(columnOf(t, scale(1, 5), nil, 5), &satisfaction.ShareOptions{From: 4, To: 5})
	require.NoError(t, err)
	require.Equal(t, 1.0, got.Share.Value)
	_, err = satisfaction.TopBox(columnOf(t, scale(1, 5), nil, 5), &satisfaction.ShareOptions{From: 4, To: 6})
	require.EqualError(t, err, `satisfaction: item "q": the answers 4 to 6 that count are not within 1 to 5`)
}

// Means with their Student intervals and Welch's test, in 30 digits by mpmath.
func TestMeansAndWelch(t *testing.T) {
	x, y := []float64{5, 6, 7, 4, 6, 7, 3, 6}, []float64{4, 5, 3, 2, 5, 4}
	first, err := satisfaction.MeanOf(columnOf(t, scale(1, 7), nil, x...), 0)
	require.NoError(t, err)
	near := func(e rapport.Estimate, want ...float64) {
		t.Helper()
		require.InDeltaSlice(t, want, []float64{e.Value, e.SE, e.Low, e.High}, 1e-12)
	}
	near(first.Mean, 5.5, 0.5, 4.31768787420361, 6.68231212579639)
	require.Equal(t, "mean of 1 to 7, student_t", first.Rule())
	second, err := satisfaction.MeanOf(columnOf(t, scale(1, 7), nil, y...), 0)
	require.NoError(t, err)
	change, err := satisfaction.CompareMeans(first, second, 0)
	require.NoError(t, err)
	near(change.Delta, 1.66666666666667, 0.691214711777591, 0.158155056564834, 3.1751782767685)
	require.InDeltaSlice(t, []float64{2.41121411085206, 11.8244107436506, 0.0331161962647648},
		[]float64{change.Statistic, change.DF, change.P}, 1e-12)
	weighted, err := satisfaction.MeanOf(columnOf(t, scale(1, 7), []float64{1, 2, 1, 1, 3, 1, 1, 2}, x...), 0)
	require.NoError(t, err)
	near(weighted.Mean, 5.66666666666667, 0.359619308934927, 4.76892668787485, 6.56440664545848)
	require.InDelta(t, 6.54545454545455, weighted.Effective, 1e-13)

	one, err := satisfaction.MeanOf(columnOf(t, scale(1, 7), nil, 5), 0)
	require.NoError(t, err)
	require.Equal(t, rapport.Estimate{Value: 5, N: 1}, one.Mean)
	for _, other := range []satisfaction.MeanScore{one, first} {
		change, err = satisfaction.CompareMeans(one, other, 0)
		require.NoError(t, err)
		require.False(t, change.Tested || change.Delta.HasInterval())
		require.True(t, change.Delta.HasValue())
	}
}

// Newcombe's 56/70 − 48/80 with his interval .0524 to .3339, and the pooled z by hand:
// .2/√(.69333·.30667·(1/70 + 1/80)).
func TestCompareShares(t *testing.T) {
	share := func(inside, all int) satisfaction.ShareScore {
		values := make([]float64, all)
		for i := range inside {
			values[i] = 1
		}
		s, err := satisfaction.TopBox(columnOf(t, satisfaction.Item{Key: "q", Kind: satisfaction.YesNoItem}, nil, values...), nil)
		require.NoError(t, err)
		return s
	}
	change, err := satisfaction.CompareShares(share(56, 70), share(48, 80), 0)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.2, 0.0524, 0.3339}, []float64{change.Delta.Value, change.Delta.Low, change.Delta.High}, 6e-5)
	pooled := 104. / 150
	require.InDelta(t, 0.2/math.Sqrt(pooled*(1-pooled)*(1./70+1./80)), change.Statistic, 1e-12)
	require.InDelta(t, math.Erfc(change.Statistic/math.Sqrt2), change.P, 1e-15)

	change, err = satisfaction.CompareShares(share(5, 5), share(7, 7), 0)
	require.NoError(t, err)
	require.True(t, change.Delta.HasInterval())
	require.False(t, change.Tested)
	change, err = satisfaction.CompareShares(share(5, 5), share(0, 0), 0)
	require.NoError(t, err)
	require.False(t, change.Delta.HasValue())
	_, err = satisfaction.CompareShares(satisfaction.ShareScore{Share: rapport.Estimate{Value: 1, N: 5}}, share(5, 5), 0)
	require.EqualError(t, err, "satisfaction: effective number of answers 0: must be above 0 and finite: take the score as it was made")
	_, err = satisfaction.CompareNPS(satisfaction.NPS{Score: rapport.Estimate{Value: 101, N: 5}, Effective: 5}, satisfaction.NPS{}, 0)
	require.EqualError(t, err, "satisfaction: score 101: must be from -100 to 100: take the score as it was made")
	_, err = satisfaction.CompareMeans(satisfaction.MeanScore{Mean: rapport.Estimate{Value: math.NaN(), N: 5}}, satisfaction.MeanScore{}, 0)
	require.ErrorContains(t, err, "must be finite")
	_, err = satisfaction.CompareShares(share(5, 5), share(5, 5), -1)
	_, ok := errors.AsType[*satisfaction.ArgumentError](err)
	require.True(t, ok)
}

func TestNewColumnErrors(t *testing.T) {
	for _, c := range []struct {
		item            satisfaction.Item
		values, weights []float64
		want            string
	}{
		{scale(5, 1), nil, nil, `satisfaction: survey: item "q" (5 to 1): the low end must be below the high end`},
		{scale(1, 5), []float64{1, 2}, []float64{1}, "satisfaction: 2 values with 1 weights: want one weight for each value, or none at all"},
		{scale(1, 5), []float64{1, 2}, []float64{1, 0}, "satisfaction: weight of row 1 0: must be from 1e-09 to 1e+09"},
		{scale(1, 5), []float64{1, 6}, nil, `satisfaction: response "" (row 1): answer 6 to item "q" is out of range: 1 to 5`},
		{scale(1, 5), []float64{math.Inf(1)}, nil, `satisfaction: response "" (row 0): answer +Inf to item "q" is out of range: 1 to 5`},
	} {
		_, err := satisfaction.NewColumn(c.item, c.values, c.weights)
		require.EqualError(t, err, c.want)
	}
}

// For all answers on all scales: figures are valid, the value lies in its interval and
// on the scale, weights times a number and another order change nothing, and equal
// weights are none.
func TestScoreProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ends := rapid.SliceOfNDistinct(rapid.Float64Range(-satisfaction.MaxAnswer, satisfaction.MaxAnswer), 2, 2, rapid.ID).Draw(t, "scale")
		item := scale(min(ends[0], ends[1]), max(ends[0], ends[1]))
		item.Reversed = rapid.Bool().Draw(t, "reversed")
		values := rapid.SliceOfN(rapid.Float64Range(item.Low, item.High), 0, 20).Draw(t, "values")
		weights := rapid.SliceOfN(rapid.Float64Range(satisfaction.MinWeight, satisfaction.MaxWeight), len(values), len(values)).Draw(t, "weights")
		equal := make([]float64, len(values))
		for i := range equal {
			equal[i] = weights[0]
		}
		level := rapid.Float64Range(1e-6, 1-1e-12).Draw(t, "level")
		var means []satisfaction.MeanScore
		var shares []satisfaction.ShareScore
		for _, w := range [][]float64{nil, equal, weights} {
			c := columnOf(t, item, w, values...)
			mean, err := satisfaction.MeanOf(c, level)
			if err != nil {
				t.Fatal(err)
			}
			share, err := satisfaction.TopBox(c, &satisfaction.ShareOptions{Level: level})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range []rapport.Estimate{mean.Mean, share.Share} {
				if err := e.Validate(); err != nil || e.HasInterval() && !(e.Low <= e.Value && e.Value <= e.High) {
					t.Fatalf("%+v: %v", e, err)
				}
			}
			means, shares = append(means, mean), append(shares, share)
		}
		slack := 1e-9 * max(math.Abs(item.Low), math.Abs(item.High))
		if d := math.Abs(means[0].Mean.Value - means[1].Mean.Value); d > slack {
			t.Fatalf("%+v with equal weights is %+v", means[0], means[1])
		}
		if math.Abs(shares[0].Share.SE-shares[1].Share.SE) > 1e-9 || math.Abs(shares[0].Share.Low-shares[1].Share.Low) > 1e-9 {
			t.Fatalf("%+v with equal weights is %+v", shares[0], shares[1])
		}
		byMean, err := satisfaction.CompareMeans(means[0], means[2], level)
		if err != nil {
			t.Fatal(err)
		}
		byShare, err := satisfaction.CompareShares(shares[0], shares[2], level)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []satisfaction.ScoreChange{byMean, byShare} {
			if err := c.Delta.Validate(); err != nil || !(c.P >= 0 && c.P <= 1) {
				t.Fatalf("%+v: %v", c, err)
			}
		}
	})
}
