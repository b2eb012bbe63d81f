package btyd

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// ErrTooFewIntervals says that no customer has two intervals between purchases, so
// nothing is known of how regular they are.
var ErrTooFewIntervals = errors.New("no customer has two repeat purchases: nothing tells how regular purchases are")

// Timing is a stable code for how regularly customers buy.
type Timing string

// The timings, at the 5 % level of significance.
const (
	// TimingRandom: as by chance, which models without a k assume.
	TimingRandom Timing = "random"
	// TimingRegular: more evenly; a model of regular customers with k = Erlang fits
	// better.
	TimingRegular Timing = "regular"
	// TimingClumpy: in bursts, which none of the models describes.
	TimingClumpy Timing = "clumpy"
)

// Regularity says how evenly a customer's purchases follow each other: its intervals
// are taken as gamma distributed with a shape k that all customers share and a rate of
// its own. k = 1 is chance (the Poisson process), above 1 regular, below 1 clumpy.
type Regularity struct {
	// K is the conditional maximum likelihood estimate: given how many purchases a
	// customer made and when the last, the shares t₁/t_x … t_x/t_x of its intervals are
	// Dirichlet(k, …, k) distributed whatever its rate and whenever it may have left,
	//
	//	ln L(k) = Σ ln Γ(xk) − x ln Γ(k) + (k−1)(Σ ln tᵢ − x ln t_x)
	//
	// over customers with x ≥ 2; so customers with few purchases bring no bias. It is
	// held between 1e-3 and 1e4; at either end there is no SE.
	K  float64 `json:"k"`
	SE float64 `json:"se"` // standard error of K, from the observed information
	// PValue is that of chance, by the likelihood ratio of K against k = 1.
	PValue float64 `json:"p_value"`
	Timing Timing  `json:"timing"`
	// Erlang is the whole k ≥ 1 of the highest likelihood.
	Erlang    int `json:"erlang"`
	Customers int `json:"customers"` // with x ≥ 2
	Intervals int `json:"intervals"` // of those customers

	// WheatMorrisonK is k by the method of Wheat and Morrison, "Estimating purchase
	// regularity with two interpurchase times", Journal of Marketing Research 27
	// (1990) 87–93: M = t₁/(t₁+t₂) is Beta(k, k) distributed, so that
	// k = (1 − 4 Var M) / (8 Var M). It uses the customers with exactly two intervals,
	// of whom the summary tells M(1−M), is held as K is, and 0 if there are none.
	WheatMorrisonK  float64 `json:"wheat_morrison_k"`
	WheatMorrisonSE float64 `json:"wheat_morrison_se"` // by the delta method; 0 for fewer than two customers
	Pairs           int     `json:"pairs"`             // customers with exactly two intervals
}

const (
	leastK, mostK = 1e-3, 1e4
	// significance is the level of a verdict.
	significance = 0.05
)

