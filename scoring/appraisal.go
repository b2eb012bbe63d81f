package scoring

import "github.com/rapport-crm/rapport"

// The names of the methods in [Appraisal.Method].
const (
	MethodAccounting = "accounting" // [Accounting]
	MethodSimilar    = "similar"    // [Similar]
)

// Appraiser says what a customer is worth. There are two ways to know it: from the
// customer's own books ([Accounting]), or from what similar customers turned out
// to be worth ([Similar]). A host can bring others, a model of scoring/btyd say.
type Appraiser interface {
	// Appraise returns the value of a customer. The error wraps [ErrUnknownCustomer] for a
	// customer that the method knows nothing of.
	Appraise(customer rapport.ID) (Appraisal, error)
}

// Appraisal is the value of a customer by one method.
type Appraisal struct {
	Customer rapport.ID
	Method   string
	Value    rapport.Money
	// Estimate is the value in major units, with the interval that the method can
	// state, if it can, and the N observations it rests on.
	Estimate rapport.Estimate
}
