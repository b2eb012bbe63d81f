package btyd

import (
	"math"
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
	// glance returns P(alive) and the posterior means of both rates, to about 1e-12 of
	// what they are at the most: for averages over many laws, where the quadrature that
	// keeps all digits would be most of the work.
	glance(s scoring.Summary) (alive, purchase, dropout float64)
	// draw is for a customer that has left or has not.
	draw(random *rand.Rand, s scoring.Summary, left bool) Latent
}

// glance reads the means off the likelihood's derivatives: under the density of gamma
// rates E[λ] = r/α − ∂ ln L/∂α, and so for μ. With φ of [numeric.RaceTrack] at t_x and T
// the likelihood is that of a customer who is alive times A = 1 − φ(T) + ρ φ(t_x),
// ρ = ((α+T)/(α+t_x))^(r+x) ((β+T)/(β+t_x))^s, and P(alive) = 1/A.
func (l paretoNBD) glance(s scoring.Summary) (alive, purchase, dropout float64) {
	p, shape := &paretoPoint{l.r, l.alpha, l.s, l.beta}, l.r+float64(s.X)
	now, then := p.at(s.T), p.at(s.TX)
	end, last := now.track.Race(shape, l.s), then.track.Race(shape, l.s)
	gone := shape*(now.lnRate-then.lnRate) + l.s*(now.lnLife-then.lnLife) + last.Log // ln ρφ(t_x)
	dead := math.Exp(min(700, gone))
	alive = 1 / max(1, 1-end.Value+dead)
	dead = min(1, dead*alive)
	rate, life, rateThen, lifeThen := 1/(l.alpha+s.T), 1/(l.beta+s.T), 1/(l.alpha+s.TX), 1/(l.beta+s.TX)
	purchase = shape*rate - alive*end.Value*end.K*rate + dead*(last.K*rateThen+shape*(rateThen-rate))
	dropout = l.s*life + alive*end.Value*end.K*life - dead*(last.K*lifeThen-l.s*(lifeThen-life))
	return alive, max(0, purchase), max(0, dropout)
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
		alive, _, _ := m.law.(hidden).glance(s)
		for k := i * n / len(p.models); k < (i+1)*n/len(p.models); k++ {
			list[k] = m.law.(hidden).draw(random, s, random.Float64() >= alive)
		}
	}
	return list, nil
}
