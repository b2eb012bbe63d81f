package market_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/market"
	"github.com/rapport-crm/rapport/scoring"
)

func newWorld(t testing.TB, config market.Config, seed uint64) *market.World {
	t.Helper()
	w, err := market.New(config, seed)
	require.NoError(t, err)
	return w
}

func purchases(t testing.TB, w *market.World) []scoring.Purchase {
	t.Helper()
	var all []scoring.Purchase
	for p, err := range w.Purchases() {
		require.NoError(t, err)
		all = append(all, p)
	}
	return all
}

func TestSameSeedSameWorld(t *testing.T) {
	config := market.Config{Customers: 300, Returns: 0.1, DuplicateRecords: 0.2, DuplicateRows: 0.1}
	a, b := newWorld(t, config, 1), newWorld(t, config, 1)
	require.Empty(t, cmp.Diff(purchases(t, a), purchases(t, b)))
	require.Empty(t, cmp.Diff(purchases(t, a), purchases(t, a)), "the second loop over one world")
	require.Empty(t, cmp.Diff(slices.Collect(a.Customers()), slices.Collect(b.Customers())))

	other := newWorld(t, config, 2)
	require.NotEmpty(t, cmp.Diff(purchases(t, a), purchases(t, other)), "another seed")
}

func TestLargerWorldKeepsEarlierCustomers(t *testing.T) {
	small := newWorld(t, market.Config{Customers: 50}, 9)
	large := newWorld(t, market.Config{Customers: 5000}, 9)
	want := purchases(t, small)
	got := purchases(t, large)
	require.Empty(t, cmp.Diff(want, got[:len(want)]))
}

func TestPartsMakeTheWhole(t *testing.T) {
	w := newWorld(t, market.Config{Customers: 101, Returns: 0.2}, 3)
	var joined []scoring.Purchase
	for from := 0; from < w.Len(); from += 25 {
		joined = append(joined, purchases(t, w.Part(from, from+25))...)
	}
	require.Empty(t, cmp.Diff(purchases(t, w), joined))

	inner := w.Part(10, 60).Part(5, 1000)
	require.Equal(t, 45, inner.Len())
	first, err := inner.Customer(0)
	require.NoError(t, err)
	want, err := w.Customer(15)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, first))
	require.Equal(t, 0, w.Part(60, 10).Len())
	require.Equal(t, 0, w.Part(-5, -1).Len())
}

func TestCustomerOutsideTheWorld(t *testing.T) {
	w := newWorld(t, market.Config{Customers: 3}, 1)
	for _, i := range []int{-1, 3} {
		_, err := w.Customer(i)
		require.EqualError(t, err, map[int]string{-1: "market: customer -1 of a world of 3", 3: "market: customer 3 of a world of 3"}[i])
	}
}

// The ids of the largest world are still in the order of its customers, which
// SummarizeSorted and the truth side by side with scores depend on.
func TestLastIDsOfTheLargestWorldAreInOrder(t *testing.T) {
	w := newWorld(t, market.Config{Customers: market.MaxCustomers}, 1)
	before, err := w.Customer(w.Len() - 2)
	require.NoError(t, err)
	last, err := w.Customer(w.Len() - 1)
	require.NoError(t, err)
	require.Less(t, before.ID, last.ID)
	require.Len(t, last.ID, len(before.ID))

	_, err = market.New(market.Config{Customers: market.MaxCustomers + 1}, 1)
	require.Error(t, err, "one more customer would need an id of nine digits")
}

func TestOptionsDoNotDisturbEachOther(t *testing.T) {
	plain := purchases(t, newWorld(t, market.Config{Customers: 200}, 5))
	dirty := purchases(t, newWorld(t, market.Config{Customers: 200, DuplicateRecords: 0.5, DuplicateRows: 0.5}, 5))
	require.Empty(t, cmp.Diff(plain, dirty))

	returned := purchases(t, newWorld(t, market.Config{Customers: 200, Returns: 0.5}, 5))
	sales := slices.DeleteFunc(returned, func(p scoring.Purchase) bool { return p.Amount < 0 })
	require.Empty(t, cmp.Diff(plain, sales))

	seasonal := newWorld(t, market.Config{Customers: 200, Season: [12]float64{11: 3, 0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1}}, 5)
	calm := newWorld(t, market.Config{Customers: 200}, 5)
	for i := range 200 {
		a, err := calm.Customer(i)
		require.NoError(t, err)
		b, err := seasonal.Customer(i)
		require.NoError(t, err)
		require.Equal(t, [3]float64{a.Lambda, a.Dropout, a.MeanSpend}, [3]float64{b.Lambda, b.Dropout, b.MeanSpend}, "customer %d", i)
	}
}

func TestBreakingOutOfALoop(t *testing.T) {
	w := newWorld(t, market.Config{Customers: 100}, 1)
	n := 0
	for range w.Purchases() {
		if n++; n == 7 {
			break
		}
	}
	for range w.Customers() {
		n++
		break
	}
	require.Equal(t, 8, n)
}

