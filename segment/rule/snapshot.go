package rule

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// What [Restore] can return.
var (
	// ErrOtherRules: the snapshot is of other rules, another schema or another
	// [EngineOptions.Settled].
	ErrOtherRules = errors.New("snapshot of other rules")
	// ErrSnapshot: the snapshot contradicts itself.
	ErrSnapshot = errors.New("damaged snapshot")
)

type snapshotForm struct {
	Format    int            `json:"format"`
	Rules     string         `json:"rules"` // fingerprint
	Now       int64          `json:"now_ns"`
	Customers []customerForm `json:"customers"`
}

type customerForm struct {
	ID         rapport.ID      `json:"id"`
	Attributes []attributeForm `json:"attributes,omitempty"` // by name
	Events     []eventsForm    `json:"events,omitempty"`     // by kind, in the order of the set
	Consents   []consentForm   `json:"consents,omitempty"`   // one for each question of the set
	Stays      []stayForm      `json:"stays,omitempty"`
	Pins       []pinForm       `json:"pins,omitempty"`
}

type attributeForm struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

type eventsForm struct {
	Kind   string      `json:"kind"`
	Events []eventForm `json:"events,omitempty"`
	Folded []totalForm `json:"folded,omitempty"`
}

type eventForm struct {
	ID     rapport.ID `json:"id"`
	At     int64      `json:"at_ns"`
	Amount int64      `json:"amount,omitzero"` // minor units
	Match  uint32     `json:"match,omitzero"`
}

type totalForm struct {
	Count int64  `json:"count"`
	High  int64  `json:"sum_high"`
	Low   uint64 `json:"sum_low"`
	Min   int64  `json:"min"`
	Max   int64  `json:"max"`
	First int64  `json:"first_ns"`
	Last  int64  `json:"last_ns"`
}

type consentForm struct {
	Asked   bool   `json:"asked,omitzero"`
	Allowed bool   `json:"allowed,omitzero"`
	Reason  string `json:"reason,omitzero"`
	From    int64  `json:"from_ns,omitzero"`
	Until   int64  `json:"until_ns,omitzero"`
}

type stayForm struct {
	Segment string `json:"segment"`
	Since   int64  `json:"since_ns"`
}

type pinForm struct {
	Segment  string `json:"segment"`
	In       bool   `json:"in"`
	By       string `json:"by"`
	Why      string `json:"why"`
	At       int64  `json:"at_ns"`
	Recorded int64  `json:"recorded_ns"`
	Until    int64  `json:"until_ns"`
}

// fingerprint tells sets of rules apart by all that the meaning of a snapshot hangs on.
func (e *Engine) fingerprint() (string, error) {
	rules, err := json.Marshal(e.set.rules)
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	zone := e.set.schema.calendar.location // with an offset, since zones may share a name
	fmt.Fprintf(digest, "%s %s %s %d", rules, zone, instant(0).In(zone).Format(time.RFC3339), e.settled)
	for _, name := range slices.Sorted(maps.Keys(e.set.slots)) {
		a := e.set.schema.attributes[name]
		fmt.Fprintf(digest, " %q %s %s %q", name, a.Type, a.Currency, a.Needs)
	}
	for _, need := range e.set.kinds {
		fmt.Fprintf(digest, " %q %s", need.kind.Name, need.kind.Currency)
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// Snapshot returns the whole state in a versioned form: facts, stays, pins and time.
// The same state gives the same bytes. An engine that is restored from it goes on as
// this one would: nothing is said twice, and nothing is lost.
func (e *Engine) Snapshot() ([]byte, error) {
	rules, err := e.fingerprint()
	if err != nil {
		return nil, err
	}
	f := snapshotForm{Format: jsonFormat, Rules: rules, Now: e.moment.now, Customers: make([]customerForm, 0, len(e.customers))}
	for _, id := range slices.Sorted(maps.Keys(e.customers)) {
		c, err := e.form(e.customers[id])
		if err != nil {
			return nil, err
		}
		f.Customers = append(f.Customers, c)
	}
	return json.Marshal(f)
}

func (e *Engine) form(r *record) (customerForm, error) {
	c := customerForm{ID: r.facts.id}
	for _, name := range slices.Sorted(maps.Keys(e.set.slots)) {
		v := r.facts.value(e.set.schema.attributes[name], e.set.slots[name])
		if v.kind == 0 {
			continue
		}
		text, err := v.encode()
		if err != nil {
			return c, err
		}
		c.Attributes = append(c.Attributes, attributeForm{name, text})
	}
	for k, list := range r.facts.events {
		kind := eventsForm{Kind: e.set.kinds[k].kind.Name}
		for _, held := range list {
			kind.Events = append(kind.Events, eventForm{held.id, held.at, held.amount, held.match})
		}
		if r.facts.folded != nil {
			for _, t := range r.facts.folded[k] {
				kind.Folded = append(kind.Folded, totalForm{t.Count, t.Sum.high, t.Sum.low, t.Min, t.Max, t.First, t.Last})
			}
		}
		if kind.Events != nil || kind.Folded != nil {
			c.Events = append(c.Events, kind)
		}
	}
	for _, p := range r.facts.permits {
		c.Consents = append(c.Consents, consentForm{p.asked, p.allowed, p.reason, p.from, p.until})
	}
	for _, s := range slices.SortedFunc(slices.Values(r.stays), func(a, b stay) int { return cmp.Compare(a.rule, b.rule) }) {
		c.Stays = append(c.Stays, stayForm{e.set.rules[s.rule].Name, s.since})
	}
	for _, p := range slices.SortedFunc(slices.Values(r.pins), func(a, b pin) int { return cmp.Compare(a.rule, b.rule) }) {
		if p.until > e.moment.now {
			c.Pins = append(c.Pins, pinForm{e.set.rules[p.rule].Name, p.in, p.by, p.why, p.at, p.recorded, p.until})
		}
	}
	return c, nil
}
