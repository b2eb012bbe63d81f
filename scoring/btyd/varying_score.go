package btyd

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// PAliveInto sets dst[i] to the probability that the i-th customer has not left;
// len(dst) must be their number. The summaries are those of a log; the calendar covers
// every history. The error is an [*InputError], a [*CovariateError], a [*CalendarError]
// that names the customer, or [ErrUnitMismatch].
func (m *VaryingModel) PAliveInto(dst []float64, summaries *scoring.Summaries, calendar *Calendar) error {
	return m.each(dst, summaries, calendar, m.inner().params0(), 0, func(_ *varyingLaw, p varyingPast, _ []stretch) float64 { return p.alive() })
}

// ExpectedInto sets dst[i] to the expected purchases of the i-th customer in the next t
// units, which the calendar covers; see [VaryingModel.PAliveInto].
func (m *VaryingModel) ExpectedInto(dst []float64, summaries *scoring.Summaries, calendar *Calendar, t float64) error {
	return m.expectedInto(dst, summaries, calendar, t, m.inner().params0())
}

func (m *VaryingModel) expectedInto(dst []float64, summaries *scoring.Summaries, calendar *Calendar, t float64, params []float64) error {
	return m.each(dst, summaries, calendar, params, t, func(l *varyingLaw, p varyingPast, ahead []stretch) float64 {
		return p.alive() * l.expected(ahead, p.now())
	})
}

// DiscountedInto sets dst[i] to [VaryingCustomer.Discounted] of the i-th customer; see
// [VaryingModel.PAliveInto].
func (m *VaryingModel) DiscountedInto(dst []float64, summaries *scoring.Summaries, calendar *Calendar, t, delta float64) error {
	if err := checkVaryingDiscount(t, delta); err != nil {
		return err
	}
	return m.each(dst, summaries, calendar, m.inner().params0(), t, func(l *varyingLaw, p varyingPast, ahead []stretch) float64 {
		return p.alive() * l.discounted(ahead, p.now(), delta)
	})
}

// LifetimeValues is [LifetimeValues] over a finite horizon that the calendar covers,
// discounted continuously: Step must be 0.
func (m *VaryingModel) LifetimeValues(dst []float64, spend *GammaGamma, summaries *scoring.Summaries, calendar *Calendar, h Horizon) error {
	if h.Step != 0 {
		return &InputError{Name: "Step", Value: h.Step, Reason: "want 0: covariates that change in time are discounted continuously only"}
	}
	if !m.known() {
		return errNoVaryingModel()
	}
	delta, err := h.Delta(m.Unit())
	if err != nil {
		return err
	}
	if err := m.DiscountedInto(dst, summaries, calendar, h.Periods, delta); err != nil {
		return err
	}
	return timesSpend(dst, spend, summaries)
}

// LogLikelihoodInto sets dst[i] to the logarithm of the likelihood of the i-th
// customer's history, the constant Γ(r+x)/Γ(r) included, with the visits of the same log;
// see [VaryingModel.PAliveInto].
func (m *VaryingModel) LogLikelihoodInto(dst []float64, summaries *scoring.Summaries, visits *Visits) error {
	if visits == nil {
		return errNoCalendar()
	}
	if visits.err != nil {
		return visits.err
	}
	i := 0
	summaries = given(summaries)
	err := m.each(dst, summaries, visits.calendar, m.inner().params0(), 0, func(l *varyingLaw, p varyingPast, _ []stretch) float64 {
		x, _, _ := summaries.History(i)
		i++
		return l.logLikelihood(p, float64(x))
	})
	if err != nil {
		return err
	}
	until, err := untilOf(summaries)
	if err != nil {
		return err
	}
	for i := range dst {
		id, s := summaries.At(i)
		sums, err := visits.of(id, firstDay(until, s.T, m.Unit()), s)
		if err != nil {
			return err
		}
		for k, e := range m.estimates.effects {
			if e.purchase {
				dst[i] += m.estimates.params[4+k] * sums[e.column]
			}
		}
	}
	return nil
}

// ExpectedTotal is [Model.ExpectedTotal] with a calendar that covers the next t units.
func (m *VaryingModel) ExpectedTotal(ctx context.Context, summaries *scoring.Summaries, calendar *Calendar, t, level float64) (rapport.Estimate, error) {
	summaries = given(summaries)
	values := make([]float64, summaries.Len())
	if err := m.ExpectedInto(values, summaries, calendar, t); err != nil {
		return rapport.Estimate{}, err
	}
	pairs := make([]float64, len(values))
	if err := m.each(pairs, summaries, calendar, m.estimates.params, t, func(l *varyingLaw, p varyingPast, ahead []stretch) float64 {
		return p.alive() * l.pairs(ahead, p.now())
	}); err != nil {
		return rapport.Estimate{}, err
	}
	return m.estimates.total(ctx, values, pairs, t, level, func(params []float64) error {
		return m.expectedInto(values, summaries, calendar, t, params)
	})
}