// EstimateRegularity tells how regular the purchases are. Intervals are whole days, and
// purchases on one day are one: of customers who often buy two days in a row it says
// more regular than they are.
//
// The error is [ErrTooFewIntervals], or an [*InputError] for a summary whose
// SumLogInterval no intervals can have.
func EstimateRegularity(summaries *scoring.Summaries) (*Regularity, error) {
	d := dirichlet{}
	var pairs []float64
	for _, s := range given(summaries).All() {
		if s.X < 2 {
			continue
		}
		x := float64(s.X)
		shares := s.SumLogInterval - x*math.Log(s.TX) // Σ ln of the shares
		if most := -x * math.Log(x); !(shares <= most+1e-9*x) {
			return nil, &InputError{Name: "SumLogInterval", Value: s.SumLogInterval, Reason: fmt.Sprintf("want at most %v for %d intervals in %v units", most+x*math.Log(s.TX), s.X, s.TX)}
		}
		d.add(s.X, shares)
		if s.X == 2 {
			pairs = append(pairs, min(0.25, math.Exp(shares)))
		}
	}
	if d.customers == 0 {
		return nil, fmt.Errorf("btyd: %d customers: %w", given(summaries).Len(), ErrTooFewIntervals)
	}
	r := &Regularity{Customers: d.customers, Intervals: d.intervals, Pairs: len(pairs)}
	r.WheatMorrisonK, r.WheatMorrisonSE = wheatMorrison(pairs)
	r.K, r.SE = d.maximum()
	top, _, _ := d.at(r.K)
	chance, _, _ := d.at(1)
	r.PValue = numeric.ChiSquareTail(max(0, 2*(top-chance)), 1)
	switch {
	case r.PValue >= significance:
		r.Timing = TimingRandom
	case r.K > 1:
		r.Timing = TimingRegular
	default:
		r.Timing = TimingClumpy
	}
	// The likelihood has one maximum: the best whole k is next to it.
	low := max(1, math.Floor(r.K))
	below, _, _ := d.at(low)
	above, _, _ := d.at(low + 1)
	if r.Erlang = int(low); above > below && r.K > 1 && low < mostK {
		r.Erlang++
	}
	return r, nil
}

// dirichlet is the likelihood of k given the shares of the intervals.
type dirichlet struct {
	customers, intervals int
	byCount              []int // customers by number of intervals, up to 1023
	long                 []int // the numbers of intervals of the others
	logs                 float64
}

func (d *dirichlet) add(x int, shares float64) {
	d.customers++
	d.intervals += x
	d.logs += shares
	if x >= tabledX {
		d.long = append(d.long, x)
		return
	}
	for len(d.byCount) <= x {
		d.byCount = append(d.byCount, 0)
	}
	d.byCount[x]++
}

// at returns the log-likelihood and its first two derivatives.
func (d *dirichlet) at(k float64) (value, slope, curve float64) {
	lg, psi, psi1 := numeric.LogGamma3(k)
	n := float64(d.intervals)
	value, slope, curve = (k-1)*d.logs-n*lg, d.logs-n*psi, -n*psi1
	term := func(customers, x float64) {
		lg, psi, psi1 := numeric.LogGamma3(x * k)
		value += customers * lg
		slope += customers * x * psi
		curve += customers * x * x * psi1
	}
	for x, customers := range d.byCount {
		if customers > 0 {
			term(float64(customers), float64(x))
		}
	}
	for _, x := range d.long {
		term(1, float64(x))
	}
	return value, slope, curve
}

// maximum returns the k of the highest likelihood, by bisection of the slope, which
// falls, and its standard error.
func (d *dirichlet) maximum() (k, se float64) {
	slope := func(k float64) float64 { _, s, _ := d.at(k); return s }
	if slope(leastK) <= 0 {
		return leastK, 0
	}
	if slope(mostK) >= 0 {
		return mostK, 0
	}
	low, high := leastK, mostK
	for high-low > 1e-14*high {
		k = math.Sqrt(low * high)
		if k <= low || k >= high {
			break
		}
		if slope(k) > 0 {
			low = k
		} else {
			high = k
		}
	}
	_, _, curve := d.at(low)
	return low, 1 / math.Sqrt(-curve)
}

// wheatMorrison returns k and its standard error from the products M(1−M), whose mean
// is q = k/(2(2k+1)): k = 2q/(1−4q).
func wheatMorrison(products []float64) (k, se float64) {
	n := float64(len(products))
	if n == 0 {
		return 0, 0
	}
	q := sum(products) / n
	k = 2 * q / (1 - 4*q)
	if !(k >= leastK && k <= mostK) {
		if q > 0.1 {
			return mostK, 0
		}
		return leastK, 0
	}
	if n < 2 {
		return k, 0
	}
	variance := 0.0
	for _, p := range products {
		variance += (p - q) * (p - q) / (n - 1)
	}
	return k, 2 / ((1 - 4*q) * (1 - 4*q)) * math.Sqrt(variance/n)
}
