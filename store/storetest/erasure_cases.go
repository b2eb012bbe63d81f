package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func erasureCases() []Case {
	return []Case{
		{Name: "erasure/nothing is left", Needs: files(), Run: erasureAll},
		{Name: "erasure/all that a record was", Needs: files(), Run: erasureStates},
		{Name: "erasure/amounts under a pseudonym", Needs: files(), Run: erasurePseudonym},
		{Name: "erasure/kinds to keep and to remove", Needs: files(), Run: erasureKinds},
		{Name: "erasure/single records to keep", Needs: files(), Run: erasureSingle},
		{Name: "erasure/by the plan of a customer", Needs: files(), Run: erasurePlan},
		{Name: "erasure/refused erasure changes nothing", Needs: files(), Run: erasureRefused},
		{Name: "erasure/taken back with its update", Needs: files(), Run: erasureRollback},
		{Name: "erasure/names the deals that are left", Needs: store.Capabilities{Files: true, Pipelines: true}, Run: erasureRecords},
		{Name: "erasure/no byte on the medium", Needs: store.Capabilities{Files: true, Durable: true}, Run: erasureBytes},
	}
}

// secret is in every text of what subject stores.
const secret = "Xq7Geheimnis"

// subject stores a person under two ids, with all that there can be, and a bystander.
func subject(t tb, tx store.Tx) {
	t.Helper()
	for _, id := range []rapport.ID{"c1", "c2", "by"} {
		text := secret
		if id == "by" {
			text = "somebody else"
		}
		c := party(t, id, known(account(string(id))), func(d *customer.Draft) {
			d.Name = text
			d.Contacts = []customer.ContactPoint{{Channel: customer.ChannelEmail, Value: text + "@example.com"}}
		})
		put(t, tx, c)
		replaced(t, tx, party(t, id, known(account(string(id))), func(d *customer.Draft) { d.Name, d.RecordedAt = text+" now", day(3) }), 1)
		memos := fileOf[memo](t, tx)
		write(t, memos, about(id, "m"+id, saying(text)))
		rewrite(t, memos, about(id, "m"+id, saying(text+" again"), recorded(day(4))), 1)
		_, err := fileOf[mark](t, tx).Append(t.Context(), marked(id, "e"+id, saying(text)))
		require.NoError(t, err)
		ingest(t, tx, line(t, "s"+string(id), sold(t, id, day(1), "10")), line(t, "k"+string(id), sold(t, id, day(1), "4"), spent("s"+string(id))))
		ingestContacts(t, tx, contact(t, string(id), func(d *customer.InteractionDraft) {
			d.Customer, d.Topic, d.Outcome, d.Agent = id, text, text, "li.wei"
		}))
	}
	memos := fileOf[memo](t, tx)
	// Of the bystander, and found by the subject: now, and formerly.
	write(t, memos, about("by", "n", with("c1"), saying(secret)), about("by", "f", with("c2"), saying(secret)))
	rewrite(t, memos, about("by", "f", saying("alone now"), recorded(day(5))), 1)
	require.NoError(t, filesIn(t, tx).Aliases().Put(t.Context(), store.Alias{Old: "c2", Current: "c1"}, store.Alias{Old: "z", Current: "by"}))
}

func erased(t tb, tx store.Tx, e store.Erasure) store.ErasureReport {
	t.Helper()
	report, err := store.UnsafeErase(t.Context(), tx, e)
	require.NoError(t, err)
	return report
}

