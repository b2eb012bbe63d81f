package rule_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

func newEngine(t *testing.T, o *rule.EngineOptions, rules ...rule.Rule) (*rule.Set, *rule.Engine) {
	t.Helper()
	set, err := rule.Compile(modelSchema(), rules)
	require.NoError(t, err)
	e, err := rule.NewEngine(set, start(), o)
	require.NoError(t, err)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	_, err = e.Put(f)
	require.NoError(t, err)
	return set, e
}

// says writes changes as "at customer kind segment (code, trigger name)".
func says(changes []rule.Change, err error) string {
	if err != nil {
		return err.Error()
	}
	var list []string
	for _, c := range changes {
		list = append(list, fmt.Sprintf("%s %s %s %s (%s, %s %s)", c.At.Format("01-02 15:04"), c.Customer, c.Kind, c.Segment, c.Reason.Code, c.Reason.Trigger, c.Reason.Name))
	}
	return strings.Join(list, "; ")
}

func sale(id string, at time.Time) rule.Event {
	return rule.Event{ID: rapport.ID(id), Kind: "sale", At: at, Amount: yuan(100)}
}

func TestEngineSaysWhy(t *testing.T) {
	_, e := newEngine(t, nil,
		rule.Rule{Name: "buyer", When: rule.Events("sale").Within(rule.For(24 * time.Hour)).Count().AtLeast(1)},
		rule.Rule{Name: "guest", When: rule.And(rule.In("buyer"), rule.Text("tier").Is("b"))})
	require.Empty(t, says(e.Set("a", "tier", rule.TextOf("b"))))
	require.Equal(t, "02-25 00:00 a entered buyer (rule, event sale); 02-25 00:00 a entered guest (rule, event sale)",
		says(e.PutEvent("a", sale("1", start().Add(-time.Hour)))))
	require.Empty(t, says(e.PutEvent("a", sale("1", start().Add(-time.Hour)))), "said once")
	require.Equal(t, "02-25 00:00 a left guest (rule, attribute tier)", says(e.Clear("a", "tier")))
	require.Empty(t, says(e.Clear("a", "tier")))
	require.Equal(t, "02-25 00:00 a left buyer (rule, event sale)", says(e.RemoveEvent("a", "sale", "1")))
	require.Empty(t, says(e.RemoveEvent("a", "sale", "1")))

	// An event that is to come counts when its time comes.
	require.Empty(t, says(e.PutEvent("a", sale("2", start().Add(3*time.Hour)))))
	require.Equal(t, "02-25 03:00 a entered buyer (rule, clock ); 02-26 03:00 a left buyer (rule, clock )", says(e.Advance(start().AddDate(0, 0, 9))))
	require.Equal(t, start().AddDate(0, 0, 9), e.Now())

	// A late one counts as of now, not as of then; one that is too late not at all.
	require.Empty(t, says(e.PutEvent("a", sale("3", start().AddDate(0, 0, 8)))), "the window is over")
	require.Equal(t, "03-05 00:00 a entered buyer (rule, event sale)", says(e.PutEvent("a", sale("3", start().AddDate(0, 0, 8).Add(time.Second)))))
	require.Equal(t, "03-05 00:00 a left buyer (removed, removed )", says(e.Remove("a")))
	require.Zero(t, e.Len())
	require.Empty(t, says(e.Advance(start().AddDate(1, 0, 0))))
}

