package satisfaction_test

import (
	"errors"
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

func requireMoney(t require.TestingT, want string, got rapport.Money) {
	require.Equal(t, want, got.String())
}

// requireBad wants an EconomicsError that names the number.
func requireBad(t require.TestingT, name string, err error) {
	bad, ok := errors.AsType[*satisfaction.EconomicsError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, name, bad.Name)
	require.Contains(t, err.Error(), "satisfaction: ")
}

func drawCNY(t *rapid.T, name string) rapport.Money {
	m, err := rapport.MoneyFromMinor(rapid.Int64Range(-1e15, 1e15).Draw(t, name), rapport.CNY)
	require.NoError(t, err)
	return m
}

func mixed() rapport.Money {
	m, err := rapport.MoneyFromMinor(100, rapport.USD)
	if err != nil {
		panic(err)
	}
	return m
}

func TestImpactOfOneCustomer(t *testing.T) {
	impact, err := satisfaction.Impact(satisfaction.ClassCounts{Fully: 1, General: 1, Not: 1}, inCNY("1000"), nil)
	require.NoError(t, err)
	requireMoney(t, "2600.00 CNY", impact.PerFully)
	requireMoney(t, "1000.00 CNY", impact.PerGeneral)
	requireMoney(t, "-4680.00 CNY", impact.PerNot)
	requireMoney(t, "-1080.00 CNY", impact.Total)
	require.False(t, impact.Sourced)
	require.Equal(t, satisfaction.IllustrativeMultipliers(), impact.Multipliers)
}

func TestImpactOfOwnMultipliers(t *testing.T) {
	own := satisfaction.ClassMultipliers{General: 1, Fully: 1.333, Damage: 0.5, Source: "margins of 2025"}
	impact, err := satisfaction.Impact(satisfaction.ClassCounts{Fully: 3, Not: 2}, inCNY("0.01"), &own)
	require.NoError(t, err)
	require.True(t, impact.Sourced)
	requireMoney(t, "0.01 CNY", impact.PerFully)
	requireMoney(t, "0.04 CNY", impact.Fully) // 0.03999, not three times 0.01
	requireMoney(t, "-0.01 CNY", impact.Not)
	own.Source = ""
	impact, err = satisfaction.Impact(satisfaction.ClassCounts{}, inCNY("1"), &own)
	require.NoError(t, err)
	require.False(t, impact.Sourced, "no source was stated")
	requireMoney(t, "0.00 CNY", impact.Total)
}

func TestImpactErrors(t *testing.T) {
	_, err := satisfaction.Impact(satisfaction.ClassCounts{Not: -1}, inCNY("1"), nil)
	requireBad(t, "count Not", err)
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err = satisfaction.Impact(satisfaction.ClassCounts{}, inCNY("1"), &satisfaction.ClassMultipliers{Fully: bad})
		requireBad(t, "Fully", err)
	}
	_, err = satisfaction.Impact(satisfaction.ClassCounts{Fully: 1}, inCNY("1"), &satisfaction.ClassMultipliers{Fully: 1e300})
	require.ErrorIs(t, err, rapport.ErrAmountRange)
}

func TestImpactPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 1e9)
		ratio := rapid.Float64Range(0, 1e6)
		impact, err := satisfaction.Impact(
			satisfaction.ClassCounts{Fully: count.Draw(t, "fully"), General: count.Draw(t, "general"), Not: count.Draw(t, "not")},
			drawCNY(t, "base"), &satisfaction.ClassMultipliers{General: ratio.Draw(t, "g"), Fully: ratio.Draw(t, "f"), Damage: ratio.Draw(t, "d")})
		require.NoError(t, err)
		sum, err := rapport.Sum(impact.Fully, impact.General, impact.Not)
		require.NoError(t, err)
		require.True(t, sum.Equal(impact.Total))
		_, err = impact.Total.Minor()
		require.False(t, errors.Is(err, rapport.ErrAmountFraction), "whole minor units")
	})
}

func TestReachAgainstATree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tells := rapid.SliceOfN(rapid.IntRange(0, 6), 0, 5).Draw(t, "tells")
		levels := make([]satisfaction.Tells, len(tells))
		for i, n := range tells {
			levels[i] = satisfaction.Tells{Low: float64(n), High: float64(n + 1)}
		}
		reach, err := satisfaction.Reach(levels...)
		require.NoError(t, err)
		var heard func(level, more int) int // by one who tells at this level
		heard = func(level, more int) (people int) {
			if level == len(tells) {
				return 0
			}
			for range tells[level] + more {
				people += 1 + heard(level+1, more)
			}
			return people
		}
		require.Equal(t, satisfaction.Tells{Low: float64(heard(0, 0)), High: float64(heard(0, 1))}, reach.Total)
		sum := 0.0
		for _, level := range reach.ByLevel {
			sum += level.High
		}
		require.Equal(t, reach.Total.High, sum)
	})
}

