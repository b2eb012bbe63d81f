package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// A broker's base: 98 accounts from 100 000 on, one of 5 million
// without a trade in 180 days, and one of 20 000 whose fees are among the highest.
func broker() []segment.Account {
	var accounts []segment.Account
	for i := range 98 {
		accounts = append(accounts, segment.Account{
			ID: rapport.ID(fmt.Sprintf("%04d", i)), Size: 100_000 + 10_000*float64(i), Earnings: 10 * float64(i), Activity: 1 + i%7,
		})
	}
	return append(accounts,
		segment.Account{ID: "sleeping", Size: 5_000_000},
		segment.Account{ID: "gem", Size: 20_000, Earnings: 965, Activity: 150})
}

func ExampleAccountPolicy_Detect() {
	found, err := segment.AccountPolicy{}.Detect(broker())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range found {
		fmt.Printf("%s %s: size %.0f (percentile %.1f), earnings %.0f (percentile %.1f), %d trades in %d days\n", f.Account.ID, f.Kind,
			f.Account.Size, 100*f.SizePercentile, f.Account.Earnings, 100*f.EarningsPercentile, f.Account.Activity, f.Policy.Days)
	}
	// Output:
	// sleeping dormant_large: size 5000000 (percentile 99.5), earnings 0 (percentile 1.0), 0 trades in 180 days
	// gem hidden_gem: size 20000 (percentile 0.5), earnings 965 (percentile 98.5), 150 trades in 180 days
}

func TestDetectByFeePercentile99(t *testing.T) {
	accounts := broker()
	accounts[99].Earnings = 1e6 // now the highest fee of 100: 99 below and half of itself
	found, err := segment.AccountPolicy{RichFrom: 0.99}.Detect(accounts)
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, segment.HiddenGem, found[1].Kind)
	require.Equal(t, 0.995, found[1].EarningsPercentile)
	found, err = segment.AccountPolicy{RichFrom: 0.999, LargeFrom: 0.999}.Detect(accounts)
	require.NoError(t, err)
	require.Empty(t, found)
	found, err = segment.AccountPolicy{QuietBelow: 0.2}.Detect(accounts) // the large with one trade only are quiet, too
	require.NoError(t, err)
	require.Greater(t, len(found), 2)
	for _, f := range found[1 : len(found)-1] {
		require.Equal(t, 1, f.Account.Activity)
		require.Less(t, f.ActivityPercentile, 0.2)
	}
}

func TestDetectNothing(t *testing.T) {
	for name, accounts := range map[string][]segment.Account{
		"nobody":   nil,
		"one":      {{ID: "a", Size: 5e6}},
		"alike":    {{ID: "a", Size: 7, Earnings: 3}, {ID: "b", Size: 7, Earnings: 3}, {ID: "c", Size: 7, Earnings: 3}},
		"debts":    {{ID: "a", Size: -5}, {ID: "b", Size: -4}, {ID: "c", Size: -3}, {ID: "d", Size: -2}, {ID: "e", Size: -1}},
		"no worth": {{ID: "a", Size: 0, Earnings: -1, Activity: 1}, {ID: "b", Size: 9, Earnings: -2, Activity: 1}},
	} {
		found, err := segment.AccountPolicy{RichFrom: 0.5}.Detect(accounts)
		require.NoError(t, err, name)
		require.Empty(t, found, name)
	}
}

// Every finding meets its bounds, what is not found does not, and percentiles are those
// of the definition.
func TestDetectAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		accounts := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) segment.Account {
			return segment.Account{Size: float64(rapid.IntRange(-1, 9).Draw(r, "size")), Earnings: float64(rapid.IntRange(-1, 9).Draw(r, "earnings")), Activity: rapid.IntRange(0, 3).Draw(r, "activity")}
		}), 0, 30).Draw(r, "accounts")
		for i := range accounts {
			accounts[i].ID = rapport.ID(fmt.Sprintf("%02d", i))
		}
		found, err := segment.AccountPolicy{RichFrom: 0.7}.Detect(accounts)
		require.NoError(r, err)
		byRow := map[int]segment.AccountFinding{}
		for _, f := range found {
			byRow[f.Row] = f
		}
		percentile := func(of func(segment.Account) float64, v float64) float64 {
			below, equal := 0, 0
			for _, a := range accounts {
				if of(a) < v {
					below++
				} else if of(a) == v {
					equal++
				}
			}
			return (float64(below) + float64(equal)/2) / float64(len(accounts))
		}
		for i, a := range accounts {
			size := percentile(func(a segment.Account) float64 { return a.Size }, a.Size)
			earnings := percentile(func(a segment.Account) float64 { return a.Earnings }, a.Earnings)
			var want segment.AccountKind
			switch {
			case a.Size > 0 && size >= 0.8 && a.Activity == 0:
				want = segment.DormantLarge
			case a.Earnings > 0 && size < 0.5 && earnings >= 0.7:
				want = segment.HiddenGem
			}
			f := byRow[i]
			require.Equal(r, want, f.Kind)
			if want != "" {
				require.InDelta(r, size, f.SizePercentile, 1e-15)
				require.InDelta(r, earnings, f.EarningsPercentile, 1e-15)
			}
		}
	})
}

func TestAccountPolicy(t *testing.T) {
	for field, policy := range map[string]segment.AccountPolicy{
		"days": {Days: -1}, "max_activity": {MaxActivity: -1}, "large_from": {LargeFrom: 2}, "quiet_below": {QuietBelow: -0.1},
		"small_below": {SmallBelow: 0.9}, "rich_from": {RichFrom: math.NaN()},
	} {
		_, err := policy.Detect(nil)
		refused, ok := errors.AsType[*segment.PolicyError](err)
		require.Truef(t, ok, "%s: %v", field, err)
		require.Equal(t, field, refused.Field)
		_, err = json.Marshal(policy)
		require.ErrorContains(t, err, field)
	}
	_, err := segment.AccountPolicy{}.Detect([]segment.Account{{ID: "a", Activity: -2}})
	refused, ok := errors.AsType[*segment.ActivityError](err)
	require.True(t, ok)
	require.Equal(t, segment.ActivityError{ID: "a", Activity: -2}, *refused)
	require.ErrorContains(t, err, "activity -2")
	for field, account := range map[string]segment.Account{"size": {ID: "a", Size: math.NaN()}, "earnings": {ID: "a", Earnings: math.Inf(1)}} {
		_, err := segment.AccountPolicy{}.Detect([]segment.Account{account})
		value, ok := errors.AsType[*segment.ValueError](err)
		require.True(t, ok)
		require.Equal(t, field, value.Field)
	}

	const want = `{"format":1,"days":90,"large_from":0.8,"max_activity":0,"quiet_below":0,"small_below":0.5,"rich_from":0.99}`
	text, err := json.Marshal(segment.AccountPolicy{Days: 90, RichFrom: 0.99})
	require.NoError(t, err)
	require.Equal(t, want, string(text))
	var read segment.AccountPolicy
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, want, string(again))
	kept := read
	require.Error(t, read.UnmarshalJSON([]byte(`{"format":1,"days":-3}`)))
	require.ErrorContains(t, read.UnmarshalJSON([]byte(`{"days":3}`)), "has no format, this version reads 1")
	require.Equal(t, kept, read)
}
