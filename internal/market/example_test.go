package market_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/internal/market"
)

// A world of the default kind: the first customers with the truth about them,
// and what they bought.
func Example() {
	world, err := market.New(market.Config{Customers: 3}, 7)
	if err != nil {
		panic(err)
	}
	for c := range world.Customers() {
		state := "still active on " + world.Until().Format("2006-01-02")
		if !c.Left.IsZero() {
			state = "gone after " + c.Left.Format("2006-01-02")
		}
		fmt.Printf("%s buys %.2f times a week for %.2f on average, %s\n", c.ID, c.Lambda, c.MeanSpend, state)
	}
	for p := range world.Part(2, 3).Purchases() {
		fmt.Printf("%s %s: %d cents, of which %d are costs\n", p.Customer, p.At.Format("2006-01-02"), p.Amount, p.Cost)
	}
	// Output:
	// C00000001 buys 0.00 times a week for 45.14 on average, still active on 2025-06-29
	// C00000002 buys 0.08 times a week for 25.32 on average, gone after 2025-03-18
	// C00000003 buys 0.25 times a week for 28.02 on average, gone after 2024-05-02
	// C00000003 2024-01-26: 1622 cents, of which 1217 are costs
	// C00000003 2024-02-23: 2956 cents, of which 2217 are costs
	// C00000003 2024-03-03: 3474 cents, of which 1563 are costs
	// C00000003 2024-04-01: 4421 cents, of which 1989 are costs
	// C00000003 2024-04-06: 2404 cents, of which 1442 are costs
	// C00000003 2024-05-02: 1512 cents, of which 1134 are costs
}
