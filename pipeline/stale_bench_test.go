package pipeline_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

func BenchmarkStaleDeals(b *testing.B) {
	m := shortSale()
	var deals []pipeline.Deal
	for i := range 10_000 {
		d, _, err := m.OpenDeal(pipeline.Deal{ID: rapport.ID(fmt.Sprint(i)), CloseDate: pipeline.MustDate("2026-04-30")}, pipeline.Input{}, day("2026-03-02"))
		require.NoError(b, err)
		deals = append(deals, d)
	}
	rules := pipeline.StaleRules{InAnyStage: pipeline.MustSpan("30d"), Idle: pipeline.MustSpan("14d"), NextStep: pipeline.MustSpan("7d"), ClosePassed: pipeline.MustSpan("0d")}
	for name, at := range map[string]string{"none": "2026-03-03", "all": "2026-06-01"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.StaleDeals(deals, rules, day(at)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(deals)), "ns/deal")
		})
	}
}
