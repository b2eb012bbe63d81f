package cluster

// AdjustedRand returns how far two partitions of the same customers agree, corrected for
// chance: 1 if they are the same but for the names, about 0 if they have nothing to do
// with each other, below 0 if they agree less than that. Labels may be any numbers. Two
// partitions that both put everybody together, or both everybody apart, agree by 1.
// Errors: [ErrNoRows], a [*LabelError] for lists of unequal length. Reference: L. Hubert
// and P. Arabie, Comparing partitions, Journal of Classification 2 (1985), 193–218.
func AdjustedRand(a, b []int) (float64, error) {
	if len(a) == 0 {
		return 0, ErrNoRows
	}
	if len(a) != len(b) {
		return 0, &LabelError{Row: -1, Label: len(b), Want: len(a)}
	}
	both, inA, inB := map[[2]int]int{}, map[int]int{}, map[int]int{}
	for i := range a {
		both[[2]int{a[i], b[i]}]++
		inA[a[i]]++
		inB[b[i]]++
	}
	together := pairsOf(both)
	pairsA, pairsB := pairsOf(inA), pairsOf(inB)
	all := float64(len(a)) * float64(len(a)-1) / 2
	if pairsA == pairsB && (pairsA == 0 || pairsA == all) {
		return 1, nil
	}
	expected := pairsA / all * pairsB
	return (together - expected) / ((pairsA+pairsB)/2 - expected), nil
}

// pairsOf counts pairs within groups; whole numbers, so that the order of the map does
// not matter.
func pairsOf[K comparable](sizes map[K]int) float64 {
	pairs := 0
	for _, n := range sizes {
		pairs += n * (n - 1) / 2
	}
	return float64(pairs)
}

// jaccard returns for each cluster of a partition its greatest similarity to a cluster of
// the other: those in both over those in either.
func jaccard(labels, other []int, clusters int) []float64 {
	both := map[[2]int]int{}
	sizes, others := make([]int, clusters), map[int]int{}
	for i, label := range labels {
		both[[2]int{label, other[i]}]++
		sizes[label]++
		others[other[i]]++
	}
	best := make([]float64, clusters)
	for pair, n := range both { // a maximum: in any order
		best[pair[0]] = max(best[pair[0]], float64(n)/float64(sizes[pair[0]]+others[pair[1]]-n))
	}
	return best
}
