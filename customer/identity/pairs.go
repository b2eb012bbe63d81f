package identity

// Pair is two records that may be of one customer.
type Pair struct {
	// Left and Right are places in the tables that were compared. Within one table
	// Left < Right.
	Left, Right int
	// Weight is the evidence that the two are the same, in bits: the log2 of the odds.
	Weight float64
	// Probability is 2^Weight/(1+2^Weight).
	Probability float64
}
