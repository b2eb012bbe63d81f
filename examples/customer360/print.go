package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/examples/texttable"
)

// print tells the story in tables.
func (s *story) print(out io.Writer) error {
	fmt.Fprintf(out, "1. Three files of customers\n\n")
	rows := [][]string{{"branch", "trust", "persons", "companies", "such as"}}
	for _, f := range s.Files {
		persons, organisations := f.persons()
		rows = append(rows, []string{f.Branch.name, fmt.Sprint(f.Branch.trust), fmt.Sprint(persons), fmt.Sprint(organisations), strings.Join(present(f.Rows[min(3, len(f.Rows)-1)].Values), " | ")})
	}
	table(out, []bool{false, true, true, true, false}, rows)

	fmt.Fprintf(out, "\n2. Who is one customer\n\n")
	s.printMatching(out)

	fmt.Fprintf(out, "\n3. One customer, on %s\n\n", today().Format("2 January 2006"))
	s.View.print(out)

	fmt.Fprintf(out, "\n4. The complaint\n\n")
	s.printCase(out)

	fmt.Fprintf(out, "\n5. The merge is taken back, on %s\n\n", unmerged().Format("2 January 2006"))
	s.printUndone(out)
	return nil
}

func (s *story) printMatching(out io.Writer) {
	m := s.Matching
	fmt.Fprintf(out, "%d records: %d pairs are one customer, %d for a person to decide, %d customers of several records.\n\n",
		len(m.Records), len(m.Pairs), len(m.Queue), len(m.Clusters))
	if len(m.Queue) > 0 {
		rows := [][]string{{"to decide", "", "probability", "why", "decided"}}
		for _, r := range m.Queue {
			rows = append(rows, []string{string(r.Left), string(r.Right), fmt.Sprintf("%.4f", r.Probability), r.Why, or(r.Decision, "waits")})
		}
		table(out, []bool{false, false, true, false, false}, rows)
		fmt.Fprintln(out)
	}
	if len(m.Explain.Contributions) > 0 {
		rows := [][]string{{"why", string(m.Of[0]), string(m.Of[1]), "agree", "bits"}}
		for _, c := range m.Explain.Contributions {
			if math.Abs(c.Bits) >= 0.005 || c.Part == identity.FromField && c.Level != "missing" {
				rows = append(rows, []string{strings.TrimSpace(string(c.Part) + " " + c.Field), c.Left, c.Right, c.Level, fmt.Sprintf("%+.2f", c.Bits)})
			}
		}
		rows = append(rows, []string{"sum", "", "", "", fmt.Sprintf("%+.2f", m.Explain.Weight)})
		table(out, []bool{false, false, false, false, true}, rows)
		fmt.Fprintf(out, "  probability %.6f\n\n", m.Explain.Probability)
	}
	for _, r := range s.Refused {
		fmt.Fprintf(out, "Not merged: %v\n\n", r)
	}
	rows := [][]string{{"quality", "records", "complete", "valid", "unique", "overall", "ready for " + gate().Analysis}}
	for _, r := range []struct {
		name string
		readiness
	}{{"as they came", s.Before}, {"merged", s.After}} {
		rows = append(rows, []string{
			r.name, fmt.Sprint(r.Score.Records), share(r.Score.Completeness), share(r.Score.Validity), share(r.Score.Uniqueness), share(r.Score.Overall), r.verdict(),
		})
	}
	table(out, []bool{false, true, true, true, true, true, false}, rows)
}

// verdict says whether the gate is open, or the first reason why not.
func (r *readiness) verdict() string {
	var reasons []string
	for _, why := range r.Reasons {
		reasons = append(reasons, fmt.Sprintf("%s %.3f, wants %.2f", why.Dimension, why.Value, why.Least))
	}
	return or(strings.Join(reasons, "; "), "yes")
}

func (s *story) printCase(out io.Writer) {
	if len(s.Steps) == 0 {
		fmt.Fprintln(out, "  No case is open.")
		return
	}
	rows := [][]string{{"when", "who", "trigger", "stage", "refused"}}
	for _, step := range s.Steps {
		rows = append(rows, []string{day(step.At), step.By, step.Trigger, step.Stage, strings.Join(step.Refused, "; ")})
	}
	table(out, []bool{false, false, false, false, false}, rows)
	if c := s.Steps[len(s.Steps)-1].Case; c != nil {
		r := c.Rounds[len(c.Rounds)-1]
		fmt.Fprintf(out, "\n  opened %s, answered %s, resolved %s\n", day(r.Opened), day(c.FirstResponse), day(r.Resolved))
	}
}

func (s *story) printUndone(out io.Writer) {
	u := s.Undone
	if u == nil {
		fmt.Fprintln(out, "  The customer is of one record: there is no merge to take back.")
		return
	}
	fmt.Fprintf(out, "%d events came after the merge; %d of them under the id that stood for all.\n\n", s.Last.since(), len(u.Undecided))
	rows := [][]string{
		{"source records the same byte for byte", of(u.SameBytes, u.Sources)},
		{"golden records that are the source's, byte for byte", of(u.SameGolden, u.IDs)},
		{"stored customers that are the source's", of(u.SameStored, u.IDs)},
		{"ids that stand for themselves again", of(u.Resolve, u.IDs)},
		{"purchases, contacts, consents … back at their own", of(u.Own, u.Children)},
	}
	table(out, []bool{false, true}, rows)
	if u.whole() {
		fmt.Fprintln(out, "\nEverything is as if the merge had never been.")
	} else {
		fmt.Fprintln(out, "\nNOT everything is as it was.")
	}
}

func of(part, whole int) string { return fmt.Sprintf("%d of %d", part, whole) }

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// present leaves out what is empty.
func present(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(value string) bool { return value == "" })
}

func share(r rapport.Ratio) string {
	value, ok := r.Value()
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%.3f", value)
}

func table(out io.Writer, right []bool, rows [][]string) {
	for _, line := range texttable.Lines(right, rows) {
		fmt.Fprintln(out, line)
	}
}
