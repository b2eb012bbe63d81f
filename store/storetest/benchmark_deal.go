package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

// benchmarkDeals measures a back end that keeps pipelines.
func benchmarkDeals(b *testing.B, open Open) {
	const deals = 1_000
	some := func(b *testing.B) store.DB {
		db := open(b).DB
		updatePipes(b, db, acme, func(tx store.PipelineTx) {
			for i := range deals {
				d, entries := rich(b, rapport.ID(fmt.Sprintf("d%04d", i)))
				keep(b, tx, d, entries...)
			}
		})
		return db
	}
	m := selling(b)
	due := func(d pipeline.Deal) (time.Time, error) { return d.ChangedAt.Time().Add(time.Hour), nil }
	b.Run("Fire", func(b *testing.B) {
		db, i := some(b), 0
		perRow(b, 1, func() {
			_, err := store.Fire(b.Context(), db.Tenant(acme), m, rapport.ID(fmt.Sprintf("d%04d", i%deals)), "design", pipeline.Input{By: "li.wei"}, day(2), &store.FireOptions{Due: due})
			require.NoError(b, err)
			i++
		})
	})
	b.Run("Commit", func(b *testing.B) {
		db := open(b).DB
		i := 0
		updatePipes(b, db, acme, func(tx store.PipelineTx) {
			d, e := began(b, "d")
			perRow(b, 1, func() {
				id := rapport.ID(fmt.Sprint(i))
				d.ID, e.Record = id, id
				_, err := tx.Deals().Commit(b.Context(), d, day(3), e)
				require.NoError(b, err)
				i++
			})
		})
	})
	b.Run(fmt.Sprintf("Deals/N=%d", deals), func(b *testing.B) {
		db := some(b)
		perRow(b, deals, func() {
			viewPipes(b, db, acme, func(tx store.PipelineTx) {
				n, err := firstError(tx.Deals().All(b.Context(), store.RecordQuery{Owner: "li.wei"}))
				require.NoError(b, err)
				require.Equal(b, deals, n)
			})
		})
	})
	b.Run(fmt.Sprintf("Histories/N=%d", 2*deals), func(b *testing.B) {
		db := some(b)
		perRow(b, 2*deals, func() {
			viewPipes(b, db, acme, func(tx store.PipelineTx) {
				n, err := firstError(tx.Histories().All(b.Context(), store.HistoryQuery{}))
				require.NoError(b, err)
				require.Equal(b, 2*deals, n)
			})
		})
	})
	b.Run("NextTimer", func(b *testing.B) {
		db := some(b)
		updatePipes(b, db, acme, func(tx store.PipelineTx) {
			for i := range deals {
				require.NoError(b, tx.Timers().Set(b.Context(), rapport.ID(fmt.Sprintf("d%04d", i)), 2, day(9).Add(time.Duration(i))))
			}
		})
		perRow(b, 1, func() {
			viewPipes(b, db, acme, func(tx store.PipelineTx) {
				for _, err := range tx.Timers().All(b.Context(), store.TimerQuery{Until: day(20)}) {
					require.NoError(b, err)
					break
				}
			})
		})
	})
}
