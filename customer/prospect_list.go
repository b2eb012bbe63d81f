package customer

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// ProspectStatus says what a prospect is at an instant.
type ProspectStatus string

// The statuses. The zero value: not met yet.
const (
	ProspectOpen    ProspectStatus = "open"    // has not bought, may be kept
	ProspectBought  ProspectStatus = "bought"  // has bought: the record is part of a customer's history
	ProspectExpired ProspectStatus = "expired" // has not bought, may not be kept any more
)

// StatusAt returns the status at an instant; "" before the first touch.
func (p *ProspectRecord) StatusAt(t time.Time) ProspectStatus {
	switch {
	case t.Before(p.At):
		return ""
	case p.Sale != nil && !p.Sale.At.After(t):
		return ProspectBought
	case !t.Before(p.KeepUntil):
		return ProspectExpired
	}
	return ProspectOpen
}

// ProspectFigures counts prospects as of an instant.
type ProspectFigures struct {
	Open, Bought, Expired int
	// Conversion is those that bought over all that were met, expired ones included.
	Conversion rapport.Ratio
}

// ProspectsAsOf counts the prospects that were met by asOf: of 100 that visited and
// 12 that bought 88 are open.
func ProspectsAsOf(prospects []ProspectRecord, asOf time.Time) ProspectFigures {
	var f ProspectFigures
	for i := range prospects {
		switch prospects[i].StatusAt(asOf) {
		case ProspectOpen:
			f.Open++
		case ProspectBought:
			f.Bought++
		case ProspectExpired:
			f.Expired++
		default:
			continue
		}
		f.Conversion.N++
	}
	f.Conversion.Num, f.Conversion.Den = float64(f.Bought), float64(f.Conversion.N)
	return f
}

// ProspectDue is a prospect that is to be spoken to again.
type ProspectDue struct {
	Prospect ProspectRecord
	Due      time.Time // since when
	Step     int       // of the cadence, from 1
}

// DefaultProspectCadence returns how many days after a contact a prospect is spoken
// to again: 7 after the first touch, 30 after the next contact, then every 90. (No
// source: judgement.)
func DefaultProspectCadence() []int { return []int{7, 30, 90} }

// ProspectsToReengage lists the open prospects whose next contact is due by asOf: the
// first touch is followed up after cadence[0] days of 24 hours, the contact after it
// after cadence[1], and so on; the last step repeats. An empty cadence means
// [DefaultProspectCadence]. Who permitted refuses is left out. The longest due come
// first, then by id. The error is a [*RulesError] for a step that is not from 1 to
// 100 000 days, or [ErrNoPermission] if permitted is nil.
func ProspectsToReengage(prospects []ProspectRecord, asOf time.Time, cadence []int, permitted func(*ProspectRecord) bool) ([]ProspectDue, error) {
	if permitted == nil {
		return nil, ErrNoPermission
	}
	if len(cadence) == 0 {
		cadence = DefaultProspectCadence()
	}
	for _, step := range cadence {
		if step < 1 || step > maxRuleDays {
			return nil, &RulesError{Field: "cadence", Value: float64(step), Want: fmt.Sprintf("from 1 to %d", maxRuleDays)}
		}
	}
	var list []ProspectDue
	for i := range prospects {
		p := &prospects[i]
		if p.StatusAt(asOf) != ProspectOpen {
			continue
		}
		last, contacts := p.At, 0
		for _, c := range p.Contacts {
			if !c.At.After(asOf) {
				last, contacts = c.At, contacts+1
			}
		}
		due := later(last, cadence[min(contacts, len(cadence)-1)])
		if !due.After(asOf) && permitted(p) {
			list = append(list, ProspectDue{Prospect: *p, Due: due, Step: contacts + 1})
		}
	}
	slices.SortStableFunc(list, func(a, b ProspectDue) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Prospect.ID, b.Prospect.ID))
	})
	return list, nil
}

// ProspectsToErase lists the prospects whose time of keeping is over by asOf and that
// have not bought by then: the longest over first, then by id.
func ProspectsToErase(prospects []ProspectRecord, asOf time.Time) []ProspectRecord {
	var list []ProspectRecord
	for i := range prospects {
		if prospects[i].StatusAt(asOf) == ProspectExpired {
			list = append(list, prospects[i])
		}
	}
	slices.SortStableFunc(list, func(a, b ProspectRecord) int {
		return cmp.Or(a.KeepUntil.Compare(b.KeepUntil), cmp.Compare(a.ID, b.ID))
	})
	return list
}
