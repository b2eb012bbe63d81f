package customer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// A lost customer does not become a repeat customer: it is won back first.
func ExampleLifecycle_Move() {
	life, _ := customer.NewLifecycle("harbour-tea")
	move := func(to customer.Stage, reason customer.LifecycleReason, at time.Time) {
		next, change, err := life.Move(customer.LifecycleChange{
			ID: rapport.ID(fmt.Sprint("change-", len(life.Changes())+1)), To: to, Reason: reason, At: at, RecordedAt: at,
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		life = next
		fmt.Println(change.Sequence, change.To)
	}
	move(customer.StageFirstTime, customer.LifecycleBought, date(2024, 1, 10))
	move(customer.StageLost, customer.LifecycleLeft, date(2024, 6, 1))
	move(customer.StageRepeat, customer.LifecycleBought, date(2025, 3, 1))
	move(customer.StageWonBack, customer.LifecycleBought, date(2025, 3, 1))
	move(customer.StageRepeat, customer.LifecycleBought, date(2025, 4, 1))
	fmt.Println(life.AsOf(date(2024, 12, 31), date(2026, 1, 1)).Stage)
	// Output:
	// 1 first-time
	// 2 lost
	// customer: "harbour-tea" cannot move from lost to repeat for "bought": from lost it can go to dormant, won-back
	// 3 won-back
	// 4 repeat
	// lost
}

func change(id string, to customer.Stage, reason customer.LifecycleReason, at string) customer.LifecycleChange {
	return customer.LifecycleChange{ID: rapport.ID(id), To: to, Reason: reason, At: day(at), RecordedAt: day(at)}
}

func mustMove(t require.TestingT, l customer.Lifecycle, changes ...customer.LifecycleChange) customer.Lifecycle {
	for _, c := range changes {
		next, _, err := l.Move(c)
		require.NoError(t, err)
		l = next
	}
	return l
}

func newLife(t require.TestingT, id rapport.ID, changes ...customer.LifecycleChange) customer.Lifecycle {
	l, err := customer.NewLifecycle(id)
	require.NoError(t, err)
	return mustMove(t, l, changes...)
}

func TestStage(t *testing.T) {
	for s := customer.StageProspect; s <= customer.StageWonBack; s++ {
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var back customer.Stage
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, s, back)
	}
	_, err := customer.ParseStage("churned")
	require.EqualError(t, err, `customer: "churned" is not a stage: want prospect, lead, first-time, repeat, loyal, at-risk, dormant, lost or won-back`)
	_, err = customer.Stage(77).MarshalText()
	require.Error(t, err)
}

func TestLifecycleMoves(t *testing.T) {
	seen := map[[2]customer.Stage]bool{}
	left := map[customer.Stage]bool{}
	for _, m := range customer.LifecycleMoves() {
		require.Falsef(t, seen[[2]customer.Stage{m.From, m.To}], "%v to %v comes twice", m.From, m.To)
		seen[[2]customer.Stage{m.From, m.To}] = true
		require.NotEmpty(t, m.Reasons)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(m.Reasons))), len(m.Reasons))
		left[m.From] = left[m.From] || m.From != m.To
		if m.From == customer.StageLost && m.To != customer.StageLost && m.To != customer.StageWonBack {
			require.Equal(t, []customer.LifecycleReason{customer.LifecycleCorrected}, m.Reasons)
		}
	}
	for s := customer.Stage(0); s <= customer.StageWonBack; s++ {
		require.Truef(t, left[s], "no way out of %v", s)
	}
}

