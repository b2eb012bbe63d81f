package customer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func serviceCase(id string, opened time.Time) customer.Case {
	return customer.Case{
		ID: rapport.ID(id), Customer: "00004", Type: customer.CaseComplaint, Category: "late-delivery",
		Severity: customer.SeverityHigh, Product: "TEA-100", Channel: customer.ChannelPhone, Topic: "two weeks late",
		Rounds: []customer.CaseRound{{Opened: opened}}, RecordedAt: opened,
	}
}

func enter(t require.TestingT, c customer.Case, stage string, moment customer.CaseMoment, at time.Time) customer.Case {
	next, err := c.Enter(stage, moment, at, at)
	require.NoError(t, err)
	return next
}

func sameRecord[T any](t require.TestingT, value T) string {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	var back T
	require.NoErrorf(t, json.Unmarshal(text, &back), "%s", text)
	if diff := cmp.Diff(value, back, cmp.Comparer(func(a, b rapport.Interval) bool { return a == b })); diff != "" {
		t.Errorf("read back otherwise (-written +read):\n%s", diff)
	}
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	return string(text)
}

func TestACaseGoesItsWay(t *testing.T) {
	c := serviceCase("c1", day("2024-01-01"))
	c = enter(t, c, "registered", "", day("2024-01-01"))
	c = enter(t, c, "in_work", customer.CaseResponded, day("2024-01-02"))
	c = enter(t, c, "answered", customer.CaseResolved, day("2024-01-05"))
	c = enter(t, c, "closed", customer.CaseClosed, day("2024-01-06"))
	before := c
	c = enter(t, c, "in_work", customer.CaseReopened, day("2024-01-10"))
	c = enter(t, c, "answered", customer.CaseResolved, day("2024-01-12"))
	c = enter(t, c, "waiting", "", day("2024-01-13"))
	require.Equal(t, []customer.CaseRound{
		{Opened: day("2024-01-01"), Resolved: day("2024-01-05"), Closed: day("2024-01-06")},
		{Opened: day("2024-01-10"), Resolved: day("2024-01-12")},
	}, c.Rounds)
	require.Len(t, before.Rounds, 1, "a move changes a copy")
	require.Equal(t, day("2024-01-02"), c.FirstResponse)
	require.Equal(t, "waiting", c.Stage)
	for at, open := range map[string]bool{"2024-01-04": true, "2024-01-05": false, "2024-01-09": false, "2024-01-11": true, "2024-01-12": false} {
		seen, ok := c.AsOf(day(at))
		require.True(t, ok)
		require.NoError(t, seen.Validate())
		_, settled := seen.Settled()
		require.Equal(t, open, !settled, at)
	}
	_, ok := c.AsOf(day("2023-12-31"))
	require.False(t, ok)
	require.Equal(t, customer.Filing{Kind: "case", ID: "c1", Customer: "00004", At: day("2024-01-01"), RecordedAt: day("2024-01-13")}, c.Filing())
	require.Equal(t, customer.ChannelPhone, customer.EventOf(c).Channel)

	c.Compensation, c.Satisfaction, c.Contacts, c.Resolution = yuan("30.00"), customer.Rating{Points: 4, Lowest: 1, Highest: 5}, 2, "voucher"
	require.Contains(t, sameRecord(t, c), `{"format":`)
	index, ok := c.Satisfaction.Index()
	require.True(t, ok)
	require.InDelta(t, 75, index, 1e-12)
}

