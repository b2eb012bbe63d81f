package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/pipeline"
)

// activity is what happened with the customers: records that are kept under the id by
// which the branch knows the customer, before and after a merge.
type activity struct {
	customer rapport.ID
	at       time.Time // event time
	child    identity.Child
	record   any // a customer.Transaction, customer.Interaction or customer.Filed
	fields   pipeline.Values
}

// recordedAt is when it came into the store: what is older came with the import.
func recordedAt(at time.Time) time.Time {
	if at.Before(imported()) {
		return imported()
	}
	return at
}

// activityReader numbers the records of each customer and keeps the points in order.
type activityReader struct {
	count   map[string]int
	clubs   map[rapport.ID]rapport.ID // the membership of a customer
	ledgers map[rapport.ID]*customer.PointsLedger
}

// readActivity reads the file of what happened. Each row is of a customer of a branch
// file.
func readActivity(file io.Reader, known map[rapport.ID]bool) ([]activity, error) {
	s, err := sheet.Open(file, "one event a row")
	if err != nil {
		return nil, err
	}
	at, err := columns(s, "customer", "what", "at", "channel", "value", "text")
	if err != nil {
		return nil, err
	}
	r := &activityReader{count: map[string]int{}, clubs: map[rapport.ID]rapport.ID{}, ledgers: map[rapport.ID]*customer.PointsLedger{}}
	var all []activity
	for record, err := range s.Records() {
		if err != nil {
			return nil, err
		}
		cell := func(i int) string { return strings.TrimSpace(record[at[i]]) }
		a := activity{customer: rapport.ID(cell(0))}
		if !known[a.customer] {
			return nil, s.Wrong("customer", cell(0), errors.New("is in no branch file"))
		}
		if a.at, err = time.Parse(time.DateOnly, cell(2)); err != nil {
			return nil, s.Wrong("at", cell(2), errors.New("is not a day such as 2026-01-31"))
		}
		a.at = a.at.Add(11 * time.Hour)
		if len(all) > 0 && a.at.Before(all[len(all)-1].at) && a.customer == all[len(all)-1].customer {
			return nil, s.Wrong("at", cell(2), errors.New("is before the row above of the same customer"))
		}
		if err := r.read(&a, cell(1), customer.Channel(cell(3)), cell(4), cell(5)); err != nil {
			return nil, s.Wrong(s.Header[at[1]], cell(1), fmt.Errorf("cannot be read from this row: %w", err))
		}
		all = append(all, a)
	}
	return all, nil
}

// read makes the record of a row.
func (r *activityReader) read(a *activity, what string, channel customer.Channel, value, text string) (err error) {
	r.count[string(a.customer)+" "+what]++
	id := rapport.ID(fmt.Sprintf("%s-%s-%d", a.customer, what, r.count[string(a.customer)+" "+what]))
	branch, _, _ := strings.Cut(string(a.customer), ":")
	key, recorded := customer.ExternalKey{System: branch, ID: string(id)}, recordedAt(a.at)
	var filed customer.Filed
	switch what {
	case "purchase":
		var amount rapport.Money
		if amount, err = rapport.ParseMoney(value + " GBP"); err != nil {
			return err
		}
		a.child = identity.Child{Kind: customer.FileTransaction, System: branch, ID: id}
		a.record, err = customer.NewTransaction(customer.TransactionDraft{
			Key: key, Kind: customer.Sale, Customer: a.customer, At: a.at, RecordedAt: recorded, Amount: amount, Product: text, Channel: channel, Branch: branch,
		})
		return err
	case "contact":
		var direction customer.Direction
		if direction, err = customer.ParseDirection(value); err != nil {
			return err
		}
		a.child = identity.Child{Kind: customer.FileInteraction, System: branch, ID: id}
		a.record, err = customer.NewInteraction(customer.InteractionDraft{
			Key: key, Customer: a.customer, Channel: channel, Direction: direction, At: a.at, RecordedAt: recorded, Topic: text,
		})
		return err
	case "consent":
		filed = customer.Consent{
			ID: id, Subject: a.customer, Jurisdiction: customer.JurisdictionGDPR, Purpose: customer.Purpose(text), Channel: channel, Basis: customer.BasisConsent,
			Status: customer.ConsentStatus(value), At: a.at, Evidence: "form " + string(id), Source: branch, RecordedAt: recorded,
		}
	case "need":
		var followUp time.Time
		if followUp, err = time.Parse(time.DateOnly, text); err != nil {
			return err
		}
		filed = customer.Need{ID: id, Customer: a.customer, Product: value, Status: customer.NeedOpen, FollowUp: followUp, At: a.at, RecordedAt: recorded}
	case "member":
		r.clubs[a.customer] = id
		filed = customer.Membership{
			ID: id, Customer: a.customer, Programme: "harbour-club", Number: value, Branch: branch, RecordedAt: recorded,
			Changes: []customer.MembershipChange{{At: a.at, RecordedAt: recorded, Status: customer.MembershipActive, Card: text}},
		}
	case "points":
		filed, err = r.points(a, id, value, text)
	case "complaint":
		filed, a.fields = complaint(id, a, channel, branch, value, text)
	default:
		return errors.New("want purchase, contact, consent, need, member, points or complaint")
	}
	if err != nil {
		return err
	}
	a.child, a.record = identity.Child{Kind: filed.Filing().Kind, ID: id}, filed
	return filed.Validate()
}

// points appends to the ledger of the customer's membership, which checks the balance.
func (r *activityReader) points(a *activity, id rapport.ID, value, kind string) (customer.Filed, error) {
	points, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return nil, err
	}
	club, ok := r.clubs[a.customer]
	if !ok {
		return nil, errors.New("the customer is no member")
	}
	if r.ledgers[club] == nil {
		if r.ledgers[club], err = customer.NewPointsLedger(club, nil, nil); err != nil {
			return nil, err
		}
	}
	return r.ledgers[club].Append(customer.PointsEntry{
		ID: id, Customer: a.customer, Membership: club, Kind: customer.PointsKind(kind), Points: points, At: a.at, RecordedAt: recordedAt(a.at),
	})
}
