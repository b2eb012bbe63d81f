package credit_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/credit"
)

func TestAgeing(t *testing.T) {
	asOf := day("2026-04-01")
	invoice := func(id rapport.ID, overdue int, amount string, payments ...credit.Payment) credit.Document {
		due := asOf.AddDate(0, 0, -overdue)
		return credit.Document{ID: id, Dated: due.AddDate(0, 0, -40), Due: due, Amount: cny(amount), Payments: payments}
	}
	documents := []credit.Document{
		invoice("not due", -5, "1.00"), invoice("due today", 0, "2.00"), invoice("1", 1, "4.00"), invoice("30", 30, "8.00"),
		invoice("31", 31, "16.00"), invoice("60", 60, "32.00"), invoice("61", 61, "64.00"), invoice("90", 90, "128.00"),
		invoice("91", 91, "300.00", credit.Payment{asOf, cny("44.00")}, credit.Payment{asOf.AddDate(0, 0, 1), cny("256.00")}),
		invoice("paid", 50, "10.00", credit.Payment{day("2026-03-01"), cny("10.00")}),
		invoice("overpaid", 50, "10.00", credit.Payment{day("2026-03-01"), cny("13.00")}),
		invoice("tomorrow's", -41, "1000.00"),
		{ID: "on account", Dated: asOf, Amount: cny("-7.00")},
		{ID: "on account tomorrow", Dated: asOf.AddDate(0, 0, 1), Amount: cny("-70.00")},
	}
	a, err := credit.Age(documents, asOf, nil)
	require.NoError(t, err)
	var amounts []string
	var counts []int
	for _, b := range a.Buckets {
		amounts, counts = append(amounts, b.Amount.String()), append(counts, b.Documents)
	}
	require.Equal(t, []string{"3.00 CNY", "12.00 CNY", "48.00 CNY", "192.00 CNY", "256.00 CNY"}, amounts)
	require.Equal(t, []int{2, 2, 2, 2, 1}, counts)
	require.Equal(t, "10.00 CNY", a.Unallocated.String())
	require.Equal(t, "501.00 CNY", a.Receivables.String())
	require.Equal(t, credit.OpenItem{"91", cny("256.00"), 91}, a.Items[0])
	amount, longest, err := a.Overdue(60)
	require.NoError(t, err)
	require.Equal(t, "448.00 CNY", amount.String())
	require.Equal(t, 91, longest)
	current, err := a.Current()
	require.NoError(t, err)
	require.Equal(t, "3.00 CNY", current.String())

	// A day begins earlier in Shanghai: what is due on 31 March there is a day overdue
	// from 16:00 UTC on.
	shanghai := time.FixedZone("CST", 8*3600)
	late := []credit.Document{{ID: "i", Dated: day("2026-03-01"), Due: day("2026-03-31"), Amount: cny("1.00")}}
	evening := time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC)
	a, err = credit.Age(late, evening, &credit.AgeingOptions{Ends: []int{0}, Location: shanghai})
	require.NoError(t, err)
	require.Equal(t, 1, a.Buckets[1].Documents)
	a, err = credit.Age(late, evening, nil)
	require.NoError(t, err)
	require.Equal(t, 1, a.Buckets[0].Documents)

	a, err = credit.Age(nil, asOf, nil)
	require.NoError(t, err)
	require.Zero(t, a.Receivables.Currency(), "no data")

	for name, c := range map[string]credit.Document{
		"no id":             {Dated: asOf, Due: asOf, Amount: cny("1.00")},
		"no date":           {ID: "a", Due: asOf, Amount: cny("1.00")},
		"no due date":       {ID: "a", Dated: asOf, Amount: cny("1.00")},
		"due before":        {ID: "a", Dated: asOf, Due: day("2026-03-31"), Amount: cny("1.00")},
		"no currency":       {ID: "a", Dated: asOf, Due: asOf},
		"paid credit":       {ID: "a", Dated: asOf, Amount: cny("-1.00"), Payments: make([]credit.Payment, 1)},
		"negative payment":  {ID: "a", Dated: asOf, Due: asOf, Amount: cny("1.00"), Payments: []credit.Payment{{asOf, cny("-1.00")}}},
		"payment undated":   {ID: "a", Dated: asOf, Due: asOf, Amount: cny("1.00"), Payments: []credit.Payment{{Amount: cny("1.00")}}},
		"payment in dollar": {ID: "a", Dated: asOf, Due: asOf, Amount: cny("1.00"), Payments: []credit.Payment{{asOf, rapport.MustMoney("1.00 USD")}}},
	} {
		_, err := credit.Age([]credit.Document{c}, asOf, nil)
		require.ErrorAs(t, err, new(*credit.RowError), name)
	}
	_, err = credit.Age([]credit.Document{documents[0], documents[0]}, asOf, nil)
	require.ErrorIs(t, err, credit.ErrTwice)
	_, err = credit.Age([]credit.Document{documents[0], {ID: "x", Dated: asOf.AddDate(-1, 0, 0), Due: asOf.AddDate(-1, 0, 0), Amount: rapport.MustMoney("1.00 USD")}}, asOf, nil)
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
	_, err = credit.Age(nil, time.Time{}, nil)
	require.ErrorAs(t, err, new(*credit.InputError))
	for _, ends := range [][]int{{}, {30, 30}, {30, 0}} {
		_, err = credit.Age(nil, asOf, &credit.AgeingOptions{Ends: ends})
		require.ErrorAs(t, err, new(*credit.InputError))
	}
}

