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

// 100 customers × 2 orders × 50 yuan became 120 × 2.1 × 48: revenue rose by 2096.
// The logarithmic mean of the two totals is 2096/ln 1.2096 = 11014.78, so the
// customers' part is 11014.78 × ln 1.2 = 2008.2323. Rounded to fen the three parts
// miss the change by one, which is in the greatest.
func ExampleDecomposeSales() {
	effects, err := scoring.DecomposeSales(
		scoring.Sales{Customers: 100, Orders: 200, Revenue: rapport.MustMoney("10000 CNY")},
		scoring.Sales{Customers: 120, Orders: 252, Revenue: rapport.MustMoney("12096 CNY")})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range effects {
		fmt.Printf("%s: %v (%.4f)\n", e.Factor, e.Amount, e.Exact)
	}
	// Output:
	// customers: 2008.24 CNY (2008.2323)
	// orders_per_customer: 537.41 CNY (537.4131)
	// value_per_order: -449.65 CNY (-449.6454)
}

func amounts(effects []scoring.Effect) []rapport.Money {
	list := make([]rapport.Money, len(effects))
	for i, e := range effects {
		list[i] = e.Amount
	}
	return list
}

func texts(amounts []rapport.Money) []string {
	list := make([]string, len(amounts))
	for i, m := range amounts {
		list[i] = m.String()
	}
	return list
}

func TestDecomposeSalesAtZero(t *testing.T) {
	sales := func(customers, orders int64, revenue string) scoring.Sales {
		return scoring.Sales{Customers: customers, Orders: orders, Revenue: yuan(revenue)}
	}
	for _, tc := range []struct {
		before, after scoring.Sales
		want          []string
	}{
		{sales(0, 0, "0"), sales(10, 20, "300"), []string{"300.00 CNY", "0.00 CNY", "0.00 CNY"}},
		{sales(10, 20, "300"), sales(0, 0, "0"), []string{"-300.00 CNY", "0.00 CNY", "0.00 CNY"}},
		{sales(10, 20, "300"), sales(10, 0, "0"), []string{"0.00 CNY", "-300.00 CNY", "0.00 CNY"}},
		{sales(10, 20, "0"), sales(12, 20, "300"), []string{"0.00 CNY", "0.00 CNY", "300.00 CNY"}},
		{sales(0, 0, "0"), sales(10, 0, "0"), []string{"0.00 CNY", "0.00 CNY", "0.00 CNY"}},
		{sales(10, 20, "300"), sales(20, 20, "300"), []string{"207.94 CNY", "-207.94 CNY", "0.00 CNY"}},
		{sales(10, 20, "-300"), sales(10, 20, "-400"), []string{"0.00 CNY", "0.00 CNY", "-100.00 CNY"}},
	} {
		effects, err := scoring.DecomposeSales(tc.before, tc.after)
		require.NoError(t, err, "%+v", tc)
		require.Equal(t, tc.want, texts(amounts(effects)))
	}
}

// Effects add up exactly, turn their sign with the direction of time, and come
// with their factor whatever the order.
func TestEffectsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		factors := make([]scoring.Factor, n)
		ratio := 1.0
		for i := range factors {
			f := scoring.Factor{Name: fmt.Sprint("f", i), Before: rapid.Float64Range(0.2, 5).Draw(t, "before"), After: rapid.Float64Range(0.2, 5).Draw(t, "after")}
			if rapid.Bool().Draw(t, "negative") {
				f.Before, f.After = -f.Before, -f.After
			}
			factors[i] = f
			ratio *= f.After / f.Before
		}
		// Both totals are large enough to follow the factors to one part in a million.
		before := int64(max(1, 1/ratio)*rapid.Float64Range(1e7, 1e8).Draw(t, "total")) * rapid.SampledFrom([]int64{-1, 1}).Draw(t, "sign")
		after := int64(math.Round(float64(before) * ratio))
		effects, err := scoring.Decompose(minor(t, before), minor(t, after), factors)
		require.NoError(t, err)
		require.True(t, sum(t, amounts(effects)...).Equal(minor(t, after-before)), "%v", effects)

		turned := make([]scoring.Factor, n)
		for i, f := range factors {
			turned[n-1-i] = scoring.Factor{Name: f.Name, Before: f.After, After: f.Before}
		}
		back, err := scoring.Decompose(minor(t, after), minor(t, before), turned)
		require.NoError(t, err)
		for i, e := range effects {
			require.Equal(t, e.Factor, back[n-1-i].Factor)
			require.InDelta(t, e.Exact, -back[n-1-i].Exact, 1e-9*(math.Abs(e.Exact)+float64(max(before, -before, after, -after))))
		}
	})
}

