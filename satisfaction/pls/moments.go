package pls

import (
	"fmt"
	"math"
	"slices"
)

// Moments gathers means and cross products of answers row by row, in memory that does
// not grow with the number of rows: the way to fit a stream. The zero value is not
// usable; see [NewMoments]. It is not safe for concurrent use.
type Moments struct {
	items           []string
	columns         map[string]int
	origin          []float64 // the first complete row, before it the first answer to each item, subtracted for precision; NaN before that
	offset          []float64 // scratch: a row less origin
	rows            int
	missing         []int   // rows without an answer, by item
	empty           int     // rows without any answer
	unit            float64 // the first weight: all count as multiples of it
	plain           sums
	squared         *sums   // with the squares of the weights; nil while all weights are equal
	all, allSquared float64 // Σw and Σw² of all rows
}

// NewMoments starts with no rows. The error is a [*DataError].
func NewMoments(items []string) (*Moments, error) {
	columns, err := columnsOf(items)
	if err != nil {
		return nil, err
	}
	p := len(items)
	m := &Moments{
		items: slices.Clone(items), columns: columns,
		origin: make([]float64, p), offset: make([]float64, p), missing: make([]int, p),
		plain: newSums(p),
	}
	for k := range m.origin {
		m.origin[k] = math.NaN()
	}
	return m, nil
}

// Add takes the answers of one respondent in the order of the items, NaN where one is
// missing, with a survey weight above 0. After an error, a [*DataError], nothing has
// changed.
func (m *Moments) Add(answers []float64, weight float64) error {
	if len(answers) != len(m.items) {
		return &DataError{Row: m.rows, Value: float64(len(answers)), Reason: fmt.Sprintf("the number of answers is not that of the %d items", len(m.items))}
	}
	if err := checkWeight(m.rows, weight); err != nil {
		return err
	}
	for k, v := range answers {
		if math.IsInf(v, 0) {
			return &DataError{Row: m.rows, Item: m.items[k], Value: v, Reason: "is not finite"}
		}
	}
	m.add(answers, weight)
	return nil
}

func (m *Moments) add(answers []float64, weight float64) {
	gaps := 0
	for k, v := range answers {
		d := v - m.origin[k]
		if d != d {
			switch {
			case v != v:
				gaps++
				m.missing[k]++
			default:
				m.origin[k], d = v, 0
			}
		}
		m.offset[k] = d
	}
	if gaps == 0 && m.plain.rows == 0 && m.plain.pairs != nil {
		m.rebase(answers)
	}
	if m.rows == 0 {
		m.unit = weight
	}
	m.rows++
	if gaps == len(answers) {
		m.empty++
		return
	}
	weight /= m.unit
	if weight != 1 && m.squared == nil {
		m.squared = m.plain.clone() // until now all weights were 1
	}
	m.all += weight
	m.allSquared += weight * weight
	m.plain.add(m.offset, weight, gaps == 0)
	if m.squared != nil {
		m.squared.add(m.offset, weight*weight, gaps == 0)
	}
}

// rebase makes the first complete row the origin: an incomplete one before it may be far
// from all others, and would cost their precision even where it is left out.
func (m *Moments) rebase(answers []float64) {
	moved := make([]float64, len(answers))
	for k, v := range answers {
		moved[k] = m.origin[k] - v
	}
	m.plain.move(moved)
	if m.squared != nil {
		m.squared.move(moved)
	}
	copy(m.origin, answers)
	clear(m.offset)
}

// Rows returns the number of respondents so far.
func (m *Moments) Rows() int { return m.rows }

// sums are weighted sums over complete rows, and over the pairs that incomplete rows
// have, of p items.
type sums struct {
	p      int
	rows   int
	weight float64
	x      []float64 // Σ w x
	xy     []float64 // Σ w x y, lower triangle
	pairs  []pair    // over incomplete rows that have both items, lower triangle; nil before the first
}

func newSums(p int) sums {
	return sums{p: p, x: make([]float64, p), xy: make([]float64, p*p)}
}

func (s *sums) add(d []float64, w float64, complete bool) {
	if !complete {
		s.addPairs(d, w)
		return
	}
	s.rows++
	s.weight += w
	for j, dj := range d {
		e := w * dj
		s.x[j] += e
		row := s.xy[j*s.p : j*s.p+j+1]
		for k, dk := range d[:j+1] {
			row[k] += e * dk
		}
	}
}

func (s *sums) addPairs(d []float64, w float64) {
	if s.pairs == nil {
		s.pairs = make([]pair, s.p*(s.p+1)/2)
	}
	rest := s.pairs
	for j, dj := range d {
		row := rest[:j+1]
		rest = rest[j+1:]
		if dj != dj {
			continue
		}
		e := w * dj
		for k, dk := range d[:len(row)] {
			if dk != dk {
				continue
			}
			q, f := &row[k], w*dk
			q.n++
			q.weight += w
			q.x += e
			q.y += f
			q.xx += e * dj
			q.yy += f * dk
			q.xy += e * dk
		}
	}
}

// move adds an offset to the items of the incomplete rows.
func (s *sums) move(by []float64) {
	rest := s.pairs
	for j, a := range by {
		for k, b := range by[:j+1] {
			q := &rest[k]
			q.xx += a * (2*q.x + a*q.weight)
			q.yy += b * (2*q.y + b*q.weight)
			q.xy += a*q.y + b*q.x + a*b*q.weight
			q.x += a * q.weight
			q.y += b * q.weight
		}
		rest = rest[j+1:]
	}
}

// clone returns a copy.
func (s *sums) clone() *sums {
	return &sums{p: s.p, rows: s.rows, weight: s.weight, x: slices.Clone(s.x), xy: slices.Clone(s.xy), pairs: slices.Clone(s.pairs)}
}

// pair is what is known of two items from the rows that have both: Σ w, Σ w x, ….
type pair struct {
	n                int
	weight           float64
	x, y, xx, yy, xy float64
}

// pair gathers items j and k, k not above j, over complete rows and, with all, over the
// others too.
func (s *sums) pair(j, k int, all bool) pair {
	out := pair{
		n: s.rows, weight: s.weight, x: s.x[j], y: s.x[k],
		xx: s.xy[j*s.p+j], yy: s.xy[k*s.p+k], xy: s.xy[j*s.p+k],
	}
	if s.pairs != nil && all {
		q := &s.pairs[j*(j+1)/2+k]
		out.n += q.n
		out.weight += q.weight
		out.x, out.y = out.x+q.x, out.y+q.y
		out.xx, out.yy, out.xy = out.xx+q.xx, out.yy+q.yy, out.xy+q.xy
	}
	return out
}

// cross is Σ w (x−a)(y−b).
func (p pair) cross(a, b float64) float64 {
	return p.xy - b*p.x - a*p.y + a*b*p.weight
}

// correlation returns the correlation of the two, and whether both vary.
func (p pair) correlation() (float64, bool) {
	x, y := p.x/p.weight, p.y/p.weight
	vx := pair{weight: p.weight, x: p.x, y: p.x, xy: p.xx}.cross(x, x)
	vy := pair{weight: p.weight, x: p.y, y: p.y, xy: p.yy}.cross(y, y)
	if !(vx > 1e-12*p.xx && vy > 1e-12*p.yy) {
		return 0, false
	}
	r := p.cross(x, y) / math.Sqrt(vx) / math.Sqrt(vy)
	return max(-1, min(1, r)), r >= -2 && r <= 2
}
