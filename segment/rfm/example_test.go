package rfm_test

import (
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rfm"
)

// Ten customers, two a bin. Customer k ordered last k days ago, 11 − k times, for
// 100 each time, so that the k-th is also k-th by sum. The cut point between the
// lowest two and the next two days, 2 and 3, lies at 1 + 9·0.2 = 2.8 among them:
// 2.8 days.
func Example() {
	var rows []rfm.Row
	for k := 1; k <= 10; k++ {
		rows = append(rows, rfm.Row{
			ID:        rapport.ID(fmt.Sprintf("c%02d", k)),
			Recency:   float64(k),
			Frequency: 11 - k,
			Monetary:  float64(100 * (11 - k)),
		})
	}
	scorer, err := rfm.Fit(rows, rfm.Scheme{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("days between the bins: %.1f\n", scorer.Cuts(rfm.Recency, rfm.Score{}))

	result, err := scorer.Assign(rows, rfm.DefaultTable())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, group := range result.Groups() {
		if share, _ := group.Revenue.Value(); group.Count > 0 {
			fmt.Printf("%-15s %d customers, %4.1f %% of revenue\n", group.Name, group.Count, 100*share)
		}
	}

	// Somebody who is not of the base: last order after 3 days, 9 of them, 50 each.
	why, err := scorer.Explain(rfm.Row{ID: "new", Recency: 3, Frequency: 9, Monetary: 450}, rfm.DefaultTable())
	if err != nil {
		fmt.Println(err)
		return
	}
	band := why.Bands[rfm.Recency]
	fmt.Printf("%v is %s by rule %d; recency %d: %.1f < %.0f ≤ %.1f\n",
		why.Score, why.Segment, why.Rule, band.Score, band.Lower.Value, band.Value, band.Upper.Value)
	// Output:
	// days between the bins: [2.8 4.6 6.4 8.2]
	// champions       4 customers, 61.8 % of revenue
	// need-attention  2 customers, 20.0 % of revenue
	// hibernating     2 customers, 12.7 % of revenue
	// lost            2 customers,  5.5 % of revenue
	// 452 is loyal by rule 1; recency 4: 2.8 < 3 ≤ 4.6
}

// The rules of the R package's documentation leave ten scores open; a table without
// a name for them is refused, and the error lists them.
func ExampleNewTable() {
	_, err := rfm.NewTable(5, rfm.CompatRTable().Segments(), "")
	fmt.Println(err)
	table, err := rfm.NewTable(5, rfm.CompatRTable().Segments(), "others")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Gaps(), "are", table.Segment(rfm.Score{Recency: 2, Frequency: 1, Monetary: 5}))
	fmt.Println("shadowed:", table.Shadowed())
	// Output:
	// rfm: table: 10 of 125 scores are in no segment, the first is 215: name one for them
	// [215 241 251 252 341 351 441 451 541 551] are others
	// shadowed: []
}
