package credit

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Payment is what was paid on a document, or a credit note allocated to it.
type Payment struct {
	At     time.Time
	Amount rapport.Money // above zero
}

// Document is a position of the receivables ledger: an invoice (positive), or a
// payment on account or credit note that is allocated to nothing yet (negative).
type Document struct {
	ID       rapport.ID
	Dated    time.Time // counted from this day on
	Due      time.Time // not before Dated for an invoice; not used for a credit
	Amount   rapport.Money
	Payments []Payment // of an invoice, in any order
}

// AgeingOptions says how receivables are aged; nil or zero means the defaults.
type AgeingOptions struct {
	// Ends are the last days overdue of all buckets but the last, ascending; the first
	// bucket begins with what is not due. Nil stands for 0, 30, 60, 90.
	Ends []int
	// Location says whose calendar days count; nil is UTC.
	Location *time.Location
}

// Bucket holds the open invoices that are overdue by From to To days, both included.
// The first bucket has no From and the last no To, said by Open.
type Bucket struct {
	From, To  int
	OpenStart bool // from the earliest: everything up to To
	OpenEnd   bool // everything from From on
	Amount    rapport.Money
	Documents int
}

// OpenItem is an invoice with what is still owed on it.
type OpenItem struct {
	ID      rapport.ID
	Amount  rapport.Money // above zero
	Overdue int           // days from the due date to the as-of date; negative before it
}

// Ageing is the state of a customer's receivables on a date. Exactly,
// Receivables = Σ Buckets − Unallocated.
type Ageing struct {
	AsOf        time.Time
	Receivables rapport.Money
	Unallocated rapport.Money // credits and overpayments, as a positive amount
	Buckets     []Bucket
	Items       []OpenItem // the longest overdue first, then by id
}

// Age divides the open part of invoices by the days from their due date to asOf.
// What is dated later than the day of asOf, documents as well as payments, was not
// known then and is left out. All amounts are of one currency.
//
// The error is an [*InputError] for asOf or the ends, or a [*RowError] for a document:
// its id, [ErrTwice], dates that are missing or due before they are dated, payments on
// a credit, a payment that is not positive, or the error of an amount.
func Age(documents []Document, asOf time.Time, o *AgeingOptions) (Ageing, error) {
	if o == nil {
		o = &AgeingOptions{}
	}
	ends := o.Ends
	if ends == nil {
		ends = []int{0, 30, 60, 90}
	}
	if asOf.IsZero() {
		return Ageing{}, &InputError{Name: "as-of date", Want: "a time"}
	}
	if len(ends) == 0 || !slices.IsSortedFunc(ends, func(a, b int) int { return cmp.Or(cmp.Compare(a, b), -1) }) {
		return Ageing{}, &InputError{Name: "ends of buckets", Value: fmt.Sprint(ends), Want: "days in ascending order"}
	}
	a := Ageing{AsOf: asOf, Buckets: buckets(ends)}
	seen := make(map[rapport.ID]bool, len(documents))
	for i := range documents {
		d := &documents[i]
		if err := d.check(o.Location); err != nil {
			return Ageing{}, &RowError{Row: i, ID: d.ID, Err: err}
		}
		if seen[d.ID] {
			return Ageing{}, &RowError{Row: i, ID: d.ID, Err: ErrTwice}
		}
		seen[d.ID] = true
		if c := documents[0].Amount.Currency(); d.Amount.Currency() != c {
			return Ageing{}, &RowError{Row: i, ID: d.ID, Err: &rapport.CurrencyMismatchError{Left: c, Right: d.Amount.Currency()}}
		}
		if err := a.take(d, o.Location); err != nil {
			return Ageing{}, &RowError{Row: i, ID: d.ID, Err: err}
		}
	}
	return a.sumUp()
}

