package identity_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// At every record time the merges that held then join the ids that the registry of that
// time does.
func TestConsentMergesAreTheClustersOfEachTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := people(rt, nil, 6)
		id := rapid.Map(rapid.IntRange(0, 5), func(i int) rapport.ID { return rapport.ID(rune('a' + i)) })
		var merges []rapport.ID
		days := rapid.IntRange(1, 14).Draw(rt, "days")
		for day := 1; day <= days; day++ {
			name := fmt.Sprintf("e%d", day)
			if len(merges) > 0 && rapid.Bool().Draw(rt, "undo") {
				_, _ = r.Unmerge(act(name, day), rapid.SampledFrom(merges).Draw(rt, "merge"))
			} else if e, err := r.Merge(act(name, day), id.Draw(rt, "one"), id.Draw(rt, "other")); err == nil {
				merges = append(merges, e.ID)
			}
		}
		who := id.Draw(rt, "who")
		found := r.ConsentMerges(who)
		for day := 0; day <= days+1; day++ {
			joined := []rapport.ID{who}
			for grown := true; grown; {
				grown = false
				for _, m := range found {
					if m.At.After(onDay(day)) || !m.Undone.IsZero() && !m.Undone.After(onDay(day)) || !slices.ContainsFunc(m.Members, func(id rapport.ID) bool { return slices.Contains(joined, id) }) {
						continue
					}
					for _, id := range m.Members {
						if !slices.Contains(joined, id) {
							joined, grown = append(joined, id), true
						}
					}
				}
			}
			slices.Sort(joined)
			require.Equal(t, slices.Sorted(slices.Values(r.AsOf(time.Time{}, onDay(day)).Members(who))), joined, "of %s on day %d: %v", who, day, found)
		}
		for _, m := range found {
			require.True(t, m.Undone.IsZero() || m.Undone.After(m.At), "%v", m)
		}
	})
}

// Who joined later is no reason that those who stay together were so from then on only.
func TestConsentMergesKeepSinceWhenEachWasJoined(t *testing.T) {
	r := people(t, nil, 4)
	first := must(t)(r.Merge(act("m1", 1), "a", "b"))
	must(t)(r.Merge(act("m2", 2), "b", "c"))
	must(t)(r.Merge(act("m3", 4), "c", "d"))
	must(t)(r.Unmerge(act("u1", 6), first.ID))
	var open []customer.ConsentMerge
	for _, m := range r.ConsentMerges("b") {
		if m.Undone.IsZero() {
			open = append(open, m)
		}
	}
	require.Equal(t, []customer.ConsentMerge{
		{Members: []rapport.ID{"b", "c"}, At: onDay(2)},
		{Members: []rapport.ID{"b", "c", "d"}, At: onDay(4)},
	}, open)
}

func BenchmarkConsentMerges(b *testing.B) {
	r := people(b, nil, 20)
	for i := range 19 {
		_, err := r.Merge(act(fmt.Sprintf("m%d", i), i+1), rapport.ID(rune('a'+i)), rapport.ID(rune('b'+i)))
		require.NoError(b, err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.ConsentMerges("a")
	}
}
