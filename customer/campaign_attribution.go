package customer

import (
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// AttributionRule says which campaign a sale is credited to if several reached the
// customer in time. A campaign reached it in time if the sale came at or after a
// contact and less than the campaign's window after it.
type AttributionRule string

// The rules.
const (
	LastTouch  AttributionRule = "last-touch"  // to that of the latest contact; the default
	FirstTouch AttributionRule = "first-touch" // to that of the earliest contact
	Linear     AttributionRule = "linear"      // to all of them in equal shares
)

// Attribution credits a campaign with a transaction, or with its share of it.
type Attribution struct {
	Campaign    rapport.ID
	Customer    rapport.ID
	Transaction ExternalKey
	Kind        TransactionKind
	At          time.Time     // of the transaction
	Amount      rapport.Money // the whole amount, or the share; the shares of a transaction add up to it exactly
	Shared      int           // by how many campaigns: 1 but for Linear
}

// touch is a contact that can lead to sales before until.
type touch struct {
	campaign  rapport.ID
	at, until time.Time
}

// AttributeSales credits sales above zero to campaigns, each whole sale once: to one
// campaign or, by the rule [Linear], to several in shares. Returns and costs that
// name their sale ([Transaction.Of]) go with it, also after the window; other lines
// are credited to nobody. Of contacts of one instant the campaign with the smallest
// id comes first. The result is in the order of the transactions, then of campaigns.
//
// The rule "" stands for LastTouch. The error is a [*ValidationError] for the rule,
// a campaign, a member, or a member of a campaign that is not given.
func AttributeSales(campaigns []Campaign, members []CampaignMember, transactions []Transaction, rule AttributionRule) ([]Attribution, error) {
	switch rule {
	case "", LastTouch, FirstTouch, Linear:
	default:
		return nil, &ValidationError{Subject: "attribution", Name: string(rule), Problems: []Problem{{"rule", Unknown}}}
	}
	touches, err := touchesOf(campaigns, members)
	if err != nil {
		return nil, err
	}
	credited := make(map[ExternalKey][]rapport.ID)
	for i := range transactions {
		d := &transactions[i].draft
		if d.Kind == Sale && d.Amount.Sign() > 0 {
			if ids := credit(touches[d.Customer], d.At, rule); len(ids) > 0 {
				credited[d.Key] = ids
			}
		}
	}
	var all []Attribution
	for i := range transactions {
		d := &transactions[i].draft
		sale := d.Of
		if d.Kind == Sale {
			sale = d.Key
		}
		ids := credited[sale]
		if len(ids) == 0 {
			continue
		}
		shares, err := equalShares(d.Amount, len(ids))
		if err != nil {
			return nil, err
		}
		for j, id := range ids {
			all = append(all, Attribution{id, d.Customer, d.Key, d.Kind, d.At, shares[j], len(ids)})
		}
	}
	return all, nil
}

// touchesOf returns the contacts of each customer, in order of time and campaign.
func touchesOf(campaigns []Campaign, members []CampaignMember) (map[rapport.ID][]touch, error) {
	windows := make(map[rapport.ID]time.Duration, len(campaigns))
	for i := range campaigns {
		if err := campaigns[i].Validate(); err != nil {
			return nil, err
		}
		windows[campaigns[i].ID] = campaigns[i].Window
	}
	touches := make(map[rapport.ID][]touch)
	for i := range members {
		m := &members[i]
		if err := m.Validate(); err != nil {
			return nil, err
		}
		window, ok := windows[m.Campaign]
		if !ok {
			return nil, &ValidationError{Subject: "campaign member", Name: string(m.ID), Problems: []Problem{{"campaign", Unknown}}}
		}
		for _, at := range m.Contacts {
			touches[m.Customer] = append(touches[m.Customer], touch{m.Campaign, at, at.Add(window)})
		}
	}
	for _, list := range touches {
		slices.SortFunc(list, func(a, b touch) int {
			if order := a.at.Compare(b.at); order != 0 {
				return order
			}
			return strings.Compare(string(a.campaign), string(b.campaign))
		})
	}
	return touches, nil
}

// credit returns the campaigns credited with a sale, in order.
func credit(touches []touch, at time.Time, rule AttributionRule) []rapport.ID {
	var ids []rapport.ID
	var latest time.Time
	for _, t := range touches {
		if at.Before(t.at) || !at.Before(t.until) {
			continue
		}
		switch {
		case rule == Linear:
			ids = append(ids, t.campaign)
		case rule == FirstTouch:
			return []rapport.ID{t.campaign}
		case len(ids) == 0 || t.at.After(latest):
			ids, latest = []rapport.ID{t.campaign}, t.at
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// equalShares divides an amount into n parts that add up to it exactly. What is
// finer than the minor unit goes to the first part.
func equalShares(m rapport.Money, n int) ([]rapport.Money, error) {
	if n == 1 {
		return []rapport.Money{m}, nil
	}
	whole := m.Round(rapport.RoundHalfEven)
	shares, err := whole.Split(n)
	if err != nil {
		return nil, err
	}
	rest, err := m.Sub(whole)
	if err != nil {
		return nil, err
	}
	shares[0], err = shares[0].Add(rest)
	return shares, err
}

// times returns m × n.
func times(m rapport.Money, n int) (rapport.Money, error) {
	if m.IsZero() {
		return m, nil
	}
	return m.Mul(decimal.NewFromInt(int64(n)))
}