func TestACaseRefusesAMove(t *testing.T) {
	open := serviceCase("c1", day("2024-01-02"))
	resolved := enter(t, open, "answered", customer.CaseResolved, day("2024-01-03"))
	closed := enter(t, resolved, "closed", customer.CaseClosed, day("2024-01-03"))
	for _, tc := range []struct {
		from   customer.Case
		moment customer.CaseMoment
		at     string
		want   customer.Reason
	}{
		{open, "", "2024-01-01", customer.OutOfRange},
		{resolved, customer.CaseClosed, "2024-01-02", customer.OutOfRange},
		{open, customer.CaseReopened, "2024-01-02", customer.NotAllowed},
		{resolved, customer.CaseResolved, "2024-01-04", customer.NotAllowed},
		{closed, customer.CaseClosed, "2024-01-04", customer.NotAllowed},
		{closed, customer.CaseResolved, "2024-01-04", customer.NotAllowed},
		{open, "gone", "2024-01-04", customer.Unknown},
	} {
		_, err := tc.from.Enter("x", tc.moment, day(tc.at), day("2024-02-01"))
		refused, ok := errors.AsType[*customer.CaseError](err)
		require.Truef(t, ok, "%v", err)
		require.Equal(t, tc.want, refused.Reason)
	}
	_, err := resolved.Enter("x", customer.CaseClosed, day("2024-01-02"), day("2024-01-05"))
	require.EqualError(t, err, `customer: case "c1" into stage "x" (closed) at 2024-01-02T00:00:00Z, last changed at 2024-01-03T00:00:00Z: out-of-range`)
	_, err = open.Enter("a\nb", "", day("2024-01-04"), day("2024-01-04"))
	require.Equal(t, []string{"stage: control-character"}, problemsOf(t, err))
	_, err = resolved.Enter("closed", customer.CaseClosed, day("2024-01-04"), day("2024-01-02"))
	require.Equal(t, []string{"recorded_at: out-of-range"}, problemsOf(t, err), "record time does not go back")
	require.Equal(t, day("2024-01-03"), resolved.RecordedAt)
	_, err = customer.Case{}.Enter("x", "", day("2024-01-04"), day("2024-01-04"))
	require.Error(t, err)
}

func TestCaseReportsEveryProblem(t *testing.T) {
	require.Equal(t, []string{"id: missing", "customer: missing", "type: missing", "category: missing", "rounds: missing", "recorded_at: missing"},
		problemsOf(t, customer.Case{}.Validate()))
	for want, change := range map[string]func(*customer.Case){
		"type: unknown":                func(c *customer.Case) { c.Type = "wish" },
		"severity: unknown":            func(c *customer.Case) { c.Severity = "huge" },
		"stage_since: missing":         func(c *customer.Case) { c.Stage = "open" },
		"stage_since: out-of-range":    func(c *customer.Case) { c.StageSince = day("2023-01-01") },
		"first_response: out-of-range": func(c *customer.Case) { c.FirstResponse = day("2023-01-01") },
		"rounds[0].closed: out-of-range": func(c *customer.Case) {
			c.Rounds[0].Resolved, c.Rounds[0].Closed = day("2024-01-03"), day("2024-01-02")
		},
		"rounds[0].resolved: missing": func(c *customer.Case) { c.Rounds = append(c.Rounds, c.Rounds[0]) },
		"rounds[1].opened: out-of-range": func(c *customer.Case) {
			c.Rounds[0].Closed = day("2024-01-03")
			c.Rounds = append(c.Rounds, customer.CaseRound{Opened: day("2024-01-02")})
		},
		"contacts: out-of-range":     func(c *customer.Case) { c.Contacts = -1 },
		"follows: not-allowed":       func(c *customer.Case) { c.Follows = c.ID },
		"compensation: wrong-sign":   func(c *customer.Case) { c.Compensation = yuan("-1") },
		"satisfaction: out-of-range": func(c *customer.Case) { c.Satisfaction = customer.Rating{Points: 6, Lowest: 1, Highest: 5} },
		"topic: too-long":            func(c *customer.Case) { c.Topic = strings.Repeat("x", 1025) },
	} {
		c := serviceCase("c1", day("2024-01-01"))
		change(&c)
		require.Equal(t, []string{want}, problemsOf(t, c.Validate()))
	}
	var c customer.Case
	require.ErrorContains(t, json.Unmarshal([]byte(`{"format":1,"mood":1}`), &c), "mood")
	require.Equal(t, []string{"id: missing", "customer: missing", "type: missing", "category: missing", "rounds: missing", "recorded_at: missing"},
		problemsOf(t, json.Unmarshal([]byte(`{"format":1}`), &c)))
}

