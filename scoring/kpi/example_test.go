package kpi_test

import (
	"fmt"
	"time"

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

// The Wallet Allocation Rule: the first of two brands has 2/3 of what its user spends, the
// first of three 1/2, and brands of equal standing share.
func ExampleWalletRule() {
	for _, use := range []struct {
		rank   float64
		brands int
	}{{1, 2}, {1, 3}, {1.5, 3}} {
		rule, err := kpi.WalletRule(use.rank, use.brands)
		if err != nil {
			fmt.Println(err)
			return
		}
		share, _ := rule.Value()
		fmt.Printf("rank %v of %d: %.3f\n", use.rank, use.brands, share)
	}
	// Output:
	// rank 1 of 2: 0.667
	// rank 1 of 3: 0.500
	// rank 1.5 of 3: 0.417
}

// Two customers of January, of whom one buys again in March, and one of February who comes
// back in March. April is not over when the log is taken, so no cohort has an age in it.
func ExampleReadCohorts() {
	at := func(month time.Month) time.Time { return time.Date(2025, month, 20, 0, 0, 0, 0, time.UTC) }
	log := []kpi.Purchase{
		{Customer: "ann", At: at(1), Amount: 5000}, {Customer: "ann", At: at(3), Amount: 3000}, {Customer: "ann", At: at(4), Amount: 100},
		{Customer: "bob", At: at(1), Amount: 2000},
		{Customer: "cai", At: at(2), Amount: 4000}, {Customer: "cai", At: at(3), Amount: 1500},
	}
	calendar, err := kpi.Monthly(2025, time.January, 12, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := kpi.ReadCohorts(calendar, at(4), func(yield func(kpi.Purchase, error) bool) {
		for _, p := range log {
			if !yield(p, nil) {
				return
			}
		}
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range table.All() {
		fmt.Print(c.Period.Start().Format("Jan"), ", ", c.Customers, " new:")
		for _, cell := range c.Cells {
			fmt.Printf("  %v/%v %d", cell.Active.Num, cell.Active.Den, cell.Revenue)
		}
		fmt.Println()
	}
	again, _, err := table.Averages()[1].Interval(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("a month later: %.2f [%.2f, %.2f]\n", again.Value, again.Low, again.High)
	// Output:
	// Jan, 2 new:  2/2 7000  0/2 0  1/2 3000
	// Feb, 1 new:  1/1 4000  1/1 1500
	// Mar, 0 new:  0/0 0
	// a month later: 0.33 [0.06, 0.79]
}

// Eight dimensions scored 3, 3, 2, 4, 3, 3, 2, 3: the mean is 23/8 = 2.875, and as no
// chain is stronger than its weakest link, the house is at level 2.
func ExampleMaturityModel_Assess() {
	model := kpi.EightSecrets()
	var answers []kpi.Answer
	for i, level := range []int{3, 3, 2, 4, 3, 3, 2, 3} {
		answers = append(answers, kpi.Answer{Rater: "ann", Question: model.Dimensions()[i].Code, Level: level})
	}
	result, err := model.Assess(answers...)
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, _ := result.Mean.Value()
	fmt.Println(mean, model.Level(result.FloorLevel), result.Weakest)
	// Output:
	// 2.875 development [consistent_experience technology]
}
