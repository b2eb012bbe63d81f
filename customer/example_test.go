package customer_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// A tea wholesaler buys for itself and, from 2024 on, also sells on for us. Two
// systems know it by keys of their own.
func Example() {
	tea, err := customer.New(customer.Draft{
		ID:   "harbour-tea",
		Kind: customer.Organisation,
		Name: "Harbour Tea Trading",
		Identifiers: []customer.Identifier{
			{System: "erp", Type: "account", Value: "C001"},
			{System: "finance", Type: "debtor", Value: "9-7"},
		},
		Contacts: []customer.ContactPoint{
			{Channel: customer.ChannelPhone, Value: "+86 20 5550 0123", Usage: customer.UsageWork, Preferred: true},
		},
		Roles:      []customer.Role{{Type: customer.Enterprise, Valid: rapport.MustInterval("2021-03-01T00:00:00Z/..")}},
		EndUser:    true,
		RecordedAt: date(2021, 3, 2),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	tea, err = tea.WithRole(customer.Distributor, date(2024, 1, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("end of 2023:", tea.RolesAt(date(2023, 12, 31)))
	fmt.Println("start of 2024:", tea.RolesAt(date(2024, 1, 1)))

	// Every problem of a draft is reported at once, by field and reason.
	_, err = customer.NewTransaction(customer.TransactionDraft{
		Key:      customer.ExternalKey{System: "erp", ID: "4711"},
		Kind:     customer.Return,
		Customer: tea.ID(),
		Amount:   rapport.MustMoney("19.90 CNY"), // a return takes away: it must be -19.90
	})
	if invalid, ok := errors.AsType[*customer.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p.Field, "is", p.Reason)
		}
	}
	// Output:
	// end of 2023: [enterprise]
	// start of 2024: [enterprise distributor]
	// at is missing
	// recorded_at is missing
	// amount is wrong-sign
}