// Ten cases on the first ten days of a month: the one of day i is answered after i
// hours and, but for the last two, resolved after i days.
func TestFiguresOfCases(t *testing.T) {
	var cases []customer.Case
	for i := 1; i <= 10; i++ {
		opened := day(fmt.Sprintf("2024-03-%02d", i))
		c := serviceCase(fmt.Sprintf("c%02d", i), opened)
		c.Contacts = 1 + i%2 // the even ones took one contact
		c = enter(t, c, "in_work", customer.CaseResponded, opened.Add(time.Duration(i)*time.Hour))
		if i <= 8 {
			c = enter(t, c, "answered", customer.CaseResolved, opened.AddDate(0, 0, i))
			c.Satisfaction = customer.Rating{Points: float64(1 + i%2), Lowest: 1, Highest: 3}
			c.Compensation = yuan("2.50")
		}
		cases = append(cases, c)
	}
	cases[3] = enter(t, cases[3], "in_work", customer.CaseReopened, day("2024-03-09"))
	cases[3] = enter(t, cases[3], "answered", customer.CaseResolved, day("2024-03-20"))
	cases[9].Follows = "c02"

	f, err := customer.FiguresOfCases(cases, day("2024-03-31"))
	require.NoError(t, err)
	require.Equal(t, 10, f.Cases)
	require.Equal(t, 2, f.Backlog)
	require.Equal(t, 22*24*time.Hour, f.Oldest)
	require.Equal(t, rapport.Ratio{Num: 2, Den: 8, N: 8}, f.FirstContact, "c06 and c08: c02 came back, c04 was reopened")
	require.Equal(t, rapport.Ratio{Num: 1, Den: 10, N: 10}, f.Recurrence)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 8, N: 8}, f.Reopened)
	require.Equal(t, rapport.Ratio{Den: 8, N: 8}, f.Unsolved)
	require.Equal(t, customer.CaseTimes{Median: 5*time.Hour + 30*time.Minute, P90: 9*time.Hour + 6*time.Minute, N: 10}, f.Response)
	// 1 2 3 5 6 7 8 16 days
	require.Equal(t, customer.CaseTimes{Median: 132 * time.Hour, P90: 249*time.Hour + 36*time.Minute, N: 8, Waiting: 2}, f.Resolution)
	require.InDelta(t, 25, f.Satisfaction.Value, 1e-12)
	require.Equal(t, 8, f.Satisfaction.N)
	require.True(t, f.Satisfaction.HasInterval())
	require.Len(t, f.Compensation, 1)
	require.True(t, f.Compensation[0].Equal(yuan("20")))

	// c03 is open until the 6th, c04 until the 8th; c06 is opened at the instant.
	f, err = customer.FiguresOfCases(cases, day("2024-03-06"))
	require.NoError(t, err)
	require.Equal(t, 6, f.Cases)
	require.Equal(t, 3, f.Backlog)
	require.Zero(t, f.Recurrence.Num)
	require.Equal(t, 1, f.Response.Waiting)

	f, err = customer.FiguresOfCases(nil, day("2024-03-06"))
	require.NoError(t, err)
	require.Zero(t, f)
	_, err = customer.FiguresOfCases([]customer.Case{cases[0], cases[0]}, day("2024-03-06"))
	require.Equal(t, []string{"id: duplicate"}, problemsOf(t, err))
}

func TestRecurrence(t *testing.T) {
	first := enter(t, serviceCase("c1", day("2024-01-01")), "answered", customer.CaseResolved, day("2024-01-10"))
	second := enter(t, serviceCase("c2", day("2024-01-05")), "answered", customer.CaseResolved, day("2024-01-12"))
	open, other, late := serviceCase("c3", day("2024-01-06")), first, first
	other.ID, other.Category = "c4", "leaking"
	late.ID = "c6"
	late.Rounds = []customer.CaseRound{{Opened: day("2024-01-13"), Resolved: day("2024-02-13")}} // not settled yet
	c := serviceCase("c5", day("2024-02-09"))
	earlier := []customer.Case{second, first, open, other, late, c}
	id, ok := customer.Recurrence(c, earlier, 30*24*time.Hour)
	require.True(t, ok)
	require.Equal(t, rapport.ID("c2"), id)
	_, ok = customer.Recurrence(c, earlier, 27*24*time.Hour)
	require.False(t, ok)
}

// Any sequence of moves leaves a valid case that comes back from JSON equal, and
// never a time before an earlier one.
func TestCaseMovesStayValid(t *testing.T) {
	moments := []customer.CaseMoment{"", customer.CaseResponded, customer.CaseResolved, customer.CaseClosed, customer.CaseReopened}
	rapid.Check(t, func(r *rapid.T) {
		at := drawTime(r, "opened")
		c := serviceCase(drawText(r, "id", 1), at)
		for range rapid.IntRange(0, 8).Draw(r, "moves") {
			at = at.Add(time.Duration(rapid.Int64Range(-1e9, 1e15).Draw(r, "later")))
			next, err := c.Enter(drawText(r, "stage", 1), rapid.SampledFrom(moments).Draw(r, "moment"), at, at)
			if err == nil {
				c = next
			}
		}
		require.NoError(r, c.Validate())
		text, err := json.Marshal(c)
		require.NoError(r, err)
		var back customer.Case
		require.NoError(r, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(r, err)
		require.Equal(r, string(text), string(again))
	})
}
