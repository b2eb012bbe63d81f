package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// A catalogue firm won 1300 new customers after 1000 and earned 3.30 million on
// the existing ones after 2.00. In its trial 56 of 70 answered, without the
// measure 48 of 80: the interval is that of Newcombe (1998), table II, method 10.
func ExampleCampaign_Uplift() {
	uplift, err := scoring.Campaign{
		NewBefore: 1000, NewAfter: 1300,
		ContributionBefore: rapport.MustMoney("2000000 CNY"), ContributionAfter: rapport.MustMoney("3300000 CNY"),
		Treatment: scoring.Arm{Customers: 70, Successes: 56}, Control: scoring.Arm{Customers: 80, Successes: 48},
	}.Uplift()
	if err != nil {
		fmt.Println(err)
		return
	}
	customers, _ := uplift.NewCustomers.Value()
	contribution, _ := uplift.Contribution.Value()
	fmt.Printf("new customers %+.0f%%, contribution %+.0f%% (%v)\n", 100*customers, 100*contribution, uplift.ContributionChange)
	fmt.Printf("effect %.4f [%.4f, %.4f], %.0f answers more\n", uplift.Effect.Value, uplift.Effect.Low, uplift.Effect.High, uplift.Incremental.Value)
	// Output:
	// new customers +30%, contribution +65% (1300000.00 CNY)
	// effect 0.2000 [0.0524, 0.3339], 14 answers more
}

// The examples (a) to (h) of Newcombe (1998), table II, method 10, level 0.95.
func TestRateDifferencePublished(t *testing.T) {
	for _, tc := range []struct {
		a, n, b, m int
		low, high  float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{6, 7, 2, 7, 0.0582, 0.8062},
		{5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 20, -0.1611, 0.2775},
		{0, 10, 0, 10, -0.2775, 0.2775},
		{10, 10, 0, 20, 0.6791, 1.0000},
		{10, 10, 0, 10, 0.6075, 1.0000},
	} {
		e, err := scoring.RateDifference(scoring.Arm{Customers: tc.n, Successes: tc.a}, scoring.Arm{Customers: tc.m, Successes: tc.b}, 0)
		require.NoError(t, err)
		require.InDelta(t, tc.low, e.Low, 5.1e-5, "%+v", tc) // printed to 4 digits
		require.InDelta(t, tc.high, e.High, 5.1e-5, "%+v", tc)
		require.NoError(t, e.Validate())
	}
}

func TestRateDifferenceStaysInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arm := func(name string) scoring.Arm {
			n := rapid.IntRange(1, 1e9).Draw(t, name)
			return scoring.Arm{Customers: n, Successes: rapid.IntRange(0, n).Draw(t, name)}
		}
		a, b, level := arm("a"), arm("b"), rapid.Float64Range(0.01, 0.9999).Draw(t, "level")
		e, err := scoring.RateDifference(a, b, level)
		require.NoError(t, err)
		require.NoError(t, e.Validate())
		require.True(t, -1 <= e.Low && e.Low <= e.Value && e.Value <= e.High && e.High <= 1, "%+v", e)
		other, err := scoring.RateDifference(b, a, level)
		require.NoError(t, err)
		require.InDelta(t, e.Low, -other.High, 1e-15)
	})
}

func TestUpliftWithoutTrialOrBase(t *testing.T) {
	u, err := scoring.Campaign{NewAfter: 5, ContributionBefore: yuan("-10"), ContributionAfter: yuan("5")}.Uplift()
	require.NoError(t, err)
	_, ok := u.NewCustomers.Value()
	require.False(t, ok)
	_, ok = u.Contribution.Value()
	require.False(t, ok)
	requireMoney(t, "15.00 CNY", u.ContributionChange)
	require.False(t, u.Effect.HasValue())
	require.False(t, u.Incremental.HasValue())
}

func TestUpliftRefuses(t *testing.T) {
	good := scoring.Arm{Customers: 10, Successes: 5}
	for name, c := range map[string]scoring.Campaign{
		"NewBefore":           {NewBefore: -1},
		"NewAfter":            {NewAfter: -1},
		"control customers":   {Treatment: good},
		"treatment customers": {Control: good},
		"treatment successes": {Treatment: scoring.Arm{Customers: 10, Successes: 11}, Control: good},
		"control successes":   {Treatment: good, Control: scoring.Arm{Customers: 10, Successes: -1}},
		"level":               {Treatment: good, Control: good, Level: 1},
	} {
		_, err := c.Uplift()
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, name, wrong.Name)
	}
	_, err := scoring.RateDifference(good, good, math.NaN())
	require.Error(t, err)
	_, err = scoring.Campaign{ContributionBefore: yuan("0.001"), ContributionAfter: yuan("1")}.Uplift()
	require.ErrorIs(t, err, rapport.ErrAmountFraction)
	_, err = scoring.Campaign{ContributionBefore: yuan("1"), ContributionAfter: rapport.MustMoney("1 USD")}.Uplift()
	require.ErrorContains(t, err, "contribution: rapport: amounts in USD and CNY do not mix")
}
