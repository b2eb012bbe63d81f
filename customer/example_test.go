package customer_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func since(text string) rapport.Interval {
	valid, err := rapport.NewInterval(day(text), time.Time{})
	if err != nil {
		panic(err)
	}
	return valid
}

func yuan(text string) rapport.Money {
	m, err := rapport.NewMoney(decimal.RequireFromString(text), rapport.CNY)
	if err != nil {
		panic(err)
	}
	return m
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
		Roles:      []customer.Role{{Type: customer.Enterprise, Valid: since("2021-03-01")}},
		EndUser:    true,
		RecordedAt: day("2021-03-02"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	tea, err = tea.WithRole(customer.Distributor, day("2024-01-01"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("end of 2023:", tea.RolesAt(day("2023-12-31")))
	fmt.Println("start of 2024:", tea.RolesAt(day("2024-01-01")))

	// Every problem of a draft is reported at once, by field and reason.
	_, err = customer.NewTransaction(customer.TransactionDraft{
		Key:      customer.ExternalKey{System: "erp", ID: "4711"},
		Kind:     customer.Return,
		Customer: tea.ID(),
		Amount:   yuan("19.90"), // a return takes away: it must be -19.90
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
