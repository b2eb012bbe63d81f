package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/texttable"
)

// page collects the lines of the table form.
type page struct{ lines []string }

func (p *page) say(format string, args ...any) {
	p.lines = append(p.lines, fmt.Sprintf(format, args...))
}

// table prints rows below a title; the first row is the header. A letter of align is l
// or r for each column.
func (p *page) table(align string, header string, rows [][]string) {
	right := make([]bool, len(align))
	for i, letter := range align {
		right[i] = letter == 'r'
	}
	all := append([][]string{strings.Split(header, "|")}, rows...)
	p.lines = append(p.lines, texttable.Lines(right, all)...)
}

func percent(r rapport.Ratio) string {
	value, ok := r.Value()
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*value)
}

func whole(v float64) string { return fmt.Sprintf("%.0f", v) }

// rows makes a row of each entry.
func rows[T any](list []T, row func(T) []string) [][]string {
	out := make([][]string, 0, len(list))
	for _, entry := range list {
		out = append(out, row(entry))
	}
	return out
}

func (r *report) writeTable(out io.Writer) error {
	p := &page{}
	p.say("%s: %d customers, %d orders, as of %s", r.Base, r.Customers, r.Orders, r.AsOf)
	for _, part := range []func(*page){
		r.printTiers, r.printConcentration, r.printMatrices, r.printWorth, r.printAccounts, r.printSeasons,
		r.printLadder, r.printCare, r.printSegments, r.printPlaybook, r.printClusters,
	} {
		part(p)
	}
	if len(r.LeftOut) > 0 {
		p.say("\nLeft out")
		for _, name := range slices.Sorted(maps.Keys(r.LeftOut)) {
			p.say("  %s: %s", name, r.LeftOut[name])
		}
	}
	_, err := io.WriteString(out, strings.Join(p.lines, "\n")+"\n")
	return err
}

func (r *report) printTiers(p *page) {
	p.say("\nTiers by %s", r.Tiers.By)
	p.table("lrrr", "tier|customers|share|from", rows(r.Tiers.Groups, func(g tierGroup) []string {
		return []string{g.Tier, fmt.Sprint(g.Customers), percent(g.Value), whole(g.Lowest)}
	}))
}

func (r *report) printConcentration(p *page) {
	c := r.Concentration
	gini := "-"
	if value, ok := c.RevenueGini.Value(); ok {
		gini = fmt.Sprintf("%.6f", value)
	}
	p.say("\nConcentration")
	p.say("  the best 20 %% of the customers bring %s of the revenue; %s of them bring 80 %%; Gini %s", percent(c.RevenueTop20), percent(c.FewestFor80), gini)
	if w := c.Profit; w != nil {
		p.say("  profit %s: %d customers bring %s of it, and %d lose %s", whole(w.Net), w.PeakCustomers, percent(w.Peak), w.Losers, whole(-w.Losses))
	}
}

func (r *report) printMatrices(p *page) {
	p.say("\nFrequency × order value")
	p.table("lrrr", "type|customers|orders|spend", rows(r.Buyers, func(g buyerGroup) []string {
		return []string{g.Type, fmt.Sprint(g.Customers.N), percent(g.Orders), percent(g.Spend)}
	}))
	if r.Matrix == nil {
		return
	}
	p.say("\nCurrent × potential value")
	p.table("lllrrr", "cell|name|action|customers|current|potential", rows(r.Matrix, func(g cellGroup) []string {
		return []string{g.Cell, g.Name, g.Action, whole(g.Customers.Num), percent(g.Current), percent(g.Potential)}
	}))
}

func (r *report) printWorth(p *page) {
	if r.Worth == nil {
		return
	}
	p.say("\nRight and wrong customers")
	p.table("lrr", "verdict|customers|profit", rows(r.Worth.Groups, func(g worthGroup) []string {
		return []string{g.Verdict, whole(g.Customers.Num), whole(g.Profit)}
	}))
	p.table("lrlll", "worst|profit|verdict|proposal|reasons", rows(r.Worth.Worst, func(j judgement) []string {
		var reasons []string
		for _, reason := range j.Reasons {
			reasons = append(reasons, string(reason))
		}
		return []string{string(j.ID), whole(j.Profit), j.Verdict, j.Action, strings.Join(reasons, ", ")}
	}))
}

func (r *report) printAccounts(p *page) {
	if r.Accounts == nil {
		return
	}
	p.say("\nSleeping giants and hidden gems")
	p.table("llrrr", "kind|customer|could buy|profit|orders in 180 days", rows(r.Accounts, func(a accountFound) []string {
		return []string{a.Kind, string(a.ID), whole(a.Size), whole(a.Earnings), fmt.Sprint(a.Activity)}
	}))
}

func (r *report) printSeasons(p *page) {
	if r.Seasons == nil {
		return
	}
	p.say("\nSeasons (1 is the average month)")
	header, index := []string{}, []string{}
	for _, m := range r.Seasons.Months {
		header, index = append(header, m.Month[:3]), append(index, fmt.Sprintf("%.2f", m.Index))
	}
	p.table(strings.Repeat("r", len(header)), strings.Join(header, "|"), [][]string{index})
	off := strings.Join(r.Seasons.Off, ", ")
	if off == "" {
		off = "none"
	}
	p.say("  off season, below %.1f: %s", quiet, off)
}

