package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// A second life worth 1000 yuan and a measure that costs 80: at a chance of 20
// percent 0.2 × 1000 − 80 = 120, at 5 percent −30. Chen asked not to be called.
func ExampleRankWinBack() {
	lost := func(customer rapport.ID, cause string, chance float64, permitted bool) scoring.LostCustomer {
		return scoring.LostCustomer{Customer: customer, Cause: cause, Chance: chance, Permitted: permitted,
			SecondValue: rapport.MustMoney("1000 CNY"), Cost: rapport.MustMoney("80 CNY")}
	}
	list, err := scoring.RankWinBack([]scoring.LostCustomer{
		lost("ana", "price", 0.05, true), lost("bo", "service", 0.20, true), lost("chen", "moved", 0.30, false)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range list.Candidates {
		fmt.Println("win back", c.Customer, c.Cause, c.Net, c.Reason)
	}
	for _, c := range list.Excluded {
		fmt.Println("leave", c.Customer, c.Cause, c.Net, c.Reason)
	}
	// Output:
	// win back bo service 120.00 CNY worthwhile
	// leave chen moved 220.00 CNY not_permitted
	// leave ana price -30.00 CNY not_positive
}

func TestWinBackBorders(t *testing.T) {
	lost := func(id rapport.ID, chance float64, value, cost string) scoring.LostCustomer {
		return scoring.LostCustomer{Customer: id, Chance: chance, SecondValue: yuan(value), Cost: yuan(cost), Permitted: true}
	}
	list, err := scoring.RankWinBack([]scoring.LostCustomer{
		lost("tie-b", 0.5, "100", "20"), lost("nothing", 0.1, "800", "80"), lost("tie-a", 0.3, "100", "0"),
		lost("under-a-fen", 0.001, "1", "0"), lost("a-fen", 0.01, "1", "0"), lost("loss", 1, "-5", "0")})
	require.NoError(t, err)
	names := func(of []scoring.WinBackCandidate) (list []string) {
		for _, c := range of {
			list = append(list, string(c.Customer)+" "+c.Net.String())
		}
		return list
	}
	require.Equal(t, []string{"tie-a 30.00 CNY", "tie-b 30.00 CNY", "a-fen 0.01 CNY"}, names(list.Candidates))
	require.Equal(t, []string{"nothing 0.00 CNY", "under-a-fen 0.00 CNY", "loss -5.00 CNY"}, names(list.Excluded))
}

func TestWinBackIsTheSameInEveryOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching("[a-h]{1,2}"), 0, 15, rapid.ID[string]).Draw(t, "ids")
		lost := make([]scoring.LostCustomer, len(ids))
		for i, id := range ids {
			lost[i] = scoring.LostCustomer{Customer: rapport.ID(id), Chance: rapid.SampledFrom([]float64{0, 0.25, 0.5, 1}).Draw(t, "chance"),
				SecondValue: minor(t, rapid.Int64Range(-4, 8).Draw(t, "value")), Cost: minor(t, rapid.Int64Range(0, 2).Draw(t, "cost")),
				Permitted: rapid.Bool().Draw(t, "permitted")}
		}
		list, err := scoring.RankWinBack(lost)
		require.NoError(t, err)
		again, err := scoring.RankWinBack(rapid.Permutation(lost).Draw(t, "order"))
		require.NoError(t, err)
		require.Equal(t, list, again)
		require.Len(t, slices.Concat(list.Candidates, list.Excluded), len(lost))
		for _, c := range list.Candidates {
			require.True(t, c.Permitted && c.Net.Sign() > 0 && c.Reason == scoring.WinBackWorthwhile)
		}
		for _, c := range list.Excluded {
			require.Equal(t, !c.Permitted, c.Reason == scoring.WinBackNotPermitted)
			require.True(t, !c.Permitted || c.Net.Sign() <= 0)
		}
	})
}

func TestWinBackRefuses(t *testing.T) {
	for _, tc := range []struct {
		lost scoring.LostCustomer
		text string
	}{
		{scoring.LostCustomer{Customer: "a", Chance: 1.2}, `scoring: row 1: customer "a": Chance is 1.2: want 0 to 1`},
		{scoring.LostCustomer{Customer: "a", Chance: math.NaN()}, `scoring: row 1: customer "a": Chance is NaN: want 0 to 1`},
		{scoring.LostCustomer{Customer: "a", Cost: yuan("-1")}, `scoring: row 1: customer "a": Cost is -1: want no negative amount`},
		{scoring.LostCustomer{Customer: "a", SecondValue: yuan("0.001")}, `scoring: row 1: customer "a": SecondValue: rapport: amount "0.001 CNY": has a fraction of a minor unit`},
	} {
		_, err := scoring.RankWinBack([]scoring.LostCustomer{tc.lost})
		require.EqualError(t, err, tc.text)
		_, ok := errors.AsType[*scoring.RowError](err)
		require.True(t, ok)
	}
	_, err := scoring.RankWinBack([]scoring.LostCustomer{{Customer: "a"}, {Customer: "a"}})
	require.ErrorIs(t, err, scoring.ErrTwice)
	_, err = scoring.RankWinBack([]scoring.LostCustomer{{Customer: "a", Chance: 1, SecondValue: minor(t, math.MinInt64), Cost: minor(t, math.MaxInt64)}})
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "%v", overflow)
	_, err = scoring.RankWinBack([]scoring.LostCustomer{{Customer: "a", Chance: 1, SecondValue: minor(t, -1<<62), Cost: minor(t, math.MaxInt64)}})
	require.ErrorAs(t, err, &overflow)
	list, err := scoring.RankWinBack(nil)
	require.NoError(t, err)
	require.Empty(t, list.Candidates)
}

func BenchmarkRankWinBack(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		lost := make([]scoring.LostCustomer, n)
		for i, v := range manyValues(b, n) {
			lost[i] = scoring.LostCustomer{Customer: v.Customer, Chance: float64(i%100) / 100, SecondValue: v.Value, Cost: minor(b, 50_00), Permitted: i%7 != 0}
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := scoring.RankWinBack(lost); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// 0.575 × 1.00 is a tie, though the float64 of 0.575 is less; and 2⁵³ + 1 fen is no
// float64.
func TestWinBackRoundsTheProductOnce(t *testing.T) {
	for _, tc := range []struct {
		chance            float64
		value, cost, want string
	}{
		{0.575, "1", "0", "0.58 CNY"}, {0.145, "1", "0", "0.14 CNY"}, {0.145, "-1", "0", "-0.14 CNY"},
		{1, "90071992547409.93", "0", "90071992547409.93 CNY"}, {1, "92233720368547758.07", "92233720368547758.06", "0.01 CNY"},
		{5e-324, "92233720368547758.07", "0", "0.00 CNY"},
	} {
		list, err := scoring.RankWinBack([]scoring.LostCustomer{
			{Customer: "a", Chance: tc.chance, SecondValue: yuan(tc.value), Cost: yuan(tc.cost), Permitted: true}})
		require.NoError(t, err)
		requireMoney(t, tc.want, append(list.Candidates, list.Excluded...)[0].Net)
	}
}
