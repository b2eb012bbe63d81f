package sqlite

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// marshalCustomer returns the document of a customer: its own JSON, of which package
// customer reads every format that it has ever written. Schema 1 and 2 had a form of their
// own, the format 1.
func marshalCustomer(c customer.Customer) (string, error) {
	text, err := c.MarshalJSON()
	if err != nil {
		return "", fmt.Errorf("store: customer %q: %w", c.ID(), err)
	}
	return string(text), nil
}

// unmarshalCustomer is the way back; its errors wrap [store.ErrCorrupt].
func unmarshalCustomer(version int64, text string) (customer.Customer, error) {
	if strings.HasPrefix(text, `{"format":1,`) {
		c, err := document1(version, text)
		return c, corrupt("customer", err)
	}
	var c customer.Customer
	if err := c.UnmarshalJSON([]byte(text)); err != nil {
		return customer.Customer{}, corrupt("customer", err)
	}
	if c.Version() != version {
		return customer.Customer{}, fmt.Errorf("%w: customer %q has version %d, its document %d", store.ErrCorrupt, c.ID(), version, c.Version())
	}
	return c, nil
}
