package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func partnerCases() []Case {
	return []Case{
		{Name: "partner/sees what carries it, and nothing else", Needs: pipelines(), Run: partnerSees},
		{Name: "partner/nobody is not everybody", Needs: pipelines(), Run: partnerNobody},
		{Name: "partner/loses what is taken from it", Needs: pipelines(), Run: partnerLoses},
	}
}

func partnerSees(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { crowd(t, tx) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		mine := tx.Deals().Partner("p1")
		same(t, []rapport.ID{"d4", "d5", "d6", "d7"}, dealIDs(collect(t, mine.All(t.Context(), store.RecordQuery{}))))
		same(t, []rapport.ID{"d5", "d7"}, dealIDs(collect(t, mine.All(t.Context(), store.RecordQuery{Owner: "o1"}))))
		same(t, []rapport.ID{"d6"}, dealIDs(collect(t, mine.All(t.Context(), store.RecordQuery{Definition: "selling", Stage: "contact", Customer: "c1"}))))
		same(t, []rapport.ID{"d4", "d5", "d6", "d7"}, dealIDs(allPages(t, 1, func(r store.PageRequest) (store.Page[pipeline.Deal], error) {
			return mine.Page(t.Context(), store.RecordQuery{}, r)
		})))
		d, err := mine.Get(t.Context(), "d4")
		require.NoError(t, err)
		require.Equal(t, rapport.ID("p1"), d.Partner)
		for _, other := range []rapport.ID{"d0", "w", "none"} {
			_, err := mine.Get(t.Context(), other)
			require.ErrorIs(t, err, store.ErrNotFound, "as if there were none: %q", other)
		}
		p, err := mine.Page(t.Context(), store.RecordQuery{}, store.PageRequest{Limit: 1})
		require.NoError(t, err)
		_, err = tx.Deals().Partner("p0").Page(t.Context(), store.RecordQuery{}, store.PageRequest{After: p.Next})
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = tx.Cases().Partner("p1").Get(t.Context(), "w")
		require.NoError(t, err)
		require.Empty(t, collect(t, tx.Deals().Partner("p").All(t.Context(), store.RecordQuery{})))
	})
}

// partnerNobody: the id of somebody who is no partner, empty as it may come from the
// host's session, must not lead to the deals of all.
func partnerNobody(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		crowd(t, tx)
		keepNew(t, tx, "own")
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, id := range []rapport.ID{"", "\x00", "\xff"} {
			nobody := tx.Deals().Partner(id)
			_, err := nobody.Get(t.Context(), "own")
			require.ErrorIs(t, err, store.ErrInvalid, "%q", id)
			_, err = nobody.Page(t.Context(), store.RecordQuery{}, store.PageRequest{})
			require.ErrorIs(t, err, store.ErrInvalid, "%q", id)
			_, err = firstError(nobody.All(t.Context(), store.RecordQuery{}))
			require.ErrorIs(t, err, store.ErrInvalid, "%q", id)
		}
	})
}

func partnerLoses(t *testing.T, b Backend) {
	d, e := began(t, "d1", of("", "", "p1"))
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	d, e, err := d.Edit(selling(t), pipeline.Input{}, day(2), pipeline.NamePartner{})
	require.NoError(t, err)
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		_, err := tx.Deals().Commit(t.Context(), d, time.Time{}, e)
		require.NoError(t, err)
		_, err = tx.Deals().Partner("p1").Get(t.Context(), "d1")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.Empty(t, collect(t, tx.Deals().Partner("p1").All(t.Context(), store.RecordQuery{})))
	})
}
