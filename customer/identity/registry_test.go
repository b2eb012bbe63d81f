package identity_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

func act(id string, day int) identity.Act {
	return identity.Act{ID: rapport.ID(id), Actor: "wu", Reason: "same telephone", At: onDay(day), RecordedAt: onDay(day)}
}

func newRegistry(t require.TestingT, options *identity.RegistryOptions, sources ...identity.Source) *identity.Registry {
	r, err := identity.NewRegistry(options)
	require.NoError(t, err)
	require.NoError(t, r.Add(sources...))
	return r
}

// Requirement C1: one customer from all branches, and back.
func TestThreeBranchesMergeToOne(t *testing.T) {
	// The second branch has the oldest record.
	branches := []identity.Source{person(t, "north-7", 30), person(t, "south-12", 2), person(t, "west-3", 15)}
	var before []string
	for _, s := range branches {
		before = append(before, asJSON(t, s))
	}
	r := newRegistry(t, nil, branches...)
	event, err := r.Merge(act("m1", 40), "west-3", "north-7", "south-12")
	require.NoError(t, err)
	require.Equal(t, []identity.Move{{"north-7", "north-7", "south-12"}, {"west-3", "west-3", "south-12"}}, event.Moves)
	for _, id := range []rapport.ID{"north-7", "south-12", "west-3"} {
		require.Equal(t, rapport.ID("south-12"), r.Resolve(id))
		require.Equal(t, []rapport.ID{"north-7", "south-12", "west-3"}, r.Members(id))
		golden, err := r.Golden(id)
		require.NoError(t, err)
		require.Equal(t, rapport.ID("south-12"), golden.Customer.ID())
		require.Equal(t, "Person north-7", golden.Customer.Name(), "the most recent")
	}
	require.Equal(t, []identity.Link{{identity.Replaces, "north-7"}, {identity.Replaces, "west-3"}}, r.Links("south-12"))
	require.Equal(t, []identity.Link{{identity.ReplacedBy, "south-12"}}, r.Links("west-3"))

	event, err = r.Unmerge(act("u1", 41), "m1")
	require.NoError(t, err)
	require.Equal(t, []identity.Move{{"north-7", "south-12", "north-7"}, {"west-3", "south-12", "west-3"}}, event.Moves)
	for i, s := range branches {
		id := s.Record.ID()
		require.Equal(t, id, r.Resolve(id))
		kept := r.Sources(id)
		require.Len(t, kept, 1)
		require.Equal(t, before[i], asJSON(t, kept[0]))
		golden, err := r.Golden(id)
		require.NoError(t, err)
		require.Equal(t, asJSON(t, s.Record), asJSON(t, golden.Customer))
	}
	require.Equal(t, []identity.Link{{identity.SeeAlso, "north-7"}, {identity.SeeAlso, "south-12"}}, r.Links("west-3"))
	require.False(t, r.Counts("m1"))
	require.True(t, r.Counts("u1"))
}

// naive says who is one customer by going through the log again and again.
type naive struct{ log []identity.MergeEvent }

func (n naive) until(at, recorded time.Time) naive {
	var past naive
	for _, e := range n.log {
		if (at.IsZero() || !e.At.After(at)) && (recorded.IsZero() || !e.RecordedAt.After(recorded)) {
			past.log = append(past.log, e)
		}
	}
	return past
}

// counting returns the joining events that were not undone.
func (n naive) counting() []identity.MergeEvent {
	var joins []identity.MergeEvent
	for _, e := range n.log {
		if e.Type != identity.Merged && e.Type != identity.AlwaysMerge {
			continue
		}
		if !slices.ContainsFunc(n.log, func(u identity.MergeEvent) bool { return u.Undoes == e.ID }) {
			joins = append(joins, e)
		}
	}
	return joins
}

func (n naive) members(id rapport.ID) []identity.Member {
	since := map[rapport.ID]time.Time{id: {}}
	joins := n.counting()
	for grown := true; grown; {
		grown = false
		for _, e := range joins {
			if !slices.ContainsFunc(e.Members, func(m identity.Member) bool { _, in := since[m.ID]; return in }) {
				continue
			}
			for _, m := range e.Members {
				if had, in := since[m.ID]; !in || had.IsZero() || m.Since.Before(had) {
					since[m.ID] = m.Since
					grown = true
				}
			}
		}
	}
	var all []identity.Member
	for id, at := range since {
		all = append(all, identity.Member{ID: id, Since: at})
	}
	slices.SortFunc(all, func(a, b identity.Member) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID)) })
	return all
}

// never reports whether the last word on two ids is that they stay apart.
func (n naive) never(a, b rapport.ID) bool {
	held := rapport.ID("")
	for _, e := range n.log {
		pair := len(e.Members) == 2 && (e.Members[0].ID == a && e.Members[1].ID == b || e.Members[0].ID == b && e.Members[1].ID == a)
		switch {
		case e.Type == identity.NeverMerge && pair:
			held = e.ID
		case e.Type == identity.AlwaysMerge && pair, e.Undoes == held:
			held = ""
		}
	}
	return held != ""
}

