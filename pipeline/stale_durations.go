package pipeline

import (
	"slices"
	"time"
)

// Durations sums up how long things took, none of them less than 0. The zero Durations are
// those of nothing.
type Durations struct {
	N    int
	Mean time.Duration // rounded down to the nanosecond
	// Median is the one in the middle, or half way between the two there, rounded down.
	Median  time.Duration
	Longest time.Duration
}

// durations collects what Durations sums up.
type durations struct{ list []time.Duration }

func (d *durations) add(one time.Duration) { d.list = append(d.list, max(one, 0)) }

func (d *durations) sum() Durations {
	n := len(d.list)
	if n == 0 {
		return Durations{}
	}
	slices.Sort(d.list)
	// Whole parts and rests apart: their sums stay within a Duration, that of all may not.
	var mean, rest time.Duration
	for _, one := range d.list {
		mean += one / time.Duration(n)
		rest += one % time.Duration(n)
	}
	low, high := d.list[(n-1)/2], d.list[n/2]
	return Durations{N: n, Mean: mean + rest/time.Duration(n), Median: low + (high-low)/2, Longest: d.list[n-1]}
}