// What the clock alone does to dates and to the last event, at the very instant. A day
// begins at 18:00 UTC in the zone of the schema.
func TestClockAlone(t *testing.T) {
	date := func(y int, m time.Month, d int) rule.Value {
		return rule.DateOf(customer.Date{Year: y, Month: m, Day: d})
	}
	born := rule.Date("born")
	sales := rule.Events("sale").Within(rule.For(24 * time.Hour))
	for _, c := range []struct {
		when rule.Condition
		born rule.Value
		want string
	}{
		{born.AnniversaryIn(7), date(1990, 3, 10), "03-03 18:00 a entered one (rule, clock ); 03-10 18:00 a left one (rule, clock )"},
		{born.DaysToAnniversary().Is(0), date(1992, 2, 29), "02-28 18:00 a entered one (rule, clock ); 02-29 18:00 a left one (rule, clock )"},
		{born.Age().AtLeast(65), date(1959, 3, 5), "03-04 18:00 a entered one (rule, clock )"},
		{born.Age().Below(1), date(2024, 3, 5), "03-04 18:00 a entered one (rule, clock )"},    // not known before
		{born.Age().AtLeast(65), date(1959, 3, 0), "03-30 18:00 a entered one (rule, clock )"}, // the last day that it may be
		{born.NextDays(3), date(2024, 3, 5), "03-02 18:00 a entered one (rule, clock ); 03-05 18:00 a left one (rule, clock )"},
		{born.LastDays(3), date(2024, 3, 0), ""}, // the days that it may be never agree
		{born.DaysAgo().AtLeast(3), date(2024, 3, 0), "04-02 18:00 a entered one (rule, clock )"},
		{sales.Last().LongerAgo(rule.For(6 * time.Hour)), rule.Value{}, "02-25 06:00 a entered one (rule, clock ); 02-26 00:00 a left one (rule, clock )"},
		{sales.First().Within(rule.For(30 * time.Hour)), rule.Value{}, "02-26 00:00 a left one (rule, clock )"},
	} {
		_, e := newEngine(t, nil, rule.Rule{Name: "one", When: c.when})
		_, err := e.PutEvent("a", sale("1", start()))
		require.NoError(t, err)
		if c.born.Type() == rule.DateType {
			_, err = e.Set("a", "born", c.born)
			require.NoError(t, err)
		}
		require.Equal(t, c.want, says(e.Advance(start().AddDate(0, 0, 50))))
	}
}

func TestPins(t *testing.T) {
	rules := []rule.Rule{{Name: "vip", When: rule.Text("tier").Is("a"), Dwell: 48 * time.Hour}, {Name: "call", When: rule.Not(rule.In("vip"))}}
	_, e := newEngine(t, nil, rules...)
	pin := rule.Pin{Customer: "a", Segment: "vip", In: true, By: "ann", Why: "board member", At: start().Add(-time.Hour), Until: start().Add(24 * time.Hour)}
	changes, err := e.Pin(pin)
	require.NoError(t, err)
	require.Len(t, changes, 1) // the other rule was unknown and is false now
	pin.Recorded = start()
	require.Equal(t, rule.Reason{Code: rule.BecausePin, Trigger: rule.TriggerPin, Truth: rule.Unknown, Pin: &pin}, changes[0].Reason)
	pins, err := e.Pins("a")
	require.NoError(t, err)
	require.Equal(t, []rule.Pin{pin}, pins)
	m, err := e.Membership("a", "vip")
	require.NoError(t, err)
	require.True(t, m.Member)
	require.Equal(t, &pin, m.Pin)
	require.Equal(t, rule.Unknown, m.Rule.Truth)
	// The pin ends, the least stay of two days does not.
	require.Empty(t, says(e.Advance(start().Add(30*time.Hour))))
	m, err = e.Membership("a", "vip")
	require.NoError(t, err)
	require.True(t, m.Held)
	require.Equal(t, "02-27 00:00 a left vip (rule, clock )", says(e.Advance(start().AddDate(0, 0, 3))))

	require.Equal(t, "02-28 00:00 a entered vip (rule, attribute tier)", says(e.Set("a", "tier", rule.TextOf("a"))))
	pin = rule.Pin{Customer: "a", Segment: "vip", By: "ann", Why: "under review"}
	require.Equal(t, "02-28 00:00 a left vip (pin, pin ); 02-28 00:00 a entered call (rule, pin )", says(e.Pin(pin)), "out at once, in spite of the least stay")
	require.Equal(t, "02-28 00:00 a entered vip (rule, unpin ); 02-28 00:00 a left call (rule, unpin )", says(e.Unpin("a", "vip")))
	require.Empty(t, says(e.Unpin("a", "vip")))

	for _, c := range []struct {
		change func(p *rule.Pin)
		want   error
	}{
		{func(p *rule.Pin) { p.Customer = "z" }, rule.ErrUnknownCustomer}, {func(p *rule.Pin) { p.Segment = "z" }, rule.ErrUnknownSegment},
		{func(p *rule.Pin) { p.By = "" }, rule.ErrPinReason}, {func(p *rule.Pin) { p.Why = "" }, rule.ErrPinReason},
		{func(p *rule.Pin) { p.At = e.Now().Add(1) }, rule.ErrPinTime}, {func(p *rule.Pin) { p.Until = e.Now() }, rule.ErrPinTime},
		{func(p *rule.Pin) { p.Until = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC) }, rule.ErrTime},
	} {
		bad := rule.Pin{Customer: "a", Segment: "vip", By: "ann", Why: "because"}
		c.change(&bad)
		_, err := e.Pin(bad)
		require.ErrorIs(t, err, c.want)
		var typed *rule.PinError
		require.ErrorAs(t, err, &typed)
	}
}

