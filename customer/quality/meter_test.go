package quality_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quality"
)

func spec() quality.Spec {
	return quality.Spec{
		Fields: []quality.Field{
			{Name: "name", Weight: 2},
			{Name: "id", Format: quality.FormatMainlandID},
			{Name: "born", Format: quality.FormatDate, Earliest: day("1900-01-01"), Latest: day("2026-01-01")},
			{Name: "phone", Format: quality.FormatPhone, HalfLifeDays: 365},
			{Name: "country", Optional: true},
			{Name: "age", Optional: true, MeanLifeDays: 365},
		},
		Rules: []quality.Rule{
			quality.BirthInID{Name: "birth-not-of-id", ID: "id", Born: "born"},
			quality.CountryCalls{Name: "phone-of-other-country", Country: "country", Phone: "phone"},
			quality.AgeFits{Name: "age-not-of-birth", Age: "age", Born: "born", Slack: 1},
			quality.FilledTogether{Name: "country-without-phone", Field: "country", Needs: "phone"},
		},
		Twins: true,
	}
}

func meter(t require.TestingT, s quality.Spec) *quality.Meter {
	m, err := quality.NewMeter(s, day("2026-01-01"))
	require.NoError(t, err)
	return m
}

func rows() []quality.Row {
	ago := func(days int) time.Time { return day("2026-01-01").AddDate(0, 0, -days) }
	return []quality.Row{
		{Source: "erp", Owner: "li", Branch: "north", Values: []string{"Mei", "11010519491231002X", "1949-12-31", "+8613800138000", "CN", "76"},
			Confirmed: []time.Time{{}, {}, {}, ago(365), {}, ago(365)}, Checks: []quality.Check{quality.Right, 0, 0, quality.Wrong, 0, 0}},
		{Source: "erp", Owner: "wu", Branch: "north", Values: []string{"Wei", "110105194912310021", "1949-12-30", "+8613800138001", "de", "80"}, Twin: 0.25},
		{Source: "shop", Owner: "wu", Branch: "north", Values: []string{" ", "", "2030-01-01", "", "CN", ""}, Twin: 1},
	}
}

// Every figure of three records, by hand.
func TestReport(t *testing.T) {
	m := meter(t, spec())
	for _, r := range rows() {
		require.NoError(t, m.Add(r))
	}
	report := m.Report()
	s := report.Total
	require.Equal(t, 3, s.Records)
	// Weights 2, 1, 1, 1: all of two records (10) and a date of the third (1), of 15.
	require.Equal(t, rapport.Ratio{Num: 11, Den: 15, N: 3}, s.Completeness)
	// Valid: id 1 of 2, born 2 of 3 (2030 is too late), phone 2 of 2.
	require.Equal(t, rapport.Ratio{Num: 5, Den: 7, N: 7}, s.Validity)
	require.Equal(t, rapport.Ratio{Num: 1.75, Den: 3, N: 3}, s.Uniqueness)
	// Birth of id: holds once. Calling code: holds, broken. Age: 76 on 2026-01-01 holds,
	// 80 is broken. Country with phone: twice, broken once.
	require.Equal(t, []quality.RuleScore{
		{Code: "birth-not-of-id", Holds: rapport.Ratio{Num: 1, Den: 1, N: 1}},
		{Code: "phone-of-other-country", Holds: rapport.Ratio{Num: 1, Den: 2, N: 2}},
		{Code: "age-not-of-birth", Holds: rapport.Ratio{Num: 1, Den: 2, N: 2}},
		{Code: "country-without-phone", Holds: rapport.Ratio{Num: 2, Den: 3, N: 3}},
	}, s.Rules)
	require.Equal(t, rapport.Ratio{Num: 5, Den: 8, N: 8}, s.Consistency)
	// A half-life gives 1/2, a mean life 1/e.
	phone, _ := s.Field("phone")
	require.Equal(t, rapport.Ratio{Num: 0.5, Den: 1, N: 1}, phone.Timeliness)
	fresh, _ := s.Timeliness.Value()
	require.InDelta(t, (0.5+math.Exp(-1))/2, fresh, 1e-9)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 2, N: 2}, s.Checked)
	require.Equal(t, 2, s.Accuracy.N)
	overall, _ := s.Overall.Value()
	require.InDelta(t, (11./15+5./7+1.75/3+5./8+(0.5+math.Exp(-1))/2+0.5)/6, overall, 1e-9)

	names := func(scores []quality.Score) (names []string) {
		for _, s := range scores {
			names = append(names, fmt.Sprintf("%s %d", s.Name, s.Records))
		}
		return names
	}
	require.Equal(t, []string{"erp 2", "shop 1"}, names(report.Sources))
	require.Equal(t, []string{"li 1", "wu 2"}, names(report.Owners))
	require.Equal(t, []string{"north 3"}, names(report.Branches))
	require.Equal(t, rapport.Ratio{Num: 10, Den: 10, N: 2}, report.Sources[0].Completeness)

	weighted := spec()
	weighted.Weights = quality.Weights{Completeness: 3, Validity: 1}
	m = meter(t, weighted)
	require.False(t, m.Report().Total.Accuracy.HasValue())
	_, known := m.Report().Total.Overall.Value()
	require.False(t, known, "nothing measured: no value")
	for _, r := range rows() {
		require.NoError(t, m.Add(r))
	}
	overall, _ = m.Report().Total.Overall.Value()
	require.InDelta(t, (3*11./15+5./7)/4, overall, 1e-12)
	require.Empty(t, meter(t, weighted).Report().Sources)
}

