package pipeline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

func BenchmarkCalendar(b *testing.B) {
	hours := []pipeline.Hours{pipeline.MustHours("09:00-12:00"), pipeline.MustHours("13:00-18:00")}
	var holidays []pipeline.Date
	for year := 2020; year < 2040; year++ {
		for month := time.January; month <= time.December; month++ {
			holidays = append(holidays, pipeline.Date{Year: year, Month: month, Day: 1})
		}
	}
	for _, name := range []string{"UTC", "Asia/Shanghai", "Europe/Berlin"} {
		c, err := pipeline.NewCalendar(zone(b, name), pipeline.WorkWeek(hours...), &pipeline.CalendarOptions{Holidays: holidays})
		require.NoError(b, err)
		from := time.Date(2026, 3, 9, 10, 30, 0, 5, time.UTC)
		run := func(task string, f func() error) {
			b.Run(name+"/"+task, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		month, century := from.AddDate(0, 1, 0), from.AddDate(100, 0, 0)
		run("between a month", func() error { c.Between(from, month); return nil })
		run("between a century", func() error { c.Between(from, century); return nil })
		run("open", func() error { c.Open(from); return nil })
		run("add 8 hours", func() error { _, err := c.Add(from, 8*time.Hour); return err })
		run("add 100 years", func() error { _, err := c.Add(from, 100*2000*time.Hour); return err })
		run("add 5 days", func() error { _, err := c.AddDays(from, 5); return err })
		run("back 5 days", func() error { _, err := c.AddDays(from, -5); return err })
	}
}
