package rule

import (
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Permission answers whether data of a customer may be used.
type Permission struct {
	Allowed bool
	Reason  string    // a stable code, such as a [customer.ConsentReason]
	Until   time.Time // the first instant at which the answer may change by the clock alone; zero: none
}

// Consult answers for what data of a customer may be used at an instant: for a purpose
// over a channel, "" for a purpose that uses none. [ConsultLedger] makes one of the
// records of package customer.
type Consult func(customer rapport.ID, purpose customer.Purpose, channel customer.Channel, at time.Time) Permission

// NotAsked is the reason shown where nobody was asked for consent, or the answer no
// longer counts.
const NotAsked = "not-asked"

// permit is an answer that is kept. It counts in from ≤ now < until.
type permit struct {
	asked, allowed bool
	reason         string
	from, until    int64
}

func (p *permit) holds(now int64) bool { return p.asked && p.from <= now && now < p.until }

func (p *permit) truth(now int64) Truth {
	if !p.holds(now) {
		return Unknown
	}
	return truthOf(p.allowed)
}

func (p *permit) reasonAt(now int64) string {
	if !p.holds(now) {
		return NotAsked
	}
	return p.reason
}

// Consult asks whatever the rules of the set ask of consent, and keeps the answers:
// they count from that instant until the clock may change them. Without it, consent is
// unknown. The error is a [*FactError] with [ErrTime].
func (f *Facts) Consult(consult Consult, at time.Time) error {
	now, err := nanos(at)
	if err != nil {
		return &FactError{f.id, "consent", err}
	}
	for i := range f.permits {
		f.permits[i] = f.set.ask(consult, f.id, i, now)
	}
	return nil
}

func (s *Set) ask(consult Consult, id rapport.ID, i int, now int64) permit {
	if consult == nil {
		return permit{}
	}
	key := s.consents[i]
	at := instant(now)
	answer := consult(id, key.purpose, key.channel, at)
	p := permit{asked: true, allowed: answer.Allowed, reason: answer.Reason, from: now, until: never}
	if answer.Until.IsZero() {
		return p
	}
	if until, err := nanos(answer.Until); err == nil {
		p.until = until
	} else if answer.Until.Before(at) {
		p.until = now // it no longer counts; what lies as far in the future never ends
	}
	return p
}
