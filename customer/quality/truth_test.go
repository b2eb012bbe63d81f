package quality_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/quality"
	"github.com/rapport-crm/rapport/internal/market"
)

func recorded(t testing.TB, customers int) *market.World {
	t.Helper()
	w, err := market.New(market.Config{Customers: customers, DuplicateRecords: 0.1}, 1)
	require.NoError(t, err)
	return w
}

// In a world whose truth is known, exactly the second records are no new customers,
// and exactly the telephone numbers that somebody wrote another way are no
// international ones.
func TestReportFindsTheTruth(t *testing.T) {
	s := quality.CustomerSpec()
	s.Twins = true
	w := recorded(t, 2000)
	m, err := quality.NewMeter(s, w.Until())
	require.NoError(t, err)
	records, seconds, phones := 0, 0, 0
	for r, err := range w.Records() {
		require.NoError(t, err)
		row := quality.CustomerRow(r.Customer, w.Until())
		row.Source = r.Customer.Identifiers()[0].System
		records++
		if r.Second {
			seconds++
			row.Twin = 1
		}
		for _, field := range r.Mistakes {
			if field == "phone" {
				phones++
			}
		}
		require.NoError(t, m.Add(row))
	}
	report := m.Report()
	require.Positive(t, phones)
	require.Equal(t, rapport.Ratio{Num: float64(records - seconds), Den: float64(records), N: records}, report.Total.Uniqueness)
	phone, _ := report.Total.Field("phone")
	require.Equal(t, rapport.Ratio{Num: float64(records - phones), Den: float64(records), N: records}, phone.Validity)
	require.Equal(t, "web", report.Sources[1].Name)
	require.Equal(t, seconds, report.Sources[1].Records)
	right, _ := report.Sources[0].Validity.Value()
	require.EqualValues(t, 1, right, "the shop's own records are without mistakes")
}

// Customers of a stream, row and measure together.
func BenchmarkCustomers(b *testing.B) {
	w := recorded(b, 1000)
	m, err := quality.NewMeter(quality.CustomerSpec(), w.Until())
	require.NoError(b, err)
	var records []market.Record
	for r, err := range w.Records() {
		require.NoError(b, err)
		records = append(records, r)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := m.Add(quality.CustomerRow(records[i%len(records)].Customer, w.Until())); err != nil {
			b.Fatal(err)
		}
	}
}
