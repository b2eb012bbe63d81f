package numeric

import "math"

// RaceTable interpolates [RaceTrack.Race] of one pair of shapes over a range of tracks,
// for where it is wanted at many: ln φ and its derivatives are analytic in k within a
// distance of π of the real axis. The zero value is an empty table; Fill may be called
// again and again.
type RaceTable struct {
	low, width float64       // of the first segment
	nodes      int           // of a segment
	at, weight []float64     // of a node: where in [−1, 1], and its barycentric weight
	values     [][10]float64 // segment by segment: those of [Race] but for φ
}

const (
	raceSegment = 2     // width of a segment of k, at most
	raceTableOf = 1e-13 // error of a table, of what a fit sees
)

// raceSegments returns how many segments a table for k in [low, high] has, and of how
// many nodes: a polynomial of n nodes is off by about ρ^−n, ρ being the sum of the
// semi-axes of the largest ellipse of analyticity.
func raceSegments(low, high float64) (segments, nodes int) {
	segments = max(1, int(math.Ceil((high-low)/raceSegment)))
	r := math.Pi / max((high-low)/float64(2*segments), 1e-3)
	return segments, 2 + int(math.Ceil(36/math.Log(r+math.Sqrt(r*r+1))))
}

// RaceTableCost returns how many races it takes to fill a table for the tracks between two.
func RaceTableCost(from, to RaceTrack) int {
	segments, nodes := raceSegments(min(from.k, to.k), max(from.k, to.k))
	return segments * (nodes + 2)
}

// Fill makes the table for the tracks between two and reports whether it holds what Race
// returns, to 1e-13 of the larger of 1 and the first derivatives in ln b, ln s and k.
func (t *RaceTable) Fill(b, s float64, from, to RaceTrack) bool {
	low, high := min(from.k, to.k), max(from.k, to.k)
	segments, nodes := raceSegments(low, high)
	t.low, t.width, t.nodes = low, (high-low)/float64(segments), nodes
	t.at, t.weight, t.values = t.at[:0], t.weight[:0], t.values[:0]
	for i := range nodes {
		sin, cos := math.Sincos(math.Pi * (float64(i) + 0.5) / float64(nodes))
		t.at, t.weight = append(t.at, cos), append(t.weight, sin*float64(1-2*(i&1)))
	}
	for segment := range segments {
		for _, u := range t.at {
			r := NewRaceTrack(t.low+t.width*(float64(segment)+(1+u)/2)).Race(b, s)
			t.values = append(t.values, r.row())
		}
		// Between the nodes it is worst at the ends.
		for _, i := range [2]int{1, nodes / 2} {
			u := math.Cos(math.Pi * float64(i) / float64(nodes))
			track := NewRaceTrack(t.low + t.width*(float64(segment)+(1+u)/2))
			if !t.agrees(track.Race(b, s), t.At(track), b, s) {
				return false
			}
		}
	}
	return true
}

// agrees compares races as a fit sees them.
func (t *RaceTable) agrees(want, got Race, b, s float64) bool {
	size := max(1, math.Abs(want.Log), math.Abs(b*want.B), math.Abs(s*want.S), math.Abs(want.K))
	w, g := want.row(), got.row()
	for i, scale := range [10]float64{1, b, s, 1, b * b, b * s, b, s * s, s, 1} {
		if !(math.Abs(w[i]-g[i])*scale <= raceTableOf*size) {
			return false
		}
	}
	return true
}

func (r *Race) row() [10]float64 {
	return [10]float64{r.Log, r.B, r.S, r.K, r.BB, r.BS, r.BK, r.SS, r.SK, r.KK}
}

// At returns the race on a track in the range of the table.
func (t *RaceTable) At(track RaceTrack) Race {
	segment, u := 0, 0.0
	if t.width > 0 {
		way := (track.k - t.low) / t.width
		segment = min(max(int(way), 0), len(t.values)/t.nodes-1)
		u = 2*(way-float64(segment)) - 1
	}
	values := t.values[segment*t.nodes:][:t.nodes]
	at, weight := t.at[:len(values)], t.weight[:len(values)]
	var sum, v, vb, vs, vk, vbb, vbs, vbk, vss, vsk, vkk float64
	for i := range values {
		gap := u - at[i]
		w := weight[i] / gap
		if math.Abs(gap) < 1e-300 { // at a node
			w = 1e290
		}
		row := &values[i]
		sum += w
		v += w * row[0]
		vb += w * row[1]
		vs += w * row[2]
		vk += w * row[3]
		vbb += w * row[4]
		vbs += w * row[5]
		vbk += w * row[6]
		vss += w * row[7]
		vsk += w * row[8]
		vkk += w * row[9]
	}
	w := 1 / sum
	r := Race{Log: v * w, B: vb * w, S: vs * w, K: vk * w, BB: vbb * w, BS: vbs * w, BK: vbk * w, SS: vss * w, SK: vsk * w, KK: vkk * w}
	r.Value = math.Exp(r.Log)
	return r
}
