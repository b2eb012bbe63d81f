package customer_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func cardInputs(t require.TestingT) customer.CardInputs {
	c, err := customer.New(customer.Draft{
		ID: "00004", Kind: customer.Person, Name: "Mei Li", RecordedAt: day("2024-01-01"),
		Contacts: []customer.ContactPoint{
			{Channel: customer.ChannelPhone, Value: "1", Valid: since("2020-01-01")}, {Channel: customer.ChannelPhone, Value: "2", Preferred: true, Valid: since("2024-01-01")},
			{Channel: customer.ChannelEmail, Value: "mei@example.com"}, {Channel: customer.ChannelFax, Value: "9", Valid: since("2030-01-01")},
		},
		Roles:  []customer.Role{{Type: customer.Consumer, Valid: since("2020-01-01")}, {Type: customer.Partner, Valid: since("2025-01-01")}},
		Owners: []customer.Ownership{{Owner: "li.wei", Role: customer.OwnerAccountManager, Valid: since("2023-01-01")}},
	})
	require.NoError(t, err)
	in := customer.CardInputs{Customer: c, Merged: []rapport.ID{"00009"}}
	var err2 error
	in.Laws, err2 = customer.NewConsentLedger(nil, nil)
	require.NoError(t, err2)

	grave, light, done := serviceCase("c1", day("2024-03-05")), serviceCase("c2", day("2024-03-01")), serviceCase("c3", day("2024-03-01"))
	light.Severity = customer.SeverityLow
	light.Customer = "00009"
	done = enter(t, done, "answered", customer.CaseResolved, day("2024-03-04"))
	need := func(id, followUp string) customer.Need {
		return customer.Need{ID: rapport.ID(id), Customer: "00004", Product: "TEA", Status: customer.NeedOpen, FollowUp: day(followUp), At: day("2024-03-01"), RecordedAt: day("2024-03-01")}
	}
	met, err := need("n3", "2024-03-02").Close(customer.NeedMet, day("2024-03-08"), day("2024-03-08"))
	require.NoError(t, err)
	promise := customer.Commitment{ID: "p1", Customer: "00004", Promise: "send a sample", Due: day("2024-03-03"), Owner: "li.wei", At: day("2024-03-01"), RecordedAt: day("2024-03-01")}
	card := customer.Membership{
		ID: "m1", Customer: "00004", Programme: "tea-club", Number: "77", RecordedAt: day("2024-01-01"),
		Changes: []customer.MembershipChange{{At: day("2024-01-01"), RecordedAt: day("2024-01-01"), Status: customer.MembershipActive, Card: "gold"}},
	}
	points := customer.PointsEntry{
		ID: "e1", Customer: "00004", Membership: "m1", Sequence: 1, Kind: customer.PointsEarn, Points: 120, At: day("2024-02-01"), RecordedAt: day("2024-02-01"),
	}
	consent := customer.Consent{
		ID: "k1", Subject: "00004", Jurisdiction: customer.JurisdictionPIPL, Purpose: customer.PurposeMarketing, Channel: customer.ChannelEmail,
		Basis: customer.BasisConsent, Status: customer.ConsentGiven, At: day("2024-01-05"), Notice: "", Evidence: "form 7", RecordedAt: day("2024-01-05"),
	}
	life, err := customer.NewLifecycle("00004")
	require.NoError(t, err)
	_, first, err := life.Move(customer.LifecycleChange{ID: "l1", To: customer.StageProspect, Reason: customer.LifecycleFound, At: day("2024-01-02"), RecordedAt: day("2024-01-02")})
	require.NoError(t, err)
	for _, r := range []customer.Filed{grave, light, done, need("n2", "2024-03-20"), need("n1", "2024-03-12"), met, promise, card, points, consent, first} {
		require.NoErrorf(t, r.Validate(), "%T", r)
		require.True(t, in.Add(r))
	}
	require.False(t, in.Add(springMail()))
	for i := range 15 {
		in.Interactions = append(in.Interactions, contactBy(customer.ChannelWeb, fmt.Sprint(i), fmt.Sprintf("2024-03-%02d", i+1)))
	}
	in.Figures = customer.CardFigures{Tier: "gold", CreditLimit: yuan("1000"), Quality: rapport.Ratio{Num: 9, Den: 10, N: 10}}
	in.Provenance = []customer.CardSource{{Field: "name", Source: "erp", Record: "r1", At: day("2024-01-01")}}
	return in
}

