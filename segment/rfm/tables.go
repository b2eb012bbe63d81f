package rfm

// DefaultTable returns a table of twelve segments for five bins that leaves no score
// open and has no rule that never matches.
//
// Customers of the upper three recency scores are champions, loyal, big spenders
// (few orders, highest sum), new or promising (one bin of frequency, lately),
// potential loyals, in need of attention or about to sleep; of the lower two they
// are not to be lost, at risk, hibernating or lost.
func DefaultTable() *Table {
	return mustTable([]Segment{
		{"champions", Range{4, 5}, Range{4, 5}, Range{4, 5}},
		{"loyal", Range{3, 5}, Range{4, 5}, Range{1, 5}},
		{"big-spenders", Range{3, 5}, Range{1, 3}, Range{5, 5}},
		{"new", Range{5, 5}, Range{1, 1}, Range{1, 5}},
		{"promising", Range{4, 4}, Range{1, 1}, Range{1, 5}},
		{"potential-loyal", Range{4, 5}, Range{2, 3}, Range{1, 5}},
		{"need-attention", Range{3, 3}, Range{2, 3}, Range{1, 5}},
		{"about-to-sleep", Range{3, 3}, Range{1, 1}, Range{1, 5}},
		{"cannot-lose", Range{1, 2}, Range{4, 5}, Range{4, 5}},
		{"at-risk", Range{1, 2}, Range{3, 5}, Range{1, 5}},
		{"hibernating", Range{2, 2}, Range{1, 2}, Range{1, 5}},
		{"lost", Range{1, 1}, Range{1, 2}, Range{1, 5}},
	}, "")
}

// CompatRTable returns the ten segments of the documentation of the R package rfm,
// for five bins. They take 115 of the 125 scores; the others are "Others", as
// there.
func CompatRTable() *Table {
	return mustTable([]Segment{
		{"Champions", Range{5, 5}, Range{5, 5}, Range{5, 5}},
		{"Potential Loyalist", Range{3, 5}, Range{3, 5}, Range{2, 5}},
		{"Loyal Customers", Range{2, 4}, Range{2, 4}, Range{2, 4}},
		{"Promising", Range{3, 4}, Range{1, 3}, Range{3, 5}},
		{"New Customers", Range{4, 5}, Range{1, 3}, Range{1, 5}},
		{"Can't Lose Them", Range{1, 2}, Range{3, 4}, Range{4, 5}},
		{"At Risk", Range{1, 2}, Range{2, 5}, Range{4, 5}},
		{"Need Attention", Range{1, 3}, Range{3, 5}, Range{3, 5}},
		{"About To Sleep", Range{2, 3}, Range{1, 3}, Range{1, 4}},
		{"Lost", Range{1, 1}, Range{1, 5}, Range{1, 5}},
	}, "Others")
}

// mustTable is for the tables of this file.
func mustTable(segments []Segment, other string) *Table {
	t, err := NewTable(DefaultBins, segments, other)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return t
}
