package main

import (
	"context"
	"time"

	"github.com/rapport-crm/rapport/segment"
)

// report is everything that comes out, in the order in which it is printed. A part that
// the data do not allow is nil and named in LeftOut.
type report struct {
	Base          string            `json:"base"`
	AsOf          string            `json:"as_of"`
	Customers     int               `json:"customers"`
	Orders        int               `json:"orders"`
	Tiers         *tiersPart        `json:"tiers"`
	Concentration *concentration    `json:"concentration"`
	Buyers        []buyerGroup      `json:"buyers"`
	Matrix        []cellGroup       `json:"matrix"`
	Worth         *worthPart        `json:"worth"`
	Accounts      []accountFound    `json:"accounts"`
	Seasons       *seasonsPart      `json:"seasons"`
	Ladder        *ladderPart       `json:"ladder"`
	Service       []servicePart     `json:"service"`
	Contacts      *contactsPart     `json:"contacts"`
	Segments      []segmentPart     `json:"segments"`
	Playbook      *playbookPart     `json:"playbook"`
	Clusters      *clustersPart     `json:"clusters"`
	LeftOut       map[string]string `json:"left_out"` // why, by part
}

// findings are what one part tells the next.
type findings struct {
	tiers    []string               // of each customer
	cells    []string               // of the matrix; nil if there is none
	segments []map[string]truth     // by rules
	seasons  *segment.Seasons       // nil if there are none
	policy   *segment.ServicePolicy // of the tiers
	overdue  map[string]segment.Due // contacts that are due, by customer
	members  []segment.Membership   // of each customer; nil if there is no ladder
}

// report computes all parts.
func (b *base) report(ctx context.Context, seed uint64) (*report, error) {
	r := &report{
		Base: b.source, AsOf: b.asOf.Format(time.DateOnly), Customers: len(b.clients), Orders: b.countOrders(),
		LeftOut: map[string]string{},
	}
	f := &findings{}
	for _, part := range []struct {
		name string
		make func(*base, *report, *findings) error
		asks bool // for more than orders tell
	}{
		{"tiers", tiers, false}, {"concentration", concentrate, false}, {"buyers", buyers, false}, {"matrix", matrix, true},
		{"worth", worth, true}, {"accounts", accounts, true}, {"seasons", seasons, false}, {"ladder", climb, false},
		{"service", service, false}, {"contacts", contacts, false}, {"segments", rules, false}, {"playbook", play, false},
		{"clusters", func(b *base, r *report, _ *findings) error { return clusters(ctx, b, r, seed) }, false},
	} {
		if part.asks && !b.known {
			r.LeftOut[part.name] = "orders tell neither costs nor potentials"
			continue
		}
		err := part.make(b, r, f)
		if why, ok := err.(leftOut); ok {
			r.LeftOut[part.name] = string(why)
		} else if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// leftOut says why the data do not allow a part.
type leftOut string

func (l leftOut) Error() string { return string(l) }
