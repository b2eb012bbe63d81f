package cluster

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// lloyd moves centres to the means of their customers until nobody changes the cluster.
// Most distances are never computed: an upper bound of the distance from one's own
// centre and a lower bound of that from any other say that nothing changes. Reference:
// G. Hamerly, Making k-means even faster, SDM 2010, 130–140. The bounds leave the
// answer as it is.
//
// Sums are taken in blocks of rows and then over the blocks in their order, so that the
// answer does not depend on who did which block.
type lloyd struct {
	data    *Prepared
	k       int
	workers int

	centers      []float64 // k rows
	labels       []int32
	upper, lower []float64
	moved        []float64 // how far each centre moved in the last step
	blocks       []block
}

// block is a range of rows and their sums.
type block struct {
	from, to int
	sums     []float64 // k rows
	counts   []int
	within   []float64 // squared distances by cluster
	changed  int
}

// maxBlocks bounds the memory of the sums, which the number of blocks multiplies; it
// must not depend on the workers.
const maxBlocks, maxBlockSums = 64, 1 << 22

func newLloyd(data *Prepared, centers []float64, workers int) *lloyd {
	n, d := data.Len(), data.width
	k := len(centers) / d
	l := &lloyd{
		data: data, k: k, workers: workers, centers: centers, labels: make([]int32, n),
		upper: make([]float64, n), lower: make([]float64, n), moved: make([]float64, k),
	}
	l.blocks = make([]block, 0, maxBlocks)
	for _, r := range blockRanges(n, len(centers)) {
		l.blocks = append(l.blocks, block{from: r[0], to: r[1], sums: make([]float64, len(centers)), counts: make([]int, k), within: make([]float64, k)})
	}
	l.forget()
	return l
}

// blockRanges cuts n rows into blocks, each with so many sums.
func blockRanges(n, sums int) [][2]int {
	count := min(maxBlocks, max(1, maxBlockSums/max(1, sums)), (n+1023)/1024)
	ranges := make([][2]int, count)
	for b := range ranges {
		ranges[b] = [2]int{b * n / count, (b + 1) * n / count}
	}
	return ranges
}

// forget drops the bounds, so that the next step looks at all distances.
func (l *lloyd) forget() {
	for i := range l.upper {
		l.upper[i], l.lower[i] = math.Inf(1), math.Inf(-1)
	}
	clear(l.moved)
}

// run steps until nobody changes or no centre moves by more than the tolerance. It
// returns the number of steps and whether one of these came to be.
func (l *lloyd) run(ctx context.Context, most int, tolerance float64) (steps int, converged bool, err error) {
	for steps < most {
		if err := ctx.Err(); err != nil {
			return steps, false, err
		}
		steps++
		changed := l.assign()
		refilled, err := l.move()
		if err != nil {
			return steps, false, err
		}
		if changed == 0 && !refilled || maxOf(l.moved) <= tolerance && !refilled {
			return steps, true, nil
		}
		if refilled {
			l.forget()
		}
	}
	return steps, false, nil
}

func maxOf(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	return most
}

// assign puts each customer to the nearest centre, sums them up by cluster, and returns
// how many changed.
func (l *lloyd) assign() int {
	d := l.data.width
	half := make([]float64, l.k) // of the distance to the nearest other centre
	drift := make([]float64, l.k)
	for c := range half {
		half[c] = math.Inf(1)
		for other := range half {
			if other != c {
				half[c] = min(half[c], math.Sqrt(squared(l.centers[c*d:(c+1)*d], l.centers[other*d:(other+1)*d]))/2)
				drift[c] = max(drift[c], l.moved[other])
			}
		}
	}
	numeric.Parallel(l.workers, len(l.blocks), func(b int) { l.assignBlock(&l.blocks[b], half, drift) })
	changed := 0
	for b := range l.blocks {
		changed += l.blocks[b].changed
	}
	return changed
}

