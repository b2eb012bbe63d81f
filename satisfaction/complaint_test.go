package satisfaction_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

const hour = time.Hour

func terms() satisfaction.FeedbackTerms {
	return satisfaction.FeedbackTerms{AsOf: day(31), ServiceTime: 48 * hour, Recurrence: 10 * 24 * hour}
}

// 20 cases, 15 closed within two days: .75. Fourteen take one day, one exactly two,
// three take four days and two are open since the 5th.
func TestServiceLevel(t *testing.T) {
	var cases []satisfaction.Feedback
	for i := range 20 {
		f := satisfaction.Feedback{Category: "delivery", Channel: "phone", Opened: day(5), Severity: i % 2}
		switch {
		case i < 14:
			f.Closed, f.Outcome = day(6), satisfaction.OutcomeSatisfied
		case i < 15:
			f.Closed, f.Outcome = day(7), satisfaction.OutcomeDissatisfied
		case i < 18:
			f.Closed = day(9)
		}
		cases = append(cases, f)
	}
	got, err := satisfaction.AnalyzeFeedback(cases, terms())
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 15, Den: 20, N: 20}, got.Total.Within)
	require.Equal(t, rapport.Ratio{Num: 14, Den: 15, N: 15}, got.Total.Satisfied)
	require.Equal(t, 2, got.Total.Open)
	require.Equal(t, 1.0, got.Total.Median.Value)
	require.Equal(t, 2.0, got.Total.Quartile3.Value)
	require.Equal(t, []satisfaction.SeverityCount{{0, 10}, {1, 10}}, got.Total.BySeverity)
	require.Zero(t, got.Total.Recurred.Den) // no case has a customer
	require.Len(t, got.Categories, 1)
	require.Equal(t, "after_sale", got.Phases[0].Name)

	// A case opened an hour ago is neither within nor without; one of tomorrow is not
	// known; what is closed tomorrow is open.
	more := append(cases,
		satisfaction.Feedback{Category: "price", Phase: satisfaction.BeforeSale, Opened: day(31).Add(-hour), Closed: day(31).Add(hour), Outcome: satisfaction.OutcomeDissatisfied},
		satisfaction.Feedback{Category: "price", Opened: day(31).Add(hour)})
	got, err = satisfaction.AnalyzeFeedback(more, terms())
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 21, 3}, []int{got.Later, got.Total.Undecided, got.Total.Cases, got.Total.Open})
	require.Equal(t, rapport.Ratio{Num: 15, Den: 20, N: 20}, got.Total.Within)
	require.Equal(t, "delivery price", got.Categories[0].Name+" "+got.Categories[1].Name)
	require.False(t, got.Categories[1].Median.HasValue())
	require.Equal(t, "before_sale", got.Phases[1].Name)
	require.Equal(t, rapport.Ratio{Num: 14, Den: 15, N: 15}, got.Total.Satisfied)
}

// Four cases of one service desk, two days allowed: two in time, one late, one open for
// a month.
func ExampleAnalyzeFeedback() {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	report, err := satisfaction.AnalyzeFeedback([]satisfaction.Feedback{
		{Customer: "c1", Category: "delivery", Opened: day(1), Closed: day(2)},
		{Customer: "c1", Category: "delivery", Opened: day(5), Closed: day(7)},
		{Customer: "c2", Category: "delivery", Opened: day(3), Closed: day(8)},
		{Customer: "c3", Category: "price", Phase: satisfaction.BeforeSale, Opened: day(1)},
	}, satisfaction.FeedbackTerms{AsOf: day(31), ServiceTime: 48 * time.Hour, Recurrence: 14 * 24 * time.Hour})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("within %v of %v, median %v days, came back %v of %v\n", report.Total.Within.Num, report.Total.Within.Den,
		report.Total.Median.Value, report.Total.Recurred.Num, report.Total.Recurred.Den)
	for _, g := range report.Categories {
		fmt.Println(g.Name, g.Cases, "open", g.Open)
	}
	// Output:
	// within 2 of 4, median 2 days, came back 1 of 4
	// delivery 3 open 0
	// price 1 open 1
}

// Leaving open cases out would make the median of 1, 2, 3 and three open ones 2; they
// count as longer, so that it is 3 and the third quartile is not known.
func TestOpenCasesCountAsLonger(t *testing.T) {
	var cases []satisfaction.Feedback
	for i := range 6 {
		f := satisfaction.Feedback{Opened: day(10)}
		if i < 3 {
			f.Closed = day(11 + i)
		}
		cases = append(cases, f)
	}
	got, err := satisfaction.AnalyzeFeedback(cases, terms())
	require.NoError(t, err)
	require.Equal(t, 3.0, got.Total.Median.Value)
	require.Equal(t, 2.0, got.Total.Quartile1.Value)
	require.Equal(t, rapport.Estimate{}, got.Total.Quartile3)
}

