package btyd

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

// TrackedPeriod compares one period, and all up to its end, with what the model says of
// it. Times are in units since the first purchase of all; counts are of repeat purchase
// dates of all customers together.
type TrackedPeriod struct {
	From float64 `json:"from"`
	To   float64 `json:"to"` // one unit later, or less where calibration or hold-out end
	// Actual and Expected are those of the period, Cumulative… those until its end.
	Actual             int     `json:"actual"`
	Expected           float64 `json:"expected"`
	CumulativeActual   int     `json:"cumulative_actual"`
	CumulativeExpected float64 `json:"cumulative_expected"`
}

// Tracking is a model beside what happened, period by period. During calibration the
// model is asked what it expects of customers at their first purchase, and so it is in
// Expected of the hold-out; Forecast knows what each customer did in calibration, and its
// cumulative numbers go on from the actual ones.
type Tracking struct {
	Model       string          `json:"model"`
	Calibration []TrackedPeriod `json:"calibration"`
	Holdout     []TrackedPeriod `json:"holdout"`  // empty without a hold-out
	Forecast    []TrackedPeriod `json:"forecast"` // the same periods
}

// Track lays the model beside the actual repeat purchases by period, which
// [scoring.CountRepeats] returns with the summaries, and beside those of the hold-out if
// they have one. A tracking plot shows From, To and either pair of numbers.
//
// The error is [ErrUnitMismatch], an [*InputError], also for repeats that are not those
// of the summaries, or the context's.
func (m *Model) Track(ctx context.Context, summaries *scoring.Summaries, repeats *scoring.Repeats) (*Tracking, error) {
	if !m.known() {
		return nil, errNoModel()
	}
	summaries = given(summaries)
	if err := m.sameUnit(summaries); err != nil {
		return nil, err
	}
	if err := belongs(repeats, summaries); err != nil {
		return nil, err
	}
	held := summaries.Holdout()
	if held == nil {
		held = &scoring.Holdout{}
	}
	seen, later := periodEnds(repeats.Periods), periodEnds(held.Periods)
	ends := seen
	for _, end := range later {
		ends = append(ends, repeats.Periods+end)
	}
	expected, err := m.cohort(ctx, Compress(summaries), ends)
	if err != nil {
		return nil, err
	}
	t := &Tracking{Model: m.Name()}
	start := TrackedPeriod{}
	t.Calibration = start.follow(ends[:len(seen)], repeats.ByPeriod, expected)
	if len(seen) > 0 {
		start = t.Calibration[len(seen)-1]
	}
	t.Holdout = start.follow(ends[len(seen):], held.ByPeriod, expected[len(seen):])
	forecast := make([]float64, len(later))
	scorer, values := m.NewScorer(), make([]float64, summaries.Len())
	for k, end := range later {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := scorer.Expected(values, summaries, end); err != nil {
			return nil, err
		}
		forecast[k] = float64(start.CumulativeActual) + sum(values)
	}
	start.CumulativeExpected = float64(start.CumulativeActual)
	t.Forecast = start.follow(ends[len(seen):], held.ByPeriod, forecast)
	return t, nil
}

// belongs returns an [*InputError] unless the repeats are those of the summaries.
func belongs(repeats *scoring.Repeats, summaries *scoring.Summaries) error {
	if repeats == nil {
		return &InputError{Name: "repeats", Reason: "want those of scoring.CountRepeats"}
	}
	oldest, purchases := 0.0, 0
	for i := range summaries.Len() {
		x, _, age := summaries.History(i)
		oldest, purchases = max(oldest, age), purchases+x
	}
	switch {
	case repeats.Periods != oldest || len(repeats.ByPeriod) != int(math.Ceil(oldest)):
		return &InputError{Name: "Periods", Value: repeats.Periods, Reason: fmt.Sprintf("want the greatest T, %v, and as many counts", oldest)}
	case repeats.Total() != purchases:
		return &InputError{Name: "Total", Value: float64(repeats.Total()), Reason: fmt.Sprintf("want the repeat purchases of the summaries, %d", purchases)}
	}
	return nil
}

// periodEnds are the ends of periods of one unit within a time, whose end is the last.
func periodEnds(length float64) []float64 {
	ends := make([]float64, int(math.Ceil(length)))
	for k := range ends {
		ends[k] = min(float64(k+1), length)
	}
	return ends
}

// follow returns the periods after p with these ends and counts; expected is
// cumulative.
func (p TrackedPeriod) follow(ends []float64, actual []int, expected []float64) []TrackedPeriod {
	list := make([]TrackedPeriod, len(ends))
	for k, end := range ends {
		p = TrackedPeriod{
			From: p.To, To: end,
			Actual: actual[k], CumulativeActual: p.CumulativeActual + actual[k],
			Expected: max(0, expected[k]-p.CumulativeExpected), CumulativeExpected: expected[k],
		}
		list[k] = p
	}
	return list
}
