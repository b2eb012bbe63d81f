package identity

import (
	"cmp"
	"slices"
)

// MutuallyBest returns the pairs of two linked tables, each free of duplicates, in
// which both records have no better partner: at most one pair a record. Of equally
// good pairs of a record the one with the lowest places stays. The pairs come back
// in the order of their places.
func MutuallyBest(pairs []Pair) []Pair {
	bestOfLeft, bestOfRight := make(map[int]Pair), make(map[int]Pair)
	for _, p := range pairs {
		if best, ok := bestOfLeft[p.Left]; !ok || stronger(p, best) < 0 {
			bestOfLeft[p.Left] = p
		}
		if best, ok := bestOfRight[p.Right]; !ok || stronger(p, best) < 0 {
			bestOfRight[p.Right] = p
		}
	}
	var out []Pair
	for _, p := range bestOfLeft {
		if bestOfRight[p.Right] == p {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, byPlace)
	return out
}

// OneToOne returns pairs of two linked tables so that no record is in more than one:
// the strongest pair of all first, then the strongest of the records that are left,
// and so on. Records whose best partner went to a better pair so keep their second
// choice, which [MutuallyBest] leaves out. The pairs come back in the order of their
// places.
func OneToOne(pairs []Pair) []Pair {
	sorted := slices.SortedFunc(slices.Values(pairs), stronger)
	left, right := make(map[int]bool), make(map[int]bool)
	var out []Pair
	for _, p := range sorted {
		if !left[p.Left] && !right[p.Right] {
			left[p.Left], right[p.Right] = true, true
			out = append(out, p)
		}
	}
	slices.SortFunc(out, byPlace)
	return out
}

// stronger orders pairs by weight, the strongest first, and equal ones by place.
func stronger(a, b Pair) int {
	return cmp.Or(cmp.Compare(b.Weight, a.Weight), byPlace(a, b))
}

func byPlace(a, b Pair) int {
	return cmp.Or(cmp.Compare(a.Left, b.Left), cmp.Compare(a.Right, b.Right))
}