func TestAccuracy95(t *testing.T) {
	e, err := quality.Accuracy95(92, 100)
	require.NoError(t, err)
	require.Equal(t, "0.92 [0.850, 0.959]", fmt.Sprintf("%.2f [%.3f, %.3f]", e.Value, e.Low, e.High))
	require.NoError(t, e.Validate())
	none, err := quality.Accuracy95(0, 0)
	require.NoError(t, err)
	require.False(t, none.HasValue())
	for _, bad := range [][2]int{{-1, 2}, {3, 2}, {0, -1}} {
		_, err = quality.Accuracy95(bad[0], bad[1])
		require.Error(t, err)
	}
}

func TestRowRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		row    quality.Row
		reason quality.Trouble
	}{
		"values":    {quality.Row{Values: make([]string, 5)}, quality.NotThatMany},
		"confirmed": {quality.Row{Values: make([]string, 6), Confirmed: make([]time.Time, 1)}, quality.NotThatMany},
		"checks":    {quality.Row{Values: make([]string, 6), Checks: []quality.Check{0, 0, 0, 0, 0, 3}}, quality.NotKnown},
		"owner":     {quality.Row{Values: make([]string, 6), Owner: "li\xff"}, quality.NotInRange},
		"twin":      {quality.Row{Values: make([]string, 6), Twin: math.NaN()}, quality.NotInRange},
	} {
		m := meter(t, spec())
		bad, ok := errors.AsType[*quality.SpecError](m.Add(tc.row))
		require.True(t, ok, name)
		require.Equal(t, tc.reason, bad.Reason, name)
		require.Zero(t, m.Report().Total.Records)
	}
	plain := meter(t, quality.Spec{Fields: []quality.Field{{Name: "name"}}})
	require.ErrorContains(t, plain.Add(quality.Row{Values: []string{"a"}, Twin: 0.5}), "not-allowed, got 0.5")
	require.ErrorContains(t, plain.Merge(meter(t, spec())), "different")
	require.Error(t, plain.Merge(nil))
	for i := range quality.MaxGroups + 1 {
		err := plain.Add(quality.Row{Values: []string{"a"}, Owner: fmt.Sprint(i)})
		require.Equal(t, i == quality.MaxGroups, err != nil)
	}
}

