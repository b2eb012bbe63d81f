package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func filedCases() []Case {
	return []Case{
		{Name: "filed/every sort of record", Needs: files(), Run: filedSorts},
		{Name: "filed/card of the front line", Needs: files(), Run: filedCard},
	}
}

// filed keeps a record and wants it back as it is, by id, by customer and by history.
func filed[T customer.Filed](t *testing.T, b Backend, want T) {
	t.Helper()
	require.NoError(t, want.Validate(), "%T", want)
	f := want.Filing()
	update(t, b.DB, acme, func(tx store.Tx) {
		stored, err := fileOf[T](t, tx).Put(t.Context(), want, 0)
		require.NoError(t, err, "%T", want)
		require.EqualValues(t, 1, stored.Version)
		outcome, err := fileOf[T](t, tx).Append(t.Context(), want)
		require.NoError(t, err)
		require.Equal(t, store.Same, outcome)
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		file := fileOf[T](t, tx)
		got, err := file.Get(t.Context(), f.ID)
		require.NoError(t, err)
		q := store.FileQuery{With: f.With}
		if f.Customer != "" {
			q.Customers = []rapport.ID{f.Customer}
		}
		all := collect(t, file.All(t.Context(), q))
		require.Len(t, all, 1, "%T", want)
		then, err := file.AsOf(t.Context(), f.ID, f.RecordedAt)
		require.NoError(t, err)
		for _, record := range []T{got.Record, all[0].Record, then.Record} {
			require.Equal(t, written(t, want), written(t, record))
		}
		require.Equal(t, f, got.Record.Filing())
	})
}

func written(t tb, record any) string {
	t.Helper()
	text, err := record.(json.Marshaler).MarshalJSON()
	require.NoError(t, err)
	return string(text)
}

func filedSorts(t *testing.T, b Backend) {
	period, err := rapport.NewInterval(day(1), day(20))
	require.NoError(t, err)
	filed(t, b, customer.Relation{ID: "r1", From: "c1", To: "c2", Kind: customer.RelationOwns, Share: .51, Valid: period, RecordedAt: day(2)})
	filed(t, b, someNeed("n1"))
	filed(t, b, customer.Commitment{ID: "k1", Customer: "c1", Promise: "drawings", Due: day(9), Owner: "li.wei", With: "d1", At: day(1), RecordedAt: day(2)})
	filed(t, b, someMembership())
	filed(t, b, somePoints("p1", 1))
	filed(t, b, someConsent())
	filed(t, b, customer.LifecycleChange{ID: "l1", Customer: "c1", Sequence: 1, To: customer.StageProspect, Reason: customer.LifecycleFound, At: day(1), RecordedAt: day(2)})
	filed(t, b, someCase())
	campaign := customer.Campaign{ID: "a1", Name: "Spring", Aim: customer.AimRetention, Channel: customer.ChannelEmail, Purpose: customer.PurposeMarketing,
		Period: period, Window: 72 * time.Hour, Fixed: money(t, "100.00", rapport.CNY), PerContact: money(t, "0.50", rapport.CNY), Control: .25, Seed: 7, RecordedAt: day(2)}
	filed(t, b, campaign)
	filed(t, b, customer.CampaignMember{ID: customer.CampaignMemberID("a1", "c1"), Campaign: "a1", Customer: "c1", Arm: customer.ArmTreatment,
		Channel: customer.ChannelEmail, Assigned: day(1), Contacts: []time.Time{day(2)}, RecordedAt: day(3)})
	filed(t, b, customer.ProspectRecord{ID: "o1", Source: "fair", Channel: customer.ChannelPhone, Campaign: "a1", KeepUntil: day(90), Basis: "consent", Consent: "s1", At: day(1), RecordedAt: day(2)})
	filed(t, b, customer.WinBack{ID: "w1", Customer: "c1", Campaign: "a1", Arm: customer.ArmTreatment, Chance: .25, SecondValue: money(t, "800", rapport.CNY),
		Cost: money(t, "50", rapport.CNY), Outcome: customer.WinBackOpen, At: day(1), RecordedAt: day(2)})
	filed(t, b, customer.SelfServiceChange{ID: "x1", Customer: "c1", Action: customer.SelfSetName, Over: customer.ChannelWeb, Name: "Mei Lin", Answer: customer.SelfAllowed, At: day(1), RecordedAt: day(2)})
	filed(t, b, customer.SuppressionMark{Key: 1, Sum: [32]byte{1, 2, 3}, RecordedAt: day(2)})
}

