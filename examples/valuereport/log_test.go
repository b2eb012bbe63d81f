package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/examples/sheet"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31":                    "2026-01-31",
		"2024-02-29":                    "2024-02-29",
		"0001-01-02":                    "0001-01-02",
		"9999-12-31":                    "9999-12-31",
		"2026-01-31T23:30:00Z":          "2026-01-31",
		"2026-01-31T00:30:00+09:00":     "2026-01-31", // 2026-01-30 in UTC: the date as written counts
		"2026-01-31T23:30:00.123-11:00": "2026-01-31",
		"2026-01-31 08:15:00":           "2026-01-31",
		"2026-01-31 08:15:00.5":         "2026-01-31",
		"2026-01-31 08:15":              "2026-01-31",
		"2026-01-31T08:15:00":           "2026-01-31",
		"2026-01-31 23:30:00 +0100":     "2026-01-31",
		"2026-01-31 23:30:00 -11:00":    "2026-01-31",
		"2026-01-31 23:30:00+01":        "2026-01-31",
		"2026-01-31 23:30:00.123 UTC":   "2026-01-31",
		"2026-01-31T23:30Z":             "2026-01-31",
	} {
		got, err := parseDate(text)
		require.NoError(t, err, "parseDate(%q)", text)
		require.Equal(t, want, got.Format(time.DateOnly), "parseDate(%q)", text)
		require.Equal(t, time.UTC, got.Location())
	}
	for _, text := range []string{"", "2026", "2026-1-31", "2026-02-29", "2026-01-32", "2026-00-10", "0000-12-31", "0001-01-01", "0001-01-01T00:00:00Z", "31.01.2026", "01/31/2026", "2026-01-31T", "2026-01-31 ", "2026-01-31 25:00:00", "2026-01-31 08", "2026-01-31_08:15:00", "2026-01-31 08:15:00 CET", "2026-01-31 08:15:00 +99:99", "2026-01-31 +01:00", "2026-01-31 08:15:00  UTC", "20260131", "２026-01-31"} {
		_, err := parseDate(text)
		require.ErrorIs(t, err, errDateForm, "parseDate(%q)", text)
	}
}

// FuzzLog reads any bytes: every row is a purchase, or is skipped and named; and
// a message is one line.
func FuzzLog(f *testing.F) {
	f.Add(shop)
	f.Add("\ufeffcustomer_id,date\na,2026-01-01\n\"b,2026-01-01\n")
	f.Add("customer_id,date,amount,currency\na,2026-01-01,1e5,EUR\nb,2026-01-01,\"1,5\",EUR\nc,2026-01-01,1,USD\n")
	f.Add("customer_id;date\n")
	f.Add("\xff\xfec\x00")
	f.Add("customer_id,date\r\n\x00,2026-01-01\r\na\"b,c\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		check := func(err error) {
			if line := program.OneLine(err); line == "" || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("message %q for %q", line, text)
			}
		}
		listed := 0
		log, err := openLog(strings.NewReader(text), columnNames{id: "customer_id", date: "date", amount: "amount", cost: "cost"}, func(bad *sheet.RowError) {
			listed++
			check(bad)
			if bad.Row < 2 {
				t.Fatalf("row %d skipped in %q", bad.Row, text)
			}
		})
		if err != nil {
			check(err)
			return
		}
		good, failed := 0, 0
		for p, err := range log.purchases() {
			if err != nil {
				check(err)
				failed++
				continue
			}
			good++
			if p.Customer.Validate() != nil || p.Amount < 0 || p.Cost < 0 || p.At.Year() < 1 || p.At.Year() > 9999 {
				t.Fatalf("purchase %+v from %q", p, text)
			}
		}
		if good+listed+failed != log.rows || listed != log.skipped {
			t.Fatalf("%d good, %d listed, %d failed of %d rows in %q", good, listed, failed, log.rows, text)
		}
	})
}
