// Package stats holds the statistics that several rooms need: intervals and tests of
// proportions and means, least squares, and times with open ends. Its functions take
// numbers that the caller has checked; each says what it assumes.
package stats
