package pls

import "context"

// leaveOut estimates without each respondent in turn.
func (r *resampling) leaveOut(ctx context.Context) (*resamples, error) {
	return r.run(ctx, r.data.rows, func(b int, counts []int32) {
		for row := range counts {
			counts[row] = 1
		}
		counts[b] = 0
	})
}
