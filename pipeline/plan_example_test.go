package pipeline_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// office hours in Shanghai, from Monday to Friday.
func weekdays() *pipeline.Calendar {
	c, err := pipeline.NewCalendar(time.FixedZone("Shanghai", 8*60*60), pipeline.WorkWeek(pipeline.MustHours("09:00-17:30")), nil)
	if err != nil {
		panic(err)
	}
	return c
}

// On a Friday 12 orders are due and 10 are done: the 2 others come to Monday.
func ExampleSettleDay() {
	calendar := weekdays()
	friday := pipeline.MustDate("2026-03-06")
	var orders []pipeline.Activity
	for i := range 12 {
		order := pipeline.Activity{ID: rapport.ID(fmt.Sprintf("order-%02d", i+1)), Kind: "order", Owner: "li.wei", Due: friday}
		if i < 10 {
			order.DoneAt = time.Date(2026, 3, 6, 1+i/2, 0, 0, 0, time.UTC) // from 9:00 to 13:00 in Shanghai
		}
		orders = append(orders, order)
	}
	sheets, err := pipeline.DaySheets(orders, friday, calendar)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sheets[0].Owner, "due", len(sheets[0].Due), "done", sheets[0].Done, "carried over", sheets[0].CarriedOver)

	orders, err = pipeline.SettleDay(orders, friday, calendar)
	if err != nil {
		fmt.Println(err)
		return
	}
	monday, _ := pipeline.DaySheets(orders, orders[11].Due, calendar)
	fmt.Println(monday[0].Day, "due", len(monday[0].Due), "carried in", monday[0].CarriedIn, orders[11].Carries)

	target := pipeline.Target{Owner: "li.wei", Kind: "order", First: friday, Last: friday, Count: 12}
	results, _ := pipeline.CompareTargets(orders, []pipeline.Target{target}, calendar)
	reached, _ := results[0].Reached.Value()
	fmt.Printf("%d of %d: %.3f\n", results[0].Done, results[0].Count, reached)
	// Output:
	// li.wei due 12 done 10 carried over 2
	// 2026-03-09 due 2 carried in 2 [{2026-03-06 2026-03-09 1}]
	// 10 of 12: 0.833
}

// A customer of tier A is contacted every 30 days; the last contact was 41 days ago. A
// customer of tier B is to be called 14 days before it needs spare parts.
func ExampleDueContacts() {
	cadence := pipeline.Cadence{
		Tiers:      map[string]pipeline.Span{"A": pipeline.MustSpan("30d"), "B": pipeline.MustSpan("90d")},
		BeforeNeed: pipeline.MustSpan("14d"),
	}
	due, err := pipeline.DueContacts([]pipeline.Contact{
		{Customer: "mill", Owner: "li.wei", Tier: "B", Last: pipeline.MustDate("2026-03-20"), Need: pipeline.MustDate("2026-04-24")},
		{Customer: "yard", Owner: "li.wei", Tier: "A", Last: pipeline.MustDate("2026-03-02")},
		{Customer: "port", Owner: "li.wei", Tier: "A", Last: pipeline.MustDate("2026-03-20")},
	}, cadence, pipeline.MustDate("2026-04-12"), weekdays())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range due {
		fmt.Println(d.Customer, "by", d.Because, "due", d.Due, "overdue", d.Overdue, "days,", d.OverdueWorking, "of them working")
	}
	// Output:
	// yard by cadence due 2026-04-01 overdue 11 days, 7 of them working
	// mill by need due 2026-04-10 overdue 2 days, 0 of them working
}

// Seven return visits in the three quiet days before a holiday, at most two a day.
func ExampleSpreadVisits() {
	days, err := weekdays().WorkingDates(pipeline.MustDate("2026-02-06"), pipeline.MustDate("2026-02-10"))
	if err != nil {
		fmt.Println(err)
		return
	}
	var visits []pipeline.Visit
	for i := range 7 {
		visits = append(visits, pipeline.Visit{Customer: rapport.ID(fmt.Sprintf("c%d", i+1)), Owner: "li.wei"})
	}
	planned, left, err := pipeline.SpreadVisits(visits, days, map[string]int{"li.wei": 2})
	for _, v := range planned {
		fmt.Println(v.Day, v.Customer)
	}
	fmt.Println("no room for", left[0].Customer, err)
	// Output:
	// 2026-02-06 c1
	// 2026-02-06 c2
	// 2026-02-09 c3
	// 2026-02-09 c4
	// 2026-02-10 c5
	// 2026-02-10 c6
	// no room for c7 <nil>
}