// mayMerge reports whether ids are not one customer yet and no two are kept apart, but for
// one pair.
func (n naive) mayMerge(ids []rapport.ID, always bool) bool {
	apart := false
	var united []rapport.ID
	for _, id := range ids {
		apart = apart || n.members(id)[0].ID != n.members(ids[0])[0].ID
		for _, m := range n.members(id) {
			united = append(united, m.ID)
		}
	}
	for _, a := range united {
		for _, b := range united {
			if n.never(a, b) && (!always || !slices.Contains(ids, a) || !slices.Contains(ids, b)) {
				return false
			}
		}
	}
	return apart || always
}

func (n naive) require(t require.TestingT, r *identity.Registry, ids []rapport.ID) {
	for _, id := range ids {
		members := n.members(id)
		require.Equal(t, members[0].ID, r.Resolve(id), id)
		require.Equal(t, r.Resolve(id), r.Resolve(r.Resolve(id)))
		var want []rapport.ID
		for _, m := range members {
			want = append(want, m.ID)
		}
		slices.Sort(want)
		require.Equal(t, want, r.Members(id), id)
	}
}

// look is all that can be read of the ids, but for what is said of former companions.
func look(t require.TestingT, r *identity.Registry, ids []rapport.ID) string {
	var text strings.Builder
	for _, id := range ids {
		golden, err := r.Golden(id)
		require.NoError(t, err)
		links := slices.DeleteFunc(r.Links(id), func(l identity.Link) bool { return l.Type == identity.SeeAlso })
		fmt.Fprintln(&text, id, r.Resolve(id), r.Members(id), links, asJSON(t, golden), asJSON(t, r.Sources(id)))
	}
	return text.String()
}

func TestRegistryAgreesWithTheNaiveOne(t *testing.T) {
	ids := []rapport.ID{"a", "b", "c", "d", "e", "f"}
	rapid.Check(t, func(rt *rapid.T) {
		var sources []identity.Source
		for i, id := range ids {
			s := person(rt, id, (i*i)%4)
			sources = append(sources, s)
		}
		r := newRegistry(rt, nil, sources...)
		var model naive
		for step := range rapid.IntRange(1, 12).Draw(rt, "steps") {
			a := act("e"+strconv.Itoa(step), step/2)
			a.At = onDay(rapid.IntRange(0, 9).Draw(rt, "at"))
			named := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 2, 3, rapid.ID).Draw(rt, "ids")
			if rapid.IntRange(0, 4).Draw(rt, "learn more") == 0 { // an older statement changes the age, but nothing that is decided
				older := person(rt, named[0], -step)
				older.ID, older.System = rapport.ID("again"+strconv.Itoa(step)), "archive"
				require.NoError(rt, r.Add(older))
				sources = append(sources, older)
			}
			before := look(rt, r, ids)
			var event identity.MergeEvent
			var err error
			may := false
			switch rapid.IntRange(0, 6).Draw(rt, "what") {
			default:
				event, err = r.Merge(a, named...)
				may = model.mayMerge(named, false)
			case 3:
				event, err = r.Always(a, named[0], named[1])
				may = model.mayMerge(named[:2], true) && !backwards(r, a, named[0], named[1])
			case 4:
				event, err = r.Never(a, named[0], named[1])
				may = model.members(named[0])[0].ID != model.members(named[1])[0].ID && !model.never(named[0], named[1])
			case 5, 6:
				if len(model.log) == 0 {
					continue
				}
				undo := rapid.SampledFrom(model.log).Draw(rt, "undo")
				may = r.Counts(undo.ID) && !a.At.Before(undo.At) && undo.Undoes == ""
				if undo.Type == identity.Merged {
					event, err = r.Unmerge(a, undo.ID)
				} else {
					event, err = r.Withdraw(a, undo.ID)
				}
			}
			require.Equal(rt, may, err == nil, "%v", err)
			if err != nil {
				require.Equal(rt, before, look(rt, r, ids), "nothing half merged")
				continue
			}
			model.log = append(model.log, event)
			model.require(rt, r, ids)
			for _, m := range event.Moves {
				require.Equal(rt, m.To, r.Resolve(m.ID))
				require.NotEqual(rt, m.From, m.To)
			}
			if event.Type == identity.Merged {
				requireUndoes(rt, model.log, sources, a, event, ids, before)
			}
		}
		requireReplays(rt, r, model, sources, ids)
		at, recorded := onDay(rapid.IntRange(-1, 10).Draw(rt, "as of")), onDay(rapid.IntRange(-1, 6).Draw(rt, "as recorded"))
		model.until(at, recorded).require(rt, r.AsOf(at, recorded), ids)
		model.until(at, time.Time{}).require(rt, r.AsOf(at, time.Time{}), ids)
	})
}

// backwards reports whether an always-merge would be older than the never-merge it ends.
func backwards(r *identity.Registry, a identity.Act, one, other rapport.ID) bool {
	for _, e := range r.Events() {
		if e.Type == identity.NeverMerge && r.Counts(e.ID) && a.At.Before(e.At) &&
			slices.Contains([]rapport.ID{one, other}, e.Members[0].ID) && slices.Contains([]rapport.ID{one, other}, e.Members[1].ID) {
			return true
		}
	}
	return false
}

