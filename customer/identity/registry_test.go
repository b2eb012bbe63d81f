package identity_test

import (
	"errors"
	"strconv"
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

func TestGoldenAsOf(t *testing.T) {
	first, later := stating(t, "a", "Old", 1), stating(t, "a", "New", 5)
	later.ID, later.System, later.RecordedAt = "later", first.System, onDay(8)
	other := stating(t, "b", "Other", 3)
	r := newRegistry(t, nil, first, later, other)
	_, err := r.Merge(act("m1", 9), "a", "b")
	require.NoError(t, err)
	name := func(r *identity.Registry, id rapport.ID) string {
		golden, err := r.Golden(id)
		require.NoError(t, err)
		return golden.Customer.Name()
	}
	require.Equal(t, "New", name(r, "b"))
	require.Equal(t, "Old", name(r.AsOf(onDay(4), time.Time{}), "a"))
	require.Equal(t, "Old", name(r.AsOf(time.Time{}, onDay(7)), "a"), "not written down yet")
	require.Equal(t, "Other", name(r.AsOf(onDay(8), time.Time{}), "b"))
	_, err = r.AsOf(onDay(2), time.Time{}).Golden("b")
	require.EqualError(t, err, "identity: golden record: no-sources")
}

// A past registry by event time lacks events in between, and is whole all the same.
func TestAsOfHasGaps(t *testing.T) {
	r := people(t, nil, 5)
	late := act("m2", 6)
	late.At = onDay(20)
	must(t)(r.Merge(act("m1", 5), "a", "b"))
	must(t)(r.Merge(late, "b", "c"))
	must(t)(r.Merge(act("m3", 7), "c", "d"))
	past := r.AsOf(onDay(10), time.Time{})
	require.Equal(t, []rapport.ID{"a", "b"}, past.Members("a"))
	require.Equal(t, []rapport.ID{"c", "d"}, past.Members("d"))
	require.EqualValues(t, 3, past.Events()[1].Sequence)
	event := must(t)(r.Merge(act("m4", 8), "d", "e"))
	require.Error(t, past.Apply(event), "d is another customer there")
	imagined := must(t)(past.Merge(act("m4", 8), "d", "e"))
	require.EqualValues(t, 4, imagined.Sequence)
	require.Equal(t, []rapport.ID{"c", "d", "e"}, past.Members("e"))
	require.Len(t, r.Members("e"), 5)
	require.Len(t, r.AsOf(time.Time{}, time.Time{}).Events(), 4)
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
		_, ok := errors.AsType[*identity.OptionError](err)
		require.True(t, ok, o)
		require.Regexp(t, `^identity: (MaxMembers|Limits\[0\]\.Most) is `, err.Error())
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