func TestReachErrors(t *testing.T) {
	for name, levels := range map[string][]satisfaction.Tells{
		"Low":   {{Low: 2, High: 1}},
		"High":  {{Low: 2, High: math.Inf(1)}},
		"reach": {{Low: 0, High: 1e200}, {Low: 0, High: 1e200}, {}},
	} {
		_, err := satisfaction.Reach(levels...)
		requireBad(t, name, err)
	}
	_, err := satisfaction.Reach(satisfaction.Tells{Low: math.NaN(), High: 1})
	requireBad(t, "Low", err)
	_, err = satisfaction.Reach(satisfaction.Tells{Low: -1, High: 1})
	requireBad(t, "Low", err)
}

// The published gap of 2,000 between a promoter who brings half a customer and a
// detractor who keeps away 1.3, worth 1,700 and −300: with one own value for both,
// a new customer is worth 2000/1.8 and the own value is 1700 − half of that.
func TestWordOfMouthGivesThePublishedGap(t *testing.T) {
	own, customer := inCNY("1144.44"), inCNY("1111.11")
	promoter, err := satisfaction.WordOfMouth{Own: own, NewCustomer: customer, Positive: 5, Conversion: 0.1}.Worth()
	require.NoError(t, err)
	require.Equal(t, 0.5, promoter.NewCustomers)
	requireMoney(t, "1700.00 CNY", promoter.Total)
	detractor, err := satisfaction.WordOfMouth{Own: own, NewCustomer: customer, Negative: 6.5, Loss: 0.2}.Worth()
	require.NoError(t, err)
	require.Equal(t, -1.3, detractor.NewCustomers)
	requireMoney(t, "-300.00 CNY", detractor.Total)
	gap, err := promoter.Total.Sub(detractor.Total)
	require.NoError(t, err)
	requireMoney(t, "2000.00 CNY", gap)
}

func TestWordOfMouthErrors(t *testing.T) {
	for name, w := range map[string]satisfaction.WordOfMouth{
		"Positive":   {Positive: -1},
		"Negative":   {Negative: math.NaN()},
		"Conversion": {Conversion: 1.01},
		"Loss":       {Loss: math.NaN()},
	} {
		_, err := w.Worth()
		requireBad(t, name, err)
	}
	_, err := satisfaction.WordOfMouth{Own: inCNY("1"), NewCustomer: mixed(), Positive: 1, Conversion: 1}.Worth()
	_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
	require.True(t, ok, "%v", err)
}

func TestWordOfMouthPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, err := satisfaction.WordOfMouth{
			Own: drawCNY(t, "own"), NewCustomer: drawCNY(t, "new"),
			Positive: rapid.Float64Range(0, 1e9).Draw(t, "positive"), Conversion: rapid.Float64Range(0, 1).Draw(t, "conversion"),
			Negative: rapid.Float64Range(0, 1e9).Draw(t, "negative"), Loss: rapid.Float64Range(0, 1).Draw(t, "loss"),
		}.Worth()
		require.NoError(t, err)
		sum, err := rapport.Sum(w.Own, w.Won, w.Lost.Neg())
		require.NoError(t, err)
		require.True(t, sum.Equal(w.Total))
	})
}

func TestRecoveryAtBreakEven(t *testing.T) {
	r := satisfaction.ComplaintRecovery{Complainants: 33, IfSatisfied: 0.7, IfNot: 0.4, Margin: inCNY("1.50")}
	w, err := r.Worth()
	require.NoError(t, err)
	requireMoney(t, "0.45 CNY", w.BreakEvenPerCase) // 0.7 − 0.4 is 0.3, not 0.29999999999999993
	require.Equal(t, 9.9, w.Kept)
	r.CostPerCase = w.BreakEvenPerCase
	w, err = r.Worth()
	require.NoError(t, err)
	require.True(t, w.Net.IsZero(), "%v", w.Net)
	r.IfNot = 0.9
	w, err = r.Worth()
	require.NoError(t, err)
	require.Negative(t, w.BreakEvenPerCase.Sign())
	require.Negative(t, w.Net.Sign())
}

func TestRecoveryErrors(t *testing.T) {
	for name, r := range map[string]satisfaction.ComplaintRecovery{
		"Complainants": {Complainants: -1},
		"Silent":       {Silent: -1},
		"IfSatisfied":  {IfSatisfied: 1.1},
		"IfNot":        {IfNot: -0.1},
		"IfSilent":     {IfSilent: math.NaN()},
		"CostPerCase":  {CostPerCase: inCNY("-1")},
	} {
		_, err := r.Worth()
		requireBad(t, name, err)
	}
	_, err := satisfaction.ComplaintRecovery{Complainants: 1, IfSatisfied: 1, Margin: inCNY("1"), CostPerCase: mixed()}.Worth()
	_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
	require.True(t, ok, "%v", err)
	tiny, err := rapport.NewMoney(decimal.New(1, -60), rapport.CNY)
	require.NoError(t, err)
	_, err = satisfaction.ComplaintRecovery{IfSatisfied: 0.123456, Margin: tiny}.Worth()
	require.ErrorIs(t, err, rapport.ErrAmountRange)
}
