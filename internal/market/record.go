package market

import (
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Record is a customer record as a source system keeps it, with the truth that
// the system does not know: whose record it is, and where it is wrong.
type Record struct {
	Customer customer.Customer
	Of       rapport.ID // the [Customer.ID]; a first record has it as its own id
	Second   bool       // a duplicate, made when the customer was not found
	Mistakes []string   // fields that differ from the first record: "name", "phone", "email", "city"
}

// The source systems: the first records and all transactions are of the shop's
// own system, the second records of its web site.
const (
	shopSystem = "shop"
	webSystem  = "web"
)

// Records yields the customer records: for every customer the first one, whose
// id is the customer's own, and at the rate [Config.DuplicateRecords] a second
// one with an id of its own and mistakes at the rates of [Config.Mistakes].
func (w *World) Records() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		l := newLife(w)
		for i := w.from; i < w.to; i++ {
			l.draw(i)
			who := l.person()
			first, err := l.record(who, l.ID, shopSystem, l.Joined)
			if !yield(Record{Customer: first, Of: l.ID}, err) || err != nil {
				return
			}
			twin, ok := l.twin()
			if !ok {
				continue
			}
			wrong, mistakes := l.mistake(who)
			second, err := l.record(wrong, twin.id, webSystem, twin.since)
			if !yield(Record{Customer: second, Of: l.ID, Second: true, Mistakes: mistakes}, err) || err != nil {
				return
			}
		}
	}
}

// record writes a person down.
func (l *life) record(p person, id rapport.ID, system string, at time.Time) (customer.Customer, error) {
	c, err := customer.New(customer.Draft{
		ID:          id,
		Kind:        customer.Person,
		Name:        p.name,
		Identifiers: []customer.Identifier{{System: system, Type: "account", Value: string(id)}},
		Contacts: []customer.ContactPoint{
			{Channel: customer.ChannelPhone, Value: p.phone, Usage: customer.UsageMobile},
			{Channel: customer.ChannelEmail, Value: p.email},
			{Channel: customer.ChannelPost, Value: p.city, Usage: customer.UsageHome},
		},
		EndUser:    true,
		Since:      at,
		RecordedAt: at,
	})
	if err != nil {
		return customer.Customer{}, fmt.Errorf("market: %w", err)
	}
	return c, nil
}

// twin is the second record of a customer.
type twin struct {
	id    rapport.ID
	since time.Time
}

// twin draws whether there is a second record, and starts the stream that its
// mistakes go on with. The id is a scrambled number, so it tells nothing.
func (l *life) twin() (twin, bool) {
	w, c := l.world, l.chance
	c.seed(w.seed, l.number, copying)
	if !c.happens(w.config.DuplicateRecords) {
		return twin{}, false
	}
	joined := l.moments[0]
	since := joined + c.Float64()*(float64(w.config.Days)-joined)
	return twin{
		id:    rapport.ID(fmt.Sprintf("W%016x", mix(w.seed^uint64(l.number)))),
		since: w.clock.instant(since),
	}, true
}

// mistake returns what a second record says of a person, and the fields that
// differ.
func (l *life) mistake(p person) (person, []string) {
	c, rate := l.chance, l.world.config.Mistakes
	var mistakes []string
	if c.happens(rate.Name) {
		p.name = misspell(c, p.name)
		mistakes = append(mistakes, "name")
	}
	if c.happens(rate.Phone) {
		p.phone = reformatPhone(c, p.phone)
		mistakes = append(mistakes, "phone")
	}
	if c.happens(rate.Email) {
		p.email = otherEmail(c, p.email)
		mistakes = append(mistakes, "email")
	}
	if c.happens(rate.City) {
		p.city = misspell(c, p.city)
		mistakes = append(mistakes, "city")
	}
	return p, mistakes
}