func (l *lloyd) assignBlock(b *block, half, drift []float64) {
	d := l.data.width
	clear(b.sums)
	clear(b.counts)
	b.changed = 0
	rows := l.data.rows[b.from*d : b.to*d]
	labels, uppers, lowers := l.labels[b.from:b.to], l.upper[b.from:b.to], l.lower[b.from:b.to]
	for i, was := range labels {
		x := rows[i*d:][:d]
		label := int(was)
		upper, lower := uppers[i]+l.moved[label], lowers[i]-drift[label]
		if bound := max(half[label], lower); upper > bound {
			upper = math.Sqrt(squared(x, l.centers[label*d:][:d]))
			if upper > bound {
				nearest, first, second := l.nearest(x)
				upper, lower = math.Sqrt(first), math.Sqrt(second)
				if nearest != label {
					label = nearest
					labels[i] = int32(label)
					b.changed++
				}
			}
		}
		uppers[i], lowers[i] = upper, lower
		sum := b.sums[label*d:][:d]
		for f, v := range x {
			sum[f] += v
		}
		b.counts[label]++
	}
}

// nearest returns the nearest centre, the first of equally near ones, its squared
// distance and that of the next.
func (l *lloyd) nearest(x []float64) (label int, first, second float64) {
	first, second = math.Inf(1), math.Inf(1)
	d := len(x)
	for c := range l.k {
		away := squared(x, l.centers[c*d:][:d])
		if away < first {
			label, first, second = c, away, first
		} else if away < second {
			second = away
		}
	}
	return label, first, second
}

// move puts the centres to the means. A cluster without customers gets the one who is
// farthest from their centre: it tells that the data were refilled.
func (l *lloyd) move() (refilled bool, err error) {
	d := l.data.width
	sums, counts := make([]float64, l.k*d), make([]int, l.k)
	for b := range l.blocks {
		for i, v := range l.blocks[b].sums {
			sums[i] += v
		}
		for c, n := range l.blocks[b].counts {
			counts[c] += n
		}
	}
	for c := range counts {
		if counts[c] == 0 {
			refilled = true
			if err := l.refill(c, sums, counts); err != nil {
				return refilled, err
			}
		}
	}
	for c, n := range counts {
		center := l.centers[c*d : (c+1)*d]
		away := 0.0
		for f := range center {
			mean := sums[c*d+f] / float64(n)
			away += (mean - center[f]) * (mean - center[f])
			center[f] = mean
		}
		l.moved[c] = math.Sqrt(away)
	}
	return refilled, nil
}

// refill gives an empty cluster the customer who is farthest from their centre, the
// first of equally far ones.
func (l *lloyd) refill(empty int, sums []float64, counts []int) error {
	d := l.data.width
	most, row := 0.0, -1
	for i, label := range l.labels {
		if counts[label] < 2 {
			continue
		}
		if away := squared(l.data.row(i), l.centers[int(label)*d:(int(label)+1)*d]); away > most {
			most, row = away, i
		}
	}
	if row < 0 {
		filled := 0
		for _, n := range counts {
			filled += min(n, 1)
		}
		return &CountError{Clusters: l.k, Distinct: filled, Reason: "fewer customers differ than there are clusters"}
	}
	from := int(l.labels[row])
	for f, v := range l.data.row(row) {
		sums[from*d+f] -= v
		sums[empty*d+f] = v
	}
	counts[from]--
	counts[empty]++
	l.labels[row] = int32(empty)
	return nil
}

// finish puts each customer to the nearest centre once more, by plain distances, and
// returns the sizes and the squared distances by cluster.
func (l *lloyd) finish() (sizes []int, within []float64) {
	numeric.Parallel(l.workers, len(l.blocks), func(b int) {
		block := &l.blocks[b]
		clear(block.counts)
		clear(block.within)
		for i := block.from; i < block.to; i++ {
			label, first, _ := l.nearest(l.data.row(i))
			l.labels[i] = int32(label)
			block.counts[label]++
			block.within[label] += first
		}
	})
	sizes, within = make([]int, l.k), make([]float64, l.k)
	for b := range l.blocks {
		for c := range sizes {
			sizes[c] += l.blocks[b].counts[c]
			within[c] += l.blocks[b].within[c]
		}
	}
	return sizes, within
}
