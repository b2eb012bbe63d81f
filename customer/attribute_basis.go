package customer

// NewStrict is [New] for hosts that hold nothing without a lawful basis: it also
// refuses what [Customer.CheckBasis] reports.
func NewStrict(draft Draft) (Customer, error) {
	c, err := New(draft)
	if err != nil {
		return Customer{}, err
	}
	if err := c.CheckBasis(); err != nil {
		return Customer{}, err
	}
	return c, nil
}

// CheckBasis returns nil if every attribute states its lawful basis, else a
// [*ValidationError] with the reason Missing for each that does not. A sensitive
// attribute needs more than a contract or a legitimate interest, which GDPR article 9
// and PIPL article 29 do not accept for it: the reason is then NotAllowed.
func (c Customer) CheckBasis() error {
	var check checker
	for i, a := range c.draft.Attributes {
		field := path{"attributes", i, "basis"}
		switch {
		case a.Basis == "":
			check.report(field, Missing)
		case a.Sensitive && (a.Basis == BasisContract || a.Basis == BasisLegitimateInterest):
			check.report(field, NotAllowed)
		}
	}
	return check.err("customer", string(c.draft.ID))
}
