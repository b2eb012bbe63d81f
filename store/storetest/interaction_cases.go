package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func fullContact(t tb, id string) customer.Interaction {
	return contact(t, id, func(d *customer.InteractionDraft) {
		d.Direction, d.Duration, d.Topic, d.Outcome = customer.Outbound, 90*time.Second+1, "price", "sent offer"
		d.Cost, d.Agent = money(t, "0.125", rapport.KWD), "agent 7"
		d.Imported = customer.Import{Batch: "go-live", Grade: customer.GradeDoubtful}
	})
}

func interactionRoundTrip(t *testing.T, b Backend) {
	want := []customer.Interaction{fullContact(t, "1"), contact(t, "2")}
	update(t, b.DB, acme, func(tx store.Tx) { require.Equal(t, 2, ingestContacts(t, tx, want...).Inserted) })
	view(t, b.DB, acme, func(tx store.Tx) {
		for _, w := range want {
			got, err := tx.Interactions().Get(t.Context(), w.Key())
			require.NoError(t, err)
			same(t, w, got)
		}
	})
}

func interactionNotFound(t *testing.T, b Backend) {
	view(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Interactions().Get(t.Context(), customer.ExternalKey{System: "desk", ID: "2"})
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func interactionSameDiffers(t *testing.T, b Backend) {
	stored := fullContact(t, "1")
	update(t, b.DB, acme, func(tx store.Tx) { ingestContacts(t, tx, stored) })
	for field, change := range map[string]func(*customer.InteractionDraft){
		"customer":  func(d *customer.InteractionDraft) { d.Customer = "c2" },
		"channel":   func(d *customer.InteractionDraft) { d.Channel = customer.ChannelVisit },
		"direction": func(d *customer.InteractionDraft) { d.Direction = customer.Inbound },
		"at":        func(d *customer.InteractionDraft) { d.At = d.At.Add(-time.Nanosecond) },
		"duration":  func(d *customer.InteractionDraft) { d.Duration++ },
		"topic":     func(d *customer.InteractionDraft) { d.Topic = "" },
		"outcome":   func(d *customer.InteractionDraft) { d.Outcome = "none" },
		"no cost":   func(d *customer.InteractionDraft) { d.Cost = rapport.Money{} },
		"zero cost": func(d *customer.InteractionDraft) { d.Cost = money(t, "0", rapport.KWD) },
		"agent":     func(d *customer.InteractionDraft) { d.Agent = "Agent 7" },
	} {
		d := stored.Draft()
		change(&d)
		changed, err := customer.NewInteraction(d)
		require.NoError(t, err)
		update(t, b.DB, acme, func(tx store.Tx) {
			in := ingestContacts(t, tx, changed, stored)
			same(t, []store.Outcome{store.Differs, store.Same}, in.Outcomes)
			same(t, stored, in.Differences[0].Stored)
			require.ErrorIs(t, in.Err(), store.ErrConflict, field)
		})
	}
}

func interactionZero(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Interactions().Ingest(t.Context(), []customer.Interaction{contact(t, "1"), {}})
		require.ErrorIs(t, err, store.ErrInvalid)
		require.Empty(t, collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{})))
	})
}

func interactionKeyApart(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		ingest(t, tx, line(t, "1"))
		row := contact(t, "1", func(d *customer.InteractionDraft) { d.Key.System = "till" })
		require.Equal(t, 1, ingestContacts(t, tx, row).Inserted)
	})
}

func interactionTimeline(t *testing.T, b Backend) {
	at := func(n int) func(*customer.InteractionDraft) {
		return func(d *customer.InteractionDraft) { d.At = day(n) }
	}
	of := func(id rapport.ID) func(*customer.InteractionDraft) {
		return func(d *customer.InteractionDraft) { d.Customer = id }
	}
	update(t, b.DB, acme, func(tx store.Tx) {
		ingestContacts(t, tx, contact(t, "3", at(3)), contact(t, "1", at(1)), contact(t, "x", of("c2")), contact(t, "2", at(2)))
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		var got []string
		q := store.InteractionQuery{Customer: "c1"}
		for r := (store.PageRequest{Limit: 2}); ; {
			p, err := tx.Interactions().Page(t.Context(), q, r)
			require.NoError(t, err)
			for _, row := range p.Items {
				got = append(got, row.Key().ID)
			}
			if r.After = p.Next; r.After == "" {
				break
			}
		}
		same(t, []string{"1", "2", "3"}, got)
		require.Len(t, collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{})), 4)
	})
}
