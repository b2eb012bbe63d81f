package quality_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer/quality"
)

// Of five records with four fields each 17 of 20 values are filled, and one e-mail
// address is none. The lifetime value waits for better addresses.
func Example() {
	meter, err := quality.NewMeter(quality.Spec{Fields: []quality.Field{
		{Name: "name"}, {Name: "city"}, {Name: "phone", Format: quality.FormatPhone}, {Name: "email", Format: quality.FormatEmail},
	}}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, values := range [][]string{
		{"Mei Li", "Guangzhou", "+86 20 5550 0123", "mei@example.com"},
		{"Wei Chen", "Foshan", "+86 757 5550 017", "wei at example.com"},
		{"Ana Silva", "Macao", "", "ana@example.com"},
		{"Tang & Co", "Foshan", "+86 757 5550 018", ""},
		{"Jun Ho", "", "+852 5550 0199", "jun@example.com"},
	} {
		if err := meter.Add(quality.Row{Branch: "south", Values: values}); err != nil {
			fmt.Println(err)
			return
		}
	}
	report := meter.Report()
	complete, _ := report.Total.Completeness.Value()
	valid, _ := report.Total.Validity.Value()
	fmt.Printf("completeness %.2f, validity %.0f/%.0f = %.3f\n", complete, report.Total.Validity.Num, report.Total.Validity.Den, valid)
	gate := quality.Gate{Analysis: "lifetime-value", Floors: []quality.Floor{
		{Dimension: quality.Completeness, Least: 0.80},
		{Dimension: quality.Completeness, Field: "phone", Least: 0.90},
	}}
	fmt.Println(gate.Check(report))
	// Output:
	// completeness 0.85, validity 7/8 = 0.875
	// quality: lifetime-value is not ready: completeness of phone 0.8 < 0.9
}
