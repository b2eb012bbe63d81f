package customer

import (
	"slices"
	"sort"
	"time"

	"github.com/rapport-crm/rapport"
)

// ServiceRequest is something a customer wanted from us, and whether it helped
// itself. Requests that people answered count too: they are what the rate is of.
type ServiceRequest struct {
	Customer   rapport.ID
	At         time.Time
	SelfServed bool // done without one of us
}

// DeflectionOptions say when a self-served request did not spare us a contact. The
// zero value, and nil, take every one as spared.
type DeflectionOptions struct {
	// Contacts are the interactions among which to look for what followed: those that
	// the customer began, over a channel that is not self-service.
	Contacts []Interaction
	// Within is how long after a request a contact counts as following it; 0: none does.
	Within time.Duration
	// SelfService are the channels on which nobody answers; nil: web and app.
	SelfService []Channel
}

// Deflection says how many requests were answered without one of us.
type Deflection struct {
	Rate       rapport.Ratio // self-served and not followed by a contact, of all requests
	SelfServed int
	Followed   int // self-served, but a contact followed
}

// DeflectionOf computes the deflection rate: 200 requests of 1 000 that customers
// settled by themselves are .20. The error is a [*ValidationError] for a negative
// Within.
func DeflectionOf(requests []ServiceRequest, o *DeflectionOptions) (Deflection, error) {
	if o == nil {
		o = &DeflectionOptions{}
	}
	if o.Within < 0 {
		return Deflection{}, &ValidationError{Subject: "deflection", Problems: []Problem{{"within", OutOfRange}}}
	}
	alone := o.SelfService
	if alone == nil {
		alone = []Channel{ChannelWeb, ChannelApp}
	}
	contacts := make(map[rapport.ID][]time.Time)
	for i := range o.Contacts {
		d := &o.Contacts[i].draft
		if d.Direction == Inbound && !slices.Contains(alone, d.Channel) {
			contacts[d.Customer] = append(contacts[d.Customer], d.At)
		}
	}
	for _, times := range contacts {
		slices.SortFunc(times, time.Time.Compare)
	}
	var f Deflection
	for _, r := range requests {
		spared := r.SelfServed
		if r.SelfServed {
			f.SelfServed++
			times := contacts[r.Customer]
			next := sort.Search(len(times), func(i int) bool { return times[i].After(r.At) })
			if next < len(times) && times[next].Sub(r.At) <= o.Within {
				f.Followed++
				spared = false
			}
		}
		count(&f.Rate, spared)
	}
	return f, nil
}