func TestDaysOfSales(t *testing.T) {
	value := func(r rapport.Ratio, err error) float64 {
		require.NoError(t, err)
		v, ok := r.Value()
		require.True(t, ok)
		return v
	}
	sales := cny("3650000.00")
	require.InDelta(t, 60, value(credit.DSO(cny("600000.00"), sales, 365)), 1e-12)
	require.InDelta(t, 45, value(credit.BestPossibleDSO(cny("450000.00"), sales, 365)), 1e-12)
	require.InDelta(t, 15, value(credit.AverageDaysDelinquent(cny("600000.00"), cny("450000.00"), sales, 365)), 1e-12)
	// (500 + 3650 − 600) / (500 + 3650 − 450) thousand = 3550/3700
	require.InDelta(t, 3550.0/3700, value(credit.CollectionEffectiveness(cny("500000.00"), sales, cny("600000.00"), cny("450000.00"))), 1e-12)

	for name, r := range map[string]func() (rapport.Ratio, error){
		"no sales": func() (rapport.Ratio, error) { return credit.DSO(cny("1.00"), cny("0.00"), 365) },
		"nothing to collect": func() (rapport.Ratio, error) {
			return credit.CollectionEffectiveness(cny("0.00"), cny("0.00"), cny("0.00"), cny("0.00"))
		},
	} {
		got, err := r()
		require.NoError(t, err, name)
		_, ok := got.Value()
		require.False(t, ok, name)
	}
	_, err := credit.DSO(cny("1.00"), cny("-1.00"), 365)
	require.ErrorAs(t, err, new(*credit.InputError))
	_, err = credit.DSO(cny("1.00"), cny("1.00"), 0)
	require.ErrorAs(t, err, new(*credit.InputError))
	_, err = credit.DSO(cny("1.00"), rapport.MustMoney("1.00 USD"), 365)
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
	_, err = credit.AverageDaysDelinquent(cny("1.00"), cny("2.00"), cny("1.00"), 365)
	require.ErrorAs(t, err, new(*credit.InputError))
	_, err = credit.CollectionEffectiveness(cny("0.00"), cny("1.00"), cny("1.00"), cny("2.00"))
	require.ErrorAs(t, err, new(*credit.InputError))
}

// TestCountBack: 250 outstanding are the 120 of March, the 100 of February and 30 of
// the 60 of January: 31 + 28 + 15.5 days.
func TestCountBack(t *testing.T) {
	year := []credit.PeriodSales{{cny("60.00"), 31}, {cny("100.00"), 28}, {cny("120.00"), 31}}
	got, err := credit.CountBackDSO(cny("250.00"), year)
	require.NoError(t, err)
	days, ok := got.Days.Value()
	require.True(t, ok)
	require.InDelta(t, 74.5, days, 1e-12)
	require.Equal(t, 3, got.Days.N)
	require.Equal(t, "0.00 CNY", got.Left.String())
	got, err = credit.CountBackDSO(cny("300.00"), year)
	require.NoError(t, err)
	require.InDelta(t, 90, got.Days.Num, 0)
	require.Equal(t, "20.00 CNY", got.Left.String(), "a lower bound")
	got, err = credit.CountBackDSO(cny("0.00"), year)
	require.NoError(t, err)
	require.Zero(t, got.Days.Num)
	got, err = credit.CountBackDSO(cny("1.00"), nil)
	require.NoError(t, err)
	_, ok = got.Days.Value()
	require.False(t, ok)
	_, err = credit.CountBackDSO(cny("-1.00"), year)
	require.ErrorAs(t, err, new(*credit.InputError))
	_, err = credit.CountBackDSO(cny("1.00"), []credit.PeriodSales{{cny("1.00"), 0}})
	require.ErrorAs(t, err, new(*credit.InputError))
	_, err = credit.CountBackDSO(cny("1.00"), []credit.PeriodSales{{rapport.MustMoney("1.00 USD"), 30}})
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
}