func TestSpecRefusals(t *testing.T) {
	nan := math.NaN()
	for name, change := range map[string]func(*quality.Spec){
		"no fields":         func(s *quality.Spec) { s.Fields, s.Rules = nil, nil },
		"long name":         func(s *quality.Spec) { s.Fields[4].Name = strings.Repeat("x", 129) },
		"rule name":         func(s *quality.Spec) { s.Rules[0] = quality.InOrder{Name: "a\nb", First: "born", Later: "born"} },
		"no name":           func(s *quality.Spec) { s.Fields[0].Name = "" },
		"twice":             func(s *quality.Spec) { s.Fields[1].Name = "name" },
		"format":            func(s *quality.Spec) { s.Fields[1].Format = "passport" },
		"weight":            func(s *quality.Spec) { s.Fields[0].Weight = nan },
		"huge weight":       func(s *quality.Spec) { s.Fields[0].Weight = 1e10 },
		"optional weight":   func(s *quality.Spec) { s.Fields[0].Optional = true },
		"half-life":         func(s *quality.Spec) { s.Fields[3].HalfLifeDays = -1 },
		"mean life":         func(s *quality.Spec) { s.Fields[5].MeanLifeDays = math.Inf(1) },
		"both lives":        func(s *quality.Spec) { s.Fields[5].HalfLifeDays = 1 },
		"dates of a name":   func(s *quality.Spec) { s.Fields[0].Latest = day("2024-01-01") },
		"dates backwards":   func(s *quality.Spec) { s.Fields[2].Latest = day("1899-01-01") },
		"rule missing":      func(s *quality.Spec) { s.Rules[0] = nil },
		"rule twice":        func(s *quality.Spec) { s.Rules[1] = s.Rules[0] },
		"rule of no field":  func(s *quality.Spec) { s.Rules[0] = quality.InOrder{Name: "x", First: "born", Later: "died"} },
		"dimension weights": func(s *quality.Spec) { s.Weights.Accuracy = nan },
	} {
		s := spec()
		change(&s)
		_, err := quality.NewMeter(s, day("2026-01-01"))
		_, ok := errors.AsType[*quality.SpecError](err)
		require.Truef(t, ok, "%s: %v", name, err)
	}
	_, err := quality.NewMeter(spec(), time.Time{})
	require.EqualError(t, err, `quality: time "at": missing`)
}

func drawRow(r *rapid.T) quality.Row {
	sample := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(r, label) }
	row := quality.Row{
		Source: sample("source", "", "erp", "shop"), Owner: sample("owner", "li", "wu"), Branch: sample("branch", "", "north"),
		Values: []string{sample("name", "", "Mei"), sample("id", "", "11010519491231002X", "?"), sample("born", "", "1949-12-31", "1999-01-01"),
			sample("phone", "", "+8613800138000", "1"), sample("country", "", "CN", "US", "ZZ"), sample("age", "", "75", "old")},
		Twin: rapid.Float64Range(0, 1).Draw(r, "twin"),
	}
	if rapid.Bool().Draw(r, "confirmed") {
		for range row.Values {
			row.Confirmed = append(row.Confirmed, day("2020-01-01").AddDate(0, 0, rapid.IntRange(0, 3000).Draw(r, "confirmed")))
		}
	}
	if rapid.Bool().Draw(r, "checked") {
		for range row.Values {
			row.Checks = append(row.Checks, quality.Check(rapid.IntRange(0, 2).Draw(r, "check")))
		}
	}
	return row
}

// Any split and order of the rows gives the same report, whose figures are shares and
// which reads back from its written form.
func TestMergeAndOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(drawRow), 0, 8).Draw(r, "rows")
		cut := rapid.IntRange(0, len(rows)).Draw(r, "cut")
		whole, first, second := meter(r, spec()), meter(r, spec()), meter(r, spec())
		for i, row := range rows {
			require.NoError(r, whole.Add(row))
			if i < cut {
				require.NoError(r, second.Add(row))
			}
		}
		for _, row := range slices.Backward(rows[cut:]) {
			require.NoError(r, first.Add(row))
		}
		require.NoError(r, first.Merge(second))
		report := whole.Report()
		require.Equal(r, report, first.Report())
		for _, s := range slices.Concat([]quality.Score{report.Total}, report.Sources, report.Owners, report.Branches) {
			require.NoError(r, s.Accuracy.Validate())
			for _, d := range append(quality.Dimensions(), quality.Overall) {
				value, known := s.Of(d).Value()
				require.True(r, !known || value >= 0 && value <= 1+1e-15, "%s %v", d, value)
			}
		}
		text, err := json.Marshal(report)
		require.NoError(r, err)
		var back quality.Report
		require.NoError(r, json.Unmarshal(text, &back))
		require.Equal(r, report, back)
		again, err := json.Marshal(back)
		require.NoError(r, err)
		require.Equal(r, string(text), string(again))
	})
}