func TestEngineErrorsChangeNothing(t *testing.T) {
	set, e := newEngine(t, nil, rule.Rule{Name: "one", When: rule.Number("score").Is(1)})
	before, err := e.Snapshot()
	require.NoError(t, err)
	var fact *rule.FactError
	for _, call := range []func() ([]rule.Change, error){
		func() ([]rule.Change, error) { return e.Set("z", "score", rule.NumberOf(1)) },
		func() ([]rule.Change, error) { return e.Set("a", "scor", rule.NumberOf(1)) },
		func() ([]rule.Change, error) { return e.Set("a", "score", rule.TextOf("1")) },
		func() ([]rule.Change, error) { return e.Clear("a", "scor") },
		func() ([]rule.Change, error) { return e.PutEvent("a", rule.Event{}) },
		func() ([]rule.Change, error) { return e.RemoveEvent("a", "sales", "1") },
		func() ([]rule.Change, error) { return e.ConsentChanged("z") },
		func() ([]rule.Change, error) { return e.Remove("z") },
		func() ([]rule.Change, error) { _, err := e.Segments("z"); return nil, err },
		func() ([]rule.Change, error) { _, err := e.Pins("z"); return nil, err },
		func() ([]rule.Change, error) { _, err := e.Membership("z", "one"); return nil, err },
	} {
		changes, err := call()
		require.ErrorAs(t, err, &fact)
		require.Empty(t, changes)
	}
	_, err = e.Put(nil)
	require.ErrorIs(t, err, rule.ErrOtherSet)
	_, err = e.Unpin("z", "one")
	require.ErrorIs(t, err, rule.ErrUnknownCustomer)
	_, err = e.Members("z")
	require.ErrorIs(t, err, rule.ErrUnknownSegment)
	_, err = e.Count("z")
	require.ErrorIs(t, err, rule.ErrUnknownSegment)
	_, err = e.Membership("a", "z")
	require.ErrorIs(t, err, rule.ErrUnknownSegment)
	_, err = e.Advance(time.Time{})
	require.ErrorIs(t, err, rule.ErrTime)
	_, err = e.Advance(start().Add(-1))
	var backwards *rule.BackwardsError
	require.ErrorAs(t, err, &backwards)
	require.Contains(t, err.Error(), "2024-02-25")
	_, err = rule.NewEngine(set, time.Time{}, nil)
	require.ErrorIs(t, err, rule.ErrTime)
	_, err = rule.NewEngine(set, start(), &rule.EngineOptions{Settled: -1})
	require.ErrorIs(t, err, rule.ErrWindow)
	after, err := e.Snapshot()
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

// Memory: what no window needs is forgotten, and with Settled what is counted since
// ever is added up.
func TestEngineForgets(t *testing.T) {
	size := func(o *rule.EngineOptions, when rule.Condition, years int) int {
		_, e := newEngine(t, o, rule.Rule{Name: "one", When: when})
		for day := range years * 365 {
			at := start().AddDate(0, 0, day)
			_, err := e.Advance(at)
			require.NoError(t, err)
			_, err = e.PutEvent("a", sale(fmt.Sprint(day), at))
			require.NoError(t, err)
		}
		text, err := e.Snapshot()
		require.NoError(t, err)
		return bytes.Count(text, []byte(`"at_ns"`))
	}
	recent := rule.Events("sale").Within(rule.Days(30)).Count().AtLeast(1000)
	require.LessOrEqual(t, size(nil, recent, 1), 60)
	ever := rule.Events("sale").Count().AtLeast(1000)
	require.LessOrEqual(t, size(&rule.EngineOptions{Settled: 30 * 24 * time.Hour}, ever, 1), 60)
}

func TestSettledEventsStay(t *testing.T) {
	ever := rule.Events("sale").Where("channel", "web").Count().AtLeast(2)
	_, e := newEngine(t, &rule.EngineOptions{Settled: 24 * time.Hour}, rule.Rule{Name: "two", When: ever})
	web := func(id string, at time.Time) rule.Event {
		s := sale(id, at)
		s.Fields = map[string]string{"channel": "web"}
		return s
	}
	require.Empty(t, says(e.PutEvent("a", web("1", start().AddDate(-1, 0, 0)))), "added up at once")
	require.Equal(t, "02-25 00:00 a entered two (rule, event sale)", says(e.PutEvent("a", web("2", start()))))
	_, err := e.RemoveEvent("a", "sale", "1")
	require.ErrorIs(t, err, rule.ErrSettled)
	require.Equal(t, "02-25 00:00 a left two (rule, event sale)", says(e.RemoveEvent("a", "sale", "2")))

	_, e = newEngine(t, &rule.EngineOptions{Settled: 24 * time.Hour}, rule.Rule{Name: "old", When: rule.Events("sale").First().LongerAgo(rule.Days(30))})
	_, err = e.PutEvent("a", sale("1", start().AddDate(0, 0, -40)))
	require.NoError(t, err)
	_, err = e.PutEvent("a", sale("2", start()))
	require.NoError(t, err)
	m, err := e.Membership("a", "old")
	require.NoError(t, err)
	require.True(t, m.Member)
	require.Equal(t, start().AddDate(0, 0, -40), m.Rule.SeenAt)
	names, err := e.Segments("a")
	require.NoError(t, err)
	require.Equal(t, []string{"old"}, names)
}

// Sets and moments may be shared; each goroutine has its facts.
func TestSetsAreSafeToShare(t *testing.T) {
	set := twenty(t)
	m, err := set.At(benchNow())
	require.NoError(t, err)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, f := range crowd(t, set, 50) {
				if _, err := m.Truths(f, nil); err != nil {
					t.Error(err)
				}
				if _, err := m.Explain(f, "best"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}

func TestTruthsAllocateNothing(t *testing.T) {
	set := twenty(t)
	m, err := set.At(benchNow())
	require.NoError(t, err)
	f := crowd(t, set, 1)[0]
	truths := make([]rule.Truth, 0, 20)
	require.Zero(t, testing.AllocsPerRun(100, func() { truths, _ = m.Truths(f, truths[:0]) }))
}

// What happens to many at one instant comes in the order of their ids.
func TestClockGoesByIDs(t *testing.T) {
	set, e := newEngine(t, nil, rule.Rule{Name: "new", When: rule.Events("sale").Last().Within(rule.Days(3))})
	_, err := e.Remove("a")
	require.NoError(t, err)
	for _, id := range []rapport.ID{"c", "e", "b", "f", "d", "a"} {
		f, err := set.NewFacts(id)
		require.NoError(t, err)
		require.NoError(t, f.PutEvent(sale("1", start())))
		_, err = e.Put(f)
		require.NoError(t, err)
	}
	changes, err := e.Advance(start().AddDate(0, 0, 9))
	require.NoError(t, err)
	var ids strings.Builder
	for _, c := range changes {
		require.Equal(t, rule.Left, c.Kind)
		ids.WriteString(string(c.Customer))
	}
	require.Equal(t, "abcdef", ids.String())
}
