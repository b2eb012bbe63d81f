package kpi_test

import (
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// A KPI of the host's own stands beside the standard ones. 40 of 100 quotes were won
// after 30 of 100: by the interval of the difference (R. G. Newcombe, Statistics in
// Medicine 17, 1998, method 10) that may be chance.
func ExampleRegistry_With() {
	registry, err := kpi.Standard().With(kpi.Definition{
		Code: "quote_hit_rate", Owner: "sales", Unit: kpi.UnitRate, Direction: kpi.HigherIsBetter,
		Numerator: "quotes_won", Denominator: "quotes_sent", Source: "erp", Period: "month",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	figure := func(month string, won, sent float64) kpi.Figure {
		f, err := registry.OfRatio("quote_hit_rate", rapport.MustInterval(month), rapport.Ratio{Num: won, Den: sent, N: int(sent)})
		if err != nil {
			fmt.Println(err)
		}
		return f
	}
	trend, err := registry.Trend(
		figure("2026-01-01T00:00:00Z/2026-02-01T00:00:00Z", 30, 100),
		figure("2026-02-01T00:00:00Z/2026-03-01T00:00:00Z", 40, 100), 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+.2f [%+.3f, %+.3f] %s\n", trend.Change.Value, trend.Change.Low, trend.Change.High, trend.Verdict)
	// Output:
	// +0.10 [-0.032, +0.227] unclear
}