// Whatever the configuration, purchases are inside the world, in the order that
// SummarizeSorted wants, positive unless returned, and as many as the truth says.
func TestPurchasesOfAnyWorld(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		positive := rapid.Float64Range(0.05, 20)
		days := rapid.IntRange(1, 900).Draw(r, "days")
		config := market.Config{
			Customers: rapid.IntRange(1, 30).Draw(r, "customers"),
			From:      time.Date(2023, time.Month(rapid.IntRange(1, 12).Draw(r, "month")), 5, 17, 0, 0, 0, time.UTC),
			Days:      days,
			Joining:   rapid.IntRange(1, days).Draw(r, "joining"),
			Process: market.Process{
				Unit: rapid.SampledFrom([]rapport.Unit{rapport.Day, rapport.Week, rapport.Month}).Draw(r, "unit"),
				R:    positive.Draw(r, "r"), Alpha: rapid.Float64Range(1, 50).Draw(r, "alpha"),
				A: positive.Draw(r, "a"), B: positive.Draw(r, "b"),
			},
			Spend:    market.Spend{P: positive.Draw(r, "p"), Q: positive.Draw(r, "q"), V: positive.Draw(r, "v")},
			Trend:    rapid.Float64Range(-0.9, 3).Draw(r, "trend"),
			Currency: rapid.SampledFrom([]rapport.Currency{rapport.EUR, rapport.JPY, rapport.KWD}).Draw(r, "currency"),
			Returns:  rapid.Float64Range(0, 1).Draw(r, "returns"),
		}
		w, err := market.New(config, rapid.Uint64().Draw(r, "seed"))
		require.NoError(r, err)

		start := w.Config().From
		sales := map[rapport.ID]int{}
		last := map[rapport.ID]time.Time{}
		var before scoring.Purchase
		for p, err := range w.Purchases() {
			require.NoError(r, err)
			require.False(r, p.At.Before(start) || p.At.After(w.Until().AddDate(0, 0, 1)), "purchase %v outside %v … %v", p, start, w.Until())
			require.True(r, before.Customer < p.Customer || before.Customer == p.Customer && !p.At.Before(before.At), "%v after %v", p, before)
			require.NotZero(r, p.Amount)
			require.True(r, p.Amount > 0 && p.Cost >= 0 && p.Cost <= p.Amount || p.Amount < 0 && p.Cost <= 0 && p.Cost >= p.Amount, "purchase %v", p)
			if p.Amount > 0 {
				sales[p.Customer]++
				last[p.Customer] = p.At
			}
			before = p
		}
		for c := range w.Customers() {
			require.Equal(r, c.Purchases, sales[c.ID], "purchases of %+v", c)
			if !c.Left.IsZero() {
				require.Equal(r, c.Left, last[c.ID], "%+v", c)
			}
			require.False(r, c.Active(c.Joined.Add(-time.Second)))
			require.Equal(r, c.Left.IsZero(), c.Active(w.Until().AddDate(0, 0, 1)), "%+v", c)
		}
	})
}

func TestConfigErrors(t *testing.T) {
	for _, tc := range []struct {
		config market.Config
		want   string
	}{
		{market.Config{Customers: -1}, "market: Customers is -1, want 1 to 99999999"},
		{market.Config{Days: 40000}, "market: Days is 40000, want 1 to 36525"},
		{market.Config{Days: 10, Joining: 11}, "market: Joining is 11 days in a world of 10"},
		{market.Config{Process: market.Process{R: 1, Alpha: 1, A: 1, B: 1}}, "market: Process.Unit is not day, week or month"},
		{market.Config{Process: market.Process{Unit: rapport.Day, R: 1, Alpha: 1, A: -1, B: 1}}, "market: Process.A is -1, want a positive number"},
		{market.Config{Spend: market.Spend{P: 1, Q: 1}}, "market: Spend.V is 0, want a positive number"},
		{market.Config{Currency: 1}, "market: Currency is not a currency"},
		{market.Config{Trend: -1}, "market: Trend is -1, want more than -1 and at most 10"},
		{market.Config{Season: [12]float64{1}}, "market: Season has the factor 0 for month 2, want more than 0 and at most 100"},
		{market.Config{Returns: 1.5}, "market: Returns is 1.5, want a share from 0 to 1"},
		{market.Config{DuplicateRecords: -0.1}, "market: DuplicateRecords is -0.1, want a share from 0 to 1"},
		{market.Config{Channels: []market.Choice{{"", 1}}}, `market: Channels has "" with the weight 1`},
		{market.Config{Branches: []market.Choice{}}, "market: Branches has no positive finite total weight"},
		{market.Config{Products: []market.Product{{"P", 1, 2}}}, `market: Products has "P" with the margin 2, want 0 to 1`},
	} {
		_, err := market.New(tc.config, 1)
		require.EqualError(t, err, tc.want)
		require.IsType(t, &market.ConfigError{}, err)
	}
}