func TestMeasure(t *testing.T) {
	stream := func(yield func(quality.Row, error) bool) {
		for _, r := range rows() {
			if !yield(r, nil) {
				return
			}
		}
	}
	m := meter(t, spec())
	for _, r := range rows() {
		require.NoError(t, m.Add(r))
	}
	report, err := quality.Measure(t.Context(), spec(), day("2026-01-01"), stream)
	require.NoError(t, err)
	require.Equal(t, m.Report(), report)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = quality.Measure(ctx, spec(), day("2026-01-01"), stream)
	require.ErrorIs(t, err, context.Canceled)
	broken := errors.New("cable cut")
	_, err = quality.Measure(t.Context(), spec(), day("2026-01-01"), func(yield func(quality.Row, error) bool) { yield(quality.Row{}, broken) })
	require.ErrorIs(t, err, broken)
	_, err = quality.Measure(t.Context(), quality.Spec{}, day("2026-01-01"), stream)
	require.Error(t, err)
}

// A value that is no UTF-8 is not valid even where any text would be.
func TestBytesAreNotValid(t *testing.T) {
	m := meter(t, quality.Spec{Fields: []quality.Field{{Name: "name"}}})
	require.NoError(t, m.Add(quality.Row{Values: []string{"a\xff"}}))
	require.Equal(t, rapport.Ratio{Num: 0, Den: 1, N: 1}, m.Report().Total.Validity)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 1, N: 1}, m.Report().Total.Completeness)
}

func TestReportJSONRefusals(t *testing.T) {
	var r quality.Report
	format, ok := errors.AsType[*quality.FormatError](json.Unmarshal([]byte(`{"format":2}`), &r))
	require.True(t, ok)
	require.EqualError(t, format, "quality: report JSON has format 2, this version reads 1")
	for _, bad := range []string{`[]`, `{"format":1,"at":"2026-01-01T00:00:00Z","sum":1}`, `{"format":1,"total":{"records":"x"}}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &r), bad)
	}
	require.NoError(t, json.Unmarshal([]byte("null"), &r))
	require.True(t, r.At.IsZero())
}

func TestCustomerRow(t *testing.T) {
	c, err := customer.New(customer.Draft{ID: "C1", Kind: customer.Person, Name: "李梅", RecordedAt: day("2025-01-01"), Contacts: []customer.ContactPoint{
		{Channel: customer.ChannelPhone, Value: "+86 20 5550 0123", Verified: true, VerifiedAt: day("2025-01-01")}, {Channel: customer.ChannelEmail, Value: "mei at example"},
	}, Addresses: []customer.Address{{Country: "CN", City: "广州", Street: "长路", Verified: true, VerifiedAt: day("2024-06-01")}}})
	require.NoError(t, err)
	row := quality.CustomerRow(c, day("2026-01-01"))
	require.Equal(t, []string{"李梅", "+86 20 5550 0123", "mei at example", "广州 长路", "CN"}, row.Values)
	require.Equal(t, []time.Time{{}, day("2025-01-01"), {}, day("2024-06-01"), day("2024-06-01")}, row.Confirmed)
	m := meter(t, quality.CustomerSpec())
	require.NoError(t, m.Add(row))
	require.Equal(t, rapport.Ratio{Num: 4, Den: 4, N: 1}, m.Report().Total.Completeness)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 2, N: 2}, m.Report().Total.Validity)
}

// One record of six fields and four rules; a million take a million times as long.
func BenchmarkMeter(b *testing.B) {
	m := meter(b, spec())
	sample := rows()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := m.Add(sample[i%len(sample)]); err != nil {
			b.Fatal(err)
		}
	}
}
