package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

func sixFactors() scoring.SixFactor {
	return scoring.SixFactor{
		InitialRevenue: yuan("2000"), InitialCost: yuan("1500"),
		Frequency: 1, Revenue: yuan("300"), Cost: yuan("180"),
		Periods: 5, Retention: 0.8,
		CrossSell: []scoring.CrossSell{{Product: "filter", Chance: 0.2, Revenue: yuan("400"), Margin: 0.5}},
		Referrals: 0.1, ReferralValue: yuan("300"),
		Discount: 0.10,
	}
}

// A sale of 2000 yuan at a cost of 1500, then for five years a margin of 120, 40
// from another product and 30 from referrals a year, four customers in five kept
// from year to year, at 10 percent: 500 + 2.124097 × (120 + 40 + 30) = 903.58.
// Rounded by themselves the parts would miss it by a fen, which is in Repeat.
func ExampleSixFactor() {
	value, err := scoring.SixFactor{
		InitialRevenue: rapport.MustMoney("2000 CNY"), InitialCost: rapport.MustMoney("1500 CNY"),
		Frequency: 1, Revenue: rapport.MustMoney("300 CNY"), Cost: rapport.MustMoney("180 CNY"),
		Periods: 5, Retention: 0.8,
		CrossSell: []scoring.CrossSell{{Product: "filter", Chance: 0.2, Revenue: rapport.MustMoney("400 CNY"), Margin: 0.5}},
		Referrals: 0.1, ReferralValue: rapport.MustMoney("300 CNY"),
		Discount: 0.10,
	}.Value()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("annuity %.6f\n", value.Annuity)
	fmt.Println(value.Initial, "+", value.Repeat, "+", value.CrossSell[0], "+", value.Referral, "=", value.Total)
	// Output:
	// annuity 2.124097
	// 500.00 CNY + 254.90 CNY + 84.96 CNY + 63.72 CNY = 903.58 CNY
}

// The buyer of an air conditioner for 2000 yuan who takes a service of 300 a year.
func ExampleSixFactor_crossSell() {
	customer := scoring.SixFactor{
		InitialRevenue: rapport.MustMoney("2000 CNY"),
		CrossSell:      []scoring.CrossSell{{Product: "service", Chance: 1, Revenue: rapport.MustMoney("300 CNY"), Margin: 1}},
		Retention:      1, Discount: 0.10,
	}
	for _, years := range []int{5, scoring.Perpetual} {
		customer.Periods = years
		value, err := customer.Value()
		fmt.Println(value.Total, err)
	}
	// Output:
	// 3137.24 CNY <nil>
	// 5000.00 CNY <nil>
}

func TestSixFactorWithoutReferral(t *testing.T) {
	f := sixFactors()
	f.Referrals = 0
	value, err := f.Value()
	require.NoError(t, err)
	requireMoney(t, "839.86 CNY", value.Total)
	requireMoney(t, "0.00 CNY", value.Referral)
}

// Beyond 2^53 fen float64 has no odd numbers.
func TestSixFactorKeepsLargeMargins(t *testing.T) {
	f := sixFactors()
	f.InitialRevenue = minor(t, 1<<53+150001)
	value, err := f.Value()
	require.NoError(t, err)
	requireMoney(t, minor(t, 1<<53+1).String(), value.Initial)
	requireMoney(t, minor(t, 1<<53+1+403_58).String(), value.Total)
	f.InitialRevenue, f.InitialCost = minor(t, math.MaxInt64), rapport.Money{}
	_, err = f.Value()
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "%v", overflow)
}

func TestSixFactorPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := scoring.SixFactor{
			InitialRevenue: fen(t, "initial revenue"), InitialCost: fen(t, "initial cost"),
			Frequency: rapid.Float64Range(0, 50).Draw(t, "frequency"),
			Revenue:   fen(t, "revenue"), Cost: fen(t, "cost"),
			Periods:   rapid.SampledFrom([]int{0, 1, 2, 5, 40, scoring.Perpetual}).Draw(t, "periods"),
			Retention: rapid.Float64Range(0, 1).Draw(t, "retention"),
			Referrals: rapid.Float64Range(0, 3).Draw(t, "referrals"), ReferralValue: fen(t, "referral value"),
			Discount: rapid.Float64Range(0.001, 1).Draw(t, "discount"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "products") {
			f.CrossSell = append(f.CrossSell, scoring.CrossSell{Chance: rapid.Float64Range(0, 2).Draw(t, "chance"),
				Revenue: fen(t, "product"), Margin: rapid.Float64Range(-1, 1).Draw(t, "margin")})
		}
		value, err := f.Value()
		require.NoError(t, err)
		parts := append([]rapport.Money{value.Initial, value.Repeat, value.Referral}, value.CrossSell...)
		require.True(t, sum(t, parts...).Equal(value.Total), "%+v", value)
		margin, err := f.InitialRevenue.Sub(f.InitialCost)
		require.NoError(t, err)
		require.True(t, margin.Equal(value.Initial), "what is known to the fen stays: %v, want %v", value.Initial, margin)
	})
}

