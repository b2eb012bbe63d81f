package identity_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// shelf keeps golden records as a store does: an identifier belongs to one customer, and
// no alias points to an alias.
type shelf struct {
	kept    map[rapport.ID]identity.GoldenRecord
	owner   map[customer.Identifier]rapport.ID
	aliases map[rapport.ID]rapport.ID
}

func (s *shelf) remove(id rapport.ID) {
	for key, owner := range s.owner {
		if owner == id {
			delete(s.owner, key)
		}
	}
	delete(s.kept, id)
}

func (s *shelf) put(t require.TestingT, golden identity.GoldenRecord) {
	id := golden.Customer.ID()
	s.remove(id)
	for _, key := range golden.Customer.Identifiers() {
		require.Empty(t, s.owner[key.Key()], "an identifier of %s", id)
		s.owner[key.Key()] = id
	}
	s.kept[id] = golden
}

func (s *shelf) follow(t require.TestingT, plan identity.MergePlan) {
	for _, id := range plan.Remove {
		require.Contains(t, s.kept, id)
		s.remove(id)
	}
	for _, golden := range plan.Put {
		s.put(t, golden)
	}
	for _, a := range plan.Aliases {
		s.aliases[a.Old] = a.Current
		if a.Old == a.Current {
			delete(s.aliases, a.Old)
		}
	}
	for old, current := range s.aliases {
		require.NotContains(t, s.aliases, current, "of %s", old)
	}
}

// A host that follows the plans keeps what a registry says, and is never in the way of
// itself.
func TestPlansAreSafeAndEnough(t *testing.T) {
	holder := func(t require.TestingT, id rapport.ID, day int) identity.Source {
		s := person(t, id, day)
		d := s.Record.Draft()
		d.Identifiers = []customer.Identifier{{System: "branch", Type: "account", Value: string(id)}}
		s.Record = mustCustomer(t, d)
		return s
	}
	ids := []rapport.ID{"a", "b", "c", "d", "e", "f"}
	rapid.Check(t, func(rt *rapid.T) {
		r := newRegistry(rt, nil)
		store := &shelf{map[rapport.ID]identity.GoldenRecord{}, map[customer.Identifier]rapport.ID{}, map[rapport.ID]rapport.ID{}}
		learn := func(s identity.Source) {
			require.NoError(rt, r.Add(s))
			golden, err := r.Golden(s.Record.ID())
			require.NoError(rt, err)
			store.put(rt, golden)
		}
		for i, id := range ids {
			learn(holder(rt, id, (i*i)%4))
		}
		for step := range rapid.IntRange(1, 12).Draw(rt, "steps") {
			named := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 2, 3, rapid.ID).Draw(rt, "ids")
			a := act("e"+strconv.Itoa(step), step)
			var event identity.MergeEvent
			var err error
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0: // who is the oldest changes with the next event
				older := holder(rt, named[0], -step)
				older.ID, older.System = rapport.ID("again"+strconv.Itoa(step)), "archive"
				learn(older)
				continue
			case 1:
				event, err = r.Always(a, named[0], named[1])
			case 2, 3:
				event, err = r.Merge(a, named...)
			default:
				if len(r.Events()) == 0 {
					continue
				}
				undo := rapid.SampledFrom(r.Events()).Draw(rt, "undo")
				if event, err = r.Unmerge(a, undo.ID); err != nil {
					event, err = r.Withdraw(a, undo.ID)
				}
			}
			if err != nil {
				continue
			}
			plan, err := r.Plan(event.ID)
			require.NoError(rt, err)
			store.follow(rt, plan)
			for _, id := range ids {
				golden, had := store.kept[id]
				require.Equal(rt, r.Resolve(id) == id, had, id)
				alias, is := store.aliases[id]
				require.Equal(rt, !had, is, id)
				if is {
					require.Equal(rt, r.Resolve(id), alias)
					continue
				}
				want, err := r.Golden(id)
				require.NoError(rt, err)
				require.Equal(rt, asJSON(rt, want), asJSON(rt, golden))
			}
		}
	})
}

func TestPlanRefuses(t *testing.T) {
	r := people(t, nil, 3)
	merge := must(t)(r.Merge(act("m1", 5), "a", "b"))
	never := must(t)(r.Never(act("n1", 6), "a", "c"))
	plan, err := r.Plan(never.ID)
	require.NoError(t, err)
	require.Empty(t, plan)
	_, err = r.Plan(merge.ID)
	misfit(t, err, identity.NotLast, `identity: event "m1": not-last "n1"`)
	_, err = r.Plan("m9")
	misfit(t, err, identity.UnknownEvent, `identity: event "m9": unknown-event "m9"`)

	bare := newRegistry(t, nil)
	require.NoError(t, bare.Apply(merge))
	_, err = bare.Plan(merge.ID)
	refused(t, err, identity.NotGolden, `identity: event "m1": not-golden "a": identity: golden record: no-sources`)
}

func TestStored(t *testing.T) {
	golden := mustGolden(t, []identity.Source{person(t, "a", 1)}, nil)
	for version := range int64(3) {
		kept, err := golden.Stored(version, onDay(9))
		require.NoError(t, err)
		require.Equal(t, version, kept.Version())
		require.Equal(t, onDay(9), kept.RecordedAt())
		require.Equal(t, golden.Customer.Name(), kept.Name())
	}
	_, err := golden.Stored(-1, onDay(9))
	_, ok := errors.AsType[*customer.ValidationError](err)
	require.True(t, ok)
}
