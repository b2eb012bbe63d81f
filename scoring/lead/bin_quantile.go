package lead

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// QuantileBreaks divides values into bins of about equal size: deciles for 10. Breaks
// are quantiles of type 7 of R. J. Hyndman and Y. Fan, Sample quantiles in statistical
// packages, The American Statistician 50, 1996; equal ones count once, so that values
// that come often make fewer bins. What is missing is not counted.
//
// Errors: [ErrNoRows] without values; a [*RowError] for one beyond 1e100; an
// [*OptionError] for fewer than 2 bins.
func QuantileBreaks(values []float64, bins int) ([]float64, error) {
	if bins < 2 {
		return nil, &OptionError{Option: "bins", Value: float64(bins), Want: "2 or more"}
	}
	sorted := make([]float64, 0, len(values))
	for row, x := range values {
		switch {
		case math.Abs(x) > maxSize:
			return nil, &RowError{What: "value", Row: row, Value: x, Reason: "want a number of size up to 1e100"}
		case !math.IsNaN(x):
			sorted = append(sorted, x+0)
		}
	}
	if len(sorted) == 0 {
		return nil, ErrNoRows
	}
	slices.Sort(sorted)
	breaks := []float64{}
	for k := 1; k < bins; k++ {
		// A break on the lowest value would leave the bin below it empty.
		if x := numeric.Quantile(sorted, float64(k)/float64(bins)); x > sorted[0] && (len(breaks) == 0 || x > breaks[len(breaks)-1]) {
			breaks = append(breaks, x)
		}
	}
	return breaks, nil
}