func TestDecomposeRefuses(t *testing.T) {
	one := func(before, after float64) []scoring.Factor {
		return []scoring.Factor{{Name: "f", Before: before, After: after}}
	}
	for _, tc := range []struct {
		before, after string
		factors       []scoring.Factor
		name          string
	}{
		{"10", "20", one(1, math.NaN()), "f"},
		{"10", "20", one(math.Inf(1), 2), "f"},
		{"10", "-20", one(1, -2), "f"},
		{"10", "-20", one(1, 2), "total after"},
		{"0", "20", one(1, 2), "total before"},
		{"10", "20", one(1, 0), "total after"},
		{"10", "20", one(1, 2.1), "product of the factors"},
		{"10", "20", one(1e-300, 1e300), "product of the factors"},
	} {
		_, err := scoring.Decompose(yuan(tc.before), yuan(tc.after), tc.factors)
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%+v: %v", tc, err)
		require.Equal(t, tc.name, wrong.Name, "%+v", tc)
	}
	for name, sales := range map[string]scoring.Sales{
		"Customers": {Orders: 2, Revenue: yuan("1")},
		"Orders":    {Customers: 2, Revenue: yuan("1")},
	} {
		_, err := scoring.DecomposeSales(sales, scoring.Sales{})
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, name, wrong.Name)
	}
	_, err := scoring.DecomposeSales(scoring.Sales{Customers: -1}, scoring.Sales{})
	require.ErrorContains(t, err, "scoring: Customers is -1: want")
	_, err = scoring.DecomposeSales(scoring.Sales{}, scoring.Sales{Customers: 1, Orders: 1, Revenue: yuan("0.001")})
	require.ErrorIs(t, err, rapport.ErrAmountFraction)
	_, err = scoring.Decompose(yuan("1"), rapport.MustMoney("1 USD"), nil)
	require.ErrorContains(t, err, "total after: rapport: amounts in CNY and USD do not mix")
	_, err = scoring.Decompose(yuan("0.001"), yuan("1"), nil)
	require.ErrorIs(t, err, rapport.ErrAmountFraction)
	_, err = scoring.Decompose(minor(t, math.MinInt64), minor(t, 1), nil)
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "change", overflow.Sum)
	_, err = scoring.Decompose(minor(t, math.MaxInt64), minor(t, math.MaxInt64), []scoring.Factor{{Before: 1, After: 1e9}, {Before: 1e9, After: 1}})
	require.ErrorAs(t, err, &overflow)
	effects, err := scoring.Decompose(yuan("2"), yuan("2"), nil)
	require.NoError(t, err)
	require.Empty(t, effects, "no factors, no effects")
	effects, err = scoring.Decompose(rapport.Money{}, rapport.Money{}, one(0, 0))
	require.NoError(t, err)
	require.True(t, effects[0].Amount.IsZero())
}

// What is left may be less than the last digit of what was.
func TestDecomposeNearlyEverythingGone(t *testing.T) {
	const before = 5e16 // fen
	effects, err := scoring.Decompose(yuan("500000000000000"), yuan("0.01"), []scoring.Factor{
		{Name: "customers", Before: 5e8, After: 1}, {Name: "each", Before: 1e8, After: 1}})
	require.NoError(t, err)
	for i, f := range []float64{5e8, 1e8} {
		require.InEpsilon(t, -before/100*math.Log(f)/math.Log(before), effects[i].Exact, 1e-14)
	}
	// Factors of opposite extremes, whose ratios are no float64.
	effects, err = scoring.Decompose(yuan("1"), yuan("2"), []scoring.Factor{
		{Name: "up", Before: 1e-300, After: 1e300}, {Name: "down", Before: 2e300, After: 4e-300}})
	require.NoError(t, err)
	sum, err := rapport.Sum(amounts(effects)...)
	require.NoError(t, err)
	requireMoney(t, "1.00 CNY", sum)

	_, err = scoring.Decompose(yuan("1"), yuan("2"), nil)
	var input *scoring.InputError
	require.ErrorAs(t, err, &input)
}
