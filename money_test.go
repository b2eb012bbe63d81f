package rapport_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

// drawMoney makes amounts that are mostly ordinary and sometimes at the bounds.
func drawMoney(t *rapid.T, name string, c rapport.Currency) rapport.Money {
	coefficient := rapid.OneOf(
		rapid.Int64Range(-1_000_000, 1_000_000), rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64}),
	).Draw(t, name)
	places := rapid.OneOf(rapid.Just(int32(c.Digits())), rapid.Int32Range(-20, 64)).Draw(t, name+" places")
	m, err := rapport.NewMoney(decimal.New(coefficient, -places), c)
	require.NoError(t, err)
	return m
}

func TestMinor(t *testing.T) {
	for _, test := range []struct {
		text string
		want int64
	}{
		{"12.50 CNY", 1250}, {"12.5 CNY", 1250}, {"1250 JPY", 1250}, {"1.25 KWD", 1250}, {"0.125 CLF", 1250},
		{"-0.01 CNY", -1}, {"0 CNY", 0}, {"1.2300000000000000000000000 CNY", 123},
		{"92233720368547758.07 CNY", math.MaxInt64}, {"-92233720368547758.08 CNY", math.MinInt64},
		{"9223372036854775807 JPY", math.MaxInt64},
	} {
		m := rapport.MustMoney(test.text)
		got, err := m.Minor()
		require.NoError(t, err, test.text)
		require.Equal(t, test.want, got, test.text)
		back, err := rapport.MoneyFromMinor(got, m.Currency())
		require.NoError(t, err)
		require.True(t, m.Equal(back), "%v and %v", m, back)
	}
	for text, want := range map[string]error{
		"0.005 CNY": rapport.ErrAmountFraction, "0.5 JPY": rapport.ErrAmountFraction,
		"92233720368547758.08 CNY":                    rapport.ErrAmountRange,
		"-92233720368547758.09 CNY":                   rapport.ErrAmountRange,
		"1" + strings.Repeat("0", 64) + " JPY":        rapport.ErrAmountRange,
		"0." + strings.Repeat("0", 63) + "1 JPY":      rapport.ErrAmountFraction,
		"12345678901234567890123456789.123456789 CNY": rapport.ErrAmountFraction,
	} {
		_, err := rapport.MustMoney(text).Minor()
		require.ErrorIs(t, err, want, text)
	}
	minor, err := rapport.Money{}.Minor()
	require.NoError(t, err)
	require.Zero(t, minor)
}

func TestMinorRoundTrip(t *testing.T) {
	all := currencies()
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		m, err := rapport.MoneyFromMinor(minor, rapid.SampledFrom(all).Draw(t, "currency"))
		require.NoError(t, err)
		got, err := m.Minor()
		require.NoError(t, err)
		require.Equal(t, minor, got, "%v", m)
	})
}

func TestNewMoneyRefuses(t *testing.T) {
	var noCurrency *rapport.CurrencyError
	for _, c := range []rapport.Currency{0, 999} {
		_, err := rapport.NewMoney(decimal.New(1, 0), c)
		require.ErrorAs(t, err, &noCurrency)
		_, err = rapport.MoneyFromMinor(1, c)
		require.ErrorAs(t, err, &noCurrency)
	}
	for _, d := range []decimal.Decimal{
		decimal.New(1, math.MaxInt32), decimal.New(1, math.MinInt32), decimal.New(1, 65), decimal.New(11, 63).Add(decimal.New(1, -64)).Mul(decimal.New(10, 0)),
		decimal.New(1, -65), decimal.New(-1, 65), decimal.New(1, 64).Add(decimal.New(1, 0)),
	} {
		_, err := rapport.NewMoney(d, rapport.CNY)
		require.ErrorIs(t, err, rapport.ErrAmountRange, "exponent %d", d.Exponent())
		_, err = rapport.MustMoney("1 CNY").Mul(d)
		require.ErrorIs(t, err, rapport.ErrAmountRange, "exponent %d", d.Exponent())
	}
	for d, want := range map[*decimal.Decimal]string{
		new(decimal.New(0, math.MaxInt32)):   "0.00 CNY",
		new(decimal.New(0, math.MinInt32)):   "0.00 CNY",
		new(decimal.New(12, 2)):              "1200.00 CNY",
		new(decimal.New(1, 64)):              "1" + strings.Repeat("0", 64) + ".00 CNY",
		new(decimal.New(1_000_000_000, -73)): "0." + strings.Repeat("0", 63) + "1 CNY",
	} {
		m, err := rapport.NewMoney(*d, rapport.CNY)
		require.NoError(t, err)
		exponent := m.Amount().Exponent()
		require.True(t, exponent <= 0 && exponent >= -rapport.MaxAmountDigits, "%s is held with exponent %d", m, exponent)
		require.Equal(t, want, m.String())
	}
}

