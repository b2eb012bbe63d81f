package rule_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

// run is an engine beside its model.
type run struct {
	set     *rule.Set
	engine  *rule.Engine
	world   *world
	options *rule.EngineOptions
	folded  map[rapport.ID]map[string]bool // members, by what the engine said
	nextID  int
}

func newRun(t *rapid.T) *run {
	rules, judges := drawRules(t)
	// A zone without summer time, and one whose clocks go forward on 31 March.
	location, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	now := time.Date(2024, 3, 27, 5, 0, 0, 0, location)
	if rapid.Bool().Draw(t, "plain zone") {
		location, now = zone(), start().In(zone())
	}
	set, err := rule.Compile(schemaIn(location), rules)
	require.NoError(t, err)
	r := &run{
		set: set, world: &world{now: now, people: map[rapport.ID]*person{}, rules: rules, judges: judges},
		folded: map[rapport.ID]map[string]bool{},
	}
	r.options = &rule.EngineOptions{
		Consult: func(id rapport.ID, purpose customer.Purpose, channel customer.Channel, at time.Time) rule.Permission {
			return r.world.people[id].permission(string(purpose), string(channel), at)
		},
		Explain: true,
		Settled: time.Duration(rapid.SampledFrom([]int{0, 0, 3}).Draw(t, "settled")) * 24 * time.Hour,
	}
	r.engine, err = rule.NewEngine(set, now, r.options)
	require.NoError(t, err)
	return r
}

// took holds what the engine said against what the model says.
func (r *run) took(t *rapid.T, got []rule.Change, err error, want []rule.Change) {
	require.NoError(t, err)
	if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
		t.Fatalf("changes, model against engine:\n%s", diff)
	}
	for _, c := range got {
		if c.Reason.Code == rule.BecauseRule {
			require.Equal(t, c.Kind == rule.Entered, c.Reason.Truth == rule.True)
			require.NotEmpty(t, c.Reason.Tests)
		}
		require.Equal(t, c.Reason.Code == rule.BecausePin, c.Reason.Pin != nil)
		members := r.folded[c.Customer]
		if members == nil {
			members = map[string]bool{}
			r.folded[c.Customer] = members
		}
		require.Equal(t, c.Kind == rule.Left, members[c.Segment], "said twice: %v", c)
		members[c.Segment] = c.Kind == rule.Entered
	}
}

// correctable tells whether an event may still be taken back.
func (r *run) correctable(e rule.Event) bool {
	return r.options.Settled == 0 || e.At.After(r.world.now.Add(-r.options.Settled))
}

func (r *run) step(t *rapid.T) {
	id := rapport.ID(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "customer"))
	p := r.world.people[id]
	action := pick(t, "action", 15)
	if p == nil && action < 11 {
		p = newPerson(id)
		r.world.people[id] = p
		f, err := r.set.NewFacts(id)
		require.NoError(t, err)
		got, err := r.engine.Put(f)
		r.took(t, got, err, r.world.settle(p))
		return
	}
	var got []rule.Change
	var err error
	switch action {
	case 0, 1, 2, 3:
		name := rapid.SampledFrom([]string{"score", "tier", "blocked", "born", "needs", "limit", "health", "due"}).Draw(t, "name")
		if pick(t, "clear", 5) == 0 {
			delete(p.attributes, name)
			got, err = r.engine.Clear(id, name)
			break
		}
		p.attributes[name] = drawValue(t, name, r.world.now)
		got, err = r.engine.Set(id, name, valueOf(p.attributes[name]))
	case 4, 5, 6:
		e := r.drawEvent(t)
		at := slices.IndexFunc(p.events, func(had rule.Event) bool { return had.ID == e.ID && had.Kind == e.Kind })
		if at >= 0 {
			if !r.correctable(p.events[at]) {
				return
			}
			p.events = slices.Delete(p.events, at, at+1)
		}
		p.events = append(p.events, e)
		got, err = r.engine.PutEvent(id, e)
	case 7:
		if len(p.events) == 0 {
			return
		}
		at := rapid.IntRange(0, len(p.events)-1).Draw(t, "event")
		e := p.events[at]
		if !r.correctable(e) {
			return
		}
		p.events = slices.Delete(p.events, at, at+1)
		got, err = r.engine.RemoveEvent(id, e.Kind, e.ID)
	case 8:
		g := grant{yes: rapid.IntRange(0, 3).Draw(t, "yes") > 0}
		if rapid.Bool().Draw(t, "expires") {
			g.until = r.world.now.Truncate(grid).Add(grid * time.Duration(rapid.IntRange(-1, 10).Draw(t, "until")))
		}
		p.grants["care/"+rapid.SampledFrom([]string{"", "mail"}).Draw(t, "over")] = g
		got, err = r.engine.ConsentChanged(id)
	case 9:
		pin := rule.Pin{Customer: id, Segment: r.drawSegment(t), In: rapid.Bool().Draw(t, "in"), By: "ann", Why: "asked for it"}
		if rapid.Bool().Draw(t, "ends") {
			pin.Until = r.world.now.Truncate(grid).Add(grid * time.Duration(rapid.IntRange(1, 10).Draw(t, "end")))
		}
		p.pins[pin.Segment] = pin
		got, err = r.engine.Pin(pin)
	case 10:
		segment := r.drawSegment(t)
		delete(p.pins, segment)
		got, err = r.engine.Unpin(id, segment)
	case 11:
		if p == nil {
			return
		}
		delete(r.world.people, id)
		for segment := range p.since {
			got = append(got, rule.Change{Customer: id, Segment: segment, Kind: rule.Left, At: r.world.now})
		}
		removed, err := r.engine.Remove(id)
		r.took(t, removed, err, got)
		return
	case 12:
		to := r.world.now.Truncate(grid).Add(grid * time.Duration(rapid.SampledFrom([]int{1, 1, 2, 3, 5, 9, 31, 117}).Draw(t, "steps")))
		to = to.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "odd")))
		if to.Before(r.world.now) {
			to = r.world.now
		}
		got, err = r.engine.Advance(to)
		r.took(t, got, err, r.world.advance(to))
		return
	case 13:
		before, err := r.engine.Snapshot()
		require.NoError(t, err)
		r.engine, err = rule.Restore(r.set, before, r.options)
		require.NoError(t, err)
		after, err := r.engine.Snapshot()
		require.NoError(t, err)
		require.Equal(t, string(before), string(after))
		return
	case 14:
		if p == nil {
			return
		}
		got, err = r.engine.Put(r.facts(t, p))
	}
	r.took(t, got, err, r.world.settle(p))
}

