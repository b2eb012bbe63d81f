package kpi_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// orderLog gives five orders for each customer, 40 days apart, from a day of two years
// that the customer's number says.
func orderLog(ids []rapport.ID) iter.Seq2[kpi.Purchase, error] {
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	return func(yield func(kpi.Purchase, error) bool) {
		for i, id := range ids {
			for k := range 5 {
				p := kpi.Purchase{Customer: id, At: start.Add(time.Duration(i*7919%730+40*k) * day), Amount: 1999}
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

func sortedIDs(n int) []rapport.ID {
	list := make([]rapport.ID, n)
	for i := range list {
		list[i] = rapport.ID(fmt.Sprintf("%08d", i))
	}
	return list
}

// BenchmarkReadCohorts reads five orders of each customer into 36 monthly cohorts.
func BenchmarkReadCohorts(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			list := sortedIDs(n)
			calendar, err := kpi.Monthly(2024, time.January, 36, nil)
			if err != nil {
				b.Fatal(err)
			}
			until := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := kpi.ReadCohorts(calendar, until, orderLog(list)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReadBuyers counts who buys again, with the time to the second order.
func BenchmarkReadBuyers(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			list := sortedIDs(n)
			b.ReportAllocs()
			for b.Loop() {
				buyers, err := kpi.ReadBuyers(year(2024), orderLog(list))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := buyers.TimeToSecond(0.95); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