func TestMoneyArithmetic(t *testing.T) {
	a, b := rapport.MustMoney("12.30 CNY"), rapport.MustMoney("-0.705 CNY")
	sum, err := a.Add(b)
	require.NoError(t, err)
	require.Equal(t, "11.595 CNY", sum.String())
	difference, err := a.Sub(b)
	require.NoError(t, err)
	require.Equal(t, "13.005 CNY", difference.String())
	product, err := a.Mul(decimal.New(15, -1))
	require.NoError(t, err)
	require.Equal(t, "18.45 CNY", product.String())
	require.Equal(t, "0.705 CNY", b.Neg().String())
	require.Equal(t, "0.705 CNY", b.Abs().String())
	require.Equal(t, "12.30 CNY", a.Abs().String())
	require.Equal(t, []int{1, -1, 0}, []int{a.Sign(), b.Sign(), rapport.Money{}.Sign()})
	require.True(t, rapport.MustMoney("0.00 CNY").IsZero())
	require.False(t, a.IsZero())
	total, err := rapport.Sum(a, b, a)
	require.NoError(t, err)
	require.Equal(t, "23.895 CNY", total.String())
}

func TestMoneyZeroIsTheIdentity(t *testing.T) {
	var nothing rapport.Money
	m := rapport.MustMoney("12.30 CNY")
	for name, op := range map[string]func() (rapport.Money, error){
		"0+m": func() (rapport.Money, error) { return nothing.Add(m) },
		"m+0": func() (rapport.Money, error) { return m.Add(nothing) },
		"m-0": func() (rapport.Money, error) { return m.Sub(nothing) },
		"Σ":   func() (rapport.Money, error) { return rapport.Sum(nothing, m, nothing) },
	} {
		got, err := op()
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(m, got), name)
	}
	got, err := nothing.Sub(m)
	require.NoError(t, err)
	require.Equal(t, "-12.30 CNY", got.String())
	got, err = nothing.Mul(decimal.New(7, 0))
	require.NoError(t, err)
	require.Equal(t, nothing, got)
	got, err = rapport.Sum()
	require.NoError(t, err)
	require.Equal(t, nothing, got)
	require.Equal(t, nothing, nothing.Neg())
	require.Equal(t, nothing, nothing.Abs())

	order, err := nothing.Cmp(m)
	require.NoError(t, err)
	require.Equal(t, -1, order)
	order, err = rapport.MustMoney("0 CNY").Cmp(nothing)
	require.NoError(t, err)
	require.Zero(t, order)
	require.False(t, rapport.MustMoney("0 CNY").Equal(nothing))
	require.True(t, nothing.Equal(rapport.Money{}))
}

func TestMoneyOfTwoCurrencies(t *testing.T) {
	a, b := rapport.MustMoney("1.00 CNY"), rapport.MustMoney("1.00 EUR")
	_, add := a.Add(b)
	_, sub := a.Sub(b)
	_, order := a.Cmp(b)
	_, sum := rapport.Sum(a, b)
	for _, err := range []error{add, sub, order, sum} {
		var mixed *rapport.CurrencyMismatchError
		require.ErrorAs(t, err, &mixed)
		require.Equal(t, rapport.CurrencyMismatchError{Left: rapport.CNY, Right: rapport.EUR}, *mixed)
		require.EqualError(t, err, "rapport: amounts in CNY and EUR do not mix")
	}
	require.False(t, a.Equal(b))
}

func TestMoneyBounds(t *testing.T) {
	most := rapport.MustMoney("1" + strings.Repeat("0", 64) + " CNY")
	_, err := most.Add(rapport.MustMoney("0.01 CNY"))
	require.ErrorIs(t, err, rapport.ErrAmountRange)
	_, err = most.Neg().Sub(most)
	require.ErrorIs(t, err, rapport.ErrAmountRange)
	_, err = most.Mul(decimal.New(2, 0))
	require.ErrorIs(t, err, rapport.ErrAmountRange)
	least := rapport.MustMoney("0." + strings.Repeat("0", 63) + "1 CNY")
	_, err = least.Mul(decimal.New(1, -1))
	require.ErrorIs(t, err, rapport.ErrAmountRange)
	below, err := most.Sub(least)
	require.NoError(t, err)
	require.True(t, most.Equal(below.Round(rapport.RoundUp)), "rounding stays inside the bounds")
	for range 100 { // zeros that products leave behind do not add up
		most, err = most.Mul(decimal.New(1000, -3))
		require.NoError(t, err)
	}
	require.Equal(t, "1"+strings.Repeat("0", 64)+".00 CNY", most.String())
}

func TestMoneyArithmeticIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawMoney(t, "a", rapport.EUR), drawMoney(t, "b", rapport.EUR)
		sum, err := a.Add(b)
		require.NoError(t, err)
		require.Zero(t, new(big.Rat).Add(a.Amount().Rat(), b.Amount().Rat()).Cmp(sum.Amount().Rat()))
		back, err := sum.Sub(b)
		require.NoError(t, err)
		require.True(t, back.Equal(a), "%v + %v - %v is %v", a, b, b, back)
		order, err := a.Cmp(b)
		require.NoError(t, err)
		require.Equal(t, a.Amount().Rat().Cmp(b.Amount().Rat()), order)
		require.Equal(t, order == 0, a.Equal(b))
		require.True(t, a.Neg().Neg().Equal(a))
		require.GreaterOrEqual(t, a.Abs().Sign(), 0)
	})
}
