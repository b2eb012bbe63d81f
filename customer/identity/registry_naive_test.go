package identity_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
)

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
		links := slices.DeleteFunc(r.Links(id), func(l identity.Link) bool { return l.Type == identity.SeeAlso })
		fmt.Fprintln(&text, id, r.Resolve(id), r.Members(id), links)
		if r.Resolve(id) == id {
			golden, err := r.Golden(id)
			require.NoError(t, err)
			fmt.Fprintln(&text, asJSON(t, golden), asJSON(t, r.Sources(id)))
		}
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
		var last merge
		aliases := make(map[rapport.ID]rapport.ID)
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
				require.NotEqual(rt, m.From, m.To)
				aliases[m.ID] = m.To
			}
			for _, id := range ids {
				require.Equal(rt, cmp.Or(aliases[id], id), r.Resolve(id), "the moves are what a table of aliases needs")
			}
			if event.Type == identity.Merged {
				last = merge{event, len(model.log), len(sources), before}
			}
		}
		last.requireUndone(rt, model.log, sources, ids)
		at, recorded := onDay(rapid.IntRange(-1, 10).Draw(rt, "as of")), onDay(rapid.IntRange(-1, 6).Draw(rt, "as recorded"))
		requireReplays(rt, r, model, sources, ids, recorded)
		requireReplaysInAnyOrder(rt, r, sources, ids)
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

// merge is a merge with what was before it.
type merge struct {
	event        identity.MergeEvent
	log, sources int
	before       string
}

// requireUndone takes the merge back as if nothing had followed.
func (m merge) requireUndone(t require.TestingT, log []identity.MergeEvent, sources []identity.Source, ids []rapport.ID) {
	if m.log == 0 {
		return
	}
	r := replay(t, log[:m.log], sources[:m.sources])
	undo := m.event.Act
	undo.ID = "undo"
	_, err := r.Unmerge(undo, m.event.ID)
	require.NoError(t, err)
	require.Equal(t, m.before, look(t, r, ids), "merge then unmerge is the identity")
}

// requireReplaysInAnyOrder rebuilds the registry from its events as a store may list them.
func requireReplaysInAnyOrder(rt *rapid.T, r *identity.Registry, sources []identity.Source, ids []rapport.ID) {
	log := r.Events()
	for i, e := range log {
		require.EqualValues(rt, i+1, e.Sequence)
	}
	again := replay(rt, rapid.Permutation(log).Draw(rt, "listed"), sources)
	require.Equal(rt, asJSON(rt, log), asJSON(rt, again.Events()))
	require.Equal(rt, look(rt, r, ids), look(rt, again, ids))
}

// requireReplays rebuilds the registry from its log and reads it as of a record time.
func requireReplays(t require.TestingT, r *identity.Registry, model naive, sources []identity.Source, ids []rapport.ID, recorded time.Time) {
	again := replay(t, r.Events(), sources)
	require.Equal(t, look(t, r, ids), look(t, again, ids))
	for _, id := range ids {
		require.Equal(t, r.Links(id), again.Links(id))
	}
	var log []identity.MergeEvent
	for _, e := range model.log {
		if !e.RecordedAt.After(recorded) {
			log = append(log, e)
		}
	}
	past, read := replay(t, log, nil), r.AsOf(time.Time{}, recorded)
	for _, id := range ids {
		require.Equal(t, past.Members(id), read.Members(id))
		require.Equal(t, past.Resolve(id), read.Resolve(id))
	}
}
