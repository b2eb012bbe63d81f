package pls

// fitPairwise is a stand-in until the algorithm on available cases is there.
func fitPairwise(pl *plan, options Options, data *Data, columns []int) (*Result, error) {
	return nil, &OptionError{Option: "missing", Value: "pairwise", Reason: "is not available"}
}