// sumUp brings every sum to the one currency, where there is any, and sorts the items.
func (a Ageing) sumUp() (Ageing, error) {
	var err error
	if a.Receivables, err = a.Unallocated.Neg().Add(rapport.Money{}); err != nil {
		return Ageing{}, err
	}
	for _, b := range a.Buckets {
		if a.Receivables, err = a.Receivables.Add(b.Amount); err != nil {
			return Ageing{}, err
		}
	}
	if c := a.Receivables.Currency(); c != 0 {
		nothing, err := rapport.MoneyFromMinor(0, c)
		if err != nil {
			return Ageing{}, err
		}
		for _, sum := range append([]*rapport.Money{&a.Unallocated}, a.amounts()...) {
			if *sum, err = sum.Add(nothing); err != nil {
				return Ageing{}, err
			}
		}
	}
	slices.SortFunc(a.Items, func(x, y OpenItem) int {
		return cmp.Or(cmp.Compare(y.Overdue, x.Overdue), cmp.Compare(x.ID, y.ID))
	})
	return a, nil
}

func (a *Ageing) amounts() []*rapport.Money {
	amounts := make([]*rapport.Money, len(a.Buckets))
	for i := range a.Buckets {
		amounts[i] = &a.Buckets[i].Amount
	}
	return amounts
}

// take counts one document.
func (a *Ageing) take(d *Document, in *time.Location) error {
	if days(a.AsOf, d.Dated, in) > 0 {
		return nil
	}
	open := d.Amount
	for _, p := range d.Payments {
		if days(a.AsOf, p.At, in) > 0 {
			continue
		}
		var err error
		if open, err = open.Sub(p.Amount); err != nil {
			return err
		}
	}
	var err error
	if open.Sign() <= 0 {
		a.Unallocated, err = a.Unallocated.Sub(open)
		return err
	}
	overdue := days(d.Due, a.AsOf, in)
	at := slices.IndexFunc(a.Buckets, func(b Bucket) bool { return b.OpenEnd || overdue <= b.To })
	b := &a.Buckets[at]
	b.Documents++
	a.Items = append(a.Items, OpenItem{d.ID, open, overdue})
	b.Amount, err = b.Amount.Add(open)
	return err
}

// check refuses what no ledger holds.
func (d *Document) check(in *time.Location) error {
	if err := d.ID.Validate(); err != nil {
		return err
	}
	switch {
	case d.Dated.IsZero():
		return &InputError{Name: "date of the document", Want: "a time"}
	case d.Amount.Currency() == 0:
		return &InputError{Name: "amount", Want: "money in a currency"}
	case d.Amount.Sign() < 0 && len(d.Payments) > 0:
		return &InputError{Name: "payments on a credit", Value: d.Amount.String(), Want: "none"}
	case d.Amount.Sign() > 0 && (d.Due.IsZero() || days(d.Dated, d.Due, in) < 0):
		return &InputError{Name: "due date", Value: d.Due.Format(time.DateOnly), Want: "one from " + d.Dated.Format(time.DateOnly) + " on"}
	}
	for _, p := range d.Payments {
		if p.At.IsZero() || p.Amount.Sign() <= 0 {
			return &InputError{Name: "payment", Value: p.Amount.String(), Want: "an amount above zero and a time"}
		}
	}
	return nil
}

// Overdue returns what is overdue by more than a number of days, and the most days
// that any of it is. Unallocated credits do not reduce it: nobody has said what they
// pay.
func (a Ageing) Overdue(moreThan int) (amount rapport.Money, longest int, err error) {
	for _, item := range a.Items {
		if item.Overdue <= moreThan {
			continue // no break: a host may have put the items together itself
		}
		longest = max(longest, item.Overdue)
		if amount, err = amount.Add(item.Amount); err != nil {
			return rapport.Money{}, 0, err
		}
	}
	return amount, longest, nil
}

// Current returns the open invoices that are not overdue.
func (a Ageing) Current() (rapport.Money, error) {
	var current rapport.Money
	for _, item := range a.Items {
		var err error
		if item.Overdue > 0 {
			continue
		}
		if current, err = current.Add(item.Amount); err != nil {
			return rapport.Money{}, err
		}
	}
	return current, nil
}

// buckets lays out empty buckets.
func buckets(ends []int) []Bucket {
	list := make([]Bucket, len(ends)+1)
	list[0].OpenStart = true
	for i, end := range ends {
		list[i].To = end
		list[i+1].From = end + 1
	}
	list[len(ends)].OpenEnd = true
	return list
}