// Requirement C10: one call shows what the front line asks first, as of an instant.
func TestCard(t *testing.T) {
	in := cardInputs(t)
	card, err := customer.NewCard(in, day("2024-03-10"), nil)
	require.NoError(t, err)
	var contacts []string
	for _, p := range card.Contacts {
		contacts = append(contacts, p.Value)
	}
	require.Equal(t, []string{"mei@example.com", "2"}, contacts)
	require.Equal(t, []customer.RoleType{customer.Consumer}, card.Roles)
	require.Equal(t, "li.wei", card.Owners[0].Owner)
	require.Equal(t, customer.StageProspect, card.Standing.Stage)
	require.Equal(t, []rapport.ID{"c1", "c2"}, []rapport.ID{card.Cases[0].ID, card.Cases[1].ID})
	require.Len(t, card.Cases, 2)
	require.Equal(t, []rapport.ID{"n1", "n2"}, []rapport.ID{card.Needs[0].ID, card.Needs[1].ID})
	require.Len(t, card.Needs, 2)
	require.Equal(t, rapport.ID("p1"), card.Overdue[0].ID)
	require.Equal(t, "gold", card.Memberships[0].Card)
	require.Equal(t, int64(120), card.Memberships[0].Points.Spendable)
	require.Len(t, card.Last, customer.DefaultCardInteractions)
	require.Equal(t, day("2024-03-10"), card.Last[0].At())
	require.NotEmpty(t, card.Consents)
	require.Equal(t, in.Figures, card.Figures)
	require.Equal(t, in.Provenance, card.Provenance)

	early, err := customer.NewCard(in, day("2023-12-31"), nil)
	require.NoError(t, err)
	require.Empty(t, early.Cases)
	require.Empty(t, early.Needs)
	require.Empty(t, early.Memberships)
	require.Empty(t, early.Last)
	require.Zero(t, early.Standing)
	require.Equal(t, "1", early.Contacts[1].Value)
}

type cardReader struct {
	in  customer.CardInputs
	err error
}

func (r cardReader) CardInputs(context.Context, rapport.ID) (customer.CardInputs, error) {
	return r.in, r.err
}

func TestReadCard(t *testing.T) {
	card, err := customer.ReadCard(t.Context(), cardReader{in: cardInputs(t)}, "00004", day("2024-03-10"), &customer.CardOptions{Interactions: 3})
	require.NoError(t, err)
	require.Len(t, card.Last, 3)
	gone := errors.New("the line is dead")
	_, err = customer.ReadCard(t.Context(), cardReader{err: gone}, "00004", day("2024-03-10"), nil)
	require.ErrorIs(t, err, gone)
}

func TestCardRefusals(t *testing.T) {
	_, err := customer.NewCard(customer.CardInputs{}, day("2024-03-10"), &customer.CardOptions{Interactions: -1})
	require.Equal(t, []string{"customer: missing", "interactions: out-of-range"}, problemsOf(t, err))
	in := cardInputs(t)
	in.Cases[1].Customer, in.Merged = "00011", nil
	in.Interactions = append(in.Interactions, mustInteraction(t, func() customer.InteractionDraft { d := callDraft(); d.Customer = "x"; return d }()))
	_, err = customer.NewCard(in, day("2024-03-10"), nil)
	require.Equal(t, []string{"cases[1].customer: not-allowed", "interactions[15].customer: not-allowed"}, problemsOf(t, err))
	in = cardInputs(t)
	in.Changes = append(in.Changes, in.Changes[0])
	_, err = customer.NewCard(in, day("2024-03-10"), nil)
	require.Error(t, err)
}

