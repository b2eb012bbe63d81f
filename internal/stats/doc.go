// Package stats holds the statistics that several rooms need: intervals and tests
// of proportions, of means and of resampled figures, and regressions. Its functions take numbers
// that the caller has checked; each says what it assumes.
package stats
