package routing

import (
	"math"
	"time"
)

// ErlangA is what to expect of a queue whose callers hang up when their patience, a random
// time with an exponential distribution, runs out before they are served (C. Palm, 1946;
// the M/M/n+M queue). It is stable at any load, tends to [ErlangC] as patience grows and
// to [ErlangB] as it vanishes. Made by [NewErlangA]; immutable.
//
// For up to 5,000 agents all figures have a relative error below 1e-12 where they are
// above 1e-300.
type ErlangA struct {
	wait     waitDensity
	agents   int
	load     float64
	handle   float64 // seconds
	patience float64 // seconds
	arrivals float64 // per second
	// idle is the weight of no wait, and whole that of all, both relative to the peak of
	// the density.
	idle, whole         float64
	served, left, asked float64 // integrals of the density: who stay, who leave, the wait of who stay
}

// NewErlangA returns the queue of a demand with so many agents, whose callers have that
// mean patience. The errors are [*InputError].
//
// The wait V that a caller of endless patience would have is 0 or has the density
// exp(λ∫P(patience > s)ds − nμt), up to a factor (F. Baccelli and G. Hebuterne, On queues
// with impatient customers, 1981); all figures are integrals of it. They are taken with
// quadrature around its peak, which neither overflows nor subtracts.
func NewErlangA(demand Demand, patience time.Duration, agents int) (ErlangA, error) {
	if err := demand.check(); err != nil {
		return ErlangA{}, err
	}
	if err := checkAgents(agents); err != nil {
		return ErlangA{}, err
	}
	if patience <= 0 {
		return ErlangA{}, &InputError{What: "queue", Field: "patience", Value: patience.String(), Reason: "want a time above 0"}
	}
	m := ErlangA{agents: agents, load: demand.Load(), handle: demand.Handle.Seconds(), patience: patience.Seconds(),
		arrivals: demand.Contacts / demand.Per.Seconds()}
	lasting := m.patience / m.handle
	m.wait = waitDensity{arrivals: m.load * lasting, services: float64(agents) * lasting, spare: demand.spare(agents) * lasting}
	endless := math.Inf(1)
	// Of n−1 agents all are busy with probability B: then 1/B is the weight of finding one
	// of n free, in units of that of finding all but one busy.
	m.idle = inverseB(agents-1, m.load) * math.Exp(-m.wait.peakHeight())
	m.served, m.asked = m.wait.integrals(0, endless, 1, staying)
	_, m.left = m.wait.integrals(0, endless, 0, everybody)
	m.served, m.asked, m.left = m.wait.arrivals*m.served, m.wait.arrivals*m.asked, m.wait.arrivals*m.left
	m.whole = m.idle + m.served + m.left
	return m, nil
}

// staying weighs a wait u by the share of callers who stay for so long, and their wait.
func staying(u float64) (share, wait float64) {
	share = math.Exp(-u)
	return share, u * share
}

// everybody weighs a wait u by all callers, and by those who leave before.
func everybody(u float64) (all, leave float64) { return 1, -math.Expm1(-u) }

// Agents returns the number of agents at work.
func (m ErlangA) Agents() int { return m.agents }

// share returns a weight as a share of all.
func (m ErlangA) share(weight float64) float64 {
	if math.IsInf(m.whole, 1) { // hardly anybody ever waits
		return 0
	}
	return min(1, weight/m.whole)
}

// PWait returns the probability that a caller has to wait.
func (m ErlangA) PWait() float64 { return m.share(m.served + m.left) }

// PAbandon returns the share of callers who hang up.
func (m ErlangA) PAbandon() float64 { return m.share(m.left) }

// servedShare returns the share of callers who are served, not by subtraction.
func (m ErlangA) servedShare() float64 {
	if math.IsInf(m.whole, 1) {
		return 1
	}
	return m.share(m.idle + m.served)
}

// ServiceLevel returns the share of all callers who are served after a wait of t at most;
// over 1 − PAbandon it is that of those who are served. A negative t counts as 0.
func (m ErlangA) ServiceLevel(t time.Duration) float64 {
	if math.IsInf(m.whole, 1) {
		return 1
	}
	upto := max(0, t.Seconds()) / m.patience
	served, _ := m.wait.integrals(0, upto, 1, staying)
	return m.share(m.idle + m.wait.arrivals*served)
}

// WaitExceeds returns the probability that a caller is still in the queue after t.
func (m ErlangA) WaitExceeds(t time.Duration) float64 {
	from := max(0, t.Seconds()) / m.patience
	beyond, _ := m.wait.integrals(from, math.Inf(1), 0, everybody)
	return m.share(m.wait.arrivals * math.Exp(-from) * beyond)
}

// ASA returns the mean wait in seconds of those who are served, those who do not wait
// included.
func (m ErlangA) ASA() float64 {
	if math.IsInf(m.whole, 1) {
		return 0
	}
	return m.patience * m.asked / (m.idle + m.served)
}

// MeanWait returns the mean time in the queue in seconds of all callers, served or not.
func (m ErlangA) MeanWait() float64 { return m.patience * m.PAbandon() }

// Occupancy returns the share of their time that agents are busy.
func (m ErlangA) Occupancy() float64 { return m.load * m.servedShare() / float64(m.agents) }

// QueueLength returns how many callers wait on average.
func (m ErlangA) QueueLength() float64 { return m.arrivals * m.MeanWait() }
