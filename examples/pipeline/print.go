package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// printStory prints the story as it happens.
func printStory(out io.Writer) error {
	t, c, before, err := happen()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Project sales by tender: five invented deals, amounts in the currency of the deal, booked in EUR")
	heading(out, "What was tried, and what came of it")
	printSteps(out, t.steps[:before])
	heading(out, "A new version of the process: what it changes")
	for _, d := range c.Differences {
		fmt.Fprintf(out, "  %v\n", d)
	}
	heading(out, "What it would do to the deals, before it is done")
	printPlan(out, c)
	heading(out, "The deals are carried over, and go on")
	printSteps(out, t.steps[before:])
	heading(out, "Where they stand")
	if err := t.printDeals(out); err != nil {
		return err
	}
	heading(out, "The way of "+string(cannery))
	t.printWay(out, cannery)
	heading(out, "The process, as a Mermaid diagram")
	_, err = io.WriteString(out, t.machine.Mermaid(nil))
	return err
}

// happen lets the whole story happen; before is how many steps came before the change.
func happen() (t *tale, c *change, before int, err error) {
	m, err := tenderProcess()
	if err != nil {
		return nil, nil, 0, err
	}
	t = tell(m)
	inOrder(t.steps)
	before = len(t.steps)
	if c, err = t.migrate(); err != nil {
		return nil, nil, 0, err
	}
	t.goOn()
	inOrder(t.steps[before:])
	return t, c, before, t.err
}

// inOrder sorts steps by time; deals were told one after another.
func inOrder(steps []step) {
	slices.SortStableFunc(steps, func(a, b step) int { return a.At.Compare(b.At) })
}

func heading(out io.Writer, text string) { fmt.Fprintf(out, "\n%s\n\n", strings.ToUpper(text)) }

// printSteps prints a line for each step, and one for each reason of a refusal.
func printSteps(out io.Writer, steps []step) {
	rows := [][]string{{"day", "deal", "by", "does", "", ""}}
	for _, s := range steps {
		result := string(s.To)
		switch {
		case s.Refused != nil:
			result = "refused"
		case s.From != s.To && s.From != "":
			result = fmt.Sprintf("%s → %s", s.From, s.To)
		}
		why := ""
		if len(s.Refused) > 0 {
			why = s.Refused[0]
		}
		rows = append(rows, []string{s.At.Format(time.DateOnly), string(s.Deal), s.By, s.Did, result, why})
		for _, reason := range s.Refused[min(1, len(s.Refused)):] {
			rows = append(rows, []string{"", "", "", "", "", reason})
		}
	}
	printTable(out, make([]bool, 6), rows)
}

func printPlan(out io.Writer, c *change) {
	fmt.Fprintln(out, "  Without a word on where they go:")
	for _, p := range c.Unmapped.Refused {
		fmt.Fprintf(out, "    %v\n", strings.TrimPrefix(p.Err.Error(), "pipeline: "))
	}
	fmt.Fprintf(out, "  With %s and %s as %s:\n", designing, verifying, solving)
	rows := [][]string{}
	for _, f := range c.Plan.Flows {
		rows = append(rows, []string{"", string(f.From), "→", string(f.To), fmt.Sprint(f.Records)})
	}
	printTable(out, []bool{false, false, false, false, true}, rows)
	for _, v := range c.Plan.Violations {
		fmt.Fprintf(out, "  %s could not have come in: %v\n", v.ID, strings.TrimPrefix(v.Err.Error(), "pipeline: "))
	}
	for _, f := range c.Plan.Forecast {
		for _, category := range f.Categories {
			fmt.Fprintf(out, "  forecast, %v: %v, then %v\n", category.Category, category.Before, category.After)
		}
	}
}

// printDeals prints the deals with their limits.
func (t *tale) printDeals(out io.Writer) error {
	now := date(lastDay)
	rows := [][]string{{"deal", "name", "stage", "since", "version", "amount", "at the rate of its close", "limit", ""}}
	for _, id := range t.order {
		d := t.deals[id]
		booked := ""
		if !d.Booked.IsZero() {
			booked = d.Booked.Amount.String()
		}
		row := []string{
			string(id), d.Name, string(d.Stage), d.Entered.Since.Time().Format(time.DateOnly),
			fmt.Sprint(d.Definition.Version), d.Amount.String(), booked,
		}
		limits, err := t.machine.Due(d.Position, d, now)
		if err != nil {
			return err
		}
		if len(limits) > 0 {
			l := limits[0]
			when := ""
			if !l.Deadline.IsZero() {
				when = l.Deadline.Format("2006-01-02 15:04")
			}
			row = append(row, l.Limit, strings.TrimSpace(fmt.Sprintf("%v %s", l.State, when)))
		}
		rows = append(rows, row)
	}
	printTable(out, []bool{false, false, false, false, true, true, true, false, false}, rows)
	return nil
}

// printWay prints the stays of a deal in stages.
func (t *tale) printWay(out io.Writer, id rapport.ID) {
	rows := [][]string{{"stage", "from", "days", "left by", "to"}}
	for _, s := range pipeline.Spells(t.histories[id].Entries()) {
		days := ""
		if s.Ended() {
			days = fmt.Sprintf("%.1f", s.Lasted().Hours()/24)
		}
		rows = append(rows, []string{string(s.Stage), s.From.Format(time.DateOnly), days, string(s.Trigger), string(s.Next)})
	}
	printTable(out, []bool{false, false, true, false, false}, rows)
}
