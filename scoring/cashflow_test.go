package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// yuan writes short amounts.
func yuan(amount string) rapport.Money { return rapport.MustMoney(amount + " CNY") }

// fen draws an amount of whole minor units in a range where float64 holds them
// exactly.
func fen(t *rapid.T, name string) rapport.Money {
	return minor(t, rapid.Int64Range(-1_000_000_00, 1_000_000_00).Draw(t, name))
}

func minor(t require.TestingT, n int64) rapport.Money {
	m, err := rapport.MoneyFromMinor(n, rapport.CNY)
	require.NoError(t, err)
	return m
}

func sum(t require.TestingT, amounts ...rapport.Money) rapport.Money {
	all, err := rapport.Sum(amounts...)
	require.NoError(t, err)
	return all
}

func requireMoney(t require.TestingT, want string, got rapport.Money) {
	require.Equal(t, want, got.String())
}

// A customer costs 100 yuan to win and brings 60 in each of two years:
// −100 + 60/1.1 + 60/1.21 = 4.1322.
func ExampleNPV() {
	value, err := scoring.NPV(0.10, rapport.MustMoney("-100 CNY"), rapport.MustMoney("60 CNY"), rapport.MustMoney("60 CNY"))
	fmt.Println(value, err)
	// Output: 4.13 CNY <nil>
}

// The same amounts with dates: whole years from the first of January.
func ExampleDiscount_NPV() {
	year := func(y int) time.Time { return time.Date(y, time.January, 1, 0, 0, 0, 0, time.UTC) }
	value, err := scoring.Discount{Rate: 0.10}.NPV(year(2024),
		scoring.CashFlow{At: year(2024), Amount: rapport.MustMoney("-100 CNY")},
		scoring.CashFlow{At: year(2025), Amount: rapport.MustMoney("60 CNY")},
		scoring.CashFlow{At: year(2026), Amount: rapport.MustMoney("60 CNY")})
	fmt.Println(value, err)
	// Output: 4.13 CNY <nil>
}

func TestDayCounts(t *testing.T) {
	for _, tc := range []struct {
		count    scoring.DayCount
		from, to string
		years    float64
	}{
		{scoring.ActualActual, "2024-01-01", "2027-01-01", 3},
		{scoring.ActualActual, "2025-12-31", "2028-12-31", 3},
		{scoring.ActualActual, "2023-07-01", "2024-01-01", 184.0 / 366}, // the year to 1 July 2024 has a 29 February
		{scoring.ActualActual, "2022-07-01", "2023-01-01", 184.0 / 365},
		{scoring.ActualActual, "2024-02-29", "2025-03-01", 1},
		{scoring.ActualActual, "2024-02-29", "2025-02-28", 365.0 / 366},
		{scoring.ActualActual, "2024-02-29", "2028-02-29", 4},
		{scoring.ActualActual, "2027-01-01", "2024-01-01", -3},
		{scoring.Actual365, "2024-01-01", "2025-01-01", 366.0 / 365},
		{scoring.Actual36525, "2024-01-01", "2028-01-01", 4},
		{scoring.Actual360, "2025-01-01", "2025-12-27", 1},
	} {
		factor, err := scoring.Discount{Rate: 1, DayCount: tc.count}.Factor(day(tc.from), day(tc.to))
		require.NoError(t, err)
		require.InEpsilon(t, math.Exp2(-tc.years), factor, 1e-14, "%v from %s to %s", tc.count, tc.from, tc.to)
	}
	require.Equal(t, "act/act act/365 act/365.25 act/360 DayCount(9)",
		fmt.Sprint(scoring.ActualActual, scoring.Actual365, scoring.Actual36525, scoring.Actual360, scoring.DayCount(9)))
}

// Periods of a year are dates a year apart; the order of dated flows is nothing.
func TestPeriodsAndDatesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Float64Range(-0.5, 2).Draw(t, "rate")
		n := rapid.IntRange(0, 30).Draw(t, "n")
		amounts, flows := make([]rapport.Money, n), make([]scoring.CashFlow, n)
		var size float64
		for i := range amounts {
			amounts[i] = fen(t, "amount")
			flows[i] = scoring.CashFlow{At: day("2001-03-01").AddDate(i, 0, 0), Amount: amounts[i]}
			size += math.Abs(amounts[i].Amount().InexactFloat64()) * math.Pow(1+rate, float64(-i))
		}
		byPeriod, err := scoring.NPV(rate, amounts...)
		require.NoError(t, err)
		byDate, err := scoring.Discount{Rate: rate}.NPV(day("2001-03-01"), rapid.Permutation(flows).Draw(t, "order")...)
		require.NoError(t, err)
		apart, err := byPeriod.Sub(byDate)
		require.NoError(t, err)
		// One fen where the two fall on either side of a half.
		require.LessOrEqual(t, math.Abs(apart.Amount().InexactFloat64()), 0.01+1e-13*size)
	})
}

func TestPresentValueAtRateZeroIsTheExactSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) rapport.Money { return fen(t, "amount") })).Draw(t, "amounts")
		value, err := scoring.NPV(0, amounts...)
		require.NoError(t, err)
		require.True(t, sum(t, amounts...).Equal(value))
	})
}

