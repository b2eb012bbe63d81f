package pipeline_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Of 100 policies of 12,000 that run out in March 90 are renewed, which is a rate of 0.9;
// some at a higher and some at a lower premium, so that 1.1 of 1.2 million are kept.
func ExampleRenewalRatesOf() {
	march := pipeline.MustDate("2026-03-15")
	var renewals []pipeline.Renewal
	for i := range 100 {
		r := pipeline.Renewal{
			Contract: rapport.ID(fmt.Sprintf("policy-%d", i)), Due: march, Premium: rapport.MustMoney("12000.00 CNY"),
			Outcome: pipeline.Lapsed, Decided: march,
		}
		switch {
		case i < 40:
			r.Outcome, r.NewPremium = pipeline.Renewed, rapport.MustMoney("15000.00 CNY")
		case i < 90:
			r.Outcome, r.NewPremium = pipeline.Renewed, rapport.MustMoney("10000.00 CNY")
		}
		renewals = append(renewals, r)
	}
	report, err := pipeline.RenewalRatesOf(renewals, pipeline.RenewalOptions{
		From: pipeline.MustDate("2026-03-01"), Until: pipeline.MustDate("2026-04-01"), AsOf: pipeline.MustDate("2026-05-31"), Grace: 30,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	byCount, _ := report.All.ByCount.Value()
	net, _ := report.All.Net.Value()
	gross, _ := report.All.Gross.Value()
	fmt.Printf("%d of %d: %.2f\n", report.All.Renewed, report.All.Counted, byCount)
	fmt.Printf("net %v of %v: %.4f\n", report.All.NewPremium, report.All.Premium, net)
	fmt.Printf("gross %v: %.4f\n", report.All.Kept, gross)
	// Output:
	// 90 of 100: 0.90
	// net 1100000.00 CNY of 1200000.00 CNY: 0.9167
	// gross 980000.00 CNY: 0.8167
}

func inMarch() pipeline.RenewalOptions {
	return pipeline.RenewalOptions{
		From: pipeline.MustDate("2026-03-01"), Until: pipeline.MustDate("2026-04-01"), AsOf: pipeline.MustDate("2026-04-20"), Grace: 30,
	}
}

func renewal(contract rapport.ID, due string, outcome pipeline.RenewalOutcome, decided string) pipeline.Renewal {
	r := pipeline.Renewal{Contract: contract, Due: pipeline.MustDate(due), Premium: rapport.MustMoney("100.00 CNY"), Outcome: outcome, Segment: "motor"}
	if decided != "" {
		r.Decided = pipeline.MustDate(decided)
	}
	if outcome == pipeline.Renewed {
		r.NewPremium = rapport.MustMoney("120.00 CNY")
	}
	return r
}

func TestRenewalsAreCountedOnce(t *testing.T) {
	renewals := []pipeline.Renewal{
		renewal("reinstated", "2026-03-10", pipeline.Renewed, "2026-04-09"), // the last day of grace
		renewal("reinstated", "2026-03-10", pipeline.Lapsed, "2026-03-10"),
		renewal("too late", "2026-03-10", pipeline.Lapsed, "2026-03-10"),
		renewal("too late", "2026-03-10", pipeline.Renewed, "2026-04-10"),
		renewal("open", "2026-03-21", pipeline.RenewalPending, ""),      // grace ends on the 20th
		renewal("forgotten", "2026-03-20", pipeline.RenewalPending, ""), // ended on the 19th
		renewal("ours", "2026-03-31", pipeline.CancelledByUs, "2026-03-01"),
		renewal("early", "2026-03-31", pipeline.Renewed, "2026-01-01"),
		renewal("next", "2026-04-01", pipeline.Lapsed, "2026-04-01"),
		renewal("before", "2026-02-28", pipeline.Lapsed, "2026-02-28"),
		renewal("not known yet", "2026-03-31", pipeline.Renewed, "2026-04-21"),
		renewal("kept, then left", "2026-03-31", pipeline.Renewed, "2026-03-01"),
		renewal("kept, then left", "2026-03-31", pipeline.Lapsed, "2026-03-31"),
	}
	renewals[7].Segment = "fire"
	want := pipeline.RenewalRates{
		Due: 8, Counted: 5, Pending: 2, CancelledByUs: 1, Renewed: 2, Reinstated: 1, Lapsed: 3, Late: 2,
		Premium: rapport.MustMoney("500.00 CNY"), NewPremium: rapport.MustMoney("240.00 CNY"), Kept: rapport.MustMoney("200.00 CNY"),
		ByCount: rapport.Ratio{Num: 2, Den: 5, N: 5}, Net: rapport.Ratio{Num: 240, Den: 500, N: 5}, Gross: rapport.Ratio{Num: 200, Den: 500, N: 5},
	}
	report, err := pipeline.RenewalRatesOf(renewals, inMarch())
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, report.All))
	require.Len(t, report.Segments, 2)
	require.Equal(t, "fire", report.Segments[0].Segment)
	require.Equal(t, 1, report.Segments[0].Due)
	require.Equal(t, 7, report.Segments[1].Due)

	o := inMarch()
	o.WithCancelledByUs = true
	report, err = pipeline.RenewalRatesOf(renewals, o)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 2, Den: 6, N: 6}, report.All.ByCount)

	report, err = pipeline.RenewalRatesOf(nil, inMarch())
	require.NoError(t, err)
	_, ok := report.All.Net.Value()
	require.False(t, ok)
	_, err = json.Marshal(report.All.ByCount)
	require.NoError(t, err)
}

