package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// invented is the survey of a chain of bakeries among 240 customers who do not exist, as
// CSV. What they feel follows the paths of the ECSI model; answers are from 1 to 10. A
// few are missing, and weight makes good that customers above 60 were asked too often.
func invented() string {
	const customers = 240
	blocks := []struct {
		prefix string
		items  int
		at     float64 // where answers lie on average
		fit    float64 // how much of the feeling comes through
	}{
		{"IMAG", 5, 7.4, 1.3}, {"CUEX", 3, 7.6, 1.1}, {"PERQ", 7, 7.8, 1.4}, {"PERV", 2, 6.3, 1.6},
		{"CUSA", 3, 7.2, 1.5}, {"CUSCO", 1, 6.9, 1.6}, {"CUSL", 3, 7.0, 1.7},
	}
	random := rand.New(rand.NewPCG(2026, 5))
	var out strings.Builder
	out.WriteString("respondent,age,weight")
	for _, b := range blocks {
		for i := range b.items {
			out.WriteString("," + itemName(b.prefix, i, b.items))
		}
	}
	out.WriteString("\n")
	for row := range customers {
		age := 20 + random.IntN(60)
		weight := 1.2
		if age > 60 {
			weight = 0.6
		}
		fmt.Fprintf(&out, "r%03d,%d,%v", row+1, age, weight)
		draw := random.NormFloat64
		image := draw()
		expectation := 0.55*image + 0.8*draw()
		quality := 0.6*expectation + 0.2*image + 0.7*draw()
		value := 0.5*quality + 0.1*expectation + 0.8*draw()
		pleased := 0.2*image + 0.5*quality + 0.25*value + 0.5*draw()
		complaints := 0.55*pleased + 0.8*draw()
		loyalty := 0.2*image + 0.5*pleased + 0.1*complaints + 0.6*draw()
		for b, feeling := range []float64{image, expectation, quality, value, pleased, complaints, loyalty} {
			for range blocks[b].items {
				answer := math.Round(blocks[b].at + blocks[b].fit*feeling + 0.9*draw())
				if random.IntN(150) == 0 {
					out.WriteString(",NA")
					continue
				}
				fmt.Fprintf(&out, ",%v", min(max(answer, 1), 10))
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}

// itemName numbers the items of a block that has several.
func itemName(prefix string, i, items int) string {
	if items == 1 {
		return prefix
	}
	return fmt.Sprint(prefix, i+1)
}