func erasureAll(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { subject(t, tx) })
	update(t, b.DB, globe, func(tx store.Tx) { subject(t, tx) })
	update(t, b.DB, acme, func(tx store.Tx) {
		same(t, store.ErasureReport{Customers: 2, Files: 5, States: 5, Transactions: 4, Interactions: 2},
			erased(t, tx, store.Erasure{Customers: []rapport.ID{"c2", "c1", "c2", "nobody"}}))
		same(t, store.ErasureReport{}, erased(t, tx, store.Erasure{Customers: []rapport.ID{"c1", "c2"}}))
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		f := filesIn(t, tx)
		same(t, []rapport.ID{"by"}, ids(collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{}))))
		same(t, []string{"kby", "sby"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
		require.Len(t, collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{})), 1)
		for _, id := range []rapport.ID{"c1", "c2"} {
			require.Empty(t, collect(t, f.Past().History(t.Context(), id)))
			_, err := f.Past().AsOf(t.Context(), id, day(1))
			wantNobody(t, err, string(id))
			require.Empty(t, collect(t, f.Files().History(t.Context(), "memo", "m"+id)))
			wantOwner(t, tx, account(string(id)), "")
		}
		require.Empty(t, collect(t, f.Files().History(t.Context(), "memo", "n")))
		require.Len(t, collect(t, f.Files().History(t.Context(), "memo", "f")), 1)
		for n := range 9 {
			for _, row := range collect(t, f.Files().All(t.Context(), store.FileQuery{AsOf: day(n)})) {
				require.NotContains(t, row.Doc, secret)
			}
		}
		wantAliases(t, f.Aliases(), store.Alias{Old: "z", Current: "by"})
		events := changes(collect(t, f.Feed().After(t.Context(), "")))
		require.Equal(t, []string{"erased customer/c1/2", "erased customer/c2/2", "erased mark/ec1/1", "erased mark/ec2/1",
			"erased memo/f/1", "erased memo/mc1/2", "erased memo/mc2/2", "erased memo/n/1"}, events[len(events)-8:])
		require.Empty(t, collect(t, tx.Transactions().Purchases(t.Context(), inCNY()))[1:], "the costs went with their sales")
	})
	view(t, b.DB, globe, func(tx store.Tx) {
		require.Len(t, collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{})), 3)
		require.Len(t, collect(t, filesIn(t, tx).Files().All(t.Context(), store.FileQuery{})), 8)
		require.Len(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})), 6)
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		subjectAgain, err := tx.Customers().Put(t.Context(), named(t, "c1", "another one", 1))
		require.NoError(t, err)
		require.EqualValues(t, 1, subjectAgain.Version())
	})
}

// erasureStates: what is the person's goes with the states from before it was, and what
// has become somebody else's loses the person's states only.
func erasureStates(t *testing.T, b Backend) {
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		write(t, memos, about("", "late", saying(secret)), about("by", "ended", saying(secret)), about("by", "lent"))
		rewrite(t, memos, about("c1", "late", saying("filed")), 1)
		rewrite(t, memos, about("c2", "ended", with("c1")), 1)
		require.NoError(t, memos.Remove(t.Context(), "ended", 2, day(4)))
		rewrite(t, memos, about("c1", "lent", saying(secret)), 1)
		rewrite(t, memos, about("by", "lent", recorded(day(3))), 2)
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		same(t, store.ErasureReport{Files: 1, States: 4}, erased(t, tx, store.Erasure{Customers: []rapport.ID{"c1"}}))
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		memos := fileOf[memo](t, tx)
		for _, id := range []rapport.ID{"late", "ended"} {
			require.Empty(t, collect(t, memos.History(t.Context(), id)), id)
			_, err := memos.AsOf(t.Context(), id, day(2))
			wantNoFile(t, err, "memo/"+string(id))
			write(t, memos, about("by", id, recorded(day(1))))
		}
		lent := collect(t, memos.History(t.Context(), "lent"))
		require.Len(t, lent, 2)
		require.EqualValues(t, 3, lent[1].Version)
		require.Equal(t, []string{"", ""}, texts(lent))
		events := changes(collect(t, filesIn(t, tx).Feed().After(t.Context(), "")))
		require.Equal(t, []string{"erased memo/ended/2", "erased memo/late/2", "erased memo/lent/2",
			"written memo/late/1", "written memo/ended/1"}, events[len(events)-5:])
	})
}

func erasurePseudonym(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		subject(t, tx)
		same(t, store.ErasureReport{Customers: 2, Files: 5, States: 5, Transactions: 4, Interactions: 2},
			erased(t, tx, store.Erasure{Customers: []rapport.ID{"c1", "c2"}, Pseudonym: "anon-7"}))
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		lines := collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: "anon-7"}))
		same(t, []string{"kc1", "kc2", "sc1", "sc2"}, keys(lines))
		same(t, line(t, "sc1", sold(t, "anon-7", day(1), "10")), lines[2])
		one, err := tx.Transactions().Get(t.Context(), lines[0].Key())
		require.NoError(t, err)
		same(t, lines[0], one)
		for _, p := range collect(t, tx.Transactions().Purchases(t.Context(), inCNY())) {
			require.EqualValues(t, 400, p.Cost, "costs stay with their sales")
		}
		talks := collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{Customer: "anon-7"}))
		require.Len(t, talks, 2)
		for _, talk := range talks {
			require.Empty(t, talk.Topic()+talk.Outcome()+talk.Agent())
			require.Equal(t, day(1), talk.At())
		}
		require.Empty(t, collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{Customer: "c1"})))
		require.Empty(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: "c1"})))
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		in := ingest(t, tx, line(t, "sc1", sold(t, "c1", day(1), "10")))
		require.Equal(t, []store.Outcome{store.Differs}, in.Outcomes, "a late file does not bring the person back")
	})
}