func TestRenewalsThatCannotBeCounted(t *testing.T) {
	for name, spoil := range map[string]func(*pipeline.Renewal){
		"contract": func(r *pipeline.Renewal) { r.Contract = "" },
		"due":      func(r *pipeline.Renewal) { r.Due = pipeline.Date{} },
		"premium":  func(r *pipeline.Renewal) { r.Premium = rapport.Money{} },
		"negative": func(r *pipeline.Renewal) { r.Premium = rapport.MustMoney("-1.00 CNY") },
		"outcome":  func(r *pipeline.Renewal) { r.Outcome = 9 },
		"new":      func(r *pipeline.Renewal) { r.NewPremium = rapport.Money{} },
		"decided":  func(r *pipeline.Renewal) { r.Decided = pipeline.Date{} },
		"segment":  func(r *pipeline.Renewal) { r.Segment = "\xff" },
	} {
		r := renewal("a", "2026-03-10", pipeline.Renewed, "2026-03-10")
		spoil(&r)
		_, err := pipeline.RenewalRatesOf([]pipeline.Renewal{r}, inMarch())
		require.ErrorAs(t, err, new(*pipeline.RenewalError), name)
		require.ErrorAs(t, err, new(*pipeline.InputError), name)
	}
	good := renewal("a", "2026-03-10", pipeline.Renewed, "2026-03-10")
	dollars := renewal("b", "2026-03-10", pipeline.Lapsed, "2026-03-10")
	dollars.Premium = rapport.MustMoney("100.00 USD")
	_, err := pipeline.RenewalRatesOf([]pipeline.Renewal{good, dollars}, inMarch())
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
	mixed := good
	mixed.NewPremium = rapport.MustMoney("100.00 USD")
	_, err = pipeline.RenewalRatesOf([]pipeline.Renewal{mixed}, inMarch())
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
	other := good
	other.Premium = rapport.MustMoney("101.00 CNY")
	_, err = pipeline.RenewalRatesOf([]pipeline.Renewal{good, other}, inMarch())
	require.ErrorAs(t, err, new(*pipeline.RenewalError))
	for _, spoil := range []func(*pipeline.RenewalOptions){
		func(o *pipeline.RenewalOptions) { o.Until = o.From },
		func(o *pipeline.RenewalOptions) { o.From = pipeline.Date{} },
		func(o *pipeline.RenewalOptions) { o.AsOf = pipeline.Date{} },
		func(o *pipeline.RenewalOptions) { o.Grace = -1 },
	} {
		o := inMarch()
		spoil(&o)
		_, err := pipeline.RenewalRatesOf(nil, o)
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
}

// Rates do not depend on the order of contracts; all parts add up; gross is at most net
// and at most 1.
func TestRenewalsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var renewals []pipeline.Renewal
		for i := range rapid.IntRange(0, 30).Draw(t, "n") {
			r := renewal(rapport.ID(fmt.Sprint(i)), "2026-03-10", pipeline.RenewalOutcome(rapid.IntRange(0, 3).Draw(t, "outcome")), "2026-03-10")
			r.Segment = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "segment")
			amount := func(name string) rapport.Money {
				m, err := rapport.MoneyFromMinor(rapid.Int64Range(0, 1<<50).Draw(t, name), rapport.CNY)
				require.NoError(t, err)
				return m
			}
			if r.Premium = amount("premium"); r.Outcome == pipeline.Renewed {
				r.NewPremium = amount("new")
			}
			renewals = append(renewals, r)
		}
		o := inMarch()
		o.WithCancelledByUs = rapid.Bool().Draw(t, "with")
		report, err := pipeline.RenewalRatesOf(renewals, o)
		require.NoError(t, err)
		rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed"))).Shuffle(len(renewals), func(i, j int) { renewals[i], renewals[j] = renewals[j], renewals[i] })
		again, err := pipeline.RenewalRatesOf(renewals, o)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(report, again))
		left := 0
		if !o.WithCancelledByUs {
			left = report.All.CancelledByUs
		}
		require.Equal(t, report.All.Due, report.All.Counted+report.All.Pending+left)
		var sum rapport.Money
		for _, s := range report.Segments {
			sum, err = sum.Add(s.Premium)
			require.NoError(t, err)
		}
		if report.All.Counted > 0 {
			require.True(t, sum.Equal(report.All.Premium))
		}
		net, _ := report.All.Net.Value()
		gross, _ := report.All.Gross.Value()
		require.LessOrEqual(t, gross, 1.0)
		require.LessOrEqual(t, gross, net)
	})
}