// ExpectedCohort returns the cumulative expected repeat purchases of all customers
// together, the line of a tracking plot in which seasons show: element k is the expected
// number from the first customer's first purchase until k+1 units later; see
// [Model.ExpectedCohort]. The error is also a [*CalendarError].
func (m *VaryingModel) ExpectedCohort(ctx context.Context, summaries *scoring.Summaries, calendar *Calendar, periods int) ([]float64, error) {
	b, until, err := m.bind(m.inner().params0(), summaries, calendar)
	if err != nil {
		return nil, err
	}
	if periods < 1 || periods > 1_000_000 {
		return nil, &InputError{Name: "periods", Value: float64(periods), Reason: "want 1 to 1000000"}
	}
	origin := until
	for i := range summaries.Len() {
		_, _, age := summaries.History(i)
		origin = min(origin, firstDay(until, age, m.Unit()))
	}
	start := varyingState{b.law.r, b.law.alpha, b.law.beta}
	total := make([]float64, periods)
	line := make([]float64, periods)
	shared := map[int32]int{} // customers without values of their own, by first day
	follow := func(id rapport.ID, first int32, customers float64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := b.growth(line, id, float64(origin), float64(first), start); err != nil {
			return err
		}
		for k, v := range line {
			total[k] += customers * v
		}
		return nil
	}
	var days []int32
	for i := range summaries.Len() {
		id, s := summaries.At(i)
		first := firstDay(until, s.T, m.Unit())
		if _, own := calendar.own[id]; own {
			if err := follow(id, first, 1); err != nil {
				return nil, err
			}
			continue
		}
		if shared[first]++; shared[first] == 1 {
			days = append(days, first)
		}
	}
	for _, first := range days {
		if err := follow("", first, float64(shared[first])); err != nil {
			return nil, err
		}
	}
	return total, nil
}

// growth sets line[k] to the expected purchases of a new customer from its first day until
// k+1 units after the origin.
func (b binding) growth(line []float64, id rapport.ID, origin, first float64, start varyingState) error {
	value, at, life := 0.0, first, 0.0
	var ahead []stretch
	for k := range line {
		end := origin + b.days(float64(k+1))
		if end > at {
			var err error
			if ahead, err = b.calendar.stretches(ahead[:0], id, at, end, b.unit); err != nil {
				return err
			}
			now := varyingState{start.shape, start.rate, start.life + life}
			value += b.law.expected(ahead, now) * math.Exp(-b.law.s*math.Log1p(life/start.life))
			_, passed := b.law.passed(ahead)
			life += passed
			at = end
		}
		line[k] = value
	}
	return nil
}

// bind checks the customers against the calendar.
func (m *VaryingModel) bind(params []float64, summaries *scoring.Summaries, calendar *Calendar) (binding, int32, error) {
	if !m.known() {
		return binding{}, 0, errNoVaryingModel()
	}
	if err := m.estimates.base.sameUnit(given(summaries)); err != nil {
		return binding{}, 0, err
	}
	until, err := untilOf(given(summaries))
	if err != nil {
		return binding{}, 0, err
	}
	l, err := m.law(params, calendar)
	return binding{law: l, calendar: calendar, unit: m.Unit().Days()}, until, err
}

// each sets dst[i] to f of the i-th customer, its past and the next t units.
func (m *VaryingModel) each(dst []float64, summaries *scoring.Summaries, calendar *Calendar, params []float64, t float64,
	f func(l *varyingLaw, p varyingPast, ahead []stretch) float64) error {
	summaries = given(summaries)
	if len(dst) != summaries.Len() {
		return &InputError{Name: "len(dst)", Value: float64(len(dst)), Reason: fmt.Sprintf("want %d, one a customer", summaries.Len())}
	}
	b, until, err := m.bind(params, summaries, calendar)
	if err != nil {
		return err
	}
	var memory, common []stretch
	shared := false // common is there
	for i := range dst {
		id, s := summaries.At(i)
		var past varyingPast
		var now float64
		past, memory, now, err = b.history(memory, id, float64(firstDay(until, s.T, m.Unit())), s)
		if err != nil {
			return err
		}
		ahead := common
		if _, own := calendar.own[id]; own || !shared {
			if ahead, err = b.ahead(id, now, t); err != nil {
				return err
			}
			if !own {
				common, shared = ahead, true
			}
		}
		dst[i] = f(b.law, past, ahead)
	}
	return nil
}