// annuity adds the terms up in 200 bits.
func annuity(periods int, retention, discount float64) float64 {
	wide := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	q := wide(retention)
	q.Quo(q, wide(discount).Add(wide(discount), wide(1)))
	term, sum := wide(1), wide(0)
	for range periods {
		term.Mul(term, q)
		sum.Add(sum, term)
	}
	value, _ := sum.Float64()
	return value
}

func TestAnnuityFactor(t *testing.T) {
	for _, retention := range []float64{0, 1e-300, 0.01, 0.3, 0.8, 0.999999, 1} {
		for _, discount := range []float64{-0.9, -0.1, -1e-9, 0, 1e-12, 1e-6, 0.1, 3, 1e6} {
			for _, periods := range []int{0, 1, 2, 5, 100} {
				got, err := scoring.AnnuityFactor(periods, retention, discount)
				require.NoError(t, err)
				want := annuity(periods, retention, discount)
				if want == 0 {
					require.Zero(t, got)
					continue
				}
				require.InEpsilon(t, want, got, 1e-13, "%d periods, retention %v, discount %v", periods, retention, discount)
			}
		}
	}
	perpetual, err := scoring.AnnuityFactor(scoring.Perpetual, 0.8, 0.1)
	require.NoError(t, err)
	require.InEpsilon(t, 0.8/0.3, perpetual, 1e-15)
}

func TestSixFactorsThatCannotBe(t *testing.T) {
	for name, spoil := range map[string]func(f *scoring.SixFactor){
		"periods":          func(f *scoring.SixFactor) { f.Periods = -1 },
		"retention":        func(f *scoring.SixFactor) { f.Retention = 1.1 },
		"discount":         func(f *scoring.SixFactor) { f.Discount = -1 },
		"Frequency":        func(f *scoring.SixFactor) { f.Frequency = math.NaN() },
		"Referrals":        func(f *scoring.SixFactor) { f.Referrals = -0.1 },
		"Chance of filter": func(f *scoring.SixFactor) { f.CrossSell[0].Chance = math.Inf(1) },
		"Margin of filter": func(f *scoring.SixFactor) { f.CrossSell[0].Margin = 1.5 },
	} {
		f := sixFactors()
		spoil(&f)
		_, err := f.Value()
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, name, wrong.Name)
	}
	for name, spoil := range map[string]func(f *scoring.SixFactor){
		"initial purchase":    func(f *scoring.SixFactor) { f.InitialCost = rapport.MustMoney("1 USD") },
		"repeat purchase":     func(f *scoring.SixFactor) { f.Revenue = rapport.MustMoney("1 USD") },
		"ReferralValue":       func(f *scoring.SixFactor) { f.ReferralValue = rapport.MustMoney("1 USD") },
		"CrossSell of filter": func(f *scoring.SixFactor) { f.CrossSell[0].Revenue = rapport.MustMoney("1 USD") },
	} {
		f := sixFactors()
		spoil(&f)
		_, err := f.Value()
		_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.ErrorContains(t, err, name)
	}
	f := sixFactors()
	f.Periods, f.Retention, f.Discount = scoring.Perpetual, 1, 0
	_, err := f.Value()
	require.ErrorIs(t, err, scoring.ErrDiverges)
	require.EqualError(t, err, "scoring: retention 1 for ever at discount 0: the value is infinite")

	f = sixFactors()
	f.Frequency, f.Referrals, f.Revenue = math.MaxFloat64, math.MaxFloat64, yuan("-300")
	_, err = f.Value()
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "Inf − Inf: %v", err)
	require.Equal(t, "value", overflow.Sum)
	_, err = scoring.AnnuityFactor(1_000_000, 1, -0.5)
	require.ErrorAs(t, err, &overflow)

	f = scoring.SixFactor{InitialRevenue: minor(t, math.MaxInt64), InitialCost: minor(t, -1)}
	_, err = f.Value()
	require.ErrorAs(t, err, &overflow)
	require.Equal(t, "initial purchase", overflow.Sum)

	value, err := scoring.SixFactor{}.Value()
	require.NoError(t, err)
	require.True(t, value.Total.IsZero())
}

// A discount so small that 1/discount is no float64 is none.
func TestAnnuityFactorAtNextToNoDiscount(t *testing.T) {
	for _, discount := range []float64{5e-324, 1e-310, -1e-310, 1e-200, 1e-100, -1e-20} {
		got, err := scoring.AnnuityFactor(5, 1, discount)
		require.NoError(t, err, discount)
		require.InEpsilon(t, 5.0, got, 1e-15, discount)
	}
}