func TestRenewalOfHistory(t *testing.T) {
	entry := func(kind pipeline.MoveKind, outcome pipeline.Kind, day int, reason, amount string) pipeline.Entry {
		return pipeline.Entry{
			Kind: kind, Outcome: outcome, At: morning.AddDate(0, 0, day), Reason: reason,
			Amount: rapport.MustMoney(amount), CloseDate: pipeline.MustDate("2026-03-31"),
		}
	}
	entries := []pipeline.Entry{
		entry(pipeline.Began, pipeline.Open, 0, "", "100.00 CNY"),
		entry(pipeline.Moved, pipeline.Lost, 5, "silent", "100.00 CNY"),
		entry(pipeline.Edited, pipeline.Lost, 6, "", "100.00 CNY"),
		entry(pipeline.Reopened, pipeline.Open, 7, "", "100.00 CNY"),
		entry(pipeline.Moved, pipeline.Won, 9, "", "120.00 CNY"),
		entry(pipeline.Stayed, pipeline.Won, 10, "", "120.00 CNY"),
	}
	day := func(n int) pipeline.Date { return pipeline.MustDate(morning.AddDate(0, 0, n).Format(time.DateOnly)) }
	for n, want := range map[int]pipeline.Renewal{
		1: {Outcome: pipeline.RenewalPending}, 2: {Outcome: pipeline.Lapsed, Decided: day(5)}, 3: {Outcome: pipeline.Lapsed, Decided: day(5)},
		4: {Outcome: pipeline.RenewalPending}, 6: {Outcome: pipeline.Renewed, Decided: day(9), NewPremium: rapport.MustMoney("120.00 CNY")},
	} {
		want.Contract, want.Segment, want.Due, want.Premium = "p", "motor", pipeline.MustDate("2026-03-31"), rapport.MustMoney("100.00 CNY")
		got, err := pipeline.RenewalOf(entries[:n], "p", "motor", []string{"risk"}, nil)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, got), n)
	}
	got, err := pipeline.RenewalOf(entries[:3], "p", "", []string{"silent"}, time.UTC)
	require.NoError(t, err)
	require.Equal(t, pipeline.CancelledByUs, got.Outcome)
	// Closed anew without being opened: the last closing counts, with its reason and day.
	undone := append(slices.Clip(entries), entry(pipeline.Moved, pipeline.Lost, 12, "risk", "120.00 CNY"))
	got, err = pipeline.RenewalOf(undone, "p", "", []string{"risk"}, nil)
	require.NoError(t, err)
	require.Equal(t, pipeline.CancelledByUs, got.Outcome)
	require.Equal(t, day(12), got.Decided)
	_, err = pipeline.RenewalOf(entries[1:], "p", "", nil, nil)
	require.ErrorAs(t, err, new(*pipeline.InputError))
	_, err = pipeline.RenewalOf(entries, "", "", nil, nil)
	require.ErrorAs(t, err, new(*pipeline.InputError))
}
