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

// Ana brought Bo, Bo brought Chen. Dai was brought by both Ana and Chen and is
// shared: 50 yuan each.
func ExampleReferralValues() {
	value := func(customer rapport.ID, amount string) scoring.CustomerValue {
		return scoring.CustomerValue{Customer: customer, Value: rapport.MustMoney(amount + " CNY")}
	}
	credits, err := scoring.ReferralValues(
		[]scoring.CustomerValue{value("ana", "500"), value("bo", "300"), value("chen", "200"), value("dai", "100")},
		[]scoring.Referral{{Referrer: "ana", Referred: "bo"}, {Referrer: "bo", Referred: "chen"},
			{Referrer: "ana", Referred: "dai"}, {Referrer: "chen", Referred: "dai"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range credits {
		fmt.Printf("%s brought %d: direct %v, indirect %v\n", c.Customer, c.Referred, c.Direct, c.Indirect)
	}
	// Output:
	// ana brought 2: direct 350.00 CNY, indirect 250.00 CNY
	// bo brought 1: direct 200.00 CNY, indirect 50.00 CNY
	// chen brought 1: direct 50.00 CNY, indirect 0.00 CNY
	// dai brought 0: direct 0.00 CNY, indirect 0.00 CNY
}

func worth(customer rapport.ID, amount string) scoring.CustomerValue {
	return scoring.CustomerValue{Customer: customer, Value: yuan(amount)}
}

func pairs(of ...string) []scoring.Referral {
	list := make([]scoring.Referral, len(of))
	for i, pair := range of {
		list[i] = scoring.Referral{Referrer: rapport.ID(pair[:1]), Referred: rapport.ID(pair[1:])}
	}
	return list
}

func letters(ids string, amount string) []scoring.CustomerValue {
	list := make([]scoring.CustomerValue, len(ids))
	for i := range ids {
		list[i] = worth(rapport.ID(ids[i:i+1]), amount)
	}
	return list
}

func TestSharedReferrals(t *testing.T) {
	for _, tc := range []struct {
		amount  string
		a, b, c string
	}{
		{"0.05", "0.02 CNY", "0.02 CNY", "0.01 CNY"},
		{"-0.05", "-0.02 CNY", "-0.02 CNY", "-0.01 CNY"},
		{"0.00", "0.00 CNY", "0.00 CNY", "0.00 CNY"},
	} {
		got, err := scoring.ReferralValues(letters("abcd", tc.amount), pairs("cd", "bd", "ad"))
		require.NoError(t, err)
		require.Equal(t, []string{tc.a, tc.b, tc.c}, []string{got[0].Direct.String(), got[1].Direct.String(), got[2].Direct.String()})
	}
}

func TestCyclesAreNamed(t *testing.T) {
	for _, tc := range []struct {
		referrals []scoring.Referral
		cycle     string
	}{
		{pairs("aa"), `"a" → "a"`},
		{pairs("ab", "ba"), `"a" → "b" → "a"`},
		{pairs("cd", "da", "ac"), `"a" → "c" → "d" → "a"`},
		{pairs("ab", "bc", "cd", "db"), `"b" → "c" → "d" → "b"`},
		{pairs("ef", "fe", "ab", "ba"), `"a" → "b" → "a"`},
		{pairs("ac", "cb", "bc", "ad", "bb"), `"b" → "b"`},
	} {
		_, err := scoring.ReferralValues(letters("fedcba", "1"), tc.referrals)
		cycle, ok := errors.AsType[*scoring.CycleError](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, cycle.Cycle[0], cycle.Cycle[len(cycle.Cycle)-1])
		require.EqualError(t, err, "scoring: referrals go in a circle: "+tc.cycle)
	}
}

// What is credited directly is the value of all that were brought, and a cycle
// that is reported is one.
func TestReferralCreditsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		values := make([]scoring.CustomerValue, n)
		for i := range values {
			values[i] = scoring.CustomerValue{Customer: rapport.ID(fmt.Sprintf("c%02d", i)), Value: fen(t, "value")}
		}
		acyclic := rapid.Bool().Draw(t, "acyclic")
		seen := map[scoring.Referral]bool{}
		var referrals []scoring.Referral
		for range rapid.IntRange(0, 30).Draw(t, "referrals") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			r := scoring.Referral{Referrer: values[a].Customer, Referred: values[b].Customer}
			if seen[r] || acyclic && a >= b {
				continue
			}
			seen[r] = true
			referrals = append(referrals, r)
		}
		got, err := scoring.ReferralValues(rapid.Permutation(values).Draw(t, "order"), referrals)
		if cycle, ok := errors.AsType[*scoring.CycleError](err); ok {
			require.False(t, acyclic, "%v", err)
			for i := range len(cycle.Cycle) - 1 {
				require.True(t, seen[scoring.Referral{Referrer: cycle.Cycle[i], Referred: cycle.Cycle[i+1]}], "%v", err)
			}
			return
		}
		require.NoError(t, err)
		referred := map[rapport.ID]bool{}
		for r := range seen {
			referred[r.Referred] = true
		}
		var direct, brought []rapport.Money
		for _, c := range got {
			direct = append(direct, c.Direct)
		}
		for _, v := range values {
			if referred[v.Customer] {
				brought = append(brought, v.Value)
			}
		}
		require.Zero(t, sum(t, sum(t, direct...), sum(t, brought...).Neg()).Sign())
	})
}

func TestReferralsThatCannotBeUsed(t *testing.T) {
	for _, tc := range []struct {
		values    []scoring.CustomerValue
		referrals []scoring.Referral
		err       error
		text      string
	}{
		{letters("ab", "1"), pairs("ab", "xb"), scoring.ErrUnknownCustomer, `scoring: row 2: customer "x": unknown customer in a referral`},
		{letters("ab", "1"), pairs("ax"), scoring.ErrUnknownCustomer, `scoring: row 1: customer "x": unknown customer in a referral`},
		{letters("ab", "1"), pairs("ab", "ab"), scoring.ErrTwice, `scoring: row 2: customer "a": referral of "b" given twice`},
		{letters("aba", "1"), nil, scoring.ErrTwice, `scoring: row 3: customer "a": given twice`},
		{letters("ab", "0.001"), nil, rapport.ErrAmountFraction, ""},
	} {
		_, err := scoring.ReferralValues(tc.values, tc.referrals)
		require.ErrorIs(t, err, tc.err)
		if tc.text != "" {
			require.EqualError(t, err, tc.text)
		}
	}
	_, err := scoring.ReferralValues([]scoring.CustomerValue{{}}, nil)
	id, ok := errors.AsType[*rapport.IDError](err)
	require.True(t, ok, "%v", id)
	_, err = scoring.ReferralValues([]scoring.CustomerValue{worth("a", "1"), {Customer: "b", Value: minor(t, math.MaxInt64)}, worth("c", "1")}, pairs("ab", "ac"))
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "%v", err)
	require.NotEmpty(t, overflow.Customer)
	got, err := scoring.ReferralValues(nil, nil)
	require.NoError(t, err)
	require.Empty(t, got)
}
