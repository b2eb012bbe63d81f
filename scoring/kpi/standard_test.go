package kpi_test

import (
	"errors"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

func year(n int) rapport.Interval {
	p, err := rapport.NewInterval(time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(n+1, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		panic(err)
	}
	return p
}

func yuan(text string) rapport.Money { return rapport.MustMoney(text + " CNY") }

// without turns values into rows that come without an error.
func without[T any](values ...T) func(func(T, error) bool) {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// failing gives the values and then an error.
func failing[T any](err error, values ...T) func(func(T, error) bool) {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
		var none T
		yield(none, err)
	}
}

// The numbers that the requirements state, each of its own function, and the code, unit
// and denominator that go with it.
func TestFiguresOfTheRequirements(t *testing.T) {
	y := year(2025)
	recurring := kpi.Recurring{Opening: yuan("100"), Contraction: yuan("5"), Churned: yuan("8"), Expansion: yuan("15"), Customers: 40}
	registry := kpi.Standard()
	for _, tc := range []struct {
		code string
		want float64
		make func() (kpi.Figure, error)
	}{
		{kpi.RepeatPurchaseRate, 0.40, func() (kpi.Figure, error) { return kpi.RepeatPurchase(y, 300, 750) }},
		{kpi.RetentionRate, 0.85, func() (kpi.Figure, error) { return kpi.Retention(y, kpi.Flow{Kept: 170, Lost: 30, Added: 12}) }},
		{kpi.ContractChurnRate, 0.15, func() (kpi.Figure, error) { return kpi.Churn(y, kpi.Contractual, kpi.Flow{Kept: 170, Lost: 30}) }},
		{kpi.LapseRate, 0.15, func() (kpi.Figure, error) { return kpi.Churn(y, kpi.NonContractual, kpi.Flow{Kept: 170, Lost: 30}) }},
		{kpi.CustomerGrowthRate, 0.15, func() (kpi.Figure, error) { return kpi.CustomerGrowth(y, 1000, 1150) }},
		{kpi.CustomerGrowthRate, 0.30, func() (kpi.Figure, error) { return kpi.CustomerGrowth(y, 1000, 1300) }},
		{kpi.NetCustomerAdds, 150, func() (kpi.Figure, error) {
			return kpi.NetAdds(y, kpi.Balance{Start: 1000, New: 180, WonBack: 20, Lost: 50, End: 1150})
		}},
		{kpi.CustomerShareRate, 0.06, func() (kpi.Figure, error) { return kpi.CustomerShare(y, 1200, 20000) }},
		{kpi.VisitsPerCustomerRate, 5.4, func() (kpi.Figure, error) { return kpi.VisitsPerCustomer(y, 10800, 2000) }},
		{kpi.GrossRevenueRetention, 0.87, func() (kpi.Figure, error) { return kpi.GrossRetention(y, recurring) }},
		{kpi.NetRevenueRetention, 1.02, func() (kpi.Figure, error) { return kpi.NetRetention(y, recurring) }},
		{kpi.RevenueChurnRate, 0.08, func() (kpi.Figure, error) { return kpi.RevenueChurn(y, recurring) }},
		{kpi.ContributionGrowthRate, 0.65, func() (kpi.Figure, error) {
			return kpi.ContributionGrowth(y, yuan("2000000.00"), yuan("3300000.00"), 900)
		}},
		{kpi.OurProfitShare, 0.125, func() (kpi.Figure, error) { return kpi.OurProfit(y, yuan("800"), yuan("600"), yuan("100"), 10) }},
		{kpi.WalletShare, 0.30, func() (kpi.Figure, error) { return kpi.ShareOfWallet(y, yuan("450000"), yuan("1500000"), 20) }},
		{kpi.DealerProfitShare, 0.20, func() (kpi.Figure, error) { return kpi.DealerProfit(y, yuan("500"), yuan("400"), 1) }},
		{kpi.InventoryTurns, 4.0, func() (kpi.Figure, error) { return kpi.InventoryTurnover(y, yuan("1200000"), yuan("300000"), 1) }},
		{kpi.InventoryCoverDays, 91.25, func() (kpi.Figure, error) { return kpi.InventoryCover(y, yuan("1200000"), yuan("300000"), 1) }},
		{kpi.FirstContactRate, 0.7, func() (kpi.Figure, error) { return kpi.FirstContactResolution(y, 70, 100) }},
		{kpi.LostCallRate, 0.03, func() (kpi.Figure, error) { return kpi.LostCalls(y, 30, 1000) }},
		{kpi.ServiceLevelRate, 0.82, func() (kpi.Figure, error) { return kpi.ServiceLevel(y, 820, 1000) }},
		{kpi.SLAKeptRate, 0.75, func() (kpi.Figure, error) { return kpi.SLAKept(y, 75, 100) }},
		{kpi.PromiseKeptRate, 0.90, func() (kpi.Figure, error) { return kpi.PromisesKept(y, 9, 10) }},
		{kpi.DataQualityRate, 0.92, func() (kpi.Figure, error) { return kpi.DataQuality(y, 92, 100) }},
		{kpi.DeflectionRate, 0.20, func() (kpi.Figure, error) { return kpi.Deflection(y, 200, 1000) }},
		{kpi.ServiceUnitCost, 20, func() (kpi.Figure, error) { return kpi.UnitServiceCost(y, yuan("50000"), 2500) }},
		{kpi.AdoptionRate, 0.96, func() (kpi.Figure, error) { return kpi.Adoption(y, 96, 100) }},
		{kpi.OpportunityGrowthRate, 985.0 / 1515, func() (kpi.Figure, error) { return kpi.OpportunityGrowth(y, 1515, 2500) }},
		{kpi.RenewalRate, 0.90, func() (kpi.Figure, error) { return kpi.Renewals(y, 90, 100) }},
		{kpi.RenewedPremium, 1.1 / 1.2, func() (kpi.Figure, error) { return kpi.PremiumRenewals(y, yuan("1100000"), yuan("1200000"), 100) }},
	} {
		f, err := tc.make()
		require.NoError(t, err, tc.code)
		require.Equal(t, tc.code, f.Code)
		require.NoError(t, registry.Check(f), tc.code)
		got, ok := f.Value()
		require.True(t, ok, tc.code)
		require.InEpsilon(t, tc.want, got, 1e-15, "%s: one division", tc.code)
		require.Equal(t, y, f.Period)
		require.Positive(t, f.N)
	}
	growth, err := kpi.OpportunityGrowth(y, 1515, 2500)
	require.NoError(t, err)
	value, _ := growth.Value()
	require.Equal(t, 0.65, math.Round(value*100)/100)
}

// Nothing over nothing is no data, and neither 0 nor NaN.
func TestNoData(t *testing.T) {
	y := year(2025)
	free := func() (kpi.Figure, error) { return kpi.UnitServiceCost(y, yuan("50000"), 0) }
	for _, make := range []func() (kpi.Figure, error){
		func() (kpi.Figure, error) { return kpi.RepeatPurchase(y, 0, 0) },
		func() (kpi.Figure, error) { return kpi.Retention(y, kpi.Flow{Added: 5}) },
		func() (kpi.Figure, error) { return kpi.CustomerGrowth(y, 0, 10) },
		func() (kpi.Figure, error) { return kpi.NetAdds(y, kpi.Balance{}) },
		func() (kpi.Figure, error) { return kpi.GrossRetention(y, kpi.Recurring{}) },
		func() (kpi.Figure, error) { return kpi.ContributionGrowth(y, yuan("-5"), yuan("10"), 3) },
		func() (kpi.Figure, error) { return kpi.ShareOfWallet(y, rapport.Money{}, rapport.Money{}, 0) },
		func() (kpi.Figure, error) { return kpi.InventoryTurnover(y, yuan("5"), yuan("0"), 1) },
		func() (kpi.Figure, error) { return kpi.InventoryCover(y, yuan("0"), yuan("5"), 1) },
		func() (kpi.Figure, error) { return kpi.DealerProfit(y, yuan("0"), yuan("5"), 1) },
		func() (kpi.Figure, error) { return kpi.DealerProfit(y, yuan("500"), rapport.Money{}, 1) },
		func() (kpi.Figure, error) { return kpi.OurProfit(y, yuan("500"), yuan("400"), rapport.Money{}, 1) },
		func() (kpi.Figure, error) { return kpi.UnitServiceCost(y, rapport.Money{}, 2500) },
		func() (kpi.Figure, error) { return kpi.VisitsPerCustomer(y, 0, 0) },
		func() (kpi.Figure, error) { return kpi.CountBase(y, without[bool]()) },
		func() (kpi.Figure, error) { return kpi.WalletAllocation(y, 0, without[[]float64]()) },
		free,
	} {
		f, err := make()
		require.NoError(t, err)
		value, ok := f.Value()
		require.False(t, ok, f.Code)
		require.Zero(t, value)
		require.NoError(t, f.Validate())
		interval, ok, err := f.Interval(0.95)
		require.NoError(t, err)
		require.False(t, ok)
		require.Zero(t, interval)
	}
}

func TestBadCountsAndAmounts(t *testing.T) {
	y := year(2025)
	for name, make := range map[string]func() (kpi.Figure, error){
		"more than all":    func() (kpi.Figure, error) { return kpi.RepeatPurchase(y, 751, 750) },
		"negative":         func() (kpi.Figure, error) { return kpi.LostCalls(y, -1, 10) },
		"beyond float64":   func() (kpi.Figure, error) { return kpi.LostCalls(y, 1, math.MaxInt) },
		"negative flow":    func() (kpi.Figure, error) { return kpi.Retention(y, kpi.Flow{Kept: 5, Lost: -1}) },
		"negative added":   func() (kpi.Figure, error) { return kpi.Churn(y, kpi.Contractual, kpi.Flow{Added: -1}) },
		"negative growth":  func() (kpi.Figure, error) { return kpi.CustomerGrowth(y, -1, 1) },
		"negative balance": func() (kpi.Figure, error) { return kpi.NetAdds(y, kpi.Balance{Start: -1, End: -1}) },
		"losses beyond opening": func() (kpi.Figure, error) {
			return kpi.GrossRetention(y, kpi.Recurring{Opening: yuan("5"), Contraction: yuan("3"), Churned: yuan("3")})
		},
		"negative expansion": func() (kpi.Figure, error) {
			return kpi.NetRetention(y, kpi.Recurring{Opening: yuan("5"), Expansion: yuan("-1")})
		},
		"negative customers":        func() (kpi.Figure, error) { return kpi.RevenueChurn(y, kpi.Recurring{Customers: -1}) },
		"more than the wallet":      func() (kpi.Figure, error) { return kpi.ShareOfWallet(y, yuan("2"), yuan("1"), 1) },
		"negative sales":            func() (kpi.Figure, error) { return kpi.DealerProfit(y, yuan("-2"), yuan("1"), 1) },
		"negative dealers":          func() (kpi.Figure, error) { return kpi.DealerProfit(y, yuan("2"), yuan("1"), -1) },
		"negative stock":            func() (kpi.Figure, error) { return kpi.InventoryTurnover(y, yuan("2"), yuan("-1"), 1) },
		"open period":               func() (kpi.Figure, error) { return kpi.InventoryCover(rapport.Interval{}, yuan("2"), yuan("1"), 1) },
		"negative cost":             func() (kpi.Figure, error) { return kpi.UnitServiceCost(y, yuan("-1"), 1) },
		"negative cases":            func() (kpi.Figure, error) { return kpi.UnitServiceCost(y, yuan("1"), -1) },
		"more premium than was due": func() (kpi.Figure, error) { return kpi.PremiumRenewals(y, yuan("2"), yuan("1"), 1) },
		"contribution of nobody":    func() (kpi.Figure, error) { return kpi.ContributionGrowth(y, yuan("2"), yuan("1"), -1) },
		"negative visits":           func() (kpi.Figure, error) { return kpi.VisitsPerCustomer(y, -2, 1) },
	} {
		f, err := make()
		_, ok := errors.AsType[*kpi.InputError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Zero(t, f, name)
	}
	for name, make := range map[string]func() (kpi.Figure, error){
		"revenue": func() (kpi.Figure, error) {
			return kpi.GrossRetention(y, kpi.Recurring{Opening: yuan("5"), Churned: rapport.MustMoney("1 USD")})
		},
		"wallet":       func() (kpi.Figure, error) { return kpi.ShareOfWallet(y, yuan("1"), rapport.MustMoney("2 USD"), 1) },
		"contribution": func() (kpi.Figure, error) { return kpi.ContributionGrowth(y, yuan("1"), rapport.MustMoney("2 USD"), 1) },
		"profit": func() (kpi.Figure, error) {
			return kpi.OurProfit(y, yuan("9"), yuan("1"), rapport.MustMoney("2 USD"), 1)
		},
	} {
		_, err := make()
		_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
		require.True(t, ok, "%s: %v", name, err)
	}
	_, err := kpi.Churn(y, "", kpi.Flow{})
	var code *kpi.CodeError
	require.ErrorAs(t, err, &code)
	_, err = kpi.NetAdds(y, kpi.Balance{Start: 1000, New: 180, WonBack: 20, Lost: 50, End: 1149})
	var gap *kpi.BalanceError
	require.ErrorAs(t, err, &gap)
	require.Equal(t, -1, gap.Gap)
	require.EqualError(t, err, "kpi: net_customer_adds: start 1000 + new 180 + won back 20 - lost 50 is not the end 1149: gap -1")
}

// B3: of 10 parties 2 are internal, and the base is 8.
func TestInternalPartiesDoNotCount(t *testing.T) {
	parties := slices.Repeat([]bool{false}, 10)
	parties[3], parties[7] = true, true
	f, err := kpi.CountBase(year(2025), without(parties...))
	require.NoError(t, err)
	base, ok := f.Value()
	require.True(t, ok)
	require.Equal(t, 8.0, base)
	require.Equal(t, []kpi.Excluded{{Code: kpi.InternalParties, N: 2}}, f.Excluded)

	broken := errors.New("broken")
	_, err = kpi.CountBase(year(2025), failing(broken, true))
	require.ErrorIs(t, err, broken)
}

// Every KPI of the table has a definition that prints its formula.
func TestStandardDefinitions(t *testing.T) {
	registry := kpi.Standard()
	require.Equal(t, 42, registry.Len())
	table, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for d := range registry.All() {
		require.Regexp(t, `\b`+d.Code+`\b`, string(table), "the table of the package comment")
		require.NotEmpty(t, d.Equation())
		require.Contains(t, d.String(), d.Code+" = "+d.Equation())
	}
	d, err := registry.Definition(kpi.ServiceLevelRate)
	require.NoError(t, err)
	require.Equal(t, "service_level_rate = calls_answered_in_time / calls_offered (rate, higher is better, month)", d.String())
	d, err = registry.Definition(kpi.CompositionShare)
	require.NoError(t, err)
	require.Equal(t, "composition_share = customers_in_group / customers (rate, year)", d.String())
}
