package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSimulatedWorlds(t *testing.T) {
	few := []string{"given", "family", "birth", "city"}
	for _, s := range []simulation{
		{name: "persons", entities: 2000, duplicated: .3, errors: .1, missing: .05, family: .3},
		{name: "persons clean", entities: 2000, duplicated: .3, errors: .02, missing: .02, family: .3},
		{name: "persons dirty", entities: 2000, duplicated: .5, more: .5, errors: .3, missing: .2, family: .3, exchanged: .1},
		{name: "persons rare duplicates", entities: 3000, duplicated: .02, errors: .1, missing: .05, family: .4},
		{name: "persons few fields", entities: 2000, duplicated: .4, errors: .1, missing: .05, family: .3, fields: few, exchanged: .02},
		{name: "persons no duplicates", entities: 2000, duplicated: 0, errors: .1, missing: .05, family: .5},
		{name: "persons linked", entities: 4000, duplicated: .5, errors: .15, missing: .1, family: .3, linked: true},
		{name: "persons linked dirty", entities: 4000, duplicated: .9, errors: .3, missing: .2, family: .3, linked: true, exchanged: .1},
		{name: "persons linked few fields", entities: 3000, duplicated: .5, errors: .1, missing: .1, family: .3, linked: true, fields: few},
		{name: "places linked", places: true, entities: 700, duplicated: .2, errors: .3, missing: .02, family: .2, linked: true},
		{name: "places", places: true, entities: 800, duplicated: .13, errors: .3, missing: .02, family: .2},
		{name: "places many chains", places: true, entities: 3000, duplicated: .3, errors: .2, missing: .05, family: .6},
		{name: "places name city", places: true, entities: 1000, duplicated: .3, errors: .2, missing: .02, family: .2, fields: []string{"name", "address", "city"}},
	} {
		w := s.make(1)
		left, err := NewTable(w.schema, w.left, nil)
		require.NoError(t, err)
		var right *Table
		if s.linked {
			right, err = NewTable(w.schema, w.right, nil)
			require.NoError(t, err)
		}
		m, err := Fit(t.Context(), left, right, nil)
		require.NoError(t, err)
		pairs, err := m.Pairs(t.Context(), left, right)
		require.NoError(t, err)
		truth := EntityTruth(w.leftTruth, w.rightTruth)
		q := truth.OfPairs(pairs)
		c, err := truth.Calibrate(pairs, 5)
		require.NoError(t, err)
		f, _ := q.F1()
		stated, _ := c.Stated.Value()
		right1, _ := c.True.Value()
		recall, _ := q.Recall.Value()
		all := *m
		all.options.MinProbability = 1e-12
		every, _ := all.Pairs(t.Context(), left, right)
		reach, _ := truth.OfPairs(every).Recall.Value()
		t.Logf("%-26s true %5d found %5d P %.4f R %.4f F1 %.4f stated %.4f off %+.4f | expected matches %.1f blocking %.4f", s.name, truth.Pairs(), len(pairs), right1, recall, f, stated, stated-right1, m.report.Matches, reach)
	}
}
