package btyd_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rapport-crm/rapport/scoring"
)

// simulation is a shop whose customers follow the BG/NBD and the gamma-gamma
// models exactly.
type simulation struct {
	r, alpha, a, b   float64
	k                int     // events a purchase, 0 for 1: alpha is of their rate
	atOnce           bool    // a customer may leave right after its first purchase
	youngest, oldest float64 // T is uniform between them, in weeks
	daily            bool    // times on a grid of days; several purchases a day merge
	p, q, v          float64
}

// cdnowLike has about the parameters of the CDNOW customers, seen for 5 to 104
// weeks.
func cdnowLike(daily bool) simulation {
	return simulation{r: .243, alpha: 4.41, a: .793, b: 2.43, youngest: 5, oldest: 104, daily: daily, p: 6.25, q: 3.74, v: 15.44}
}

// customers draws n summaries; the same seed gives the same ones.
func (m simulation) customers(tb testing.TB, n int, seed uint64) *scoring.Summaries {
	tb.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	rows := make([]scoring.Summary, n)
	for i := range rows {
		rows[i] = m.customer(random)
	}
	return summariesOf(tb, rows)
}

func (m simulation) customer(random *rand.Rand) scoring.Summary {
	day := func(t float64) float64 {
		if m.daily {
			return math.Floor(t*7) / 7
		}
		return t
	}
	s := scoring.Summary{T: day(m.youngest + (m.oldest-m.youngest)*random.Float64())}
	rate := drawGamma(random, m.r) / m.alpha
	ga, gb := drawGamma(random, m.a), drawGamma(random, m.b)
	leave := ga / (ga + gb)
	scale := drawGamma(random, m.q) / m.v
	if m.atOnce && random.Float64() < leave {
		rate = 0
	}
	for t := 0.0; ; {
		for range max(1, m.k) {
			t += random.ExpFloat64() / rate
		}
		if d := day(t); d > s.T || math.IsInf(t, 1) {
			break
		} else if d > s.TX {
			s.X++
			s.SumLogInterval += math.Log(d - s.TX)
			s.TX = d
		}
		if random.Float64() < leave {
			break
		}
	}
	if s.X > 0 {
		s.Spend = drawGamma(random, m.p*float64(s.X)) / float64(s.X) / scale
	}
	return s
}

// drawGamma draws from the gamma distribution of that shape and scale 1 (Marsaglia
// and Tsang, 2000).
func drawGamma(random *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return drawGamma(random, shape+1) * math.Pow(random.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		z := random.NormFloat64()
		v := 1 + c*z
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-random.Float64()) < z*z/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
