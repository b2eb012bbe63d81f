package btyd

import "github.com/rapport-crm/rapport/scoring"

// Rates are what a history tells of a customer's own parameters: their posterior
// means, over both cases, that it has left and that it has not.
type Rates struct {
	// Purchase is the rate at which it bought while it was there, per unit of time:
	// for regular customers that of purchases, λ/k.
	Purchase float64
	// Dropout is what makes it leave: in the BG and MBG families the probability of
	// leaving at a purchase; in the Pareto/NBD the rate of leaving per unit; in the
	// GGompertz/NBD the customer's factor of the hazard; 0 in the NBD.
	Dropout float64
}

// Rates returns the posterior means of the customer's parameters. The error is an
// [*InputError].
func (m *Model) Rates(s scoring.Summary) (Rates, error) {
	if !m.known() {
		return Rates{}, errNoModel()
	}
	if err := Check(s); err != nil {
		return Rates{}, err
	}
	purchase, dropout := m.law.posterior(s)
	return Rates{purchase, dropout}, nil
}
