package kpi_test

import (
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Of 200 customers at the start of the year 170 are still there at its end: .85, with an
// interval from .794 to .893 (Wilson 1927). The year before it was 150 of 200: the change
// of .10 has the interval .022 to .177 (Newcombe 1998), so it is no chance.
func Example() {
	registry := kpi.Standard()
	definition, err := registry.Definition(kpi.RetentionRate)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(definition)

	before, err := kpi.Retention(rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z"), kpi.Flow{Kept: 150, Lost: 50})
	if err != nil {
		fmt.Println(err)
		return
	}
	now, err := kpi.Retention(rapport.MustInterval("2025-01-01T00:00:00Z/2026-01-01T00:00:00Z"), kpi.Flow{Kept: 170, Lost: 30})
	if err != nil {
		fmt.Println(err)
		return
	}
	kept, _, err := now.Interval(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v of %v: %.2f [%.3f, %.3f]\n", now.Ratio.Num, now.Ratio.Den, kept.Value, kept.Low, kept.High)

	trend, err := registry.Trend(before, now, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+.2f [%+.3f, %+.3f]: %s\n", trend.Change.Value, trend.Change.Low, trend.Change.High, trend.Verdict)
	// Output:
	// retention_rate = customers_at_start_and_end / customers_at_start (rate, higher is better, year)
	// 170 of 200: 0.85 [0.794, 0.893]
	// +0.10 [+0.022, +0.177]: better
}

// Moving 1 000 contacts from the phone (100 000 / 20 000 = 5 each) to the web
// (40 000 / 200 000 = 0.20 each) saves 4 800, if the cost of the phone goes with its
// contacts. If the staff stay and only 1.50 of a call can be saved, it is 1 300.
func ExampleEconomics_Shift() {
	month := rapport.MustInterval("2025-06-01T00:00:00Z/2025-07-01T00:00:00Z")
	channels, err := kpi.ChannelEconomics(month,
		kpi.Channel{Code: "field", Cost: rapport.MustMoney("150000 USD"), Contacts: 1000, Conversions: 200},
		kpi.Channel{Code: "phone", Cost: rapport.MustMoney("100000 USD"), Contacts: 20000, Conversions: 1000},
		kpi.Channel{Code: "web", Cost: rapport.MustMoney("40000 USD"), Contacts: 200000, Conversions: 8000},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range channels.All() {
		fmt.Printf("%-5s %s a contact, %s a sale\n", c.Channel.Code, c.PerContact.Amount, c.PerConversion.Amount)
	}
	move := kpi.Shift{From: "phone", To: "web", Contacts: 1000}
	effect, err := channels.Shift(move)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("saves %s at %s cost, sales %+.0f [%.0f, %.0f]\n", effect.Saving, effect.From.Basis,
		effect.Conversions.Value, effect.Conversions.Low, effect.Conversions.High)

	call := rapport.MustMoney("1.50 USD")
	move.FromMarginal = &call
	if effect, err = channels.Shift(move); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("saves %s at %s cost\n", effect.Saving, effect.From.Basis)
	// Output:
	// field 150.00 USD a contact, 750.00 USD a sale
	// phone 5.00 USD a contact, 100.00 USD a sale
	// web   0.20 USD a contact, 5.00 USD a sale
	// saves 4800.00 USD at average cost, sales -10 [-13, -7]
	// saves 1300.00 USD at marginal cost
}

// One of three leaves is red, so the goal above is amber.
func ExampleGoalTree_Status() {
	tree, err := kpi.NewGoalTree(
		kpi.Goal{Code: "loyalty"},
		kpi.Goal{Code: "retention", Parent: "loyalty", KPI: kpi.RetentionRate, Target: &kpi.Target{Direction: kpi.HigherIsBetter, Green: 0.85, Amber: 0.8}},
		kpi.Goal{Code: "service", Parent: "loyalty", KPI: kpi.ServiceLevelRate, Target: &kpi.Target{Direction: kpi.HigherIsBetter, Green: 0.8, Amber: 0.7}},
		kpi.Goal{Code: "lost_calls", Parent: "loyalty", KPI: kpi.LostCallRate, Target: &kpi.Target{Direction: kpi.LowerIsBetter, Green: 0.01, Amber: 0.02}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	year := rapport.MustInterval("2025-01-01T00:00:00Z/2026-01-01T00:00:00Z")
	retention, _ := kpi.Retention(year, kpi.Flow{Kept: 170, Lost: 30})
	service, _ := kpi.ServiceLevel(year, 820, 1000)
	lost, _ := kpi.LostCalls(year, 30, 1000)
	statuses, err := tree.Status(retention, service, lost)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range statuses {
		fmt.Printf("%*s%s: %s %v\n", 2*s.Depth, "", s.Goal.Code, s.Status, s.Red)
	}
	// Output:
	// loyalty: amber [lost_calls]
	//   retention: green []
	//   service: green []
	//   lost_calls: red [lost_calls]
}
