package pls

import (
	"errors"
	"fmt"
)

// FailedResamples counts the resamples without an estimate, by the reason.
type FailedResamples struct {
	Item         int // an item without spread, without answers or without rows in common with another
	Singular     int // a regression without a unique solution, or a score without variance
	NotConverged int
	Unreliable   int // a reliability ρA of 0 or less, with consistent estimation
	Inadmissible int // a consistent loading or correlation of constructs beyond ±1
	Other        int
}

// Total is the number of all failed resamples.
func (f FailedResamples) Total() int {
	return f.Item + f.Singular + f.NotConverged + f.Unreliable + f.Inadmissible + f.Other
}

func (f *FailedResamples) add(g FailedResamples) {
	f.Item += g.Item
	f.Singular += g.Singular
	f.NotConverged += g.NotConverged
	f.Unreliable += g.Unreliable
	f.Inadmissible += g.Inadmissible
	f.Other += g.Other
}

// errInadmissible is the reason of a resample only.
var errInadmissible = errors.New("pls: inadmissible")

// count takes the error of a resample.
func (f *FailedResamples) count(err error) {
	var (
		item       *ItemError
		singular   *SingularError
		slow       *NotConvergedError
		unreliable *ReliabilityError
	)
	switch {
	case errors.As(err, &item):
		f.Item++
	case errors.As(err, &singular):
		f.Singular++
	case errors.As(err, &slow):
		f.NotConverged++
	case errors.As(err, &unreliable):
		f.Unreliable++
	case errors.Is(err, errInadmissible):
		f.Inadmissible++
	default:
		f.Other++
	}
}

// ResampleError reports a bootstrap, jackknife or permutation of which too few
// resamples could be estimated.
type ResampleError struct {
	Resamples int // asked for
	Succeeded int
	Minimum   int // that had to
	Failed    FailedResamples
}

// Error gives the numbers.
func (e *ResampleError) Error() string {
	return fmt.Sprintf("pls: %d of %d resamples could be estimated, want %d at least; failed: item without spread %d, singular %d, not converged %d, reliability not above 0 %d, inadmissible %d, other %d",
		e.Succeeded, e.Resamples, e.Minimum, e.Failed.Item, e.Failed.Singular, e.Failed.NotConverged, e.Failed.Unreliable, e.Failed.Inadmissible, e.Failed.Other)
}
