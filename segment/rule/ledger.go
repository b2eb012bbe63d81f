package rule

import (
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// ConsultLedger answers by records of consent, under the law that applies to each
// customer; without a law, or without a ledger, nothing is allowed. It asks ledger for the records at each
// question, so that a host can hand over a longer one, and then say so to an engine
// with [Engine.ConsentChanged]. A record that begins or expires later changes the
// answer by the clock alone; merges of subjects do not.
func ConsultLedger(ledger func() customer.ConsentLedger, law func(customer rapport.ID) customer.Jurisdiction) Consult {
	return func(id rapport.ID, purpose customer.Purpose, channel customer.Channel, at time.Time) Permission {
		var jurisdiction customer.Jurisdiction
		if law != nil {
			jurisdiction = law(id)
		}
		var consents customer.ConsentLedger
		if ledger != nil {
			consents = ledger()
		}
		decision := consents.Allowed(id, purpose, channel, at, jurisdiction)
		p := Permission{Allowed: decision.Allowed, Reason: string(decision.Reason)}
		for _, record := range consents.Records(id) {
			for _, turn := range [...]time.Time{record.At, record.Expires} {
				if turn.After(at) && (p.Until.IsZero() || turn.Before(p.Until)) {
					p.Until = turn
				}
			}
		}
		return p
	}
}
