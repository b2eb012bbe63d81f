package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// print shows the card and what stands behind it.
func (v *view) print(out io.Writer) {
	c := &v.Card
	var ids []string
	for _, id := range v.IDs {
		ids = append(ids, string(id))
	}
	stage := c.Standing.Stage.String()
	rows := [][]string{
		{"name", c.Name}, {"ids", strings.Join(ids, ", ")},
		{"stage", fmt.Sprintf("%s since %s, bought on %d days", or(stage, "none"), day(c.Standing.Since), v.Life.Purchases)},
		{"quality", fmt.Sprintf("%s of what every customer should have", share(c.Figures.Quality))},
	}
	for _, p := range c.Contacts {
		rows = append(rows, []string{string(p.Channel), p.Value + v.stating(p)})
	}
	for _, m := range c.Memberships {
		rows = append(rows, []string{"club", fmt.Sprintf("%s %s, %s card, %d points", m.Programme, m.Number, m.Card, m.Points.Points)})
	}
	for _, n := range c.Needs {
		rows = append(rows, []string{"need", fmt.Sprintf("%s, ask again on %s", n.Product, day(n.FollowUp))})
	}
	for _, s := range c.Cases {
		rows = append(rows, []string{"case", fmt.Sprintf("%s about %s, %s, in stage %s", s.Type, s.Category, s.Severity, s.Stage)})
	}
	table(out, []bool{false, false}, rows)
	v.printProvenance(out)
	v.printConsents(out)
	fmt.Fprintln(out)
	rows = [][]string{{"when", "what", "over", "of", ""}}
	for _, e := range v.Timeline {
		rows = append(rows, []string{day(e.At), string(e.Kind), string(e.Channel), string(e.Customer), told(e.Record)})
	}
	table(out, []bool{false, false, false, false, false}, rows)
}

// printProvenance says for each field which branch it is from, and by which rule.
func (v *view) printProvenance(out io.Writer) {
	fmt.Fprintln(out)
	rows := [][]string{{"field", "rule", "from", "others say"}}
	for _, p := range v.Golden.Provenance {
		var others []string
		for _, a := range p.Alternatives {
			others = append(others, fmt.Sprintf("%s (%s)", a.Value, a.Source))
		}
		from := v.branches(p.Sources)
		if len(p.Entries) > 0 {
			from = v.entries(p.Entries)
		}
		rows = append(rows, []string{p.Field, string(p.Rule), from, strings.Join(others, ", ")})
	}
	table(out, []bool{false, false, false, false}, rows)
}

// entries says which branches state each entry of a list.
func (v *view) entries(list []identity.Entry) string {
	var all []string
	for _, e := range list {
		all = append(all, v.branches(e.Sources))
	}
	return strings.Join(all, ", ")
}

func (v *view) branches(sources []rapport.ID) string {
	var from []string
	for _, id := range sources {
		if o, _ := v.Golden.Origin(id); !slices.Contains(from, o.System) {
			from = append(from, o.System)
		}
	}
	return strings.Join(from, "+")
}

// stating says which branches know a way to reach the customer.
func (v *view) stating(point customer.ContactPoint) string {
	at := slices.Index(v.Golden.Customer.Contacts(), point)
	p, _ := v.Golden.Field("contacts")
	if at < 0 || at >= len(p.Entries) {
		return ""
	}
	return " (" + v.branches(p.Entries[at].Sources) + ")"
}

// printConsents shows what may be done, and what each record would allow by itself.
func (v *view) printConsents(out io.Writer) {
	rows := [][]string{{"may we", "over", "as", "allowed", "why"}}
	line := func(as string, s customer.ConsentStanding) {
		rows = append(rows, []string{string(s.Purpose), string(s.Channel), as, fmt.Sprint(s.Decision.Allowed), string(s.Decision.Reason)})
	}
	for _, s := range v.Card.Consents {
		line("one customer", s)
	}
	for _, id := range slices.Sorted(maps.Keys(v.Apart)) {
		for _, s := range v.Apart[id] {
			line("only "+string(id), s)
		}
	}
	if len(rows) == 1 {
		rows = [][]string{{"Nothing was said on what may be done with the data."}}
	}
	fmt.Fprintln(out)
	table(out, []bool{false, false, false, false, false}, rows)
}

// told is what a record tells, in a few words.
func told(record any) string {
	switch r := record.(type) {
	case customer.Transaction:
		return r.Product() + " " + r.Amount().String()
	case customer.Interaction:
		return r.Direction().String() + ": " + r.Topic()
	case customer.Consent:
		return string(r.Purpose) + " " + string(r.Status)
	case customer.Need:
		return r.Product + " " + string(r.Status)
	case customer.Membership:
		return r.Programme + " " + r.Number
	case customer.PointsEntry:
		return fmt.Sprintf("%s %+d", r.Kind, r.Points)
	case customer.Case:
		return string(r.Type) + " " + r.Category + " " + r.Stage
	}
	return ""
}

// since counts the events after the merge.
func (v *view) since() int {
	count := 0
	for _, e := range v.Timeline {
		if e.RecordedAt.After(merged()) {
			count++
		}
	}
	return count
}

func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.DateOnly)
}