func replay(t require.TestingT, log []identity.MergeEvent, sources []identity.Source) *identity.Registry {
	r, err := identity.Replay(nil, func(yield func(identity.Source, error) bool) {
		for _, s := range sources {
			if !yield(s, nil) {
				return
			}
		}
	}, func(yield func(identity.MergeEvent, error) bool) {
		for _, e := range log {
			var read identity.MergeEvent
			if err := read.UnmarshalJSON([]byte(asJSON(t, e))); !yield(read, err) {
				return
			}
		}
	})
	require.NoError(t, err)
	return r
}

// requireUndoes takes back the merge at the end of a log.
func requireUndoes(t require.TestingT, log []identity.MergeEvent, sources []identity.Source, a identity.Act, event identity.MergeEvent, ids []rapport.ID, before string) {
	r := replay(t, log, sources)
	a.ID = "undo"
	_, err := r.Unmerge(a, event.ID)
	require.NoError(t, err)
	require.Equal(t, before, look(t, r, ids), "merge then unmerge is the identity")
}

// requireReplays rebuilds the registry from its log and reads it as of a record time.
func requireReplays(t require.TestingT, r *identity.Registry, model naive, sources []identity.Source, ids []rapport.ID) {
	again := replay(t, r.Events(), sources)
	require.Equal(t, look(t, r, ids), look(t, again, ids))
	for _, id := range ids {
		require.Equal(t, r.Links(id), again.Links(id))
	}
	for day := range 6 {
		var log []identity.MergeEvent
		for _, e := range model.log {
			if !e.RecordedAt.After(onDay(day)) {
				log = append(log, e)
			}
		}
		past := replay(t, log, nil)
		for _, id := range ids {
			require.Equal(t, past.Members(id), r.AsOf(time.Time{}, onDay(day)).Members(id))
			require.Equal(t, past.Resolve(id), r.AsOf(time.Time{}, onDay(day)).Resolve(id))
		}
	}
}

func TestOrderOfMergesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ids := []rapport.ID{"a", "b", "c", "d"}
		var sources []identity.Source
		for i, id := range ids {
			sources = append(sources, identity.Source{
				ID: "s-" + id, System: "branch", Record: drawRecord(rt, id), At: onDay(rapid.IntRange(0, 2).Draw(rt, "at")), RecordedAt: onDay(i),
			})
		}
		groups := [][]rapport.ID{{"a", "b"}, {"b", "c"}, {"c", "d"}}
		var want string
		for _, order := range [][][]rapport.ID{groups, rapid.Permutation(groups).Draw(rt, "order"), {{"d", "b", "a", "c"}}} {
			r := newRegistry(rt, nil, sources...)
			for i, group := range order {
				_, err := r.Merge(act("m"+strconv.Itoa(i), 10), group...)
				require.NoError(rt, err)
			}
			if want == "" {
				want = look(rt, r, ids)
			}
			require.Equal(rt, want, look(rt, r, ids))
		}
	})
}

func TestAddRefusesDuplicates(t *testing.T) {
	a, b := person(t, "a", 1), person(t, "b", 2)
	r := newRegistry(t, nil, a)
	for _, sources := range [][]identity.Source{{b, a}, {b, b}, {b, {ID: "x"}}} {
		_, ok := errors.AsType[*identity.SourceError](r.Add(sources...))
		require.True(t, ok)
		require.Empty(t, r.Sources("b"), "all or none")
	}
	_, err := r.Golden("b")
	wrong, _ := errors.AsType[*identity.SourceError](err)
	require.Equal(t, identity.NoSources, wrong.Reason)
}

func TestRegistryOptionsRefused(t *testing.T) {
	for _, o := range []identity.RegistryOptions{
		{MaxMembers: -1}, {MaxMembers: 1}, {Limits: []identity.IdentifierLimit{{Type: "vat"}}}, {Limits: []identity.IdentifierLimit{{Most: 1}}},
	} {
		_, err := identity.NewRegistry(&o)
		_, ok := errors.AsType[*identity.OptionsError](err)
		require.True(t, ok, o)
		require.ErrorContains(t, err, "identity: registry option ")
	}
	_, err := identity.NewRegistry(&identity.RegistryOptions{Rules: &identity.Survivorship{Rules: map[string][]identity.SurvivorRule{"x": nil}}})
	_, ok := errors.AsType[*identity.RuleError](err)
	require.True(t, ok)
	broken := errors.New("broken")
	_, err = identity.Replay(nil, func(yield func(identity.Source, error) bool) { yield(identity.Source{}, broken) }, nil)
	require.ErrorIs(t, err, broken)
	_, err = identity.Replay(nil, nil, func(yield func(identity.MergeEvent, error) bool) { yield(identity.MergeEvent{}, broken) })
	require.ErrorIs(t, err, broken)
}

var _ customer.Filed = identity.Source{}
var _ customer.Filed = identity.MergeEvent{}
