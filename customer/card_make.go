package customer

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// NewCard makes the card of a customer as of an instant: what happened later, by
// event time, is not on it. The result depends on the inputs but not on their order.
//
// The error is a [*ValidationError] for inputs without a customer (Missing), for a
// record of somebody else (NotAllowed) or a negative number of interactions; or that
// of a history, a points ledger or a consent that contradicts itself.
func NewCard(in CardInputs, asOf time.Time, o *CardOptions) (Card, error) {
	if o == nil {
		o = &CardOptions{}
	}
	if err := in.check(o); err != nil {
		return Card{}, err
	}
	c := in.Customer
	card := Card{
		AsOf: asOf.UTC(), ID: c.ID(), Kind: c.Kind(), Name: c.Name(), Roles: c.RolesAt(asOf), Owners: c.OwnersAt(asOf),
		Overdue: CommitmentsAsOf(in.Commitments, asOf).Overdue, Figures: in.Figures, Provenance: slices.Clone(in.Provenance),
	}
	card.contacts(c)
	card.needs(in.Needs)
	card.cases(in.Cases)
	card.last(in.Interactions, cmp.Or(o.Interactions, DefaultCardInteractions))
	if err := card.standing(in.Changes); err != nil {
		return Card{}, err
	}
	if err := card.memberships(in.Memberships, in.Points, o.Points); err != nil {
		return Card{}, err
	}
	laws, err := in.laws()
	if err != nil {
		return Card{}, err
	}
	card.Consents = laws.joinedNow(card.ID, in.Merged).Standings(card.ID, asOf)
	return card, nil
}

// laws returns the ledger of all consents, under [GDPR] and [PIPL] where no other laws
// are given: a refusal is never left out for want of a law.
func (in *CardInputs) laws() (ConsentLedger, error) {
	if len(in.Laws.profiles) == 0 {
		return NewConsentLedger(slices.Concat(in.Laws.records, in.Consents), nil)
	}
	return in.Laws.With(in.Consents...)
}

// joinedNow returns the ledger with a merge of a subject with those of some others
// that said anything, or are one with who did, and that no merge connects with it yet. It is dated after all
// records, so what any of them refused is not lifted by another.
func (l ConsentLedger) joinedNow(subject rapport.ID, others []rapport.ID) ConsentLedger {
	known := l.members(subject)
	merge := ConsentMerge{Members: []rapport.ID{subject}, At: everKnown()}
	for _, id := range others {
		if l.anySaid(l.members(id)) && !slices.Contains(known, id) && !slices.Contains(merge.Members, id) {
			merge.Members = append(merge.Members, id)
		}
	}
	if len(merge.Members) > 1 {
		l.setMerges(append(slices.Clip(l.merges), merge))
	}
	return l
}

// anySaid reports whether there is a record of one of the subjects.
func (l *ConsentLedger) anySaid(subjects []rapport.ID) bool {
	return slices.ContainsFunc(subjects, func(id rapport.ID) bool { return len(l.of(id)) > 0 })
}

// check refuses inputs that are no customer's, and records of somebody else.
func (in *CardInputs) check(o *CardOptions) error {
	var k checker
	if in.Customer.IsZero() {
		k.report(path{field: "customer"}, Missing)
	}
	if o.Interactions < 0 {
		k.report(path{field: "interactions"}, OutOfRange)
	}
	own := func(id rapport.ID) bool { return id == in.Customer.ID() || slices.Contains(in.Merged, id) }
	foreign := func(list string, i int, id rapport.ID) {
		if !own(id) {
			k.report(path{list, i, "customer"}, NotAllowed)
		}
	}
	for i := range in.Changes {
		foreign("changes", i, in.Changes[i].Customer)
	}
	for i := range in.Needs {
		foreign("needs", i, in.Needs[i].Customer)
	}
	for i := range in.Commitments {
		foreign("commitments", i, in.Commitments[i].Customer)
	}
	for i := range in.Cases {
		foreign("cases", i, in.Cases[i].Customer)
	}
	for i := range in.Memberships {
		foreign("memberships", i, in.Memberships[i].Customer)
	}
	for i := range in.Points {
		foreign("points", i, in.Points[i].Customer)
	}
	for i := range in.Consents {
		foreign("consents", i, in.Consents[i].Subject)
	}
	for i := range in.Interactions {
		foreign("interactions", i, in.Interactions[i].draft.Customer)
	}
	return k.err("card", string(in.Customer.ID()))
}

