package segment_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/segment"
)

// Gold is reached with 10 000 in twelve months and lost after two reviews in a row
// below 8 000.
func ExampleLadder() {
	ladder, err := segment.NewLadder([]segment.Level{
		{Name: "silver"},
		{Name: "gold", Up: 10_000, Down: 8_000},
		{Name: "platinum", Up: 30_000, Down: 25_000},
	}, &segment.LadderOptions{Reviews: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	member, err := ladder.Join("", time.Date(2020, time.March, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, value := range []float64{10_500, 9_000, 7_500, 7_600} {
		at, err := ladder.NextReview(member)
		if err != nil {
			fmt.Println(err)
			return
		}
		var changes []segment.Change
		member, changes, err = ladder.Review(member, value, at)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print(at.Format(time.DateOnly), " ", value, " ", member.Level)
		for _, c := range changes {
			fmt.Print(" (", c.Kind, ")")
		}
		fmt.Println()
	}
	progress, err := ladder.Progress(member, 7_600, member.LastReview)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(progress.ToNext, "to", progress.Next, "by", progress.Review.Format(time.DateOnly))
	// Output:
	// 2021-03-01 10500 gold (promoted)
	// 2022-03-01 9000 gold
	// 2023-03-01 7500 gold (warned)
	// 2024-03-01 7600 silver (demoted)
	// 2400 to gold by 2025-03-01
}
