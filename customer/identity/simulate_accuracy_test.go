//go:build !race

package identity

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"
)

// manyWorlds asks for all simulated worlds at full size.
var manyWorlds = flag.Bool("worlds", false, "simulate all worlds at full size")

// F1 and the stated precision of simulated persons and places: with families and
// chains, few and many errors and duplicates, fields that go together, missing values.
func TestSimulatedWorlds(t *testing.T) {
	few := []string{"given", "family", "birth", "city"}
	for _, s := range []struct {
		simulation
		f1, off float64 // the least F1, and how far the stated precision may be off
		brief   bool    // also where time is short
	}{
		{simulation{name: "persons", entities: 2000, duplicated: .3, errors: .1, missing: .05, family: .3}, .97, .05, false},
		{simulation{name: "persons clean", entities: 2000, duplicated: .3, errors: .02, missing: .02, family: .3}, .99, .05, false},
		{simulation{name: "persons dirty", entities: 2000, duplicated: .5, more: .5, errors: .3, missing: .2, family: .3, exchanged: .1}, .93, .05, false},
		{simulation{name: "persons rare duplicates", entities: 3000, duplicated: .02, errors: .1, missing: .05, family: .4}, .94, .05, true},
		{simulation{name: "persons few fields", entities: 2000, duplicated: .4, errors: .1, missing: .05, family: .3, fields: few, exchanged: .02}, .94, .05, false},
		{simulation{name: "persons no duplicates", entities: 2000, duplicated: 0, errors: .1, missing: .05, family: .5}, 0, 1, true},
		{simulation{name: "persons linked", entities: 4000, duplicated: .5, errors: .15, missing: .1, family: .3, linked: true}, .98, .05, false},
		{simulation{name: "persons linked dirty", entities: 4000, duplicated: .9, errors: .3, missing: .2, family: .3, linked: true, exchanged: .1}, .95, .05, false},
		{simulation{name: "persons linked few fields", entities: 3000, duplicated: .5, errors: .1, missing: .1, family: .3, linked: true, fields: few}, .92, .05, false},
		{simulation{name: "places linked", places: true, entities: 700, duplicated: .2, errors: .3, missing: .02, family: .2, linked: true}, .97, .05, true},
		{simulation{name: "places", places: true, entities: 800, duplicated: .13, errors: .3, missing: .02, family: .2}, .97, .05, true},
		{simulation{name: "places many chains", places: true, entities: 3000, duplicated: .3, errors: .2, missing: .05, family: .6}, .97, .05, false},
		{simulation{name: "places by name", places: true, entities: 1000, duplicated: .3, errors: .2, missing: .02, family: .2, fields: []string{"name", "address", "city"}}, .95, .05, false},
	} {
		if !*manyWorlds {
			if !s.brief {
				continue
			}
			s.entities = s.entities / 4
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := s.make(1)
			left, err := NewTable(w.schema, w.left, nil)
			require.NoError(t, err)
			var right *Table
			if s.linked {
				right, err = NewTable(w.schema, w.right, nil)
				require.NoError(t, err)
			}
			truth := EntityTruth(w.leftTruth, w.rightTruth)
			r := linked(t, left, right, truth)
			if truth.Pairs() == 0 {
				require.LessOrEqual(t, r.found, 3)
				return
			}
			require.GreaterOrEqual(t, r.f1, s.f1)
			require.InDelta(t, r.true, r.stated, s.off)
		})
	}
}
