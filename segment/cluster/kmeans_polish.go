package cluster

import "context"

// least is by how much, relative to the distance it takes away, a single move must pay:
// less may be rounding, and two moves could undo each other for ever.
const least = 1e-10

// polish moves single customers where that makes the distances smaller, though each is
// nearest to their own centre: the centres follow at once. What Lloyd's steps cannot
// leave is often left so. It ends when nobody is to be moved, or after that many rounds,
// and returns the rounds and whether it ended by itself. Reference: J. A. Hartigan,
// Clustering Algorithms, 1975, chapter 4; M. Telgarsky and A. Vattani, Hartigan's
// Method: k-means Clustering without Voronoi, AISTATS 2010, 820–827.
func (l *lloyd) polish(ctx context.Context, sizes []int, most int) (rounds int, ended bool, err error) {
	d := l.data.width
	for rounds < most {
		if err := ctx.Err(); err != nil {
			return rounds, false, err
		}
		rounds++
		moves := 0
		for i := range l.labels {
			from := int(l.labels[i])
			if sizes[from] < 2 {
				continue
			}
			x := l.data.rows[i*d : (i+1)*d]
			n := float64(sizes[from])
			saved := squared(x, l.centers[from*d:(from+1)*d]) * n / (n - 1)
			to, price := from, saved*(1-least)
			for c, size := range sizes {
				if c == from {
					continue
				}
				if cost := squared(x, l.centers[c*d:(c+1)*d]) * float64(size) / float64(size+1); cost < price {
					to, price = c, cost
				}
			}
			if to != from {
				moves++
				l.labels[i] = int32(to)
				shift(l.centers[from*d:(from+1)*d], x, -1/(n-1))
				shift(l.centers[to*d:(to+1)*d], x, 1/float64(sizes[to]+1))
				sizes[from]--
				sizes[to]++
			}
		}
		if moves == 0 {
			return rounds, true, nil
		}
	}
	return rounds, false, nil
}

// shift moves a centre by a share of the way to x, or away from it.
func shift(center, x []float64, share float64) {
	for f, v := range x {
		center[f] += share * (v - center[f])
	}
}
