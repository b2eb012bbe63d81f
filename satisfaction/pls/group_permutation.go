package pls

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// permute exchanges respondents between two groups and returns the differences of
// all numbers. Each group keeps its size.
func (c *comparison) permute(ctx context.Context, one, other int) (*resamples, error) {
	size := c.urns[one].data.rows
	u, err := newUrn(c.plan, c.options, stack(c.urns[one].data, c.urns[other].data))
	if err != nil {
		return nil, err
	}
	// Streams of a pair begin where those of the groups end.
	seed := numeric.Stream(c.o.Seed, uint64(len(c.urns)+one+other*(other-1)/2)).Uint64()
	job := resampling{urn: u, layout: c.layout, reference: c.reference, workers: c.o.Workers, keep: c.o.KeepInadmissible}
	out, err := job.run(ctx, c.o.Permutations, func(w *worker, b int, row []float64) error {
		choose(numeric.Stream(seed, uint64(b)), size, w.counts)
		s, err := w.estimate(w.counts)
		if err = w.read(s, err, row); err != nil {
			return err
		}
		for i, chosen := range w.counts {
			w.counts[i] = 1 - chosen
		}
		first := slices.Clone(row)
		s, err = w.estimate(w.counts)
		if err = w.read(s, err, row); err != nil {
			return err
		}
		for i, v := range first {
			row[i] = v - row[i]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if minimum := (c.o.Permutations + 1) / 2; out.count < minimum {
		return nil, &ResampleError{Resamples: c.o.Permutations, Succeeded: out.count, Minimum: minimum, Failed: out.failed}
	}
	return out, nil
}

// choose sets size of the numbers to 1 and the others to 0, all choices alike likely.
func choose(random *rand.Rand, size int, chosen []int32) {
	// Each is chosen with the share of those that are still wanted.
	for i := range chosen {
		chosen[i] = 0
		if random.IntN(len(chosen)-i) < size {
			chosen[i] = 1
			size--
		}
	}
}
