package btyd

import (
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// Latent is what nobody sees of a customer: one draw of it, given its history.
type Latent struct {
	Purchase float64 // λ, the rate at which it buys while it is there, per unit of time
	Dropout  float64 // μ, the rate at which it leaves
	// Left is when it leaves for good, counted from its first purchase: before T if it
	// has left, after T if it is alive. It is at most 1e100.
	Left float64
}

// hidden is a law under which customers can be drawn given their history.
type hidden interface {
	// draw is for a customer that has left or has not.
	draw(random *rand.Rand, s scoring.Summary, left bool) Latent
}

// draw takes the time of departure from its density, and the rates given that: they
// are gamma with r+x, α+y and s+1, β+y; of a customer who is alive with r+x, α+T and
// s, β+T.
func (l paretoNBD) draw(random *rand.Rand, s scoring.Summary, left bool) Latent {
	shape := l.r + float64(s.X)
	if !left {
		c := Latent{
			Purchase: numeric.DrawGamma(random, shape) / (l.alpha + s.T),
			Dropout:  numeric.DrawGamma(random, l.s) / (l.beta + s.T),
		}
		c.Left = min(largest, s.T+random.ExpFloat64()/max(smallest, c.Dropout))
		return c
	}
	d := l.departure(s)
	u := numeric.DrawConcave(random, 0, d.mode, d.end, d.log, d.slope)
	y := min(s.TX+d.after(u), s.T)
	return Latent{
		Purchase: numeric.DrawGamma(random, shape) / (l.alpha + y),
		Dropout:  numeric.DrawGamma(random, l.s+1) / (l.beta + y),
		Left:     y,
	}
}

// purchases draws how often the customer buys in the t units from age on.
func (c Latent) purchases(random *rand.Rand, age, t float64) float64 {
	return numeric.DrawPoisson(random, min(mostDrawn, c.Purchase*min(t, max(0, c.Left-age))))
}

// mostDrawn bounds the counts that can be drawn.
const mostDrawn = 1e9

// Latents returns n draws, at least 1 and at most 1 000 000, of the customer's rates
// and time of departure from their joint posterior, the parameters drawn over as
// well. number tells customers apart, such as the position in the summaries: the same
// seed, number and history give the same draws. The error is an [*InputError].
func (p *Posterior) Latents(s scoring.Summary, number uint32, n int) ([]Latent, error) {
	if !p.known() {
		return nil, errNoPosterior()
	}
	if err := Check(s); err != nil {
		return nil, err
	}
	if n < 1 || n > 1_000_000 {
		return nil, &InputError{Name: "n", Value: float64(n), Reason: "want 1 to 1000000"}
	}
	random := numeric.Stream(p.seed, streamOfCustomers+uint64(number))
	list := make([]Latent, n)
	for i, m := range p.models {
		dead := m.PDead(s)
		for k := i * n / len(p.models); k < (i+1)*n/len(p.models); k++ {
			list[k] = m.law.(hidden).draw(random, s, random.Float64() < dead)
		}
	}
	return list, nil
}
