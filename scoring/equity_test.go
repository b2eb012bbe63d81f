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

// Values of 100, 250 and −20 are an equity of 330.
func ExampleCustomerEquity() {
	equity, err := scoring.CustomerEquity([]scoring.CustomerValue{
		{Customer: "ana", Segment: "north", Value: rapport.MustMoney("100 CNY")},
		{Customer: "bo", Segment: "south", Value: rapport.MustMoney("250 CNY")},
		{Customer: "chen", Segment: "south", Value: rapport.MustMoney("-20 CNY")},
	})
	fmt.Println(equity.Value, err)
	for _, s := range equity.Segments {
		share, _ := s.Share.Value()
		fmt.Printf("%s: %d customers, %v, %.1f%%\n", s.Segment, s.Customers, s.Value, 100*share)
	}
	// Output:
	// 330.00 CNY <nil>
	// north: 1 customers, 100.00 CNY, 30.3%
	// south: 2 customers, 230.00 CNY, 69.7%
}

// Ana stayed and moved north, Bo was lost, Chen stayed where he was, Dai is new:
// 330 + (150−100 + 10−(−20)) + 70 − 250 = 230.
func ExampleEquityPeriodChange() {
	value := func(customer rapport.ID, segment, amount string) scoring.CustomerValue {
		return scoring.CustomerValue{Customer: customer, Segment: segment, Value: rapport.MustMoney(amount + " CNY")}
	}
	change, err := scoring.EquityPeriodChange(
		[]scoring.CustomerValue{value("ana", "south", "100"), value("bo", "south", "250"), value("chen", "south", "-20")},
		[]scoring.CustomerValue{value("ana", "north", "150"), value("chen", "south", "10"), value("dai", "north", "70")})
	if err != nil {
		fmt.Println(err)
		return
	}
	show := func(name string, f scoring.EquityFlow) {
		fmt.Printf("%s: %v, stayed %v, new %v, lost %v, in %v, out %v: %v\n",
			name, f.Before, f.Stayed, f.New, f.Lost, f.MovedIn, f.MovedOut, f.After)
	}
	show("all", change.Total)
	for _, s := range change.Segments {
		show(s.Segment, s.EquityFlow)
	}
	// Output:
	// all: 330.00 CNY, stayed 80.00 CNY, new 70.00 CNY, lost -250.00 CNY, in 0.00 CNY, out 0.00 CNY: 230.00 CNY
	// north: 0.00 CNY, stayed 0.00 CNY, new 70.00 CNY, lost 0.00 CNY, in 150.00 CNY, out 0.00 CNY: 220.00 CNY
	// south: 330.00 CNY, stayed 30.00 CNY, new 0.00 CNY, lost -250.00 CNY, in 0.00 CNY, out -100.00 CNY: 10.00 CNY
}

func drawValues(t *rapid.T, name string) []scoring.CustomerValue {
	ids := rapid.SliceOfNDistinct(rapid.StringMatching("[a-h]{1,2}"), 0, 15, rapid.ID[string]).Draw(t, name)
	values := make([]scoring.CustomerValue, len(ids))
	for i, id := range ids {
		values[i] = scoring.CustomerValue{Customer: rapport.ID(id), Segment: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "segment"), Value: fen(t, "value")}
	}
	return values
}

func TestEquityFlowsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawValues(t, "before"), drawValues(t, "after")
		change, err := scoring.EquityPeriodChange(before, after)
		require.NoError(t, err)
		was, err := scoring.CustomerEquity(before)
		require.NoError(t, err)
		is, err := scoring.CustomerEquity(after)
		require.NoError(t, err)
		same := func(a, b rapport.Money) { require.Zero(t, sum(t, a, b.Neg()).Sign(), "%v and %v", a, b) }
		same(was.Value, change.Total.Before)
		same(is.Value, change.Total.After)
		total := change.Total
		require.Equal(t, is.Customers, was.Customers+total.NewCustomers-total.LostCustomers)
		require.Equal(t, is.Customers, total.StayedCustomers+total.NewCustomers)

		var whole scoring.EquityFlow
		flows := []scoring.EquityFlow{total}
		for _, s := range change.Segments {
			flows = append(flows, s.EquityFlow)
			whole.Before, whole.After = sum(t, whole.Before, s.Before), sum(t, whole.After, s.After)
			whole.New, whole.Lost = sum(t, whole.New, s.New), sum(t, whole.Lost, s.Lost)
			whole.Stayed = sum(t, whole.Stayed, s.Stayed, s.MovedIn, s.MovedOut)
			whole.MovedInCustomers += s.MovedInCustomers - s.MovedOutCustomers
		}
		for _, f := range flows {
			same(f.After, sum(t, f.Before, f.Stayed, f.New, f.Lost, f.MovedIn, f.MovedOut))
		}
		same(whole.Before, total.Before)
		same(whole.After, total.After)
		same(whole.New, total.New)
		same(whole.Lost, total.Lost)
		same(whole.Stayed, total.Stayed)
		require.Zero(t, whole.MovedInCustomers, "who goes out of one segment goes into another")
		for _, s := range is.Segments {
			require.NoError(t, s.Share.Validate())
		}
	})
}

