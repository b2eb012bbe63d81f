package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// CardOptions are options of [NewCardReader]; nil stands for the zero value.
type CardOptions struct {
	// Interactions is how many of the last ones are read, up to [MaxPageLimit]; 0:
	// [customer.DefaultCardInteractions].
	Interactions int
	// Laws are the laws that consents are judged by; the zero ledger stands for GDPR and
	// PIPL. If customers are merged give it the merges ([customer.ConsentOptions]), which
	// identity.Registry.ConsentMerges returns. A card copies its records: give laws and
	// merges alone.
	Laws customer.ConsentLedger
}

// NewCardReader returns the reader of customer cards in a transaction, for
// [customer.ReadCard]. It reads every record that a card shows, under the id that the
// customer has now and under those that a merge has replaced, in as many queries as the
// customer has ids; figures and provenance, which are the host's, it leaves empty. Its
// own error is an [*ArgumentError] for a number out of range or what [Files] returns; its
// reading ends with [ErrNotFound] for nobody, or an error of the back end.
func NewCardReader(tx Tx, o *CardOptions) (customer.CardReader, error) {
	if o == nil {
		o = &CardOptions{}
	}
	limit := cmp.Or(o.Interactions, customer.DefaultCardInteractions)
	if limit < 1 || limit > MaxPageLimit {
		return nil, &ArgumentError{Name: "card interactions", Reason: fmt.Sprintf("%d are outside 1 to %d", limit, MaxPageLimit)}
	}
	f, err := Files(tx)
	if err != nil {
		return nil, err
	}
	return cardReader{tx: tx, files: f, limit: limit, laws: o.Laws}, nil
}

type cardReader struct {
	tx    Tx
	files FilesTx
	limit int
	laws  customer.ConsentLedger
}

// CardInputs implements [customer.CardReader].
func (r cardReader) CardInputs(ctx context.Context, id rapport.ID) (customer.CardInputs, error) {
	ids, err := Identities(ctx, r.tx, id)
	if err != nil {
		return customer.CardInputs{}, err
	}
	in := customer.CardInputs{Merged: ids[1:], Laws: r.laws}
	if in.Customer, err = r.tx.Customers().Get(ctx, ids[0]); err != nil {
		return customer.CardInputs{}, err
	}
	for part := range slices.Chunk(ids, MaxQueryCustomers) {
		if err := r.records(ctx, &in, FileQuery{Customers: part}); err != nil {
			return customer.CardInputs{}, err
		}
	}
	for _, id := range ids {
		last, err := r.files.Glances().Interactions(ctx, id, r.limit)
		if err != nil {
			return customer.CardInputs{}, err
		}
		in.Interactions = append(in.Interactions, last...)
	}
	return in, nil
}

// records adds what is filed, page by page: a page is a statement that is ready.
func (r cardReader) records(ctx context.Context, in *customer.CardInputs, q FileQuery) error {
	for page := (PageRequest{Limit: MaxPageLimit}); ; {
		rows, err := r.files.Files().Page(ctx, q, page)
		if err != nil {
			return err
		}
		for _, row := range rows.Items {
			if err := addToCard(in, row); err != nil {
				return err
			}
		}
		if page.After = rows.Next; page.After == "" {
			return nil
		}
	}
}

// addToCard puts a record of a sort that a card shows into its list.
func addToCard(in *customer.CardInputs, row FileRow) error {
	switch row.Kind {
	case customer.FileLifecycleChange:
		return decodeTo(&in.Changes, row)
	case customer.FileNeed:
		return decodeTo(&in.Needs, row)
	case customer.FileCommitment:
		return decodeTo(&in.Commitments, row)
	case customer.FileCase:
		return decodeTo(&in.Cases, row)
	case customer.FileMembership:
		return decodeTo(&in.Memberships, row)
	case customer.FilePoints:
		return decodeTo(&in.Points, row)
	case customer.FileConsent:
		return decodeTo(&in.Consents, row)
	}
	return nil
}

func decodeTo[T customer.Filed](list *[]T, row FileRow) error {
	record, err := DecodeFile[T](row)
	if err != nil {
		return err
	}
	*list = append(*list, record)
	return nil
}
