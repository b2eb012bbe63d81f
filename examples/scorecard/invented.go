package main

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// invented is a year of hires of a bicycle shop with 1500 customers who do not exist:
// who brings the bicycle back late? The shop is asked for its scorecard in autumn.
func invented() *table {
	t := &table{name: "An invented bicycle hire", header: []string{"month", "days", "age", "deposit", "past_hires", "booked", "weather", "returned"}}
	t.texts = make([][]string, len(t.header))
	random := rand.New(rand.NewPCG(2026, 7))
	deposits := []string{"none", "card", "cash"}
	booked := []string{"counter", "phone", "app", "partner"}
	for line := range 1500 {
		days := 1 + random.IntN(14)
		age := 18 + random.IntN(50)
		deposit, channel := random.IntN(3), random.IntN(4)
		past := int(random.ExpFloat64() * 4)
		odds := -2.2 + .12*float64(days) - .015*float64(age-40) + []float64{.8, -.4, -.2}[deposit] + []float64{0, .1, -.3, .7}[channel]
		pastText := ""
		if random.IntN(8) > 0 { // a guest who is new to the files
			odds -= .25 * math.Min(float64(past), 8)
			pastText = fmt.Sprint(past)
		} else {
			odds += .4
		}
		returned := "in-time"
		if random.Float64() < 1/(1+math.Exp(-odds)) {
			returned = "late"
		}
		t.add(line+2, []string{
			fmt.Sprint(1 + line/125), fmt.Sprint(days), fmt.Sprint(age), deposits[deposit], pastText, booked[channel],
			[]string{"dry", "wet"}[random.IntN(2)], returned,
		})
	}
	return t
}
