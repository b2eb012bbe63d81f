package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

// keptTimes bounds what a scorer remembers of times: on a grid of days they are few,
// and in continuous time no two are equal.
const keptTimes = 1 << 15

// gompertzKernel computes P(alive) by the integral over the time of death, with what
// depends on one time alone, and the answer for x = 0, kept by time.
type gompertzKernel struct {
	law     ggompertz
	nodes   deathNodes
	seen    *index
	times   []float64
	moments []moment
	idle    []float64 // P(alive) without repeat purchase at that age; −1 if not known yet
}

func (g ggompertz) kernel() aliveKernel {
	return &gompertzKernel{law: g, nodes: newDeathNodes(), seen: newIndex(1024)}
}

// at returns the position of a time, −1 if there is no room for it.
func (k *gompertzKernel) at(t float64) int32 {
	if len(k.times) >= keptTimes {
		return -1
	}
	at := k.seen.find(hash(t, 0), func(at int32) bool { return k.times[at] == t })
	if int(at) == len(k.times) {
		k.times, k.moments, k.idle = append(k.times, t), append(k.moments, k.law.moment(t)), append(k.idle, -1)
	}
	return at
}

func (k *gompertzKernel) moment(t float64) moment {
	if at := k.at(t); at >= 0 {
		return k.moments[at]
	}
	return k.law.moment(t)
}

func (k *gompertzKernel) alive(dst []float64, summaries *scoring.Summaries, from int) {
	for i := range dst {
		x, recency, age := summaries.History(from + i)
		if x > 0 {
			dst[i] = k.one(float64(x), recency, age)
			continue
		}
		at := k.at(age)
		if at < 0 {
			dst[i] = k.one(0, 0, age)
			continue
		}
		if k.idle[at] < 0 {
			k.idle[at] = k.one(0, 0, age)
		}
		dst[i] = k.idle[at]
	}
}

func (k *gompertzKernel) one(x, recency, age float64) float64 {
	c := customer{x, recency, age, k.moment(recency), k.moment(age)}
	h := c.history(k.law)
	return logistic(-h.fall - math.Log(k.nodes.sum(&h, nil)))
}

// gompertzMemory is a future that a scorer moves from customer to customer. The mean
// remaining time depends on T alone, not on x, and is kept by T.
type gompertzMemory struct {
	gompertzFuture
	age, t, delta float64
	pairwise      bool
	seen          *index
	ages, means   []float64
}

func (g ggompertz) origin() float64 { return g.alpha }

func (g ggompertz) aliveIn(memory future, s scoring.Summary) future {
	m, ok := memory.(*gompertzMemory)
	if !ok {
		m = &gompertzMemory{t: -1}
	}
	m.gompertzFuture, m.age = g.ahead(s.X, s.T), s.T
	return m
}

// kept returns the mean of f for the current age, from memory if it is there.
func (m *gompertzMemory) kept(t, delta float64, pairwise bool, f func(float64) float64) float64 {
	if m.t != t || m.delta != delta || m.pairwise != pairwise || len(m.ages) >= keptTimes {
		m.t, m.delta, m.pairwise = t, delta, pairwise
		m.seen, m.ages, m.means = newIndex(1024), m.ages[:0], m.means[:0]
	}
	at := m.seen.find(hash(m.age, 0), func(at int32) bool { return m.ages[at] == m.age })
	if int(at) == len(m.ages) {
		m.ages, m.means = append(m.ages, m.age), append(m.means, m.mean(t, delta, f))
	}
	return m.means[at]
}

func (m *gompertzMemory) expected(t float64) float64 {
	return m.shape / m.rate * m.kept(t, 0, false, always)
}

func (m *gompertzMemory) discounted(delta, end float64) float64 {
	return m.shape / m.rate * m.kept(end, delta, false, always)
}

func (m *gompertzMemory) pairs(t float64) float64 {
	return m.shape / m.rate * (m.shape + 1) / m.rate * m.kept(t, 0, true, twice)
}
