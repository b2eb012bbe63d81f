package kpi

import (
	"math"
	"slices"
)

// completes reports whether the last value completes a pattern, and on which side.
// zones are the values' distances from the centre in sigmas. The limits themselves are
// judged by [Point.judge].
func (r Rule) completes(values, zones []float64) (Side, bool) {
	last := zones[len(zones)-1]
	side := Above
	if last < 0 {
		side = Below
	}
	beyond := func(sigmas float64) func(z float64) bool {
		return func(z float64) bool { return float64(side)*z > sigmas }
	}
	switch r {
	case TwoOfThree:
		return side, beyond(2)(last) && counted(tail(zones, 3), beyond(2)) >= 2
	case FourOfFive:
		return side, beyond(1)(last) && counted(tail(zones, 5), beyond(1)) >= 4
	case EightSameSide:
		return side, counted(tail(zones, 8), beyond(0)) == 8
	case NineSameSide:
		return side, counted(tail(zones, 9), beyond(0)) == 9
	case SixTrend:
		recent := tail(values, 6)
		if len(recent) < 6 {
			return Neither, false
		}
		steps := signs(recent)
		return Side(steps[0]), steps[0] != 0 && counted(steps, func(s int) bool { return s == steps[0] }) == 5
	case FourteenAlternating:
		recent := tail(values, 14)
		if len(recent) < 14 {
			return Neither, false
		}
		steps := signs(recent)
		for i := range steps[1:] {
			if steps[i]*steps[i+1] != -1 {
				return Neither, false
			}
		}
		return Neither, true
	case FifteenInside:
		return Neither, counted(tail(zones, 15), func(z float64) bool { return math.Abs(z) < 1 }) == 15
	case EightOutside:
		recent := tail(zones, 8)
		return Neither, counted(recent, func(z float64) bool { return math.Abs(z) > 1 }) == 8 &&
			slices.Min(recent) < 0 && slices.Max(recent) > 0
	}
	return Neither, false
}

// tail returns the last n elements, or all if there are fewer.
func tail(values []float64, n int) []float64 { return values[max(0, len(values)-n):] }

func counted[T any](list []T, fits func(T) bool) int {
	n := 0
	for _, x := range list {
		if fits(x) {
			n++
		}
	}
	return n
}

// signs returns for each step whether it rises, 1, falls, −1, or neither.
func signs(values []float64) []int {
	steps := make([]int, len(values)-1)
	for i := range steps {
		switch {
		case values[i+1] > values[i]:
			steps[i] = 1
		case values[i+1] < values[i]:
			steps[i] = -1
		}
	}
	return steps
}