func erasureKinds(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		subject(t, tx)
		both := []rapport.ID{"c1", "c2"}
		_, err := store.UnsafeErase(t.Context(), tx, store.Erasure{Customers: both, Remove: []customer.FileKind{"memo"}})
		wantAs(t, err, store.ErrConflict, store.ErasureError{Kind: "mark"}, func(e *store.ErasureError) store.ErasureError { return *e })
		require.Len(t, collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{})), 3)
		same(t, store.ErasureReport{Customers: 2, Files: 3, States: 5, Transactions: 4, Interactions: 2},
			erased(t, tx, store.Erasure{Customers: both, Remove: []customer.FileKind{"memo"}, Keep: []customer.FileKind{"mark"}}))
		require.Len(t, collect(t, filesIn(t, tx).Files().All(t.Context(), store.FileQuery{Customers: both})), 2)
	})
}

func erasureSingle(t *testing.T, b Backend) {
	key := func(system, id string) []customer.ExternalKey {
		return []customer.ExternalKey{{System: system, ID: id}}
	}
	update(t, b.DB, acme, func(tx store.Tx) {
		subject(t, tx)
		same(t, store.ErasureReport{Customers: 2, Files: 4, States: 4, Transactions: 4, Interactions: 1},
			erased(t, tx, store.Erasure{Customers: []rapport.ID{"c1", "c2"}, Pseudonym: "anon", KeepFiles: []store.FileName{{Kind: "memo", ID: "mc1"}},
				KeepTransactions: key("till", "sc2"), KeepInteractions: key("desk", "c1")}))
		same(t, []string{"sc2"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: "anon"}))))
		talks := collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{Customer: "c1"}))
		require.Len(t, talks, 1)
		require.Equal(t, secret, talks[0].Topic())
		require.Len(t, collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{})), 2)
		require.Len(t, collect(t, filesIn(t, tx).Files().History(t.Context(), "memo", "mc1")), 2)
	})
}

// erasurePlan plans in the Update that carries out the plan, and keeps the person out.
func erasurePlan(t *testing.T, b Backend) {
	marks, err := customer.NewSuppressions([]customer.SuppressionKey{{Version: 1, Secret: bytes.Repeat([]byte("k"), 32)}}, nil, nil)
	require.NoError(t, err)
	update(t, b.DB, acme, func(tx store.Tx) {
		subject(t, tx)
		all := []rapport.ID{"c1", "c2"}
		who, err := tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
		data := customer.SubjectData{Customer: who, Aliases: all[1:]}
		for _, m := range collect(t, fileOf[memo](t, tx).All(t.Context(), store.FileQuery{Customers: all})) {
			data.Records = append(data.Records, m.Record)
		}
		for _, id := range all {
			data.Transactions = append(data.Transactions, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: id}))...)
			data.Interactions = append(data.Interactions, collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{Customer: id}))...)
		}
		plan, err := customer.PlanErasure(data, day(9), []customer.RetentionRule{
			{Kind: customer.FileTransaction, Years: 10, Basis: customer.BasisLegalDuty}, {Kind: "memo", Years: 3, Basis: customer.BasisLegalDuty},
		}, marks)
		require.NoError(t, err)
		same(t, store.ErasureReport{Customers: 2, Files: 3, States: 3, Transactions: 4, Interactions: 2}, erased(t, tx, store.ErasureOf(plan, all[1:]...)))
		kept := collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: plan.Pseudonym}))
		require.ElementsMatch(t, keys(plan.Transactions), keys(kept))
		require.Len(t, collect(t, fileOf[memo](t, tx).All(t.Context(), store.FileQuery{Customers: all})), 2, "locked")
		for _, m := range plan.Marks {
			_, err := fileOf[customer.SuppressionMark](t, tx).Append(t.Context(), m)
			require.NoError(t, err)
		}
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		var stored []customer.SuppressionMark
		for _, m := range collect(t, fileOf[customer.SuppressionMark](t, tx).All(t.Context(), store.FileQuery{})) {
			stored = append(stored, m.Record)
		}
		marks, err = marks.With(stored...)
		require.NoError(t, err)
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		x := store.Suppressing(tx, store.Suppression{Customer: func(_ context.Context, c customer.Customer) error {
			if marks.Blocks(c) {
				return errMarked()
			}
			return nil
		}})
		_, err := x.Customers().Put(t.Context(), party(t, "new", func(d *customer.Draft) { d.Name = secret + " now" }))
		require.NoError(t, err, "a name marks nobody")
		_, err = x.Customers().Put(t.Context(), party(t, "c3", known(account("c1"))))
		_, refused := errors.AsType[*store.SuppressedError](err)
		require.True(t, refused, "an identifier that was erased: %v", err)
	})
}