func TestEquityRefuses(t *testing.T) {
	_, err := scoring.CustomerEquity(letters("aba", "1"))
	require.ErrorIs(t, err, scoring.ErrTwice)
	_, err = scoring.EquityPeriodChange(letters("ab", "1"), letters("cc", "1"))
	require.EqualError(t, err, `scoring: row 2: customer "c": given twice`)
	_, err = scoring.EquityPeriodChange(letters("ab", "1"), []scoring.CustomerValue{{Customer: "a", Value: rapport.MustMoney("1 USD")}})
	_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
	require.True(t, ok, "%v", err)
	_, err = scoring.CustomerEquity([]scoring.CustomerValue{{Customer: "a\n"}})
	id, ok := errors.AsType[*rapport.IDError](err)
	require.True(t, ok, "%v", id)

	most := []scoring.CustomerValue{{Customer: "a", Segment: "s", Value: minor(t, math.MaxInt64)}, {Customer: "b", Segment: "s", Value: minor(t, math.MaxInt64)}}
	_, err = scoring.CustomerEquity(most)
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "%v", err)
	_, err = scoring.EquityPeriodChange(most, nil)
	require.ErrorAs(t, err, &overflow)
	// A total that fits is given even where a partial sum on the way does not.
	most = append(most, scoring.CustomerValue{Customer: "c", Segment: "s", Value: minor(t, -math.MaxInt64)})
	equity, err := scoring.CustomerEquity(most)
	require.NoError(t, err)
	requireMoney(t, minor(t, math.MaxInt64).String(), equity.Value)

	// But then each segment has to fit too.
	most[2].Segment = "other"
	_, err = scoring.CustomerEquity(most)
	require.EqualError(t, err, "scoring: total equity of segment s does not fit in 64 bits")
	_, err = scoring.EquityPeriodChange(most, nil)
	require.ErrorAs(t, err, &overflow)
	_, err = scoring.EquityPeriodChange(letters("aa", "1"), nil)
	require.ErrorIs(t, err, scoring.ErrTwice)
	_, err = scoring.CustomerEquity([]scoring.CustomerValue{{Customer: "b"}, {Customer: "a"}, {Customer: ""}})
	require.ErrorAs(t, err, &id)

	equity, err = scoring.CustomerEquity(nil)
	require.NoError(t, err)
	require.True(t, equity.Value.IsZero())
	require.Empty(t, equity.Segments)
	change, err := scoring.EquityPeriodChange(nil, nil)
	require.NoError(t, err)
	require.Empty(t, change.Segments)
}

// manyValues are a million customers, or fewer in the short form.
func manyValues(b testing.TB, n int) []scoring.CustomerValue {
	values := make([]scoring.CustomerValue, n)
	for i := range values {
		values[i] = scoring.CustomerValue{Customer: rapport.ID(fmt.Sprintf("customer-%07d", i)), Segment: string(rune('a' + i%5)), Value: minor(b, int64(i%100_000-20_000))}
	}
	return values
}

func BenchmarkCustomerEquity(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		values := manyValues(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := scoring.CustomerEquity(values); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEquityPeriodChange(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		values := manyValues(b, n)
		before, after := values[:n*9/10], values[n/10:] // a tenth is lost, a tenth new
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := scoring.EquityPeriodChange(before, after); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
