package customer

import (
	"context"
	"time"

	"github.com/rapport-crm/rapport"
)

// CardInputs is all that a [Card] is made from: the customer, its records in any
// order, and figures of other rooms. Whatever is left empty is empty on the card.
//
// Open cases, needs and promises, points and consents are only right if their
// records are complete; of the interactions the last ones will do. If Laws does not
// know of a merge, what a merged id refused holds until it is said otherwise under
// that id.
type CardInputs struct {
	Customer     Customer
	Merged       []rapport.ID // ids that were merged into the customer: records under them are its own
	Changes      []LifecycleChange
	Needs        []Need
	Commitments  []Commitment
	Cases        []Case
	Memberships  []Membership
	Points       []PointsEntry
	Consents     []Consent
	Laws         ConsentLedger // the laws that consents are judged by, zero: GDPR and PIPL; its records and merges count too
	Interactions []Interaction
	Figures      CardFigures
	Provenance   []CardSource
}

// CardFigures are the figures that the host has from other rooms; what is absent is
// not known.
type CardFigures struct {
	Value       rapport.Estimate // of the customer, in units of Currency
	Currency    rapport.Currency
	Tier        string        // the host's code
	CreditLimit rapport.Money // zero Money: none granted
	CreditUsed  rapport.Money
	Hold        string        // why no more credit is given: a code; "": it is
	Quality     rapport.Ratio // of the record
}

// CardSource says where a field of the record comes from.
type CardSource struct {
	Field  string     // path in JSON spelling, such as "name" or "contacts[1].value"
	Source string     // the system or branch, a code
	Record rapport.ID // the source record
	At     time.Time  // record time there
}

// CardReader reads what a card is made from. A store implements it: all records of
// the customer in as few queries as it can, under its current id and those that were
// merged into it.
type CardReader interface {
	// CardInputs returns what is kept of the customer, or the store's error that there
	// is none.
	CardInputs(ctx context.Context, customer rapport.ID) (CardInputs, error)
}

// ReadCard reads and makes a card in one call. The error is that of the reader or of
// [NewCard].
func ReadCard(ctx context.Context, reader CardReader, customer rapport.ID, asOf time.Time, o *CardOptions) (Card, error) {
	in, err := reader.CardInputs(ctx, customer)
	if err != nil {
		return Card{}, err
	}
	return NewCard(in, asOf, o)
}

// Add puts a filed record into its list. It is false for a kind that a card does not
// show.
func (in *CardInputs) Add(record Filed) bool {
	switch r := record.(type) {
	case LifecycleChange:
		in.Changes = append(in.Changes, r)
	case Need:
		in.Needs = append(in.Needs, r)
	case Commitment:
		in.Commitments = append(in.Commitments, r)
	case Case:
		in.Cases = append(in.Cases, r)
	case Membership:
		in.Memberships = append(in.Memberships, r)
	case PointsEntry:
		in.Points = append(in.Points, r)
	case Consent:
		in.Consents = append(in.Consents, r)
	default:
		return false
	}
	return true
}

// Card is a customer at a glance, as of an instant by event time: what the front
// line asks first.
type Card struct {
	AsOf        time.Time
	ID          rapport.ID
	Kind        Kind
	Name        string
	Contacts    []ContactPoint // the one to use for each channel, in the order of channels
	Roles       []RoleType
	Owners      []Ownership
	Standing    Standing         // stage of the lifecycle; its zero value: no history
	Needs       []Need           // open: the earliest follow-up first
	Cases       []Case           // open: the gravest first, then the oldest
	Overdue     []Commitment     // promises not kept: the longest overdue first
	Memberships []CardMembership // by programme and number
	Last        []Interaction    // the latest first
	Consents    []ConsentStanding
	Figures     CardFigures
	Provenance  []CardSource // in the order given
}

// CardMembership is a membership on a card.
type CardMembership struct {
	Membership rapport.ID
	Programme  string
	Number     string
	Status     MembershipStatus
	Card       string // in force, "" if none
	Since      time.Time
	Points     PointsBalance
}

// DefaultCardInteractions is how many interactions a card shows.
const DefaultCardInteractions = 10

// CardOptions are options of [NewCard]; nil stands for the defaults.
type CardOptions struct {
	Interactions int            // shown at most; 0 stands for DefaultCardInteractions
	Points       *PointsOptions // of the programmes
}