func someNeed(id rapport.ID) customer.Need {
	return customer.Need{ID: id, Customer: "c1", Product: "pump", Quantity: decimal.RequireFromString("2.5"), Unit: "t",
		Status: customer.NeedOpen, FollowUp: day(8), Owner: "li.wei", At: day(1), RecordedAt: day(2)}
}

func someMembership() customer.Membership {
	return customer.Membership{ID: "m1", Customer: "c1", Programme: "club", Number: "88", RecordedAt: day(2),
		Changes: []customer.MembershipChange{{At: day(1), RecordedAt: day(2), Status: customer.MembershipActive, Card: "gold"}}}
}

func somePoints(id rapport.ID, sequence int) customer.PointsEntry {
	return customer.PointsEntry{ID: id, Customer: "c1", Membership: "m1", Sequence: sequence, Kind: customer.PointsEarn, Points: 50, At: day(1), RecordedAt: day(2)}
}

func someConsent() customer.Consent {
	return customer.Consent{ID: "s1", Subject: "c1", Jurisdiction: customer.JurisdictionGDPR, Purpose: customer.PurposeMarketing, Channel: customer.ChannelEmail,
		Basis: customer.BasisConsent, Status: customer.ConsentGiven, At: day(1), Notice: "v1", Evidence: "form 7", RecordedAt: day(2)}
}

func someCase() customer.Case {
	return customer.Case{ID: "s1", Customer: "c1", Type: customer.CaseComplaint, Category: "noise", Severity: customer.SeverityHigh,
		Rounds: []customer.CaseRound{{Opened: day(1)}}, RecordedAt: day(2)}
}

func filedCard(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, full(t, "c9"))
		require.NoError(t, filesIn(t, tx).Aliases().Put(t.Context(), store.Alias{Old: "c1", Current: "c9"}))
		frontLine(t, tx)
		for i := range 3 {
			ingestContacts(t, tx, contact(t, string('a'+rune(i)), func(d *customer.InteractionDraft) { d.At = day(1 + i) }))
		}
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		for _, id := range []rapport.ID{"c1", "c9"} {
			reader, err := store.NewCardReader(tx, &store.CardOptions{Interactions: 2})
			require.NoError(t, err)
			card, err := customer.ReadCard(t.Context(), reader, id, day(5), nil)
			require.NoError(t, err)
			require.Equal(t, rapport.ID("c9"), card.ID)
			require.Equal(t, []customer.Need{someNeed("n1")}, card.Needs)
			require.Len(t, card.Cases, 1)
			require.Len(t, card.Last, 2)
			require.Equal(t, "c", card.Last[0].Key().ID)
			require.Len(t, card.Memberships, 1)
			require.EqualValues(t, 100, card.Memberships[0].Points.Points)
		}
		reader, err := store.NewCardReader(tx, nil)
		require.NoError(t, err)
		_, err = customer.ReadCard(t.Context(), reader, "nobody", day(5), nil)
		wantNobody(t, err, "nobody")
		_, err = store.NewCardReader(tx, &store.CardOptions{Interactions: -1})
		require.ErrorIs(t, err, store.ErrInvalid)
	})
}

// frontLine keeps what a card of c1 shows.
func frontLine(t tb, tx store.Tx) {
	t.Helper()
	keepFiled(t, tx, someNeed("n1"))
	keepFiled(t, tx, someCase())
	keepFiled(t, tx, someMembership())
	keepFiled(t, tx, somePoints("p1", 1))
	keepFiled(t, tx, somePoints("p2", 2))
	keepFiled(t, tx, someConsent())
}

func keepFiled[T customer.Filed](t tb, tx store.Tx, record T) {
	t.Helper()
	_, err := fileOf[T](t, tx).Put(t.Context(), record, 0)
	require.NoError(t, err)
}
