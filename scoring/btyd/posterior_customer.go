package btyd

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// CustomerPosterior is what a posterior knows of one customer and of its purchases
// over a horizon.
type CustomerPosterior struct {
	PAlive   float64
	Expected float64 // purchases over the horizon
	// Low and High bound the number of purchases: it is below Low, and above High, with
	// at most the probability (1−level)/2 each, as 1024 draws of it tell. Parameters,
	// the customer's rates and the chance of each purchase are all uncertain in them.
	Low, High int
	Purchase  float64 // posterior mean of λ, per unit of time
	Dropout   float64 // posterior mean of μ, per unit of time
}

// drawsPerModel is how often the future of a customer is drawn from each model.
const drawsPerModel = 4

// Customer answers for one customer over the t units after the end of calibration.
// number is as for [Posterior.Latents]. The error is an [*InputError].
func (p *Posterior) Customer(s scoring.Summary, number uint32, t, level float64) (CustomerPosterior, error) {
	if !p.known() {
		return CustomerPosterior{}, errNoPosterior()
	}
	if err := Check(s); err != nil {
		return CustomerPosterior{}, err
	}
	if err := checkBand(t, level); err != nil {
		return CustomerPosterior{}, err
	}
	c, _, err := p.customer(s, number, t, level)
	return c, err
}

// customer also returns the draws of the count.
func (p *Posterior) customer(s scoring.Summary, number uint32, t, level float64) (CustomerPosterior, []float64, error) {
	random := numeric.Stream(p.seed, streamOfCustomers+uint64(number))
	var c CustomerPosterior
	counts := make([]float64, 0, drawsPerModel*len(p.models))
	n := float64(len(p.models))
	for _, m := range p.models {
		alive, purchase, dropout := m.law.(hidden).glance(s)
		c.PAlive += alive / n
		expected := m.law.alive(s).expected(t)
		c.Expected += alive * expected / n
		c.Purchase += purchase / n
		c.Dropout += dropout / n
		if expected > mostDrawn {
			return c, nil, &InputError{Name: "t", Value: t, Reason: "want a horizon of at most 1e9 expected purchases a customer"}
		}
		for range drawsPerModel {
			counts = append(counts, futureOf(m.law, random, s, alive, t))
		}
	}
	sorted := slices.Clone(counts)
	slices.Sort(sorted)
	out := int((1 - level) / 2 * float64(len(sorted)))
	c.Low, c.High = int(sorted[out]), int(sorted[len(sorted)-1-out])
	return c, counts, nil
}

// futureOf draws a number of purchases; who has left makes none.
func futureOf(l law, random *rand.Rand, s scoring.Summary, alive, t float64) float64 {
	if random.Float64() >= alive {
		return 0
	}
	return l.(hidden).draw(random, s, false).purchases(random, s.T, t)
}

// Customers answers for all customers, in the order of the summaries; see
// [Posterior.Customer]. The draws of a customer are a stream of their own, so that the
// number of workers does not matter. The error is an [*InputError], [ErrUnitMismatch]
// or the context's.
func (p *Posterior) Customers(ctx context.Context, summaries *scoring.Summaries, t, level float64) ([]CustomerPosterior, error) {
	list, _, err := p.everybody(ctx, summaries, t, level)
	return list, err
}

// DrawTotals returns draws of the number of purchases of all customers together in
// the next t units, one for each of the up to 1024 draws of Customers.
func (p *Posterior) DrawTotals(ctx context.Context, summaries *scoring.Summaries, t float64) ([]float64, error) {
	_, totals, err := p.everybody(ctx, summaries, t, 0.9)
	return totals, err
}

// ExpectedTotal returns the expected number of purchases of all customers together in
// the next t units, and the interval in which the draws of DrawTotals put the
// actual number with probability level. The errors are those of Customers.
func (p *Posterior) ExpectedTotal(ctx context.Context, summaries *scoring.Summaries, t, level float64) (rapport.Estimate, error) {
	list, totals, err := p.everybody(ctx, summaries, t, level)
	if err != nil {
		return rapport.Estimate{}, err
	}
	expected := 0.0
	for _, c := range list {
		expected += c.Expected
	}
	_, sd := meanAndSD(totals)
	slices.Sort(totals)
	return rapport.Estimate{
		Value: expected, SE: sd, Low: numeric.Quantile(totals, (1-level)/2), High: numeric.Quantile(totals, (1+level)/2),
		Level: level, N: len(list),
	}, nil
}

// everybody answers for all customers and adds up their draws.
func (p *Posterior) everybody(ctx context.Context, summaries *scoring.Summaries, t, level float64) ([]CustomerPosterior, []float64, error) {
	summaries = given(summaries)
	if err := p.check(summaries, t); err != nil {
		return nil, nil, err
	}
	if err := checkBand(t, level); err != nil {
		return nil, nil, err
	}
	if summaries.Len() > math.MaxUint32 {
		return nil, nil, &InputError{Name: "len(summaries)", Value: float64(summaries.Len()), Reason: "want at most 4294967295 customers"}
	}
	// Whole numbers below 2^53 add up exactly, in whatever order.
	const chunk = 64
	list := make([]CustomerPosterior, summaries.Len())
	n := (len(list) + chunk - 1) / chunk
	totals := make([]float64, drawsPerModel*len(p.models))
	failures := make([]error, n)
	var adding sync.Mutex
	numeric.Parallel(p.workers, n, func(part int) {
		sums := make([]float64, len(totals))
		for i := part * chunk; i < min((part+1)*chunk, len(list)); i++ {
			if failures[part] = ctx.Err(); failures[part] != nil {
				return
			}
			id, s := summaries.At(i)
			var counts []float64
			if list[i], counts, failures[part] = p.customer(s, uint32(i), t, level); failures[part] != nil {
				failures[part] = fmt.Errorf("%w (customer %q)", failures[part], id)
				return
			}
			for k, v := range counts {
				sums[k] += v
			}
		}
		adding.Lock()
		defer adding.Unlock()
		for k, v := range sums {
			totals[k] += v
		}
	})
	for _, err := range failures {
		if err != nil {
			return nil, nil, err
		}
	}
	return list, totals, nil
}