// c1 comes again after 9 days, and 12 days after that with its last case of the 22nd,
// whose window has not passed on the 31st; c2 comes again with another matter.
func TestRecurrence(t *testing.T) {
	f := func(customer rapport.ID, category string, n int) satisfaction.Feedback {
		return satisfaction.Feedback{Customer: customer, Category: category, Opened: day(n)}
	}
	cases := []satisfaction.Feedback{f("c1", "a", 22), f("c2", "a", 3), f("c1", "a", 1), f("c2", "b", 4), f("c1", "a", 10), f("", "a", 5), f("", "a", 6)}
	got, err := satisfaction.AnalyzeFeedback(cases, terms())
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 4, N: 4}, got.Total.Recurred)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 3, N: 3}, got.Categories[0].Recurred)
	// The window of the 25th has not passed either, though it came again on the 28th.
	got, err = satisfaction.AnalyzeFeedback(append(cases, f("c3", "a", 25), f("c3", "a", 28)), terms())
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 4, N: 4}, got.Total.Recurred)
}

func TestFeedbackErrors(t *testing.T) {
	good := satisfaction.Feedback{Opened: day(5)}
	for want, spoil := range map[string]func(f *satisfaction.Feedback){
		`opened "": must be set`: func(f *satisfaction.Feedback) { f.Opened = time.Time{} },
		`closed "2026-01-04T09:00:00Z": must not be before 2026-01-05T09:00:00Z`: func(f *satisfaction.Feedback) { f.Closed = day(4) },
		`phase "SalePhase(7)": must be before or after the sale`:                 func(f *satisfaction.Feedback) { f.Phase = 7 },
		`outcome "7": must be unknown, satisfied or dissatisfied`:                func(f *satisfaction.Feedback) { f.Outcome = 7 },
		`severity "-1": must be 0 or more`:                                       func(f *satisfaction.Feedback) { f.Severity = -1 },
		`category "\xff": must be empty or at most 128 bytes of UTF-8 without control characters`: func(f *satisfaction.Feedback) {
			f.Category = "\xff"
		},
	} {
		bad := good
		spoil(&bad)
		_, err := satisfaction.AnalyzeFeedback([]satisfaction.Feedback{good, bad}, terms())
		require.EqualError(t, err, "satisfaction: feedback in row 1: "+want)
		_, err = satisfaction.ComplaintRate([]satisfaction.Feedback{good, bad}, rapport.Interval{}, 9, 0)
		_, ok := errors.AsType[*satisfaction.FeedbackError](err)
		require.True(t, ok)
	}
	for _, spoil := range []func(t *satisfaction.FeedbackTerms){
		func(t *satisfaction.FeedbackTerms) { t.AsOf = time.Time{} },
		func(t *satisfaction.FeedbackTerms) { t.ServiceTime = 0 },
		func(t *satisfaction.FeedbackTerms) { t.Recurrence = -1 },
		func(t *satisfaction.FeedbackTerms) { t.Level = 2 },
	} {
		bad := terms()
		spoil(&bad)
		_, err := satisfaction.AnalyzeFeedback(nil, bad)
		_, ok := errors.AsType[*satisfaction.ArgumentError](err)
		require.True(t, ok, err)
	}
	got, err := satisfaction.AnalyzeFeedback(nil, terms())
	require.NoError(t, err)
	require.Zero(t, got.Total.Within.Den)
	require.Empty(t, got.Categories)
}

// 3 of 40 customers in January, 10 of 40 in February: the rate goes up by .175.
func TestComplaintRateAndTrend(t *testing.T) {
	var cases []satisfaction.Feedback
	for i := range 3 {
		for range 2 { // a second case of a customer is no second customer
			cases = append(cases, satisfaction.Feedback{Customer: rapport.ID(fmt.Sprint("c", i)), Opened: day(5)})
		}
	}
	for i := range 10 {
		cases = append(cases, satisfaction.Feedback{Customer: rapport.ID(fmt.Sprint("c", i)), Opened: day(5).AddDate(0, 1, 0)})
	}
	january, err := satisfaction.ComplaintRate(cases, rapport.MustInterval("2026-01-01T00:00:00Z/2026-02-01T00:00:00Z"), 40, 0)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 3, Den: 40, N: 40}, january.Counts)
	february, err := satisfaction.ComplaintRate(cases, rapport.MustInterval("2026-02-01T00:00:00Z/.."), 40, 0)
	require.NoError(t, err)
	require.Greater(t, february.Share.Value, february.Share.Low)
	change, err := satisfaction.CompareShares(february, january, 0)
	require.NoError(t, err)
	require.InDelta(t, 0.175, change.Delta.Value, 1e-15)
	require.Less(t, change.P, 0.05)
	_, err = satisfaction.ComplaintRate(cases, rapport.Interval{}, 9, 0)
	require.EqualError(t, err, "satisfaction: customers 9: must not be fewer than those who complained")
	none, err := satisfaction.ComplaintRate(nil, rapport.Interval{}, 0, 0)
	require.NoError(t, err)
	require.False(t, none.Share.HasValue())
}

