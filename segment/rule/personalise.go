package rule

import "github.com/rapport-crm/rapport/customer"

// Option is a service that may be offered to a customer, and the answer of its rule.
type Option struct {
	Service string // the name of the rule
	// Offer says that the rule holds.
	Offer bool
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
	var rules []int
	for _, name := range services {
		i, ok := m.set.index[name]
		if !ok {
			return nil, &Error{Rule: name, Err: ErrUnknownSegment}
		}
		rules = append(rules, i)
	}
	if len(services) == 0 {
		for i := range m.set.rules {
			rules = append(rules, i)
		}
	}
	options := make([]Option, len(rules))
	for k, i := range rules {
		o := Option{Service: m.set.rules[i].Name}
		for _, read := range m.set.sensitive[i] {
			if permit := &f.permits[read.consent]; permit.truth(m.now) != True {
				o.Withheld = append(o.Withheld, Withheld{read.attribute, m.set.consents[read.consent].purpose, permit.reasonAt(m.now)})
			}
		}
		if len(o.Withheld) == 0 {
			x := m.set.parts[i].explain(f, m, truths, "")
			o.Evaluated, o.Truth, o.Offer, o.Reasons = true, x.Truth, x.Truth == True, x.Reasons()
		}
		options[k] = o
	}
	return options, nil
}
