package assess

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Flow is a margin earned with a customer before the as-of date, or expected from it
// on.
type Flow struct {
	Customer rapport.ID
	scoring.CashFlow
}

// Study is what [Analyze] works on.
type Study struct {
	// Flows are the margins, in any order; what is dated from asOf on is expected. Of whom
	// nothing is expected, the potential is absent unless Forecast knows it; who is known
	// to bring nothing has a flow of 0.
	Flows iter.Seq2[Flow, error]
	// Investments are what was spent and earned by stage; nil for none.
	Investments iter.Seq2[scoring.Investment, error]
	// Stages are those of the investments; nil is [scoring.RelationshipStages].
	Stages []string
	// Window divides the flows into historic, current and potential value; its AsOf is
	// that of the analysis.
	Window scoring.ValueWindow
	// Forecast replaces the potential of the flows by that of a model ([Forecast]) for
	// the customers it knows; nil: none.
	Forecast Source[Amount]
	// Grouping puts customers into cells, one each; nil is [ByMatrix] at the means.
	Grouping Grouping
	// Playbook recommends the measures.
	Playbook Playbook
	// Source names the ledger of the flows.
	Source string
	// Quality and Floors gate the analysis as in [Sources] and [Options].
	Quality func(ctx context.Context, asOf time.Time) (Finding[[]Measure], error)
	Floors  []Floor
}

// Valued is the value of one customer.
type Valued struct {
	Customer rapport.ID
	Value    Value
}

// Measured is a customer with the measures recommended for it, the first being the one
// to take.
type Measured struct {
	Group
	Actions []Action
}

// Analysis is what the five steps gave.
type Analysis struct {
	AsOf      time.Time
	Collected *Collection
	Values    []Valued // in byte order of the id, as are the others
	Profits   scoring.InvestmentReport
	Groups    []Group
	Measures  []Measured
	origin    Origin // of the cells
}

// Analyze goes from a ledger to measures: [Collect], [Collection.Values],
// [Collection.Profits], [GroupValues] and [Measures]. Every step can be used alone.
//
// The error is a [*NotReadyError], or that of a step.
func Analyze(ctx context.Context, study Study, asOf time.Time) (*Analysis, error) {
	gate, err := New(Sources{Quality: study.Quality}, &Options{Floors: study.Floors})
	if err != nil {
		return nil, err
	}
	if asOf.IsZero() {
		return nil, &InputError{Name: "as-of date", Want: "a time"}
	}
	if _, _, err := gate.readiness(ctx, asOf); err != nil {
		return nil, err
	}
	a := &Analysis{AsOf: asOf, origin: Origin{study.Source, "grouping", asOf, Estimated}}
	if a.Collected, err = Collect(ctx, study.Flows, study.Investments, study.Source); err != nil {
		return nil, err
	}
	window := study.Window
	window.AsOf = asOf
	if a.Values, err = a.Collected.Values(ctx, window, study.Forecast); err != nil {
		return nil, err
	}
	if a.Profits, err = a.Collected.Profits(study.Stages); err != nil {
		return nil, err
	}
	if a.Groups, err = GroupValues(a.Values, study.Grouping); err != nil {
		return nil, err
	}
	a.Measures, err = Measures(ctx, a.Groups, a.origin, study.Playbook)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Measures asks the playbook for each customer by its value and cell, whose origin is
// given: step five. An amount or a cell that is not known is unknown to its rules.
// Without a playbook there are no measures. The errors are those of [Assessor.Customer].
func Measures(ctx context.Context, groups []Group, cells Origin, playbook Playbook) ([]Measured, error) {
	measures := make([]Measured, len(groups))
	for i, g := range groups {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r := Report{Customer: g.Customer, AsOf: cells.AsOf, Value: Finding[Value]{Absent: NothingKnown}, Cell: Finding[string]{Absent: NothingKnown}}
		if amounts := g.Value.amounts(); len(amounts) > 0 {
			r.Value = Found(g.Value, amounts[len(amounts)-1].Origin)
		}
		if g.Cell != "" {
			r.Cell = Found(g.Cell, cells)
		}
		f, err := ask(PartActions, g.Customer, r.AsOf, playbook != nil, checkActions, func() (Finding[[]Action], error) { return playbook.Recommend(ctx, r) })
		if err != nil {
			return nil, err
		}
		actions, _ := f.Get()
		measures[i] = Measured{g, actions}
	}
	return measures, nil
}

// Sources returns the values and cells of the analysis, and its customers, as sources
// of a report.
func (a *Analysis) Sources() Sources {
	values := Rows[Value]{Origin: Origin{a.origin.Source, "value_window", a.AsOf, Exact}, Of: make(map[rapport.ID]Value, len(a.Values))}
	cells := Rows[string]{Origin: a.origin, Of: make(map[rapport.ID]string, len(a.Groups))}
	for _, g := range a.Groups {
		values.Of[g.Customer] = g.Value
		if g.Cell != "" {
			cells.Of[g.Customer] = g.Cell
		}
	}
	customers := a.Collected.Customers()
	return Sources{Value: values, Cell: cells, Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] {
		return func(yield func(rapport.ID, error) bool) {
			for _, id := range customers {
				if !yield(id, nil) {
					return
				}
			}
		}
	}}
}