// By hand: marks 2, 4 complained, 6, 8 did not: the slope is −8/20·… = Σ(x−5)(y−.5)/Σ(x−5)²
// = (−3·.5 − 1·.5 − 1·.5 − 3·.5)/20 = −.2.
func TestCheckComplaints(t *testing.T) {
	s, err := satisfaction.NewSurvey("s", 1, satisfaction.Item{Key: "overall", Low: 1, High: 10})
	require.NoError(t, err)
	check := func(marks []float64, complainants ...rapport.ID) satisfaction.ComplaintLink {
		var responses []satisfaction.Response
		for i, mark := range marks {
			id := rapport.ID(fmt.Sprint("c", i))
			responses = append(responses, satisfaction.Response{ID: id, Customer: id, Answers: map[string]float64{"overall": mark}})
		}
		responses = append(responses, satisfaction.Response{ID: "unknown", Answers: map[string]float64{"overall": 10}})
		r, err := satisfaction.NewResponses(s, responses)
		require.NoError(t, err)
		cases := []satisfaction.Feedback{{Opened: day(1)}, {Customer: "silent", Opened: day(1)}}
		for _, id := range complainants {
			cases = append(cases, satisfaction.Feedback{Customer: id, Opened: day(1)})
		}
		link, err := satisfaction.CheckComplaints(r, "overall", cases, 0)
		require.NoError(t, err)
		require.NoError(t, link.Slope.Validate())
		return link
	}
	right := check([]float64{2, 4, 6, 8}, "c0", "c1")
	require.InDelta(t, -0.2, right.Slope.Value, 1e-14)
	require.Equal(t, []float64{3, 7}, []float64{right.Complained.Mean.Value, right.Uncomplained.Mean.Value})
	require.Equal(t, 4, right.Slope.N)
	require.Empty(t, right.Warnings)
	wrong := check([]float64{2, 4, 6, 8}, "c2", "c3")
	require.InDelta(t, 0.2, wrong.Slope.Value, 1e-14)
	require.Equal(t, []satisfaction.ComplaintWarning{satisfaction.ComplaintsWrongSign}, wrong.Warnings)
	require.Contains(t, check([]float64{2, 4, 6, 8, 5, 5}, "c0", "c3").Warnings, satisfaction.ComplaintsNoLink)
	for _, link := range []satisfaction.ComplaintLink{check([]float64{5, 5, 5}, "c1"), check([]float64{2, 4, 8}), check(nil)} {
		require.Equal(t, []satisfaction.ComplaintWarning{satisfaction.ComplaintsConstant}, link.Warnings)
		require.False(t, link.Slope.HasValue())
	}
}

// The order of cases means nothing, groups add up, and all figures are valid.
func TestFeedbackProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Custom(func(t *rapid.T) time.Time {
			return day(1).Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "hours")) * hour)
		})
		cases := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) satisfaction.Feedback {
			f := satisfaction.Feedback{Customer: rapport.ID(rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "customer")),
				Category: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "category"), Channel: rapid.SampledFrom([]string{"m", "n"}).Draw(t, "channel"),
				Phase: satisfaction.SalePhase(rapid.IntRange(0, 1).Draw(t, "phase")), Opened: at.Draw(t, "opened"),
				Outcome: satisfaction.FeedbackOutcome(rapid.IntRange(0, 2).Draw(t, "outcome"))}
			if closed := at.Draw(t, "closed"); !closed.Before(f.Opened) {
				f.Closed = closed
			}
			return f
		}), 0, 25).Draw(t, "cases")
		got, err := satisfaction.AnalyzeFeedback(cases, terms())
		if err != nil {
			t.Fatal(err)
		}
		shuffled, err := satisfaction.AnalyzeFeedback(rapid.Permutation(cases).Draw(t, "shuffled"), terms())
		if err != nil {
			t.Fatal(err)
		}
		require.Equal(t, got, shuffled)
		for _, groups := range [][]satisfaction.FeedbackGroup{got.Categories, got.Phases, got.Channels} {
			sum := satisfaction.FeedbackGroup{}
			for _, g := range groups {
				for _, e := range []rapport.Estimate{g.Quartile1, g.Median, g.Quartile3} {
					require.NoError(t, e.Validate())
				}
				sum.Cases, sum.Open, sum.Undecided = sum.Cases+g.Cases, sum.Open+g.Open, sum.Undecided+g.Undecided
				sum.Within.Num, sum.Within.Den = sum.Within.Num+g.Within.Num, sum.Within.Den+g.Within.Den
				sum.Recurred.Num, sum.Recurred.Den = sum.Recurred.Num+g.Recurred.Num, sum.Recurred.Den+g.Recurred.Den
			}
			want := got.Total
			require.Equal(t, []int{want.Cases, want.Open, want.Undecided}, []int{sum.Cases, sum.Open, sum.Undecided})
			require.Equal(t, []float64{want.Within.Num, want.Within.Den, want.Recurred.Num, want.Recurred.Den},
				[]float64{sum.Within.Num, sum.Within.Den, sum.Recurred.Num, sum.Recurred.Den})
		}
	})
}