func grades(t *testing.T) *credit.GradeTable {
	pd := func(value, low, high float64) rapport.Estimate {
		return rapport.Estimate{Value: value, Low: low, High: high, Level: 0.95, N: 1000}
	}
	table, err := credit.NewGradeTable(
		credit.Grade{Name: "A", From: 600, PD: pd(0.01, 0.005, 0.02), LGD: 0.4, Cap: cny("500000.00")},
		credit.Grade{Name: "B", From: 450, PD: pd(0.05, 0.03, 0.08), LGD: 0.5, Cap: cny("100000.00")},
		credit.Grade{Name: "C", LGD: 0.6, Cap: cny("0.00")})
	require.NoError(t, err)
	return table
}

func TestGrades(t *testing.T) {
	table := grades(t)
	for score, want := range map[float64]string{700: "A", 600: "A", 599.9: "B", 450: "B", 449: "C", -1000: "C"} {
		g, err := table.Of(score)
		require.NoError(t, err)
		require.Equal(t, want, g.Name, score)
	}
	for _, score := range []float64{math.NaN(), math.Inf(1)} {
		_, err := table.Of(score)
		require.ErrorAs(t, err, new(*credit.InputError))
	}
	_, err := new(credit.GradeTable).Of(1)
	require.ErrorAs(t, err, new(*credit.InputError))
	require.Len(t, table.Grades(), 3)
	for name, bad := range map[string][]credit.Grade{
		"none":         nil,
		"no name":      {{}},
		"twice":        {{Name: "A", From: 2}, {Name: "A"}},
		"ascending":    {{Name: "A", From: 1}, {Name: "B", From: 2}, {Name: "C"}},
		"not a number": {{Name: "A", From: math.NaN()}, {Name: "B"}},
		"PD above 1":   {{Name: "A", PD: rapport.Estimate{Value: 1.1, N: 1}}},
		"PD of one sd": {{Name: "A", PD: rapport.Estimate{Value: .1, SE: math.NaN(), N: 1}}},
		"LGD":          {{Name: "A", LGD: -0.1}},
		"negative cap": {{Name: "A", Cap: cny("-1.00")}},
	} {
		_, err := credit.NewGradeTable(bad...)
		require.Error(t, err, name)
	}
}

// TestExpectedLoss: 0.01 · 0.4 · 1 000 000 = 4 000 and 0.05 · 0.5 · 200 000 = 5 000.
func TestExpectedLoss(t *testing.T) {
	loss, err := grades(t).ExpectedLoss([]credit.Position{
		{"a", "A", cny("600000.00")}, {"b", "B", cny("200000.00")}, {"c", "A", cny("400000.00")}, {"d", "C", cny("0.00")},
	})
	require.NoError(t, err)
	require.InDelta(t, 2400, loss.Customers[0].Value, 1e-9)
	require.InDelta(t, 4000, loss.Grades[0].Loss.Value, 1e-9)
	require.InDelta(t, 2000, loss.Grades[0].Loss.Low, 1e-9)
	require.InDelta(t, 8000, loss.Grades[0].Loss.High, 1e-9)
	require.InDelta(t, 5000, loss.Grades[1].Loss.Value, 1e-9)
	require.InDelta(t, 9000, loss.Total.Value, 1e-9)
	require.InDelta(t, 9000-math.Hypot(2000, 2000), loss.Total.Low, 1e-9)
	require.InDelta(t, 9000+math.Hypot(4000, 3000), loss.Total.High, 1e-9)
	require.Equal(t, 4, loss.Total.N)
	require.Equal(t, "1200000.00 CNY", loss.EAD.String())
	require.NoError(t, loss.Total.Validate())

	loss, err = grades(t).ExpectedLoss([]credit.Position{{"a", "A", cny("1.00")}, {"d", "C", cny("1.00")}})
	require.NoError(t, err)
	require.False(t, loss.Total.HasValue(), "no PD of grade C")
	for name, p := range map[string]credit.Position{
		"no id": {"", "A", cny("1.00")}, "unknown grade": {"a", "Z", cny("1.00")}, "negative": {"a", "A", cny("-1.00")},
		"dollar": {"a", "A", rapport.MustMoney("1.00 USD")},
	} {
		_, err := grades(t).ExpectedLoss([]credit.Position{{"z", "A", cny("1.00")}, p})
		require.ErrorAs(t, err, new(*credit.RowError), name)
	}
}