func TestLifecycleRefuses(t *testing.T) {
	l := newLife(t, "c1",
		change("1", customer.StageFirstTime, customer.LifecycleBought, "2025-01-01"),
		change("2", customer.StageLost, customer.LifecycleClosed, "2025-02-01"))
	_, _, err := l.Move(change("3", customer.StageRepeat, customer.LifecycleBought, "2025-03-01"))
	illegal, ok := err.(*customer.IllegalMoveError)
	require.True(t, ok)
	require.Equal(t, customer.StageLost, illegal.From)
	require.Equal(t, customer.StageRepeat, illegal.To)
	var to []customer.Stage
	for _, m := range illegal.Allowed {
		to = append(to, m.To)
	}
	require.Equal(t, []customer.Stage{customer.StageDormant, customer.StageLost, customer.StageWonBack}, to)

	_, _, err = l.Move(change("3", customer.StageWonBack, customer.LifecycleBought, "2025-01-31"))
	backwards, ok := err.(*customer.BackwardsError)
	require.True(t, ok)
	require.Equal(t, "at", backwards.Field)
	late := change("3", customer.StageWonBack, customer.LifecycleBought, "2025-02-01")
	late.RecordedAt = day("2025-01-31")
	_, _, err = l.Move(late)
	require.ErrorAs(t, err, &backwards)
	require.Equal(t, "recorded_at", backwards.Field)
	_, _, err = l.Move(change("1", customer.StageWonBack, customer.LifecycleBought, "2025-03-01"))
	replay, ok := err.(*customer.ReplayError)
	require.True(t, ok)
	require.True(t, replay.Twice)
	bad := change("", customer.StageWonBack, "because", "2025-03-01")
	bad.Evidence = []customer.Evidence{{Figure: "", Value: math.NaN()}}
	bad.Actor = "a\nb"
	_, _, err = l.Move(bad)
	requireProblems(t, err, "id missing", "reason unknown", "actor control-character", "evidence[0].figure missing", "evidence[0].value out-of-range")
	_, err = customer.NewLifecycle("")
	require.Error(t, err)
}

func TestLifecycleBlocked(t *testing.T) {
	l := newLife(t, "c1", change("1", customer.StageFirstTime, customer.LifecycleBought, "2025-01-01"),
		change("2", 0, customer.LifecycleBlocked, "2025-02-01"),
		change("3", customer.StageRepeat, customer.LifecycleBought, "2025-03-01"))
	require.Equal(t, customer.Standing{Stage: customer.StageRepeat, Since: day("2025-03-01"), Blocked: true}, l.Now())
	require.Equal(t, customer.Standing{Stage: customer.StageFirstTime, Since: day("2025-01-01")}, l.AsOf(day("2025-01-31"), far()))
	_, _, err := l.Move(change("4", 0, customer.LifecycleBlocked, "2025-04-01"))
	require.IsType(t, new(customer.IllegalMoveError), err)
	l = mustMove(t, l, change("4", 0, customer.LifecycleUnblocked, "2025-04-01"))
	require.False(t, l.Now().Blocked)
	_, _, err = newLife(t, "c2").Move(change("1", 0, customer.LifecycleBlocked, "2025-04-01"))
	require.Error(t, err)
}

func TestReplayLifecycle(t *testing.T) {
	l := newLife(t, "c1", change("1", customer.StageProspect, customer.LifecycleFound, "2025-01-01"),
		change("2", customer.StageLead, customer.LifecycleEnquired, "2025-02-01"))
	changes := l.Changes()
	for name, wrong := range map[string]func([]customer.LifecycleChange){
		"another customer's": func(c []customer.LifecycleChange) { c[1].Customer = "c2" },
		"a gap":              func(c []customer.LifecycleChange) { c[1].Sequence = 3 },
		"another stage":      func(c []customer.LifecycleChange) { c[1].From = customer.StageLost },
		"not legal":          func(c []customer.LifecycleChange) { c[1].To = customer.StageLoyal },
	} {
		t.Run(name, func(t *testing.T) {
			c := slices.Clone(changes)
			wrong(c)
			_, err := customer.ReplayLifecycle("c1", c)
			require.Error(t, err)
			require.NotEmpty(t, err.Error())
		})
	}
	// Two histories from one beginning do not disturb each other.
	cooled := mustMove(t, l, change("3", customer.StageProspect, customer.LifecycleCooled, "2025-03-01"))
	bought := mustMove(t, l, change("3", customer.StageFirstTime, customer.LifecycleBought, "2025-03-01"))
	require.Equal(t, customer.StageProspect, cooled.Changes()[2].To)
	require.Equal(t, customer.StageFirstTime, bought.Changes()[2].To)
}

// drawLife walks at random through the table of moves.
func drawLife(r *rapid.T, id rapport.ID) customer.Lifecycle {
	l := newLife(r, id)
	at, recorded := day("2025-01-01"), day("2025-01-01")
	for n := range rapid.IntRange(0, 12).Draw(r, "changes") {
		m := rapid.SampledFrom(customer.LifecycleMoves()).Filter(func(m customer.LegalMove) bool { return m.From == l.Now().Stage }).Draw(r, "move")
		at = at.AddDate(0, 0, rapid.IntRange(0, 3).Draw(r, "days"))
		recorded = recorded.AddDate(0, 0, rapid.IntRange(0, 3).Draw(r, "days to record"))
		next, _, err := l.Move(customer.LifecycleChange{ID: rapport.ID(fmt.Sprint(n)), To: m.To,
			Reason: rapid.SampledFrom(m.Reasons).Draw(r, "reason"), At: at, RecordedAt: recorded})
		if err == nil { // else blocked twice
			l = next
		}
	}
	return l
}