func (r *report) printLadder(p *page) {
	l := r.Ladder
	if l == nil {
		return
	}
	p.say("\nLoyalty ladder")
	p.table("lrrrr", "level|up|down|members|warned", rows(l.Levels, func(g levelGroup) []string {
		return []string{g.Level, whole(g.Up), whole(g.Down), fmt.Sprint(g.Members), fmt.Sprint(g.Warned)}
	}))
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(l.Changes)) {
		kinds = append(kinds, fmt.Sprintf("%s %d", kind, l.Changes[kind]))
	}
	p.say("  changes: %s", strings.Join(kinds, ", "))
	p.table("llrll", "nearest|level|lacks|for|by", rows(l.Nearest, func(n nearest) []string {
		return []string{string(n.ID), n.Level, fmt.Sprintf("%.2f", n.ToNext), n.Next, n.By}
	}))
	p.table("lllrr", string(l.StoryOf)+"||level|value|limit", rows(l.Story, func(s storyStep) []string {
		level := s.To
		if s.From != s.To {
			level = s.From + " → " + s.To
		}
		return []string{s.On, s.Kind, level, fmt.Sprintf("%.2f", s.Value), whole(s.Limit)}
	}))
	for _, e := range l.Rights {
		text := "any number of times"
		if e.Remaining != nil {
			text = fmt.Sprintf("%d left", *e.Remaining)
		}
		if e.Discount > 0 {
			text = fmt.Sprintf("%.0f %%, %s", 100*e.Discount, text)
		}
		if e.KeptUntil != nil {
			text += ", kept until " + *e.KeptUntil
		}
		p.say("  %s can redeem %s as %s: %s", l.StoryOf, e.Benefit, e.Level, text)
	}
}

func (r *report) printCare(p *page) {
	p.say("\nService")
	p.table("lrrrr", "tier|customers|answer within|discount up to|contact every", rows(r.Service, func(s servicePart) []string {
		every := "on demand"
		if s.ContactDays > 0 {
			every = fmt.Sprintf("%d days", s.ContactDays)
		}
		return []string{s.Tier, fmt.Sprint(s.Customers), fmt.Sprintf("%.0f h", s.Hours), fmt.Sprintf("%.0f %%", 100*s.Discount), every}
	}))
	due := rows(r.Tiers.Groups, func(g tierGroup) []string { return []string{fmt.Sprintf("%s %d", g.Tier, r.Contacts.Due[g.Tier])} })
	p.say("\nContacts due: %s", strings.Join(slices.Concat(due...), ", "))
	line := func(d duePart) []string { return []string{string(d.ID), d.Tier, d.On, fmt.Sprint(d.Overdue), d.Reason} }
	p.table("lllrl", "customer|tier|due|days over|reason", rows(r.Contacts.List, line))
	if len(r.Contacts.OffSeason) > 0 {
		p.say("\nTime for a visit")
		p.table("lllrl", "customer|tier|rested|days more|reason", rows(r.Contacts.OffSeason, line))
	}
}

func (r *report) printSegments(p *page) {
	p.say("\nSegments by rules")
	p.table("lrrl", "segment|members|unknown|rule", rows(r.Segments, func(s segmentPart) []string {
		return []string{s.Segment, fmt.Sprint(s.Members), fmt.Sprint(s.Unknown), string(s.Rule)}
	}))
	for _, s := range r.Segments {
		if s.Example == nil {
			continue
		}
		for _, reason := range s.Example.Reasons {
			p.say("  %s is %s: %s %s", s.Example.ID, s.Segment, reason.Test, reason.answer())
		}
	}
}

// answer says what came of a test, and what it saw if there was something.
func (r reasonPart) answer() string {
	if r.Seen == "" {
		return "is " + r.Truth
	}
	return "is " + r.Truth + ", saw " + r.Seen
}

func (r *report) printPlaybook(p *page) {
	p.say("\nPlaybook")
	p.table("lrll", "rule|customers|when|do", rows(r.Playbook.Rules, func(s playPart) []string {
		var actions []string
		for _, a := range s.Actions {
			text := a.Do + " by " + a.Channel
			if a.Offer != "" {
				text += " with " + a.Offer
			}
			actions = append(actions, text)
		}
		name := s.Rule
		if name == "" {
			name = "(otherwise)"
		}
		return []string{name, fmt.Sprint(s.Customers), strings.Join(s.When, " and "), strings.Join(actions, ", ")}
	}))
	for _, f := range r.Playbook.Lint {
		p.say("  %s: %s", f.Kind, strings.TrimSpace(f.Rule+" "+f.Cell))
	}
	if e := r.Playbook.Example; e != nil {
		p.table("lll", string(e.ID)+"|holds|because", rows(e.Verdicts, func(v verdictPart) []string {
			name := v.Rule
			if v.Fired {
				name += " (fired)"
			}
			return []string{name, v.Holds, strings.Join(v.Tests, "; ")}
		}))
	}
}

func (r *report) printClusters(p *page) {
	if r.Clusters == nil {
		return
	}
	var tried []string
	for _, t := range r.Clusters.Tried {
		tried = append(tried, fmt.Sprintf("%d %.3f", t.Clusters, t.Silhouette))
	}
	p.say("\nClusters by spend and orders")
	p.say("  silhouette: %s", strings.Join(tried, ", "))
	p.say("  %d clusters, as asked for, %.4f within; in other samples adjusted Rand %.2f [%.2f, %.2f]", len(r.Clusters.Groups), r.Clusters.Within,
		r.Clusters.Agreement.Value, r.Clusters.Agreement.Low, r.Clusters.Agreement.High)
	number := 0
	p.table("rrrrrr", "cluster|customers|median orders|median spend|revenue|found again", rows(r.Clusters.Groups, func(g clusterPart) []string {
		number++
		return []string{fmt.Sprint(number), fmt.Sprint(g.Customers), whole(g.Orders), whole(g.Spend), percent(g.Revenue), fmt.Sprintf("%.2f", g.Again)}
	}))
}
