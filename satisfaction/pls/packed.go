package pls

import "math"

// packed holds the sums and cross products of rows of whole numbers, several to a
// word, so that one multiplication counts a row for all that a word holds. It is
// exact.
type packed struct {
	words int // per row
	bits  int // per number, 16 or 32
	most  int // rows whose sums are sure to fit
	rows  []uint64
}

const (
	mostWords  = 1 << 24 // 128 MB; larger tables are summed as they are
	fewestRows = 64      // between unpackings, below which they cost too much
)

// newPacked packs rows of p whole numbers from 0 to top, and reports whether they can
// be packed at all.
func newPacked(values []float64, p int, top float64) (*packed, bool) {
	k := &packed{bits: 16}
	largest := max(1, top*top)
	if fewestRows*largest > math.MaxUint16 {
		k.bits = 32
	}
	fit := math.Floor((math.Exp2(float64(k.bits)) - 1) / largest)
	lanes, numbers := 64/k.bits, p+p*(p+1)/2
	k.words = (numbers + lanes - 1) / lanes
	if fit < fewestRows || len(values)/p > mostWords/k.words {
		return nil, false
	}
	k.most = int(min(fit, math.MaxInt32))
	k.rows = make([]uint64, len(values)/p*k.words)
	for at := 0; at < len(values)/p; at++ {
		row, n := k.rows[at*k.words:(at+1)*k.words], 0
		put := func(v float64) {
			row[n/lanes] |= uint64(v) << (n % lanes * k.bits)
			n++
		}
		x := values[at*p : (at+1)*p]
		for _, v := range x {
			put(v)
		}
		for j, v := range x {
			for _, w := range x[:j+1] {
				put(v * w)
			}
		}
	}
	return k, true
}

// sum adds up rows, each as often as counts says, with scratch memory of k.words
// words. Sums stand before cross products, which are those of the lower triangle.
func (k *packed) sum(counts []int32, scratch []uint64, out []float64) {
	clear(out)
	clear(scratch)
	held := 0
	var taken [4]int
	var times [4]uint64
	n := 0
	for row, count := range counts {
		for count > 0 {
			part := min(int(count), k.most)
			if held+part > k.most {
				k.add(scratch, taken[:n], times[:n])
				k.unpack(scratch, out)
				n, held = 0, 0
			}
			taken[n], times[n] = row*k.words, uint64(part)
			n++
			held += part
			count -= int32(part)
			if n == len(taken) {
				k.add(scratch, taken[:n], times[:n])
				n = 0
			}
		}
	}
	k.add(scratch, taken[:n], times[:n])
	k.unpack(scratch, out)
}

// add adds up to four rows, which begin at the words taken: together, because the
// sums are read and written once then.
func (k *packed) add(sums []uint64, taken []int, times []uint64) {
	sums = sums[:k.words]
	if len(taken) == 4 {
		a, b := k.rows[taken[0]:][:len(sums)], k.rows[taken[1]:][:len(sums)]
		c, d := k.rows[taken[2]:][:len(sums)], k.rows[taken[3]:][:len(sums)]
		ta, tb, tc, td := times[0], times[1], times[2], times[3]
		for i := range sums {
			sums[i] += ta*a[i] + tb*b[i] + tc*c[i] + td*d[i]
		}
		return
	}
	for r, at := range taken {
		row := k.rows[at:][:len(sums)]
		for i := range sums {
			sums[i] += times[r] * row[i]
		}
	}
}

// unpack moves the sums to out.
func (k *packed) unpack(sums []uint64, out []float64) {
	lanes, mask := 64/k.bits, uint64(1)<<k.bits-1
	for i, word := range sums {
		for at := i * lanes; at < min((i+1)*lanes, len(out)); at++ {
			out[at] += float64(word & mask)
			word >>= k.bits
		}
		sums[i] = 0
	}
}
