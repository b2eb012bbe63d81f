package rapport_test

import (
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

func roundings() []rapport.Rounding {
	return []rapport.Rounding{
		rapport.RoundHalfEven, rapport.RoundHalfUp, rapport.RoundDown,
		rapport.RoundUp, rapport.RoundFloor, rapport.RoundCeiling,
	}
}

// roundRat is the definition, on exact fractions and whole numbers.
func roundRat(x *big.Rat, r rapport.Rounding) *big.Int {
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean: the denominator is positive
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	if rest.Sign() == 0 {
		return floor
	}
	ceiling := new(big.Int).Add(floor, big.NewInt(1))
	towards, away := floor, ceiling
	if x.Sign() < 0 {
		towards, away = ceiling, floor
	}
	half := rest.Cmp(big.NewRat(1, 2))
	switch r {
	case rapport.RoundDown:
		return towards
	case rapport.RoundUp:
		return away
	case rapport.RoundFloor:
		return floor
	case rapport.RoundCeiling:
		return ceiling
	}
	switch {
	case half < 0:
		return floor
	case half > 0:
		return ceiling
	case r == rapport.RoundHalfUp:
		return away
	case floor.Bit(0) == 0:
		return floor
	}
	return ceiling
}

// The table of the doc comment, and the two neighbours of a tie.
func TestMoneyRound(t *testing.T) {
	inputs := []string{"-2.51", "-2.5", "-2.49", "-1.5", "-0.5", "0", "0.5", "1.5", "2.49", "2.5", "2.51", "7"}
	for r, want := range map[rapport.Rounding][]string{
		rapport.RoundHalfEven: {"-3", "-2", "-2", "-2", "0", "0", "0", "2", "2", "2", "3", "7"},
		rapport.RoundHalfUp:   {"-3", "-3", "-2", "-2", "-1", "0", "1", "2", "2", "3", "3", "7"},
		rapport.RoundDown:     {"-2", "-2", "-2", "-1", "0", "0", "0", "1", "2", "2", "2", "7"},
		rapport.RoundUp:       {"-3", "-3", "-3", "-2", "-1", "0", "1", "2", "3", "3", "3", "7"},
		rapport.RoundFloor:    {"-3", "-3", "-3", "-2", "-1", "0", "0", "1", "2", "2", "2", "7"},
		rapport.RoundCeiling:  {"-2", "-2", "-2", "-1", "0", "0", "1", "2", "3", "3", "3", "7"},
	} {
		for i, input := range inputs {
			got := rapport.MustMoney(input + " JPY").Round(r)
			require.Equal(t, want[i]+" JPY", got.String(), "%s of %s", r, input)
		}
	}
	require.Equal(t, "1.234 KWD", rapport.MustMoney("1.2345 KWD").Round(rapport.RoundHalfEven).String())
	require.Equal(t, "12.35 CNY", rapport.MustMoney("12.345 CNY").Round(rapport.RoundHalfUp).String())
	require.Equal(t, "12.30 CNY", rapport.MustMoney("12.3 CNY").Round(rapport.RoundUp).String(), "nothing to cut")
	require.Equal(t, rapport.Money{}, rapport.Money{}.Round(rapport.RoundUp))
	require.Equal(t, "2 JPY", rapport.MustMoney("2.5 JPY").Round(rapport.Rounding(77)).String(), "unknown ways round as the zero value")
}

func TestMoneyRoundFollowsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coefficient := rapid.Int64().Draw(t, "coefficient")
		places := rapid.Int32Range(0, 20).Draw(t, "places")
		c := rapid.SampledFrom([]rapport.Currency{rapport.JPY, rapport.CNY, rapport.KWD, rapport.CLF}).Draw(t, "currency")
		r := rapid.SampledFrom(roundings()).Draw(t, "rounding")
		m, err := rapport.NewMoney(decimal.New(coefficient, -places), c)
		require.NoError(t, err)

		scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.Digits())), nil))
		want := roundRat(new(big.Rat).Mul(m.Amount().Rat(), scale), r)
		got := new(big.Rat).Mul(m.Round(r).Amount().Rat(), scale)
		require.True(t, got.IsInt())
		require.Equal(t, want.String(), got.Num().String(), "%v %s", m, r)
		require.True(t, m.Round(r).Equal(m.Round(r).Round(rapport.RoundUp)), "rounding twice changes nothing")
	})
}

func TestRoundingText(t *testing.T) {
	var zero rapport.Rounding
	require.Equal(t, rapport.RoundHalfEven, zero)
	names := []string{"half-even", "half-up", "down", "up", "floor", "ceiling"}
	for i, r := range roundings() {
		text, err := r.MarshalText()
		require.NoError(t, err)
		require.Equal(t, names[i], string(text))
		var back rapport.Rounding
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, r, back)
	}
	var refused *rapport.RoundingError
	for _, text := range []string{"", "half-down", "Up", "Rounding(6)"} {
		kept := rapport.RoundUp
		require.ErrorAs(t, kept.UnmarshalText([]byte(text)), &refused, "input %q", text)
		require.Equal(t, rapport.RoundUp, kept)
	}
	require.False(t, rapport.Rounding(6).IsValid())
	_, err := rapport.Rounding(6).MarshalText()
	require.ErrorAs(t, err, &refused)
}