// contacts picks the contact point to use for each channel.
func (card *Card) contacts(c Customer) {
	var channels []Channel
	for _, p := range c.draft.Contacts {
		channels = append(channels, p.Channel)
	}
	slices.Sort(channels)
	for _, channel := range slices.Compact(channels) {
		if p, ok := c.ContactAt(channel, card.AsOf); ok {
			card.Contacts = append(card.Contacts, p)
		}
	}
}

func (card *Card) needs(needs []Need) {
	for _, n := range needs {
		if !n.At.After(card.AsOf) && (n.Status == NeedOpen || n.ClosedAt.After(card.AsOf)) {
			card.Needs = append(card.Needs, n)
		}
	}
	slices.SortFunc(card.Needs, func(a, b Need) int {
		return cmp.Or(a.FollowUp.Compare(b.FollowUp), strings.Compare(string(a.ID), string(b.ID)))
	})
}

func (card *Card) cases(cases []Case) {
	for _, whole := range cases {
		if c, ok := whole.AsOf(card.AsOf); ok {
			if _, settled := c.Settled(); !settled {
				card.Cases = append(card.Cases, c)
			}
		}
	}
	slices.SortFunc(card.Cases, func(a, b Case) int {
		return cmp.Or(cmp.Compare(b.Severity.rank(), a.Severity.rank()), a.Opened().Compare(b.Opened()), strings.Compare(string(a.ID), string(b.ID)))
	})
}

// last keeps the latest interactions.
func (card *Card) last(interactions []Interaction, most int) {
	for _, i := range interactions {
		if !i.At().After(card.AsOf) {
			card.Last = append(card.Last, i)
		}
	}
	slices.SortFunc(card.Last, func(a, b Interaction) int { return b.Event().Compare(a.Event()) })
	card.Last = slices.Clip(card.Last[:min(most, len(card.Last))])
}

// standing replays the history of the customer's own id: a merged one had a history
// of its own.
func (card *Card) standing(changes []LifecycleChange) error {
	var own []LifecycleChange
	for _, change := range changes {
		if change.Customer == card.ID {
			own = append(own, change)
		}
	}
	if len(own) == 0 {
		return nil
	}
	life, err := ReplayLifecycle(card.ID, own)
	if err != nil {
		return err
	}
	card.Standing = life.AsOf(card.AsOf, everKnown())
	return nil
}

// everKnown is after every record time.
func everKnown() time.Time { return time.Unix(latestSecond, 0).UTC() }

func (card *Card) memberships(memberships []Membership, points []PointsEntry, o *PointsOptions) error {
	entries := make(map[rapport.ID][]PointsEntry)
	for _, e := range points {
		entries[e.Membership] = append(entries[e.Membership], e)
	}
	for i := range memberships {
		m := &memberships[i]
		now, joined := m.AsOf(card.AsOf, everKnown())
		if !joined {
			continue
		}
		ledger, err := NewPointsLedger(m.ID, entries[m.ID], o)
		if err != nil {
			return err
		}
		card.Memberships = append(card.Memberships, CardMembership{
			Membership: m.ID, Programme: m.Programme, Number: m.Number, Status: now.Status, Card: now.Card,
			Since: m.Joined(), Points: ledger.AsOf(card.AsOf, everKnown()),
		})
	}
	slices.SortFunc(card.Memberships, func(a, b CardMembership) int {
		return cmp.Or(strings.Compare(a.Programme, b.Programme), strings.Compare(a.Number, b.Number), strings.Compare(string(a.Membership), string(b.Membership)))
	})
	return nil
}