func TestCashFlowsThatCannotBeDiscounted(t *testing.T) {
	for _, rate := range []float64{-1, -2, math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := scoring.NPV(rate, yuan("1"))
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "rate %v: %v", rate, err)
		require.Equal(t, "rate", wrong.Name)
		_, err = scoring.Discount{Rate: rate}.NPV(day("2025-01-01"))
		require.ErrorAs(t, err, &wrong)
		_, err = scoring.Discount{Rate: rate}.Factor(day("2025-01-01"), day("2025-01-01"))
		require.ErrorAs(t, err, &wrong)
	}
	_, err := scoring.NPV(0.1, yuan("1"), rapport.MustMoney("1 USD"))
	row, ok := errors.AsType[*scoring.RowError](err)
	require.True(t, ok)
	require.Equal(t, 2, row.Row)
	require.ErrorContains(t, err, "CNY and USD do not mix")
	_, err = scoring.NPV(0.1, yuan("0.001"))
	require.ErrorIs(t, err, rapport.ErrAmountFraction)

	_, err = scoring.NPV(-1+1e-15, make([]rapport.Money, 30)...)
	require.NoError(t, err)
	_, err = scoring.NPV(-1+1e-15, append(make([]rapport.Money, 30), yuan("1"))...)
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "present value", overflow.Sum)

	far := scoring.Discount{Rate: -1 + 1e-15}
	_, err = far.Factor(day("2000-01-01"), day("2100-01-01"))
	require.ErrorAs(t, err, &overflow)
	_, err = far.NPV(day("2000-01-01"), scoring.CashFlow{At: day("2100-01-01"), Amount: yuan("1")}, scoring.CashFlow{At: day("2100-01-01"), Amount: yuan("-1")})
	require.ErrorAs(t, err, &overflow, "+Inf − Inf is no value")
	_, err = far.NPV(day("2000-01-01"), scoring.CashFlow{At: day("2100-01-01")})
	require.NoError(t, err, "nothing is nothing at any factor")

	_, err = scoring.Discount{}.NPV(time.Time{})
	require.ErrorIs(t, err, scoring.ErrDate)
	_, err = scoring.Discount{}.NPV(day("2025-01-01"), scoring.CashFlow{Amount: yuan("1")})
	require.ErrorIs(t, err, scoring.ErrDate)
	require.EqualError(t, err, "scoring: row 1: "+scoring.ErrDate.Error())
	_, err = scoring.Discount{}.Factor(time.Time{}, day("2025-01-01"))
	require.ErrorIs(t, err, scoring.ErrDate)
	_, err = scoring.Discount{}.Factor(day("2025-01-01"), time.Time{})
	require.ErrorIs(t, err, scoring.ErrDate)
	_, err = scoring.Discount{DayCount: 9}.NPV(day("2025-01-01"))
	require.EqualError(t, err, "scoring: DayCount is 9: want one of the constants")
}

func TestRoundMoney(t *testing.T) {
	for _, tc := range []struct {
		value    float64
		currency rapport.Currency
		want     string
	}{
		{2.675, rapport.CNY, "2.68 CNY"}, // below the tie as a binary number
		{2.665, rapport.CNY, "2.66 CNY"},
		{-0.005, rapport.CNY, "0.00 CNY"},
		{2.5, rapport.MustCurrency("JPY"), "2 JPY"},
		{1e15, rapport.CNY, "1000000000000000.00 CNY"},
		{5e-324, rapport.CNY, "0.00 CNY"},
	} {
		got, err := scoring.RoundMoney(tc.value, tc.currency)
		require.NoError(t, err)
		requireMoney(t, tc.want, got)
	}
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := scoring.RoundMoney(value, rapport.CNY)
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, "value", wrong.Name)
	}
	_, err := scoring.RoundMoney(1e300, rapport.CNY)
	require.ErrorIs(t, err, rapport.ErrAmountRange)
	_, err = scoring.RoundMoney(1, 0)
	currency, ok := errors.AsType[*rapport.CurrencyError](err)
	require.True(t, ok, "%v", currency)
}

// Without a rate nothing is lost of amounts beyond 2⁵³ fen, nor of their sum.
func TestNPVWithoutRateIsTheExactSum(t *testing.T) {
	amounts := []rapport.Money{yuan("92233720368547758.07"), yuan("90071992547409.93"), yuan("-92233720368547758.07"), yuan("-0.01")}
	got, err := scoring.NPV(0, amounts...)
	require.NoError(t, err)
	requireMoney(t, "90071992547409.92 CNY", got)
	flows := make([]scoring.CashFlow, len(amounts))
	for i, amount := range amounts {
		flows[i] = scoring.CashFlow{At: day("2026-01-01").AddDate(i, 0, 0), Amount: amount}
	}
	got, err = scoring.Discount{}.NPV(day("2026-01-01"), flows...)
	require.NoError(t, err)
	requireMoney(t, "90071992547409.92 CNY", got)
}
