package identity

// Pair is two records that were compared, by their places in their tables. Within
// one table Left is the lower place.
type Pair struct {
	Left, Right int
	Weight      float64 // evidence for one entity, in bits: log2 of the odds
	Probability float64 // that both are of one entity, 0..1
}
