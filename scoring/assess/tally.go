package assess

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// tally adds reports up.
type tally struct {
	options *Options
	parts   []Part
	seen    map[rapport.ID]bool
	values  []scoring.CustomerValue
	sure    Certainty // the least of the values
	alive   float64   // Σ p
	spread  float64   // Σ p(1−p)
	held    int
	known   map[Part]int // customers
	origins map[Part]map[OriginCount]*OriginCount
	tiers, cells, risks,
	actions counts
	answered []int
}

type counts map[string]int

func (t *tally) add(r *Report) error {
	for _, p := range t.parts {
		s := r.status(p)
		if !s.known {
			continue
		}
		t.known[p]++
		if p != PartValue {
			t.from(p, s.origin, true)
			continue
		}
		amounts := r.Value.Data.amounts()
		for i, a := range amounts {
			had := slices.ContainsFunc(amounts[:i], func(before *Amount) bool { return before.Origin.kind() == a.Origin.kind() })
			t.from(p, &a.Origin, !had)
		}
	}
	if err := t.worth(r); err != nil {
		return err
	}
	if p, ok := r.Alive.Get(); ok {
		t.alive += p.Value
		t.spread += p.Value * (1 - p.Value)
	}
	if name, ok := r.Tier.Get(); ok {
		t.tiers[name]++
	}
	if name, ok := r.Cell.Get(); ok {
		t.cells[name]++
	}
	if c, ok := r.Credit.Get(); ok && c.Held {
		t.held++
	}
	risks, _ := r.Risks.Get()
	for i, risk := range risks {
		if !slices.ContainsFunc(risks[:i], func(had Risk) bool { return had.Code == risk.Code }) {
			t.risks[risk.Code]++
		}
	}
	if actions, _ := r.Actions.Get(); len(actions) > 0 {
		t.actions[actions[0].Code]++
	}
	for i, q := range t.options.Questions {
		if q.answered(r) {
			t.answered[i]++
		}
	}
	return nil
}

// worth keeps what the customer adds to the equity, if that is known.
func (t *tally) worth(r *Report) error {
	v, known := r.Value.Get()
	if !known {
		return nil
	}
	worth, known := v.Potential.Money, v.Potential.Known()
	sure := v.Potential.Origin.Certainty
	if t.options.Equity == EquityOfTotal {
		sure = sure.least(v.Historic.Origin.Certainty).least(v.Current.Origin.Certainty)
		var err error
		if worth, known, err = v.Total(); err != nil {
			return &SourceError{PartValue, r.Customer, err}
		}
	}
	if known {
		t.sure = t.sure.least(sure)
		t.values = append(t.values, scoring.CustomerValue{Customer: r.Customer, Segment: t.group(r), Value: worth})
	}
	return nil
}

// group returns where a customer counts in the split of the equity.
func (t *tally) group(r *Report) string {
	switch t.options.Split {
	case SplitByCell:
		cell, _ := r.Cell.Get()
		return cell
	case SplitByTier:
		tier, _ := r.Tier.Get()
		return tier
	}
	if segments, _ := r.Segments.Get(); len(segments) > 0 {
		return segments[0]
	}
	return ""
}

// kind is an origin but for its date.
func (o *Origin) kind() OriginCount {
	return OriginCount{Source: o.Source, Method: o.Method, Certainty: o.Certainty}
}

// from counts an origin, and the customer if it was not counted for it yet.
func (t *tally) from(p Part, o *Origin, customer bool) {
	if t.origins[p] == nil {
		t.origins[p] = make(map[OriginCount]*OriginCount)
	}
	key := o.kind()
	c := t.origins[p][key]
	if c == nil {
		c = &OriginCount{Source: key.Source, Method: key.Method, Certainty: key.Certainty, Oldest: o.AsOf, Newest: o.AsOf}
		t.origins[p][key] = c
	}
	if customer {
		c.Customers++
	}
	if o.AsOf.Before(c.Oldest) {
		c.Oldest = o.AsOf
	}
	if o.AsOf.After(c.Newest) {
		c.Newest = o.AsOf
	}
}

const sumOfProbabilities = "sum_of_probabilities" // the method of [BaseReport.Active]

// report writes the sums into the report.
func (t *tally) report(b *BaseReport, s *Sources) error {
	b.Tiers, b.Cells = t.tiers.over(t.known[PartTier]), t.cells.over(t.known[PartCell])
	b.Risks, b.Actions = t.risks.over(t.known[PartRisks]), t.actions.over(t.known[PartActions])
	b.Held = ratio(t.held, t.known[PartCredit])
	for _, p := range t.parts {
		c := Coverage{Part: p, Share: ratio(t.known[p], b.Customers)}
		if t.known[p] == 0 {
			c.Absent = s.absent(p)
		}
		for _, origin := range t.origins[p] {
			c.Origins = append(c.Origins, *origin)
		}
		slices.SortFunc(c.Origins, func(x, y OriginCount) int {
			return cmp.Or(cmp.Compare(x.Source, y.Source), cmp.Compare(x.Method, y.Method), cmp.Compare(x.Certainty, y.Certainty))
		})
		b.Coverage = append(b.Coverage, c)
	}
	b.Questions = make([]QuestionCount, len(t.answered))
	for i, n := range t.answered {
		q := t.options.Questions[i]
		b.Questions[i] = QuestionCount{q.Code, q.Text, ratio(n, b.Customers)}
	}
	b.Active.Absent, b.Equity.Absent = s.absent(PartAlive), s.absent(PartValue)
	if n := t.known[PartAlive]; n > 0 {
		active, err := rapport.NormalEstimate(t.alive, math.Sqrt(t.spread), 0.95, n)
		if err != nil {
			return &SourceError{Part: PartAlive, Err: err}
		}
		active.Low, active.High = max(active.Low, 0), min(active.High, float64(n))
		b.Active = Found(active, Origin{string(PartAlive), sumOfProbabilities, b.AsOf, Estimated})
	}
	if len(t.values) == 0 {
		return nil
	}
	return t.equity(b)
}

func ratio(n, of int) rapport.Ratio { return rapport.Ratio{Num: float64(n), Den: float64(of), N: of} }

// over lists the counts by name.
func (c counts) over(of int) []Count {
	list := make([]Count, 0, len(c))
	for _, name := range slices.Sorted(maps.Keys(c)) {
		list = append(list, Count{name, ratio(c[name], of)})
	}
	return list
}