// The order in which records are read makes no difference, and making a card changes
// no input.
func TestCardKnowsNoOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		at := day("2024-02-25").Add(time.Duration(rapid.IntRange(0, 500).Draw(r, "hour")) * time.Hour)
		in, mixed := cardInputs(r), cardInputs(r)
		want, err := customer.NewCard(in, at, nil)
		require.NoError(r, err)
		mixed.Cases = rapid.Permutation(mixed.Cases).Draw(r, "cases")
		mixed.Needs = rapid.Permutation(mixed.Needs).Draw(r, "needs")
		mixed.Interactions = rapid.Permutation(mixed.Interactions).Draw(r, "interactions")
		got, err := customer.NewCard(mixed, at, nil)
		require.NoError(r, err)
		require.Equal(r, want, got)
		again, err := customer.NewCard(in, at, nil)
		require.NoError(r, err)
		require.Equal(r, want, again)
	})
}

func BenchmarkCard(b *testing.B) {
	in := cardInputs(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.NewCard(in, day("2024-03-10"), nil); err != nil {
			b.Fatal(err)
		}
	}
}

// What a merged id had refused shows on the card, also if the ledger knows of no
// merge.
func TestCardHearsMergedIDs(t *testing.T) {
	in := cardInputs(t)
	no := in.Consents[0]
	no.ID, no.Subject, no.Status, no.Evidence = "k2", "00009", customer.ConsentDenied, ""
	in.Add(no)
	card, err := customer.NewCard(in, day("2024-03-10"), nil)
	require.NoError(t, err)
	require.NotEmpty(t, card.Consents)
	for _, standing := range card.Consents {
		require.Equal(t, standing.Channel == customer.ChannelEmail, standing.Decision.Reason == customer.BecauseDenied, standing)
		require.False(t, standing.Decision.Allowed)
	}
}

// Without laws a card is judged by GDPR and PIPL: nothing that was refused is left out.
func TestCardWithoutLaws(t *testing.T) {
	c, err := customer.New(customer.Draft{ID: "00004", Kind: customer.Person, RecordedAt: day("2024-01-01")})
	require.NoError(t, err)
	card, err := customer.NewCard(customer.CardInputs{Customer: c, Consents: []customer.Consent{{
		ID: "k1", Subject: "00004", Jurisdiction: customer.JurisdictionGDPR, Purpose: customer.PurposeMarketing, Channel: customer.ChannelEmail,
		Basis: customer.BasisConsent, Status: customer.ConsentDenied, At: day("2024-01-05"), RecordedAt: day("2024-01-05"),
	}}}, day("2024-03-01"), nil)
	require.NoError(t, err)
	require.NotEmpty(t, card.Consents)
	for _, standing := range card.Consents {
		require.False(t, standing.Decision.Allowed, "%v", standing)
	}
}

// What one said whom the laws join with a merged id counts, though that id said nothing.
func TestCardHearsWhomMergedIDsAreJoinedWith(t *testing.T) {
	in := cardInputs(t)
	say := func(id, subject rapport.ID, status customer.ConsentStatus) customer.Consent {
		return customer.Consent{
			ID: id, Subject: subject, Purpose: customer.AnyPurpose, Channel: customer.AnyChannel, Jurisdiction: customer.JurisdictionGDPR,
			Status: status, Basis: customer.BasisConsent, At: day("2025-01-01"), RecordedAt: day("2025-01-01"),
		}
	}
	laws, err := customer.NewConsentLedger([]customer.Consent{say("no", "y", customer.ConsentDenied)},
		&customer.ConsentOptions{Merges: []customer.ConsentMerge{{Members: []rapport.ID{"x", "y"}, At: day("2025-01-02")}}})
	require.NoError(t, err)
	in.Laws, in.Merged = laws, append(in.Merged, "x")
	card, err := customer.NewCard(in, day("2026-01-01"), nil)
	require.NoError(t, err)
	for _, s := range card.Consents {
		require.False(t, s.Decision.Allowed, "%v", s)
	}
}