func erasureRefused(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		subject(t, tx)
		for _, e := range []store.Erasure{
			{}, {Customers: []rapport.ID{}}, {Customers: []rapport.ID{""}}, {Customers: []rapport.ID{"c1"}, Pseudonym: "c1"},
			{Customers: []rapport.ID{"c1"}, Pseudonym: "a\x00"}, {Customers: []rapport.ID{"c1"}, Keep: []customer.FileKind{""}},
			{Customers: []rapport.ID{"c1"}, Keep: []customer.FileKind{"memo"}, Remove: []customer.FileKind{"memo"}},
		} {
			_, err := store.UnsafeErase(t.Context(), tx, e)
			require.ErrorIs(t, err, store.ErrInvalid, "%+v", e)
		}
		for _, somebody := range []rapport.ID{"by", "z"} {
			_, err := store.UnsafeErase(t.Context(), tx, store.Erasure{Customers: []rapport.ID{"c1"}, Pseudonym: somebody})
			wantAs(t, err, store.ErrConflict, store.ErasureError{Pseudonym: somebody}, func(e *store.ErasureError) store.ErasureError { return *e })
		}
		require.Len(t, collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{})), 3)
		require.Len(t, collect(t, filesIn(t, tx).Files().All(t.Context(), store.FileQuery{})), 8)
	})
}

func erasureRollback(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { subject(t, tx) })
	require.Error(t, b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		erased(t, tx, store.Erasure{Customers: []rapport.ID{"c1", "c2"}})
		return errHost()
	}))
	view(t, b.DB, acme, func(tx store.Tx) {
		require.Len(t, collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{})), 3)
		require.Len(t, collect(t, filesIn(t, tx).Past().History(t.Context(), "c1")), 2)
		require.Len(t, collect(t, filesIn(t, tx).Files().All(t.Context(), store.FileQuery{})), 8)
		require.Len(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})), 6)
	})
}

func erasureRecords(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		for _, id := range []rapport.ID{"d2", "d1"} {
			d, e := began(t, id, of("li.wei", "c1", ""))
			keep(t, pipes(t, tx), d, e)
		}
		d, e := began(t, "d3", of("li.wei", "by", ""))
		keep(t, pipes(t, tx), d, e)
		same(t, store.ErasureReport{Records: []rapport.ID{"d1", "d2"}}, erased(t, tx, store.Erasure{Customers: []rapport.ID{"c1"}}))
	})
}

// erasureBytes: what was erased is nowhere in the files of the store, however often it was
// rewritten before and whatever lies around it.
func erasureBytes(t *testing.T, b Backend) {
	require.NotNil(t, b.Medium, "a durable back end that keeps files shows its medium")
	update(t, b.DB, acme, func(tx store.Tx) { subject(t, tx) })
	for round := range 4 {
		update(t, b.DB, acme, func(tx store.Tx) {
			memos := fileOf[memo](t, tx)
			for i := range 60 {
				who, text := rapport.ID("by"), fmt.Sprint("plain ", i)
				if i%3 == 0 {
					who, text = "c1", fmt.Sprint(secret, i, round)
				}
				text += string(bytes.Repeat([]byte(text), i+7*round))
				rewrite(t, memos, about(who, rapport.ID(fmt.Sprint("x", i)), saying(text), recorded(day(3+round))), int64(round))
			}
		})
	}
	require.True(t, bytes.Contains(b.Medium(t), []byte(secret)), "the suite sees the medium")
	update(t, b.DB, acme, func(tx store.Tx) {
		erased(t, tx, store.Erasure{Customers: []rapport.ID{"c1", "c2"}, Pseudonym: "anon"})
	})
	require.False(t, bytes.Contains(b.Medium(t), []byte(secret)), "erased bytes are on the medium")
}