// facts are those of the model.
func (r *run) facts(t *rapid.T, p *person) *rule.Facts {
	f, err := r.set.NewFacts(p.id)
	require.NoError(t, err)
	for name, v := range p.attributes {
		require.NoError(t, f.Set(name, valueOf(v)))
	}
	for _, e := range p.events {
		require.NoError(t, f.PutEvent(e))
	}
	return f
}

func (r *run) drawSegment(t *rapid.T) string {
	return r.world.rules[rapid.IntRange(0, len(r.world.rules)-1).Draw(t, "rule")].Name
}

func drawValue(t *rapid.T, name string, now time.Time) any {
	switch name {
	case "score":
		return float64(rapid.IntRange(-4, 4).Draw(t, "half")) / 2
	case "blocked":
		return rapid.Bool().Draw(t, "flag")
	case "born", "due":
		return drawDate(t, now)
	case "needs":
		return rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y", "z"}), 0, 3).Draw(t, "tags")
	case "limit":
		return int64(rapid.IntRange(-3, 3).Draw(t, "minor"))
	}
	return rapid.SampledFrom([]string{"a", "ab", "b", "frail"}).Draw(t, "text")
}

// valueOf makes a value of what the model holds.
func valueOf(v any) rule.Value {
	switch v := v.(type) {
	case float64:
		return rule.NumberOf(v)
	case bool:
		return rule.FlagOf(v)
	case customer.Date:
		return rule.DateOf(v)
	case []string:
		return rule.TagsOf(v...)
	case int64:
		return rule.AmountOf(yuan(v))
	}
	return rule.TextOf(v.(string))
}

// drawEvent draws a new event or, where that may be undone, one that corrects another.
func (r *run) drawEvent(t *rapid.T) rule.Event {
	r.nextID++
	e := rule.Event{
		ID: rapport.ID(fmt.Sprint(r.nextID)), Kind: rapid.SampledFrom([]string{"sale", "call"}).Draw(t, "kind"),
		At: r.world.now.Truncate(grid).Add(grid * time.Duration(rapid.IntRange(-40, 8).Draw(t, "ago"))),
	}
	if r.options.Settled == 0 && rapid.Bool().Draw(t, "known id") {
		e.ID = rapport.ID(fmt.Sprint(rapid.IntRange(1, r.nextID).Draw(t, "id")))
	}
	if e.Kind == "sale" {
		e.Amount = yuan(int64(rapid.IntRange(-2, 4).Draw(t, "amount")))
	}
	if channel := rapid.SampledFrom([]string{"", "web", "shop"}).Draw(t, "channel"); channel != "" {
		e.Fields = map[string]string{"channel": channel}
	}
	return e
}

// check compares all memberships and truths.
func (r *run) check(t *rapid.T) {
	for i, one := range r.world.rules {
		var want []rapport.ID
		for _, id := range []rapport.ID{"a", "b"} {
			p := r.world.people[id]
			if p == nil {
				continue
			}
			since, member := p.since[one.Name]
			m, err := r.engine.Membership(id, one.Name)
			require.NoError(t, err)
			require.Equal(t, member, m.Member)
			require.Equal(t, member, r.folded[id][one.Name], "what was said does not add up to the membership")
			require.Equal(t, r.world.judges[i](p, r.world.now), m.Rule.Truth)
			if member {
				want = append(want, id)
				require.True(t, m.Since.Equal(since))
			}
		}
		got, err := r.engine.Members(one.Name)
		require.NoError(t, err)
		require.ElementsMatch(t, want, got)
		n, err := r.engine.Count(one.Name)
		require.NoError(t, err)
		require.Equal(t, len(want), n)
	}
}

// Whatever is done in whatever order, the engine says what the model says, which
// looks at everything at every step of time; and what it said adds up to the members.
func TestEngineAgainstModel(t *testing.T) {
	for range 5 { // worlds are small, and there are many kinds of rules
		rapid.Check(t, func(t *rapid.T) {
			r := newRun(t)
			for range 10 + rapid.IntRange(0, 30).Draw(t, "operations") {
				r.step(t)
				r.check(t)
			}
		})
	}
}
