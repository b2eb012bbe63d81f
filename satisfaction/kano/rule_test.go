package kano_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/kano"
)

func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		counts                   kano.Counts
		mode, priority, majority kano.Category
	}{
		"nobody":                             {kano.Counts{}, kano.None, kano.None, kano.None},
		"one":                                {kano.Counts{A: 1}, kano.Attractive, kano.Attractive, kano.Attractive},
		"all equal":                          {kano.Counts{M: 5, O: 5, A: 5, I: 5, R: 5, Q: 5}, kano.MustBe, kano.MustBe, kano.Indifferent},
		"O, A and I equal":                   {kano.Counts{O: 7, A: 7, I: 7}, kano.OneDimensional, kano.OneDimensional, kano.OneDimensional},
		"A and I equal":                      {kano.Counts{A: 7, I: 7}, kano.Attractive, kano.Attractive, kano.Indifferent},
		"R and Q equal":                      {kano.Counts{R: 7, Q: 7}, kano.Reverse, kano.Reverse, kano.Reverse},
		"all Q":                              {kano.Counts{Q: 9}, kano.Questionable, kano.Questionable, kano.Questionable},
		"Q largest, the next two tied":       {kano.Counts{M: 3, A: 3, Q: 9}, kano.Questionable, kano.Questionable, kano.Questionable},
		"exactly 6 points apart":             {kano.Counts{M: 33, I: 39, A: 28}, kano.Indifferent, kano.MustBe, kano.MustBe},
		"7 points apart":                     {kano.Counts{M: 32, I: 39, A: 29}, kano.Indifferent, kano.Indifferent, kano.MustBe},
		"near tie, the third does not count": {kano.Counts{M: 35, A: 37, I: 40}, kano.Indifferent, kano.Attractive, kano.Attractive},
		"near tie with reverse":              {kano.Counts{R: 52, I: 48}, kano.Reverse, kano.Indifferent, kano.Reverse},
		"Q makes a near tie of the others":   {kano.Counts{M: 47, I: 50, Q: 3}, kano.Indifferent, kano.MustBe, kano.Indifferent},
		"half and half is no majority":       {kano.Counts{O: 30, A: 20, I: 26, R: 24}, kano.OneDimensional, kano.OneDimensional, kano.Indifferent},
		"three small ones outnumber a large": {kano.Counts{M: 20, O: 21, A: 11, I: 48}, kano.Indifferent, kano.Indifferent, kano.OneDimensional},
	} {
		p, err := c.counts.Profile(0.95)
		require.NoError(t, err)
		require.Equal(t, kano.Verdicts{Mode: c.mode, Priority: c.priority, Majority: c.majority}, p.Verdicts, name)
		require.Equal(t, c.priority, p.Verdicts.By(kano.Priority))
		require.Equal(t, kano.None, p.Verdicts.By(9))
	}
}

// A feature that 296 people were asked about, from the table that the R package
// stp25kano prints.
func TestPublishedFeature(t *testing.T) {
	p, err := kano.Counts{M: 65, O: 87, A: 93, I: 51}.Profile(0.95)
	require.NoError(t, err)
	require.Equal(t, kano.Verdicts{Mode: kano.Attractive, Priority: kano.OneDimensional, Majority: kano.Attractive}, p.Verdicts)
	require.InDelta(t, 0.608, p.Better.Value, 5e-4)
	require.InDelta(t, -0.514, p.Worse.Value, 5e-4)
	require.InDelta(t, 15.41, p.Equality.Statistic, 5e-3)
	require.Equal(t, 6.0, p.Fong.Difference)
	require.InDelta(t, 18.5, p.Fong.Threshold, 0.05)
	require.False(t, p.Fong.Significant)
}

func TestProfileWithoutWhatItNeeds(t *testing.T) {
	p, err := kano.Counts{}.Profile(0.95)
	require.NoError(t, err)
	require.Equal(t, &kano.Profile{}, p)

	p, err = kano.Counts{Q: 4, R: 1}.Profile(0.95)
	require.NoError(t, err)
	require.Zero(t, p.Better)
	require.Zero(t, p.Worse)
	require.Zero(t, p.Equality)
	require.Equal(t, 0.2, value(t, p.CategoryStrength))
	require.Equal(t, 5, p.Fong.N)

	p, err = kano.Counts{Q: 4}.Profile(0.95)
	require.NoError(t, err)
	require.Equal(t, kano.Fong{N: 4}, p.Fong, "nothing stands out where nothing is")

	p, err = kano.Counts{I: 1}.Profile(0.95)
	require.NoError(t, err)
	require.False(t, p.Fong.Significant, "one customer")
	require.True(t, p.Equality.Small())
	const z2 = 1.959963984540054 * 1.959963984540054
	require.InDelta(t, z2/(1+z2), p.Better.High, 1e-14)
	require.False(t, math.Signbit(p.Worse.Value) || math.Signbit(p.Worse.High), "no minus zero")
}

// (40−20)²/20 + 2·(10−20)²/20 + 0 = 30, whose tail with three degrees of freedom is
// 1.380e-6.
func TestEquality(t *testing.T) {
	p, err := kano.Counts{M: 40, O: 10, A: 10, I: 20, R: 3, Q: 1}.Profile(0.95)
	require.NoError(t, err)
	require.InEpsilon(t, 30, p.Equality.Statistic, 1e-14)
	require.InEpsilon(t, 1.3800570312932e-06, p.Equality.P, 1e-9)
	require.Equal(t, 80, p.Equality.N)
	require.Equal(t, 20.0, p.Equality.SmallestExpected)
	require.False(t, p.Equality.Small())
}

