package process_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

// Nobody bids with a solution that is not verified.
func Example() {
	machine, err := pipeline.Compile(process.ProjectSales(), process.Options(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	deal := pipeline.Deal{
		ID: "d1", Name: "Signalling for a harbour railway", Amount: rapport.MustMoney("1200000 EUR"),
		Fields: pipeline.Values{
			"need": pipeline.Text("signals and interlocking"), "budget": pipeline.Amount(rapport.MustMoney("1500000 EUR")),
			"decision_chain": pipeline.Text("board, on advice of operations"), "tender_deadline": pipeline.Day(pipeline.MustDate("2026-06-30")),
			"solution_document": pipeline.Text("S-17"), "solution_cost": pipeline.Amount(rapport.MustMoney("900000 EUR")),
		},
		Progress: pipeline.Work{Approvals: []pipeline.Vote{
			{Name: "bid_decision", By: "li.wei", Role: "sales_manager", At: at.AddDate(0, 0, 1)},
			{Name: "bid_decision", By: "ana.ruiz", Role: "presales", At: at.AddDate(0, 0, 1)},
		}},
	}
	position, _, _ := machine.Open(pipeline.Input{By: "li.wei", Record: &deal}, at)
	for i, trigger := range []pipeline.TriggerID{"qualify", "design", "bid"} {
		in := pipeline.Input{By: "kim", Roles: []string{"bid_manager"}, Record: &deal}
		next, _, err := machine.Fire(position, trigger, in, at.AddDate(0, 0, i+1))
		if missing, ok := errors.AsType[*pipeline.MissingDataError](err); ok {
			fmt.Println(trigger, "is refused, it needs", missing.Fields)
		}
		if missing, ok := errors.AsType[*pipeline.ApprovalError](err); ok {
			fmt.Printf("and the approval %q of %q\n", missing.Approval, missing.Roles)
		}
		position = next
	}
	fmt.Println("the deal stands in", position.Stage)
	// Output:
	// bid is refused, it needs [verified_on]
	// and the approval "solution_verified" of ["presales"]
	// the deal stands in design
}

// A host makes a template its own before it compiles it.
func ExampleTruckSale() {
	definition := process.TruckSale()
	definition.Version = 2
	i := slices.IndexFunc(definition.Stages, func(s pipeline.Stage) bool { return s.ID == "quote" })
	definition.Stages[i].Limits[0].Within = pipeline.MustSpan("45d")

	machine, err := pipeline.Compile(definition, process.Options(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(machine.Ref(), machine.Definition().Stages[i].Limits[0].Within)
	template, _ := process.Lookup("truck_sale")
	fmt.Println("counted in", template.Units)
	// Output:
	// {truck_sale 2} 45d
	// counted in [t]
}

// Of 100 policies that came up 90 are renewed: the retention is 0.90 and says of what.
func ExampleKPI_Share() {
	var histories [][]pipeline.Entry
	for i := range 100 {
		end := pipeline.StageID("renewed")
		if i >= 90 {
			end = "lapsed"
		}
		histories = append(histories, []pipeline.Entry{
			{Seq: 1, Kind: pipeline.Began, To: "upcoming"},
			{Seq: 2, Kind: pipeline.Moved, From: "upcoming", To: end},
		})
	}
	template, _ := process.Lookup("insurance_renewal")
	retention := template.KPIs[0]
	share, _ := retention.Share(histories)
	value, _ := share.Value()
	fmt.Printf("%s: %.2f, %s / %s\n", retention.Name, value, retention.Numerator, retention.Denominator)
	// Output: Retention by count: 0.90, policies renewed or reinstated / policies that came up and are closed
}

// The second record of a simulation of work orders.
func ExampleSimulate() {
	machine, err := pipeline.Compile(process.WorkOrder(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	histories, err := process.Simulate(machine, 1, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range histories[1] {
		fmt.Println(e.At.Format(time.DateOnly), e.To)
	}
	// Output:
	// 2026-01-05 issued
	// 2027-01-05 issued
	// 2027-01-05 accepted
	// 2027-02-03 issued
	// 2027-02-03 accepted
	// 2027-02-28 issued
	// 2027-03-03 accepted
	// 2027-03-03 in_work
	// 2027-03-03 failed
}
