package segment_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/segment"
)

// A monthly job reads where the member stands, reviews it and writes it back. Two
// reviews in a row below 800 take silver.
func ExampleMembership() {
	ladder, err := segment.NewLadder([]segment.Level{
		{Name: "bronze"}, {Name: "silver", Up: 1000, Down: 800},
	}, &segment.LadderOptions{ReviewMonths: 1, Reviews: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	joined, err := ladder.Join("", time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	row, _ := json.Marshal(joined)
	for _, revenue := range []float64{1200, 700, 700} { // each of twelve months: Ladder.Reviewed
		var member segment.Membership
		if err := json.Unmarshal(row, &member); err != nil {
			fmt.Println(err)
			return
		}
		due, err := ladder.NextReview(member)
		if err != nil {
			fmt.Println(err)
			return
		}
		member, changes, err := ladder.Review(member, revenue, due)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, c := range changes {
			fmt.Println(c.At.Format(time.DateOnly), c.Kind, c.From, "→", c.To)
		}
		row, _ = json.Marshal(member)
	}
	// Output:
	// 2026-02-28 promoted bronze → silver
	// 2026-03-31 warned silver → silver
	// 2026-04-30 demoted silver → bronze
}