// As-of reads equal the replay of what had happened and was recorded.
func TestLifecycleAsOf(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := drawLife(r, "c1")
		event := day("2025-01-01").AddDate(0, 0, rapid.IntRange(-1, 30).Draw(r, "event"))
		known := day("2025-01-01").AddDate(0, 0, rapid.IntRange(-1, 30).Draw(r, "known"))
		then := slices.DeleteFunc(l.Changes(), func(c customer.LifecycleChange) bool { return c.At.After(event) || c.RecordedAt.After(known) })
		replayed, err := customer.ReplayLifecycle("c1", rapid.Permutation(then).Draw(r, "order"))
		require.NoError(r, err)
		require.Equal(r, replayed.Now(), l.AsOf(event, known))
		whole, err := customer.ReplayLifecycle("c1", rapid.Permutation(l.Changes()).Draw(r, "order of all"))
		require.NoError(r, err)
		require.Empty(r, cmp.Diff(l.Changes(), whole.Changes(), cmpopts.EquateEmpty()))
		require.Equal(r, l.Now(), whole.Now())
	})
}

func TestLifecycleChangeJSON(t *testing.T) {
	c := change("7", customer.StageAtRisk, customer.LifecycleLongGap, "2025-03-01")
	c.Customer, c.Sequence, c.From, c.Cause, c.Actor = "c1", 3, customer.StageRepeat, "price", "nightly"
	c.Evidence = []customer.Evidence{{"gap-times", 4.5}}
	requireRoundTrip(t, c, `{"format":1,"id":"7","customer":"c1","sequence":3,"from":"repeat","to":"at-risk","reason":"long-gap","cause":"price",`+
		`"at":"2025-03-01T00:00:00Z","recorded_at":"2025-03-01T00:00:00Z","actor":"nightly","evidence":[{"figure":"gap-times","value":4.5}]}`)
	require.Equal(t, customer.FileLifecycleChange, c.Filing().Kind)
	c.To = customer.StageLost
	requireProblems(t, c.Validate(), "to not-allowed")
}

// The history of one customer with six changes.
func BenchmarkReplayLifecycle(b *testing.B) {
	changes := newLife(b, "c1", change("1", customer.StageProspect, customer.LifecycleFound, "2025-01-01"),
		change("2", customer.StageLead, customer.LifecycleEnquired, "2025-02-01"),
		change("3", customer.StageFirstTime, customer.LifecycleBought, "2025-03-01"),
		change("4", customer.StageRepeat, customer.LifecycleBought, "2025-04-01"),
		change("5", customer.StageAtRisk, customer.LifecycleLongGap, "2025-09-01"),
		change("6", customer.StageLost, customer.LifecycleLeft, "2025-10-01")).Changes()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.ReplayLifecycle("c1", changes); err != nil {
			b.Fatal(err)
		}
	}
}

// Long histories are read in one pass.
func TestReplayOfManyChanges(t *testing.T) {
	const n = 50_000
	changes := make([]customer.LifecycleChange, n)
	for i := range changes {
		changes[i] = customer.LifecycleChange{
			ID: rapport.ID(fmt.Sprintf("change-%06d", i)), Customer: "c1", Sequence: i + 1, From: customer.StageProspect, To: customer.StageProspect,
			Reason: customer.LifecycleBlocked, At: day("2024-01-01"), RecordedAt: day("2024-01-01"),
		}
		if i%2 == 0 {
			changes[i].Reason = customer.LifecycleUnblocked
		}
	}
	changes[0].From, changes[0].Reason = 0, customer.LifecycleFound
	l, err := customer.ReplayLifecycle("c1", changes)
	require.NoError(t, err)
	require.True(t, l.Now().Blocked)
	changes[n-1].ID = changes[1].ID
	_, err = customer.ReplayLifecycle("c1", changes)
	replay, ok := errors.AsType[*customer.ReplayError](err)
	require.Truef(t, ok, "%v", err)
	require.True(t, replay.Twice)
}
