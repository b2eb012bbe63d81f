package btyd

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// mostPurchases bounds the expected number of purchases in one simulated life.
const mostPurchases = 1e7

// Simulate draws customers of these ages from the model: their summaries up to then,
// without spend. The i-th belongs to ids[i] and depends on the seed and i alone, not
// on the other customers. Times are continuous; no two purchases merge into a day.
//
// The error is an [*InputError] for an age that is negative, not finite, or in which
// more than 1e7 purchases are expected, or one of [scoring.NewSummaries].
func (m *Model) Simulate(ids []rapport.ID, ages []float64, seed uint64) (*scoring.Summaries, error) {
	if !m.known() {
		return nil, errNoModel()
	}
	rows := make([]scoring.Summary, len(ages))
	for i, age := range ages {
		if err := m.simulable(scoring.Summary{}, age); err != nil {
			return nil, fmt.Errorf("customer %d: %w", i, err)
		}
		rows[i] = m.history(numeric.Stream(seed, uint64(i)), age)
	}
	return scoring.NewSummaries(m.unit, ids, rows)
}

// SimulateFuture draws what the customer does in the t units after the end of
// calibration given its history: the times of its purchases from then on, in order.
// Rate, dropout and whether it is alive are drawn anew each time, so that many draws
// make the predictive distribution. The error is an [*InputError] as in
// [Model.Simulate].
func (m *Model) SimulateFuture(random *rand.Rand, s scoring.Summary, t float64) ([]float64, error) {
	if !m.known() {
		return nil, errNoModel()
	}
	if err := Check(s); err != nil {
		return nil, err
	}
	if err := m.simulable(s, t); err != nil {
		return nil, err
	}
	var times []float64
	if random.Float64() < m.PAlive(s) {
		m.law.alive(s).simulate(random, t, func(at float64) { times = append(times, at) })
	}
	return times, nil
}

// simulable returns an [*InputError] unless a life of t units can be drawn.
func (m *Model) simulable(s scoring.Summary, t float64) error {
	if !validTime(t) {
		return &InputError{Name: "t", Value: t, Reason: "want a time of 0 to 1e100"}
	}
	if n := m.law.alive(s).expected(t); n > mostPurchases {
		return &InputError{Name: "t", Value: t, Reason: fmt.Sprintf("want a time in which at most 1e7 purchases are expected, not %.3g", n)}
	}
	return nil
}

// history draws a customer of that age.
func (m *Model) history(random *rand.Rand, age float64) scoring.Summary {
	s := scoring.Summary{T: age}
	if random.Float64() < m.PDead(scoring.Summary{}) {
		return s
	}
	m.law.alive(scoring.Summary{}).simulate(random, age, func(at float64) {
		if at > s.TX {
			s.X++
			s.SumLogInterval += math.Log(at - s.TX)
			s.TX = at
		}
	})
	return s
}
