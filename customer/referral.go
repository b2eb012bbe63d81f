package customer

import "github.com/rapport-crm/rapport"

// Referrals are the customers that somebody brought, by word of mouth.
type Referrals struct {
	Customer rapport.ID
	Direct   []rapport.ID // those whom the customer referred, by id
	Indirect []Reached    // those whom these referred in turn, nearest first; none of Direct
}

// Referrals returns whom a customer brought in the relations of the kind
// [RelationRefers]. Somebody whom several brought is counted once for each, by the
// shortest way.
func (g *Graph) Referrals(id rapport.ID) Referrals {
	r := Referrals{Customer: id}
	for _, reached := range g.Below(RelationRefers, id) {
		if reached.Depth == 1 {
			r.Direct = append(r.Direct, reached.ID)
		} else {
			r.Indirect = append(r.Indirect, reached)
		}
	}
	return r
}

// ReferralValue is what the customers are worth whom somebody brought.
type ReferralValue struct {
	Direct   rapport.Money // of those referred directly: the referral value proper
	Indirect rapport.Money // of those whom they brought in turn; never added to Direct
	Missing  []rapport.ID  // of whom no value is known, in the order of the referrals
}

// Value adds up what the referred are worth. The value of a customer, such as its
// lifetime value, is asked of worth, which returns false where it is not known. A sum
// of nobody is the zero Money. The error is a [*rapport.CurrencyMismatchError] if values are in
// several currencies, or about an amount that is too large.
func (r Referrals) Value(worth func(rapport.ID) (rapport.Money, bool)) (ReferralValue, error) {
	var v ReferralValue
	add := func(sum *rapport.Money, id rapport.ID) error {
		value, known := worth(id)
		if !known {
			v.Missing = append(v.Missing, id)
			return nil
		}
		total, err := sum.Add(value)
		if err == nil {
			*sum = total
		}
		return err
	}
	for _, id := range r.Direct {
		if err := add(&v.Direct, id); err != nil {
			return ReferralValue{}, err
		}
	}
	for _, reached := range r.Indirect {
		if err := add(&v.Indirect, reached.ID); err != nil {
			return ReferralValue{}, err
		}
	}
	return v, nil
}
