package dbtest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// stepFile does one random thing to the files and returns what came of it.
func stepFile(ctx context.Context, r *rand.Rand, tx store.Tx) []any {
	f := must(store.Files(tx))
	notes := must(store.FileOf[note](tx))
	drawn := note{ID: rapport.ID(fmt.Sprint(r.IntN(12))), Customer: pick(r, drawParty(r), ""), With: pick(r, drawParty(r), "", ""),
		At: drawTime(r), RecordedAt: drawTime(r), Text: pick(r, "", "quiet")}
	had, err := notes.Get(ctx, drawn.ID)
	answers := []any{had, known(err)}
	version := had.Version
	if r.IntN(6) == 0 {
		version = r.Int64N(4)
	}
	switch r.IntN(12) {
	case 0:
		outcome, err := notes.Append(ctx, drawn)
		return append(answers, outcome, known(err))
	case 1:
		return append(answers, known(notes.Remove(ctx, drawn.ID, version, drawTime(r))))
	case 2:
		id := drawParty(r)
		c, err := tx.Customers().Get(ctx, id)
		return append(answers, known(err), known(f.Past().Remove(ctx, id, c.Version(), drawTime(r))))
	case 3, 4:
		return append(answers, known(f.Aliases().Put(ctx, store.Alias{Old: drawParty(r), Current: drawParty(r)}, store.Alias{Old: drawParty(r), Current: drawParty(r)})))
	case 5:
		e := store.Erasure{Customers: []rapport.ID{drawParty(r)}, Pseudonym: pick(r, "", "", drawParty(r), "anon")}
		if r.IntN(4) == 0 {
			e.Remove = []customer.FileKind{"other"}
		}
		report, err := store.UnsafeErase(ctx, tx, e)
		return append(answers, report, known(err))
	}
	stored, err := notes.Put(ctx, drawn, version)
	return append(answers, stored, known(err))
}

// compareFiles reads the files in every way there is.
func compareFiles(ctx context.Context, r *rand.Rand, tx store.Tx) (answers []any) {
	f := must(store.Files(tx))
	at := drawTime(r).Add(time.Duration(r.IntN(3) - 1))
	for _, q := range []store.FileQuery{
		{}, {Customers: []rapport.ID{drawParty(r)}}, {Customers: []rapport.ID{drawParty(r), drawParty(r), drawParty(r)}, With: pick(r, "", drawParty(r))},
		{With: drawParty(r)}, {Kind: "note", Period: must(rapport.NewInterval(drawTime(r), drawTime(r).Add(99*time.Hour)))},
	} {
		q.AsOf = pick(r, time.Time{}, at)
		answers = append(answers, read(f.Files().All(ctx, q))...)
		for page := (store.PageRequest{Limit: 1 + r.IntN(5)}); ; {
			rows, err := f.Files().Page(ctx, q, page)
			answers = append(answers, rows, known(err))
			if page.After = rows.Next; page.After == "" {
				break
			}
		}
	}
	for n := range 12 {
		id := rapport.ID(fmt.Sprint(n))
		answers = append(answers, read(f.Files().History(ctx, "note", id))...)
		row, err := f.Files().AsOf(ctx, "note", id, at.UnixNano())
		answers = append(answers, row, known(err))
	}
	party := drawParty(r)
	c, err := f.Past().AsOf(ctx, party, at)
	answers = append(answers, c, known(err))
	answers = append(answers, read(f.Past().History(ctx, party))...)
	answers = append(answers, read(f.Past().All(ctx, at))...)
	answers = append(answers, read(f.Aliases().All(ctx))...)
	answers = append(answers, read(f.Feed().After(ctx, ""))...)
	card, err := store.ReadGlance(ctx, tx, party, &store.GlanceLimits{Files: 1 + r.IntN(3), Interactions: 1 + r.IntN(3)})
	return append(answers, card, known(err))
}
