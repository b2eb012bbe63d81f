package assess

import (
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// The methods of [BaseReport.Equity].
const (
	SumOfPotential = "sum_of_potential"
	SumOfTotal     = "sum_of_total"
)

// Equity is customer equity with its split.
type Equity struct {
	Value rapport.Money `json:"value"`
	// Covered are the customers that are counted: those of whom the figure that is added
	// up is known, over all.
	Covered  rapport.Ratio   `json:"covered"`
	Segments []SegmentEquity `json:"segments"` // in byte order of the name; "" for customers in none
}

// SegmentEquity is the equity of one segment, cell or tier.
type SegmentEquity struct {
	Segment   string        `json:"segment"`
	Customers int           `json:"customers"`
	Value     rapport.Money `json:"value"`
	Share     rapport.Ratio `json:"share"` // of all equity, in minor units
}

// EquityChange is the change of customer equity since an earlier date.
type EquityChange struct {
	Total    EquityFlow   `json:"total"`
	Segments []EquityFlow `json:"segments"` // in byte order of the name
}

// EquityFlow is the change of one segment, or of all: as in [scoring.EquityFlow],
// After = Before + Stayed + New + Lost + MovedIn + MovedOut.
type EquityFlow struct {
	Segment  string        `json:"segment,omitempty"`
	Before   rapport.Money `json:"before"`
	Stayed   rapport.Money `json:"stayed"`
	New      rapport.Money `json:"new"`
	Lost     rapport.Money `json:"lost"`
	MovedIn  rapport.Money `json:"moved_in"`
	MovedOut rapport.Money `json:"moved_out"`
	After    rapport.Money `json:"after"`
}

func flowOf(segment string, f scoring.EquityFlow) EquityFlow {
	return EquityFlow{segment, f.Before, f.Stayed, f.New, f.Lost, f.MovedIn, f.MovedOut, f.After}
}

// equity adds the values up.
func (t *tally) equity(b *BaseReport) error {
	e, err := scoring.CustomerEquity(t.values)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	equity := Equity{Value: e.Value, Covered: ratio(len(t.values), b.Customers)}
	for _, s := range e.Segments {
		equity.Segments = append(equity.Segments, SegmentEquity(s))
	}
	method := SumOfPotential
	if t.options.Equity == EquityOfTotal {
		method = SumOfTotal
	}
	b.Equity = Found(equity, Origin{string(PartValue), method, b.AsOf, t.sure})
	return nil
}

// change compares the values with those of an earlier date. Values of both dates are
// of the same figure of a customer and the same split.
func (t *tally) change(before Finding[[]scoring.CustomerValue]) (Finding[EquityChange], error) {
	values, known := before.Get()
	if !known || len(t.values) == 0 {
		absent := before.Absent
		if known {
			absent = NothingKnown
		}
		return Finding[EquityChange]{Absent: absent}, nil
	}
	c, err := scoring.EquityPeriodChange(values, t.values)
	if err != nil {
		return Finding[EquityChange]{}, &SourceError{Part: PartValue, Err: err}
	}
	change := EquityChange{Total: flowOf("", c.Total)}
	for _, s := range c.Segments {
		change.Segments = append(change.Segments, flowOf(s.Segment, s.EquityFlow))
	}
	return Found(change, before.Origin), nil
}
