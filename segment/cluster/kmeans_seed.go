package cluster

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// CountError reports a number of clusters that customers cannot be put in.
type CountError struct {
	Clusters int
	Distinct int // how many different customers there are; 0: not counted
	Reason   string
}

// Error gives the numbers.
func (e *CountError) Error() string {
	if e.Distinct > 0 {
		return fmt.Sprintf("cluster: %d clusters of %d different customers: %s", e.Clusters, e.Distinct, e.Reason)
	}
	return fmt.Sprintf("cluster: %d clusters: %s", e.Clusters, e.Reason)
}

// seeds picks k centres by greedy k-means++: each next one is the best of a few customers
// who are drawn in proportion to their squared distance from the centres so far. The
// error is a [*CountError] if fewer than k customers differ. Reference: D. Arthur and
// S. Vassilvitskii, k-means++: The Advantages of Careful Seeding, SODA 2007, 1027–1035,
// with the trials that section 7 mentions.
func seeds(p *Prepared, k int, random *rand.Rand) ([]float64, error) {
	n, d := p.Len(), p.width
	centers := make([]float64, 0, k*d)
	centers = append(centers, p.row(random.IntN(n))...)
	away := make([]float64, n) // squared distance from the nearest centre
	total := 0.0
	for i := range away {
		away[i] = squared(p.row(i), centers)
		total += away[i]
	}
	trial, best := make([]float64, n), make([]float64, n)
	trials := 2 + int(math.Log(float64(k)))
	for c := 1; c < k; c++ {
		if total == 0 {
			return nil, &CountError{Clusters: k, Distinct: c, Reason: "fewer customers differ than there are clusters"}
		}
		bestTotal, bestRow := math.Inf(1), -1
		for range trials {
			row := draw(away, random.Float64()*total)
			center, sum := p.row(row), 0.0
			for i := range trial {
				trial[i] = min(away[i], squared(p.row(i), center))
				sum += trial[i]
			}
			if sum < bestTotal {
				bestTotal, bestRow = sum, row
				trial, best = best, trial
			}
		}
		away, best, total = best, away, bestTotal
		centers = append(centers, p.row(bestRow)...)
	}
	return centers, nil
}

// draw returns the first index at which the running sum of weights is above at; the last
// weight above 0 if rounding has put at beyond them all.
func draw(weights []float64, at float64) int {
	last := 0
	for i, w := range weights {
		if w > 0 {
			if last = i; at < w {
				return i
			}
			at -= w
		}
	}
	return last
}

// squared returns the squared distance of two points.
func squared(a, b []float64) float64 {
	sum := 0.0
	b = b[:len(a)]
	for i, v := range a {
		diff := v - b[i]
		sum += diff * diff
	}
	return sum
}

// sample picks m of n rows, in ascending order, each set of m being equally likely:
// selection sampling, D. E. Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.
func sample(n, m int, random *rand.Rand) []int {
	rows := make([]int, 0, m)
	for i := 0; len(rows) < m; i++ {
		if random.IntN(n-i) < m-len(rows) {
			rows = append(rows, i)
		}
	}
	return rows
}
