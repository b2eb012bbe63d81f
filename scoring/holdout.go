package scoring

// Holdout is what the scored customers did after the calibration end, to
// compare forecasts with.
type Holdout struct {
	// Periods is how long the hold-out is, in units: [Window.Holdout], or less if
	// the log ends earlier.
	Periods float64
	// X counts the purchase dates of each scored customer in the hold-out, in
	// the order of [Summaries.All].
	X []int
	// ByPeriod is the total of X by periods of one unit each; the last may be
	// shorter.
	ByPeriod []int
}

// Total returns the sum of X.
func (h *Holdout) Total() int {
	total := 0
	for _, n := range h.ByPeriod {
		total += n
	}
	return total
}
