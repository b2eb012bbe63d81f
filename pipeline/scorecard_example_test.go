package pipeline_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// firstQuarter is what li.wei did in the first quarter of 2026, on shortSale: two deals won,
// one lost, one still open; four calls planned, three of them made in time.
func firstQuarter(m *pipeline.Machine) pipeline.Performance {
	p := pipeline.Performance{
		Owner: "li.wei", Period: rapport.MustInterval("2026-01-01T00:00:00Z/2026-04-01T00:00:00Z"),
		Attempts: 8, Refused: 1, Forecast: rapport.MustMoney("250000.00 CNY"),
	}
	for _, d := range []struct {
		amount string
		steps  []string
	}{
		{"120000.00 CNY", []string{"2026-01-05", "2026-01-11 bid", "2026-02-04 win"}}, // 6 days of design, 30 in all
		{"80000.00 CNY", []string{"2026-01-10", "2026-01-22 bid", "2026-02-19 win"}},  // 12 and 40
		{"50000.00 CNY", []string{"2026-02-01", "2026-02-09 bid", "2026-03-01 lose"}}, // 8
		{"90000.00 CNY", []string{"2026-03-20"}},
	} {
		deal := pipeline.Deal{ID: "d", Owner: "li.wei", Amount: rapport.MustMoney(d.amount)}
		_, entries := history(m, deal, d.steps...)
		p.Histories = append(p.Histories, entries)
	}
	for i, done := range []int{2, 3, 5, 7} { // planned for the 2nd, 3rd, 4th, 9th
		due := pipeline.Date{Year: 2026, Month: time.February, Day: []int{2, 3, 4, 9}[i]}
		at := time.Date(2026, 2, done, 10, 0, 0, 0, time.UTC)
		p.Activities = append(p.Activities, pipeline.Activity{ID: rapport.ID(fmt.Sprint("call", i)), Kind: "call", Owner: "li.wei", Due: due, DoneAt: at})
	}
	return p
}

// The same quarter, looked at as a process and by its outcome.
func ExampleMachine_ProcessCard() {
	machine := shortSale()
	quarter := firstQuarter(machine)
	show := func(name string, r rapport.Ratio) {
		value, _ := r.Value()
		fmt.Printf("%s %v of %v = %.3f\n", name, r.Num, r.Den, value)
	}

	process, err := machine.ProcessCard(&quarter)
	if err != nil {
		fmt.Println(err)
		return
	}
	show("activities on time", process.OnTime)
	show("within the limit of 10 days", process.WithinLimit)
	show("design led on, of entered", process.Stages[0].ConversionOfEntered())
	show("bidding led on, of resolved", process.Stages[1].ConversionOfResolved())
	show("refused", process.Refused)

	outcome, err := quarter.OutcomeCard()
	if err != nil {
		fmt.Println(err)
		return
	}
	show("won of decided", outcome.WonOfDecided)
	show("won of all", outcome.WonOfAll)
	fmt.Println("revenue", outcome.Revenue[0].Total, "average", outcome.Revenue[0].Average)
	fmt.Println("cycle", outcome.Cycle.Mean.Hours()/24, "days of", outcome.Cycle.N)
	show("forecast accuracy", outcome.ForecastAccuracy)
	// Output:
	// activities on time 3 of 4 = 0.750
	// within the limit of 10 days 2 of 3 = 0.667
	// design led on, of entered 3 of 4 = 0.750
	// bidding led on, of resolved 2 of 3 = 0.667
	// refused 1 of 8 = 0.125
	// won of decided 2 of 3 = 0.667
	// won of all 2 of 4 = 0.500
	// revenue 200000.00 CNY average 100000.00 CNY
	// cycle 35 days of 2
	// forecast accuracy 150000 of 200000 = 0.750
}

// Deals that take more than a month are measured by the process.
func ExampleMachine_SuggestMode() {
	machine := shortSale()
	histories := firstQuarter(machine).Histories
	for _, long := range []int{30, 60} {
		s, err := machine.SuggestMode(histories, pipeline.ModeRule{LongCycle: time.Duration(long) * 24 * time.Hour, ManyStages: 4, AtLeast: 2})
		fmt.Println("long is", long, "days:", s.Mode, err)
	}
	// Output:
	// long is 30 days: process <nil>
	// long is 60 days: outcome <nil>
}
