package credit_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/credit"
)

// A dealer owes 70,000 and has open orders of 25,000. One of 10,000 more makes an
// exposure of 105,000, 5,000 over the limit: it is held, until somebody with the role
// says why it may go.
func Example() {
	policy := credit.DefaultPolicy()
	policy.Roles = []string{"head_of_credit"}
	dealer := credit.Account{
		Profile: credit.Profile{Customer: "dealer-1", Limit: rapport.MustMoney("100000.00 CNY")},
		Exposure: credit.Exposure{
			Receivables: rapport.MustMoney("70000.00 CNY"),
			OpenOrders:  rapport.MustMoney("25000.00 CNY"),
		},
	}
	book, err := credit.NewBook([]credit.Account{dealer}, &credit.BookOptions{Policy: &policy})
	if err != nil {
		fmt.Println(err)
		return
	}
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	order := rapport.MustMoney("10000.00 CNY")
	decision, err := book.Decide("dealer-1", order, monday)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("held:", decision.Held(), "exposure", decision.Exposure, "available", decision.Available)
	for _, r := range decision.Reasons {
		fmt.Println(r.Code, "by", r.Amount)
	}

	approval, err := policy.Approve(decision, credit.Override{
		ID: "o-1", By: "chen.yu", Role: "head_of_credit", Reason: "bank guarantee of 20,000",
		At: monday, Expires: monday.AddDate(0, 0, 7), Ceiling: rapport.MustMoney("110000.00 CNY"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	dealer.Approvals = append(dealer.Approvals, approval)
	book, err = credit.NewBook([]credit.Account{dealer}, &credit.BookOptions{Policy: &policy})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("on the same day:", book.Permit("dealer-1", order, monday))
	fmt.Println("a week later:", book.Permit("dealer-1", order, monday.AddDate(0, 0, 7)))
	// Output:
	// held: true exposure 105000.00 CNY available 5000.00 CNY
	// over_limit by 5000.00 CNY
	// on the same day: <nil>
	// a week later: credit: customer "dealer-1" is on hold for 10000.00 CNY: over_limit 5000.00 CNY
}

// The exposures of a group are added up, and the limits of the shop, of its region and
// of the group bind together.
func ExampleBook_Decide_group() {
	limit := rapport.MustMoney
	book, err := credit.NewBook([]credit.Account{
		{Profile: credit.Profile{Customer: "group", GroupLimit: limit("200000.00 CNY")}},
		{Profile: credit.Profile{Customer: "north", Parent: "group", GroupLimit: limit("120000.00 CNY")}},
		{
			Profile:  credit.Profile{Customer: "shop-1", Parent: "north", Limit: limit("100000.00 CNY")},
			Exposure: credit.Exposure{Receivables: limit("60000.00 CNY")},
		},
		{
			Profile:  credit.Profile{Customer: "shop-2", Parent: "north", Limit: limit("100000.00 CNY")},
			Exposure: credit.Exposure{Receivables: limit("50000.00 CNY")},
		},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = book.Permit("shop-1", limit("15000.00 CNY"), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	if hold, ok := errors.AsType[*credit.HoldError](err); ok {
		for _, r := range hold.Decision.Reasons {
			fmt.Println(r.Code, "of", r.Holder, "by", r.Amount, "at", r.Exposure)
		}
	}
	// Output:
	// over_group_limit of north by 5000.00 CNY at 125000.00 CNY
}

// 600,000 outstanding at sales of 3,650,000 a year are sixty days of sales.
func ExampleDSO() {
	dso, err := credit.DSO(rapport.MustMoney("600000.00 CNY"), rapport.MustMoney("3650000.00 CNY"), 365)
	if err != nil {
		fmt.Println(err)
		return
	}
	days, _ := dso.Value()
	fmt.Printf("%.1f\n", days)
	// Output: 60.0
}