func TestCountsRefused(t *testing.T) {
	for _, n := range []float64{-1, 0.5, math.NaN(), math.Inf(1), 2e12} {
		_, err := kano.Counts{I: 3, R: n}.Profile(0.95)
		var bad *kano.CountError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, kano.Reverse, bad.Category)
	}
	_, err := kano.Counts{I: -3}.Profile(0.95)
	require.EqualError(t, err, "kano: counts: I is -3, not a whole number from 0 to 1e12")
	for _, level := range []float64{0, 1, -1, math.NaN()} {
		_, err := kano.Counts{I: 3}.Profile(level)
		var bad *kano.OptionError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, "Level", bad.Field)
	}
	p, err := kano.Counts{M: kano.MaxCount, O: kano.MaxCount, Q: 1}.Profile(math.Nextafter(1, 0))
	require.NoError(t, err)
	require.NoError(t, p.Better.Validate())
}

func TestCurve(t *testing.T) {
	e := math.E
	for category, formula := range map[kano.Category]func(cs, ds, x float64) float64{ // as they are printed
		kano.MustBe:         func(cs, ds, x float64) float64 { return -e*(cs-ds)/(e-1)*math.Exp(-x) + (e*cs-ds)/(e-1) },
		kano.OneDimensional: func(cs, ds, x float64) float64 { return (cs-ds)*x + ds },
		kano.Attractive:     func(cs, ds, x float64) float64 { return (cs-ds)/(e-1)*math.Exp(x) - (cs-e*ds)/(e-1) },
	} {
		c, err := kano.NewCurve(category, 0.6, -0.3)
		require.NoError(t, err)
		for _, x := range []float64{0, 0.1, 0.5, 0.9, 1} {
			got, err := c.At(x)
			require.NoError(t, err)
			require.InDelta(t, formula(0.6, -0.3, x), got, 1e-15, "%v at %v", category, x)
		}
	}
	for _, bad := range []struct {
		category      kano.Category
		better, worse float64
		message       string
	}{
		{kano.Indifferent, 0.5, -0.5, "kano: curve: category 4: want must-be, one-dimensional or attractive"},
		{kano.None, 0.5, -0.5, "kano: curve: category 0: want must-be, one-dimensional or attractive"},
		{kano.MustBe, 1.5, -0.5, "kano: curve: better 1.5: want 0 to 1"},
		{kano.MustBe, math.NaN(), -0.5, "kano: curve: better NaN: want 0 to 1"},
		{kano.MustBe, 0.5, 0.5, "kano: curve: worse 0.5: want −1 to 0"},
	} {
		_, err := kano.NewCurve(bad.category, bad.better, bad.worse)
		require.EqualError(t, err, bad.message)
	}
	var refused *kano.CurveError
	_, err := kano.Curve{}.At(0.5)
	require.ErrorAs(t, err, &refused)
	c, err := kano.NewCurve(kano.MustBe, 1, -1)
	require.NoError(t, err)
	for _, x := range []float64{-0.1, 1.1, math.NaN()} {
		_, err = c.At(x)
		require.ErrorAs(t, err, &refused)
	}
}

func TestFuzzyRefused(t *testing.T) {
	like := kano.Membership{1}
	for _, c := range []struct {
		table      kano.Table
		membership kano.Membership
		message    string
	}{
		{kano.Berger, kano.Membership{0.5, 0.4}, "kano: dysfunctional membership: sum is 0.9, not 1"},
		{kano.Berger, kano.Membership{1.5, -0.5}, "kano: dysfunctional membership: like 1.5: not from 0 to 1"},
		{kano.Berger, kano.Membership{0: 1, 4: math.NaN()}, "kano: dysfunctional membership: dislike NaN: not from 0 to 1"},
		{kano.Short, kano.Membership{0.5, 0.5}, "kano: dysfunctional membership: must-be 0.5: not an answer of the table"},
	} {
		_, err := c.table.Fuzzy(like, c.membership)
		var refused *kano.MembershipError
		require.ErrorAs(t, err, &refused)
		require.EqualError(t, err, c.message)
	}
	_, err := kano.Table(9).Fuzzy(like, like)
	require.Error(t, err)
	answer, err := kano.Short.Fuzzy(kano.Membership{0: 0.5, 4: 0.5}, kano.Membership{2: 0.4, 4: 0.6})
	require.NoError(t, err)
	require.InDelta(t, 1, answer.Degrees.Sum(), 1e-15)
	require.Equal(t, kano.Counts{M: 0.3, O: 0.3, A: 0.2, I: 0.2}, answer.Degrees)
	for alpha, want := range map[float64][]kano.Category{0: {}, 0.3: {kano.MustBe, kano.OneDimensional}, 0.9: {}} {
		kept, err := answer.Kept(alpha)
		require.NoError(t, err)
		require.Equal(t, want, kept)
	}
	_, err = answer.Kept(-1)
	require.EqualError(t, err, "kano: options: Alpha -1: want above 0 and at most 1")
}
