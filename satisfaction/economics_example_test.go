package satisfaction_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

// inCNY is an amount in yuan.
func inCNY(amount string) rapport.Money {
	m, err := rapport.NewMoney(decimal.RequireFromString(amount), rapport.CNY)
	if err != nil {
		panic(err)
	}
	return m
}

// 10 × 2600 + 80 × 1000 − 10 × 4680.
func ExampleImpact() {
	impact, err := satisfaction.Impact(satisfaction.ClassCounts{Fully: 10, General: 80, Not: 10}, inCNY("1000"), nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(impact.Fully, impact.General, impact.Not)
	fmt.Println(impact.Total, impact.Multipliers.Source)
	// Output:
	// 26000.00 CNY 80000.00 CNY -46800.00 CNY
	// 59200.00 CNY illustrative, unsourced
}

// 10 + 10·5, and 5 + 5·1 … 5 + 5·2.
func ExampleReach() {
	dissatisfied, _ := satisfaction.Reach(satisfaction.Tells{Low: 10, High: 10}, satisfaction.Tells{Low: 5, High: 5})
	satisfied, _ := satisfaction.Reach(satisfaction.Tells{Low: 5, High: 5}, satisfaction.Tells{Low: 1, High: 2})
	fmt.Println(dissatisfied.Total, satisfied.Total)
	// Output: {60 60} {10 15}
}

// 100·0.80/(1.1 − 0.80) and 100·0.85/(1.1 − 0.85).
func ExampleCustomerMargin_Gain() {
	customer := satisfaction.CustomerMargin{Margin: inCNY("100"), Discount: 0.10}
	g, err := customer.Gain(0.80, 0.85)
	if err != nil {
		panic(err)
	}
	change, _ := g.Change.Value()
	fmt.Printf("%v to %v, %+.1f %%: worth %v now or %v per period\n", g.Before, g.After, 100*change, g.Gain, g.PerPeriod)
	// Output: 266.67 CNY to 340.00 CNY, +27.5 %: worth 73.33 CNY now or 16.67 CNY per period
}

// 60+25+10+5 − (55+10+5) = 30 against 95 − 72 = 23.
func ExampleDeliveredAmounts_AdvantageOver() {
	ours := satisfaction.DeliveredAmounts{
		satisfaction.ProductValue: inCNY("60"), satisfaction.ServiceValue: inCNY("25"),
		satisfaction.StaffValue: inCNY("10"), satisfaction.ImageValue: inCNY("5"),
		satisfaction.MoneyCost: inCNY("55"), satisfaction.TimeCost: inCNY("10"), satisfaction.EffortCost: inCNY("5"),
	}
	theirs := satisfaction.DeliveredAmounts{
		satisfaction.ProductValue: inCNY("62"), satisfaction.ServiceValue: inCNY("20"),
		satisfaction.StaffValue: inCNY("8"), satisfaction.ImageValue: inCNY("5"),
		satisfaction.MoneyCost: inCNY("50"), satisfaction.TimeCost: inCNY("15"), satisfaction.EffortCost: inCNY("7"),
	}
	d, err := ours.AdvantageOver(theirs)
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Own.Delivered, d.Competitor.Delivered, d.Advantage)
	fmt.Println(d.ByPart[satisfaction.ServiceValue], d.ByPart[satisfaction.MoneyCost])
	// Output:
	// 30.00 CNY 23.00 CNY 7.00 CNY
	// 5.00 CNY -5.00 CNY
}

// Of 100 customers at index 60 half stayed, of 100 at index 80 three quarters: the
// log odds rise from 0 to ln 3 in 20 points, 0.0549 a point. At index 60 a point
// brings 0.0549·¼ = 0.0137 of retention, and that 1.1/0.6² times as many margins.
func ExampleRetentionLink() {
	link, err := satisfaction.FitRetentionLink([]satisfaction.RetentionObservation{
		{Index: 60, Retained: true, Weight: 50}, {Index: 60, Retained: false, Weight: 50},
		{Index: 80, Retained: true, Weight: 75}, {Index: 80, Retained: false, Weight: 25},
	}, nil)
	if err != nil {
		panic(err)
	}
	base := satisfaction.IndexCase{
		Customer:  satisfaction.CustomerMargin{Margin: inCNY("100"), Discount: 0.10},
		Customers: 1000, Index: 60,
	}
	point, err := link.WorthOfPoint(base)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f log odds, %.4f retention, %v per customer, %v\n",
		link.Slope.Value, point.Slope.Value, point.PerCustomer, point.Verdict)
	fmt.Printf("all: %v [%.0f, %.0f]\n", point.Total, point.Estimate.Low, point.Estimate.High)

	table, err := link.WhatIf(base, -5, 5, 20)
	if err != nil {
		panic(err)
	}
	for _, row := range table {
		fmt.Printf("%+3.0f points: retention %.3f, %v per customer, %v in all\n", row.Move, row.Retention.Value, row.Gain.Gain, row.Total)
	}
	// Output:
	// 0.0549 log odds, 0.0137 retention, 4.20 CNY per customer, supported
	// all: 4196.09 CNY [2463, 5930]
	//  -5 points: retention 0.432, -18.72 CNY per customer, -18720.55 CNY in all
	//  +5 points: retention 0.568, 23.53 CNY per customer, 23524.91 CNY in all
	// +20 points: retention 0.750, 130.96 CNY per customer, 130952.38 CNY in all
}

// 200 complaints settled, of whom 70 in 100 buy again instead of 30 in 100.
func ExampleComplaintRecovery_Worth() {
	w, err := satisfaction.ComplaintRecovery{
		Complainants: 200, Silent: 800,
		IfSatisfied: 0.70, IfNot: 0.30, IfSilent: 0.10,
		Margin: inCNY("500"), CostPerCase: inCNY("60"),
	}.Worth()
	if err != nil {
		panic(err)
	}
	fmt.Println(w.Gross, "-", w.Cost, "=", w.Net)
	fmt.Println(w.BreakEvenPerCase, w.SilentLoss, w.PerVoice)
	// Output:
	// 40000.00 CNY - 12000.00 CNY = 28000.00 CNY
	// 200.00 CNY 240000.00 CNY 240.00 CNY
}
