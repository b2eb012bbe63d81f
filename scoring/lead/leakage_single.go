package lead

import (
	"math"
	"slices"
)

// tooGood returns the strongest reason to doubt a column, if there is one.
func (o *LeakageOptions) tooGood(c *Column, outcomes []bool) []Leak {
	values := ranksOf(c)
	leak := Leak{Column: c.Name, Rows: len(outcomes)}
	switch constant := constantWithin(values, outcomes); {
	case constant[0] && constant[1]:
		leak.Kind = SameAsOutcome
		return []Leak{leak}
	case constant[0] || constant[1]:
		leak.Kind = ConstantWithinOutcome
		return []Leak{leak}
	}
	counts := make([][2]float64, slices.Max(values)+1)
	for row, v := range values {
		counts[v][side(outcomes[row])]++
	}
	area := areaOf(counts[1:])
	if c.Labels != nil {
		area = areaOfLabels(values, counts, outcomes)
	}
	if max(area, 1-area) >= o.AUC {
		leak.Kind, leak.Value = SuspectOrder, area
		return []Leak{leak}
	}
	if iv := information(counts, c.Labels == nil, len(outcomes)); iv >= o.IV {
		leak.Kind, leak.Value = SuspectInformation, iv
		return []Leak{leak}
	}
	return nil
}

// ranksOf numbers the different values of a column, in ascending order from 1; 0 is a
// missing one.
func ranksOf(c *Column) []int {
	if c.Labels != nil {
		return ranked(c.Labels, "")
	}
	values := slices.Clone(c.Numbers)
	for i, x := range values {
		if math.IsNaN(x) {
			values[i] = math.Inf(-1) // columns hold no infinite numbers
		}
	}
	return ranked(values, math.Inf(-1))
}

func ranked[T float64 | string](values []T, missing T) []int {
	different := slices.Clone(values)
	slices.Sort(different)
	different = slices.Compact(different)
	first := 1 // the number of the first
	if len(different) > 0 && different[0] == missing {
		first = 0
	}
	ranks := make([]int, len(values))
	for i, v := range values {
		at, _ := slices.BinarySearch(different, v)
		ranks[i] = first + at
	}
	return ranks
}

// constantWithin tells of either outcome whether all its rows have one value that most
// rows of the other do not have; it takes ten rows, or a column that is so for both.
func constantWithin(values []int, outcomes []bool) (constant [2]bool) {
	var first, rows [2]int
	same := [2]bool{true, true}
	for row, v := range values {
		at := side(outcomes[row])
		if rows[at] == 0 {
			first[at] = v
		}
		same[at] = same[at] && v == first[at]
		rows[at]++
	}
	if same[0] && same[1] {
		return [2]bool{first[0] != first[1], first[0] != first[1]}
	}
	for at := range constant {
		other := 0
		for row, v := range values {
			if side(outcomes[row]) != at && v == first[at] {
				other++
			}
		}
		constant[at] = same[at] && rows[at] >= 10 && 2*other < rows[1-at]
	}
	return constant
}

// areaOf returns the area under the curve of ascending values from the rows without and
// with the event that have each; 0.5 if one of the two has none, since then their
// absence is what tells, if anything.
func areaOf(counts [][2]float64) float64 {
	var below [2]float64
	pairs := 0.0
	for _, n := range counts {
		pairs += n[1] * (below[0] + n[0]/2)
		below[0], below[1] = below[0]+n[0], below[1]+n[1]
	}
	if below[0] == 0 || below[1] == 0 {
		return 0.5
	}
	return pairs / (below[0] * below[1])
}

// areaOfLabels returns the area under the curve of the event rate, smoothed, that the
// label of a row has in the other half of the rows; halves alternate within each
// outcome.
func areaOfLabels(values []int, counts [][2]float64, outcomes []bool) float64 {
	var dealt [2]int
	var first [2]bool // whether the next row with the outcome is of the first half
	mine := make([]bool, len(values))
	half := make([][2]float64, len(counts)) // of counts, those in the first half
	for row, v := range values {
		at := side(outcomes[row])
		dealt[at]++
		first[at] = !first[at]
		if mine[row] = first[at]; mine[row] {
			half[v][at]++
		}
	}
	base := float64(dealt[1]) / float64(len(values))
	s := Sample{Scores: make([]float64, len(values)), Outcomes: outcomes}
	for row, v := range values {
		other := half[v]
		if mine[row] {
			other = [2]float64{counts[v][0] - half[v][0], counts[v][1] - half[v][1]}
		}
		s.Scores[row] = (other[1] + base) / (other[0] + other[1] + 1)
	}
	l := s.ladder()
	return l.area().value
}

// information returns the information value of values from the rows without and with
// the event that have each; the first are the missing ones.
func information(counts [][2]float64, numbers bool, rows int) float64 {
	bins := counts
	if numbers {
		bins = [][2]float64{counts[0]}
		full := float64(rows) / 10
		var open [2]float64
		for i, count := range counts[1:] {
			open[0], open[1] = open[0]+count[0], open[1]+count[1]
			if open[0]+open[1] >= full || i == len(counts)-2 {
				bins = append(bins, open)
				open = [2]float64{}
			}
		}
	}
	var total [2]float64
	for _, b := range bins {
		if b[0]+b[1] > 0 {
			total[0], total[1] = total[0]+b[0]+0.5, total[1]+b[1]+0.5
		}
	}
	iv := 0.0
	for _, b := range bins {
		if b[0]+b[1] > 0 {
			g, e := (b[0]+0.5)/total[0], (b[1]+0.5)/total[1]
			iv += (e - g) * math.Log(e/g)
		}
	}
	return iv
}
