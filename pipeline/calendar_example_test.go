package pipeline_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// A request that comes in on Friday at 16:00 with an SLA of four working hours:
// two are left on Friday, the other two are on Monday.
func ExampleCalendar_Add() {
	shanghai := time.FixedZone("UTC+8", 8*60*60)
	calendar, err := pipeline.NewCalendar(shanghai, pipeline.WorkWeek(
		pipeline.MustHours("09:00-12:00"), pipeline.MustHours("13:00-18:00")), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	friday := time.Date(2026, time.June, 5, 16, 0, 0, 0, shanghai)
	due, err := calendar.Add(friday, 4*time.Hour)
	fmt.Println(due.Format("Mon 2006-01-02 15:04"), err)
	fmt.Println(calendar.Between(friday, due), "of", due.Sub(friday))
	// Output:
	// Mon 2026-06-08 11:00 <nil>
	// 4h0m0s of 67h0m0s
}

// A tender closes on Monday, 12 October 2026 at 10:00. The documents are to be
// ready five working days before: with the holidays from 1 to 7 October closed and
// Saturday the 10th worked, that is 29 September.
func ExampleSpan_From() {
	day := pipeline.MustHours("09:00-18:00")
	options := &pipeline.CalendarOptions{
		Special: []pipeline.SpecialDay{{Date: pipeline.MustDate("2026-10-10"), Hours: []pipeline.Hours{day}}},
		Last:    pipeline.MustDate("2026-12-31"), // later holidays are not yet known
	}
	for d := 1; d <= 7; d++ {
		options.Holidays = append(options.Holidays, pipeline.Date{Year: 2026, Month: time.October, Day: d})
	}
	calendar, err := pipeline.NewCalendar(nil, pipeline.WorkWeek(day), options)
	if err != nil {
		fmt.Println(err)
		return
	}
	deadline := time.Date(2026, time.October, 12, 10, 0, 0, 0, time.UTC)
	for _, text := range []string{"-5wd", "-5d", "-8h working", "100d", "100wd"} {
		at, err := pipeline.MustSpan(text).From(deadline, calendar)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%-11s %s\n", text, at.Format("Mon 2006-01-02 15:04"))
	}
	// Output:
	// -5wd        Tue 2026-09-29 10:00
	// -5d         Wed 2026-10-07 10:00
	// -8h working Sat 2026-10-10 11:00
	// 100d        Wed 2027-01-20 10:00
	// pipeline: calendar from 0001-01-02 to 2026-12-31: no +100 working days from 2026-10-12T10:00:00Z
}
