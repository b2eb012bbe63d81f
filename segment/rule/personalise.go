package rule

import (
	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Option is a service that may be offered to a customer, and the answer of its rule.
type Option struct {
	Service string // the name of the rule
	// Offer says that the rule holds, or that the customer is pinned in; not where it is
	// pinned out.
	Offer bool
	Pin   *Pin // of an [Engine], that decided; nil if none did
	// Evaluated says that the rule was evaluated: it is not where it reads, itself or
	// by a segment that it refers to, a sensitive attribute that the customer did not
	// consent to; Withheld says which. Then nothing of the rule is used, not even what
	// is not sensitive.
	Evaluated bool
	Withheld  []Withheld
	Truth     Truth         // of a rule that was evaluated
	Reasons   []Explanation // the tests that decide it, see [Explanation.Reasons]
}

// Withheld is a sensitive attribute that was not read.
type Withheld struct {
	Attribute string
	Purpose   customer.Purpose // to which the customer would have to consent
	Reason    string           // that consent gave, or [NotAsked]
}

// Personalise says which services to offer to a customer, by rules whose names are
// those of the services: of some rules, in the order given, or of all of them. The
// error is [ErrOtherSet], or an [*Error] with [ErrUnknownSegment].
func (m *Moment) Personalise(f *Facts, services ...string) ([]Option, error) {
	truths, err := m.Truths(f, nil)
	if err != nil {
		return nil, err
	}
	return m.personalise(f, truths, services)
}

// Personalise says which services to offer to a customer, see [Moment.Personalise].
// Segments that a rule refers to are those of the engine, with pins; a pin to the
// service itself decides, whatever the rule says. The error is a
// [*FactError] with [ErrUnknownCustomer] or an [*Error] with [ErrUnknownSegment].
func (e *Engine) Personalise(customer rapport.ID, services ...string) ([]Option, error) {
	r := e.customers[customer]
	if r == nil {
		return nil, &FactError{Customer: customer, Name: "id", Err: ErrUnknownCustomer}
	}
	options, err := e.moment.personalise(r.facts, r.standing, services)
	for k := range options {
		if p := r.pinAt(e.set.index[options[k].Service], e.moment.now); p != nil {
			public := p.public(e, r)
			options[k].Offer, options[k].Pin = p.in, &public
		}
	}
	return options, err
}

func (m *Moment) personalise(f *Facts, standing []Truth, services []string) ([]Option, error) {
	if len(services) == 0 {
		for _, rule := range m.set.rules {
			services = append(services, rule.Name)
		}
	}
	options := make([]Option, len(services))
	for k, name := range services {
		i, ok := m.set.index[name]
		if !ok {
			return nil, &Error{Rule: name, Err: ErrUnknownSegment}
		}
		o := Option{Service: name}
		for _, read := range m.set.sensitive[i] {
			if permit := &f.permits[read.consent]; permit.truth(m.now) != True {
				o.Withheld = append(o.Withheld, Withheld{read.attribute, m.set.consents[read.consent].purpose, permit.reasonAt(m.now)})
			}
		}
		if len(o.Withheld) == 0 {
			x := m.set.parts[i].explain(f, m, standing, "")
			o.Evaluated, o.Truth, o.Offer, o.Reasons = true, x.Truth, x.Truth == True, x.Reasons()
		}
		options[k] = o
	}
	return options, nil
}
