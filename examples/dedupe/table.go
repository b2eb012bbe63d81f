package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/examples/texttable"
)

// mostShown is how many pairs a table shows: half of them the strongest.
const mostShown = 20

// writeTable writes for people.
func writeTable(r *result, out, _ *bytes.Buffer) error {
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	s := r.sources
	if s.b == nil {
		say("%s: %d records", s.a.name, len(s.a.rows))
	} else {
		say("%s: %d records; %s: %d records", s.a.name, len(s.a.rows), s.b.name, len(s.b.rows))
	}
	var compared []string
	for _, f := range r.fields {
		compared = append(compared, f.Column+" ("+f.Kind.String()+")")
	}
	say("compared: %s", strings.Join(compared, ", "))
	united := 0
	for _, nodes := range r.clusters {
		united += len(nodes)
	}
	say("found at probability %v and above: %d pairs; %d clusters of %d records", r.threshold, len(r.pairs), len(r.clusters), united)
	r.writePairs(out)
	if err := r.writeWhy(out); err != nil {
		return err
	}
	lines := r.metricLines()
	if len(lines) > 0 {
		say("\nHeld against the truth")
	}
	for _, line := range lines {
		say("  %s", line)
	}
	return nil
}

// strongest returns the pairs, the strongest first.
func (r *result) strongest() []identity.Pair {
	return slices.SortedStableFunc(slices.Values(r.pairs), func(x, y identity.Pair) int { return cmp.Compare(y.Weight, x.Weight) })
}

// writePairs writes the strongest and the weakest pairs.
func (r *result) writePairs(out *bytes.Buffer) {
	if len(r.pairs) == 0 {
		return
	}
	pairs := r.strongest()
	rows := [][]string{{"left", "right", "probability", "bits", "cluster"}}
	gap := 0 // rows before it; 0: none
	for i, p := range pairs {
		if len(pairs) > mostShown && i >= mostShown/2 && i < len(pairs)-mostShown/2 {
			gap = mostShown / 2
			continue
		}
		left, right := r.ids(p)
		cluster := "-"
		if a, b := r.nodes(p); r.of[a] == r.of[b] {
			cluster = strconv.Itoa(r.of[a])
		}
		rows = append(rows, []string{string(left), string(right), fmt.Sprintf("%.4f", p.Probability), fmt.Sprintf("%.1f", p.Weight), cluster})
	}
	fmt.Fprintln(out)
	for i, line := range texttable.Lines([]bool{false, false, true, true, true}, rows) {
		if gap > 0 && i-1 == gap {
			fmt.Fprintf(out, "  … %d more pairs (-format csv lists all)\n", len(pairs)-mostShown)
		}
		fmt.Fprintln(out, line)
	}
}

// writeWhy explains the weakest pair.
func (r *result) writeWhy(out *bytes.Buffer) error {
	if len(r.pairs) == 0 {
		return nil
	}
	pairs := r.strongest()
	p := pairs[len(pairs)-1]
	left, right := r.pair(p)
	why, err := r.model.Explain(left, right)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nWhy %s and %s, the weakest pair: %.1f bits, the log2 of the odds, of which\n", left.ID, right.ID, why.Weight)
	rows := [][]string{{"bits", "for", "agreement", "left", "right"}}
	for _, c := range why.Contributions {
		what := string(c.Part)
		if c.Field != "" {
			what = c.Field
			if c.With != "" {
				what += " and " + c.With
			}
			if c.Part != identity.FromField {
				what += ", " + string(c.Part)
			}
		}
		rows = append(rows, []string{fmt.Sprintf("%+.1f", c.Bits), what, c.Level, c.Left, c.Right})
	}
	for _, line := range texttable.Lines([]bool{true, false, false, false, false}, rows) {
		fmt.Fprintln(out, line)
	}
	return nil
}

// metricLines says how good the result is; none without a truth.
func (r *result) metricLines() []string {
	m := r.metrics
	if m == nil {
		return nil
	}
	lines := []string{
		fmt.Sprintf("pairs: precision %s, recall %s, F1 %s", share(m.pairwise.Precision), share(m.pairwise.Recall), f1(m.pairwise)),
		fmt.Sprintf("clusters: precision %s, recall %s, F1 %s", share(m.clustered.Precision), share(m.clustered.Recall), f1(m.clustered)),
		fmt.Sprintf("calibration: precision as expected from the probabilities %s, true %s", decimals(m.calibration.Stated), decimals(m.calibration.True)),
	}
	for _, b := range m.calibration.Bins {
		if b.True.N > 0 {
			lines = append(lines, fmt.Sprintf("  probability %.1f to %.1f: %d pairs, mean %s, true %s", b.Low, b.High, b.True.N, decimals(b.Stated), decimals(b.True)))
		}
	}
	return lines
}

// share writes a ratio of counts with them.
func share(r rapport.Ratio) string {
	if _, ok := r.Value(); !ok {
		return "none"
	}
	return fmt.Sprintf("%s (%.0f of %.0f)", decimals(r), r.Num, r.Den)
}

func f1(q identity.Quality) string {
	v, ok := q.F1()
	if !ok {
		return "none"
	}
	return fmt.Sprintf("%.4f", v)
}

func decimals(r rapport.Ratio) string {
	v, ok := r.Value()
	if !ok {
		return "none"
	}
	return fmt.Sprintf("%.4f", v)
}
