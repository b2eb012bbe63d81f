package rfm

import "github.com/rapport-crm/rapport"

// Edge is an end of a [Band].
type Edge struct {
	Open     bool       `json:"open"` // there is no end on this side, and Value and ID are zero
	Value    float64    `json:"value"`
	ID       rapport.ID `json:"id,omitempty"` // by rank: the customer at the cut point
	Included bool       `json:"included"`     // whether the value, or the customer, itself is in the band
}

// Band says why a customer has a score on a measure: its value, and the cut points
// on either side.
type Band struct {
	Measure Measure `json:"measure"`
	Value   float64 `json:"value"`
	Score   int     `json:"score"`
	Lower   Edge    `json:"lower"`
	Upper   Edge    `json:"upper"`
}

// Explanation says why a customer is in its segment. If the scheme is nested, the
// cut points are those within the scores on the measures before.
type Explanation struct {
	ID       rapport.ID     `json:"id"`
	Score    Score          `json:"score"`
	Combined float64        `json:"combined"` // as [Scorer.Combined] returns it
	Bands    [measures]Band `json:"bands"`    // recency, frequency, monetary
	Segment  string         `json:"segment"`
	Rule     int            `json:"rule"`    // which rule of the table took the score, from 0; -1: none, it is among the others
	Matched  Segment        `json:"matched"` // that rule, the zero value if none
}

// Explain returns the cut points and the rule that put a customer where it is. The
// errors are those of [Scorer.Score] and [Scorer.Assign].
func (s *Scorer) Explain(row Row, table *Table) (*Explanation, error) {
	if err := s.fits(table); err != nil {
		return nil, err
	}
	score, err := s.Score(row)
	if err != nil {
		return nil, err
	}
	x := &Explanation{ID: row.ID, Score: score, Combined: s.Combined(score), Rule: -1}
	for m := range Measure(measures) {
		e := &s.cuts[m][s.group(m, score)]
		bin := e.bin(row.value(m), row.ID)
		x.Bands[m] = Band{Measure: m, Value: row.value(m), Score: score.on(m), Lower: e.end(bin-2, true), Upper: e.end(bin-1, false)}
	}
	rule, _ := table.rule(score)
	x.Segment = table.name(rule)
	if rule < len(table.segments) {
		x.Rule, x.Matched = rule, table.segments[rule]
	}
	return x, nil
}

// end returns cut point i as the lower or the upper end of a bin.
func (e *edges) end(i int, lower bool) Edge {
	if i < 0 || i >= len(e.at) {
		return Edge{Open: true}
	}
	end := Edge{Value: e.at[i], Included: lower == (e.ties == tiesAbove || e.ties == smallerIDsAbove)}
	if e.ids != nil {
		end.ID = e.ids[i]
	}
	return end
}
