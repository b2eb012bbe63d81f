package pipeline

import (
	"maps"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport"
)

// RenewalRatesOf counts renewals: by number and by premium, each with its denominator, for
// all and by segment. A contract is counted once for each day on which it is due, with
// what was decided last of all that was known and in time. The order of the renewals does
// not matter but for decisions of one day, of which the last counts. The error is an
// [*InputError] for the options, or a [*RenewalError].
func RenewalRatesOf(renewals []Renewal, o RenewalOptions) (RenewalReport, error) {
	if !o.From.IsValid() || !o.Until.IsValid() || o.From.number() >= o.Until.number() {
		return RenewalReport{}, &InputError{Name: "period", Value: o.From.String() + " to " + o.Until.String(), Want: "a date and a later one"}
	}
	if !o.AsOf.IsValid() {
		return RenewalReport{}, &InputError{Name: "as of", Value: o.AsOf.String(), Want: "a date"}
	}
	if o.Grace < 0 || o.Grace > maxSpanDays {
		return RenewalReport{}, &InputError{Name: "grace", Value: strconv.Itoa(o.Grace), Want: "days, from 0"}
	}
	contracts, err := o.group(renewals)
	if err != nil {
		return RenewalReport{}, err
	}
	var report RenewalReport
	segments := map[string]*RenewalRates{}
	for _, c := range contracts {
		segment := segments[c.Segment]
		if segment == nil {
			segment = &RenewalRates{Segment: c.Segment}
			segments[c.Segment] = segment
		}
		for _, into := range []*RenewalRates{&report.All, segment} {
			if err := into.count(c, o.WithCancelledByUs); err != nil {
				return RenewalReport{}, &RenewalError{c.Contract, c.Due, err}
			}
		}
	}
	report.All.rate()
	for _, name := range slices.Sorted(maps.Keys(segments)) {
		segments[name].rate()
		report.Segments = append(report.Segments, *segments[name])
	}
	return report, nil
}

// dueContract is a contract on a day on which it is due, with what has become of it.
type dueContract struct {
	Renewal
	lapsed bool // before what was decided last
	late   bool
}

// group puts what belongs to one contract and day together, in the order in which they
// first come.
func (o *RenewalOptions) group(renewals []Renewal) ([]*dueContract, error) {
	type key struct {
		contract rapport.ID
		due      Date
	}
	found := map[key][]*Renewal{}
	var order []key
	for i := range renewals {
		r := &renewals[i]
		if err := r.check(); err != nil {
			return nil, &RenewalError{r.Contract, r.Due, err}
		}
		if r.Due.number() < o.From.number() || r.Due.number() >= o.Until.number() {
			continue
		}
		k := key{r.Contract, r.Due}
		if found[k] == nil {
			order = append(order, k)
		} else if first := found[k][0]; first.Segment != r.Segment || !first.Premium.Equal(r.Premium) {
			return nil, &RenewalError{r.Contract, r.Due, &InputError{Name: "segment and premium", Value: r.Segment + " " + r.Premium.String(), Want: "those of the same contract before"}}
		}
		found[k] = append(found[k], r)
	}
	contracts := make([]*dueContract, len(order))
	for i, k := range order {
		contracts[i] = o.settle(found[k])
	}
	return contracts, nil
}

// settle decides what became of a contract.
func (o *RenewalOptions) settle(renewals []*Renewal) *dueContract {
	slices.SortStableFunc(renewals, func(a, b *Renewal) int { return int(a.Decided.number() - b.Decided.number()) })
	end := renewals[0].Due.number() + int64(o.Grace)
	c := &dueContract{Renewal: *renewals[0]}
	c.Outcome = RenewalPending
	for _, r := range renewals {
		switch day := r.Decided.number(); {
		case r.Outcome == RenewalPending, day > o.AsOf.number(): // nothing that is known
		case day > end:
			c.late = c.late || r.Outcome == Renewed
		default:
			c.lapsed = c.lapsed || c.Outcome == Lapsed
			c.Outcome, c.NewPremium = r.Outcome, r.NewPremium
		}
	}
	switch {
	case c.Outcome == RenewalPending && o.AsOf.number() > end:
		c.Outcome, c.late = Lapsed, true
	case c.Outcome != Lapsed:
		c.late = false
	}
	return c
}

func (r *RenewalRates) count(c *dueContract, withCancelled bool) (err error) {
	r.Due++
	switch c.Outcome {
	case RenewalPending:
		r.Pending++
		return nil
	case CancelledByUs:
		r.CancelledByUs++
		if !withCancelled {
			return nil
		}
	case Lapsed:
		r.Lapsed++
		if c.late {
			r.Late++
		}
	}
	r.Counted++
	if r.Premium, err = r.Premium.Add(c.Premium); err != nil || c.Outcome != Renewed {
		return err
	}
	r.Renewed++
	if c.lapsed {
		r.Reinstated++
	}
	if r.NewPremium, err = r.NewPremium.Add(c.NewPremium); err != nil {
		return err
	}
	kept := c.NewPremium
	order, err := kept.Cmp(c.Premium)
	if err != nil {
		return err
	}
	if order > 0 {
		kept = c.Premium
	}
	r.Kept, err = r.Kept.Add(kept)
	return err
}

func (r *RenewalRates) rate() {
	whole := r.Premium.Amount().InexactFloat64()
	ratio := func(part float64, of float64) rapport.Ratio { return rapport.Ratio{Num: part, Den: of, N: r.Counted} }
	r.ByCount = ratio(float64(r.Renewed), float64(r.Counted))
	r.Net = ratio(r.NewPremium.Amount().InexactFloat64(), whole)
	r.Gross = ratio(r.Kept.Amount().InexactFloat64(), whole)
}
