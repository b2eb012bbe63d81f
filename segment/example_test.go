package segment_test

import (
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// Of 37 customers the default tiers make ⌈0.37⌉ = 1 VIP, ⌈1.85⌉ − 1 = 1 major,
// ⌈7.4⌉ − 2 = 6 ordinary and the remaining 29 small customers. Customer k is worth
// 1000/k, so the one VIP holds 1/(1 + 1/2 + … + 1/37) = 23.8 % of all value.
func Example() {
	var ids []rapport.ID
	var values []float64
	for k := 1; k <= 37; k++ {
		ids = append(ids, rapport.ID(fmt.Sprintf("%05d", k)))
		values = append(values, 1000/float64(k))
	}
	result, err := segment.DefaultTiers().Assign(ids, values)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, group := range result.Groups() {
		share, _ := group.Value.Value()
		fmt.Printf("%-8s %2d customers, %4.1f %% of the value, from %.0f\n", group.Name, group.Count, 100*share, group.Lowest)
	}
	fmt.Println("customer", ids[7], "is", result.Name(7))
	// Output:
	// VIP       1 customers, 23.8 % of the value, from 1000
	// major     1 customers, 11.9 % of the value, from 500
	// ordinary  6 customers, 29.0 % of the value, from 125
	// small    29 customers, 35.3 % of the value, from 27
	// customer 00008 is ordinary
}
