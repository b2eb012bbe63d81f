package satisfaction

import (
	"context"
	"errors"
	"fmt"
)

// SegmentedResult is an index model over the segments, waves or periods of a survey.
type SegmentedResult struct {
	Whole    *Result
	Segments []SegmentResult // by name
}

// SegmentResult is one segment.
type SegmentResult struct {
	Name   string
	Result *Result
}

// SegmentError reports a segment that cannot be estimated.
type SegmentError struct {
	Segment string
	Err     error
}

// Error names the segment.
func (e *SegmentError) Error() string {
	return fmt.Sprintf("satisfaction: segment %.80q: %v", e.Segment, e.Err)
}

// Unwrap returns Err.
func (e *SegmentError) Unwrap() error { return e.Err }

// EstimateBy estimates the model from all responses and the indices of each part that
// name makes of them (see [Responses.Split]): of segments, of waves, of months. By
// [CommonWeights] each segment is what [Result.Apply] makes of it, by [OwnWeights] what
// [Model.Estimate] does. Segments are held against each other by [CompareIndex] and
// [Benchmark]; with weights in common that one takes their uncertainty for the segments'
// own and errs on the side of caution.
//
// The errors are those of [Model.Estimate], in a [*SegmentError] where one segment is
// concerned; those that come with a result, of the whole or of any segment, come with
// this one too.
func (m Model) EstimateBy(ctx context.Context, responses *Responses, name func(Response) string, options *Options) (*SegmentedResult, error) {
	if name == nil {
		return nil, &ArgumentError{Name: "name of a segment", Reason: "must not be nil"}
	}
	whole, unfinished := m.Estimate(ctx, responses, options)
	if whole == nil {
		return nil, unfinished
	}
	out := &SegmentedResult{Whole: whole}
	for _, part := range responses.Split(name) {
		var result *Result
		var err error
		if whole.options.Segments == OwnWeights {
			result, err = m.Estimate(ctx, part.Responses, options)
		} else {
			result, err = whole.Apply(part.Responses)
		}
		if err != nil {
			err = &SegmentError{Segment: part.Name, Err: err}
			if result == nil {
				return nil, err
			}
			unfinished = errors.Join(unfinished, err)
		}
		out.Segments = append(out.Segments, SegmentResult{Name: part.Name, Result: result})
	}
	return out, unfinished
}

// Segment returns the result of a segment, and whether there is one.
func (s *SegmentedResult) Segment(name string) (*Result, bool) {
	for _, segment := range s.Segments {
		if segment.Name == name {
			return segment.Result, true
		}
	}
	return nil, false
}
