package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Rows that casewise treatment leaves out change nothing, however far off their answers
// are and wherever they stand; and where they count, their place does not matter.
func TestIncompleteFirstRow(t *testing.T) {
	items := []string{"a1", "a2", "b1", "b2"}
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "A", Items: items[:2]}, {Name: "B", Items: items[2:]}},
		Paths:      []pls.Path{{From: "A", To: "B"}},
	}
	random := numeric.Stream(3, 0)
	var rows, weights []float64
	for range 40 {
		level := random.Float64()
		for range items {
			rows = append(rows, 3*level+random.Float64())
		}
		weights = append(weights, 1+random.Float64())
	}
	gap := math.NaN()
	for _, weighted := range []bool{false, true} {
		fit := func(missing pls.Missing, before, after []float64) *pls.Result {
			values := append(append(append([]float64(nil), before...), rows...), after...)
			var w []float64
			if weighted {
				w = append(append(w, make([]float64, len(before)/4)...), weights...)
				w = append(w, make([]float64, len(after)/4)...)
				for i := range w {
					if w[i] == 0 {
						w[i] = 1.5
					}
				}
			}
			data, err := pls.NewData(items, values, w)
			require.NoError(t, err)
			result, err := pls.Fit(model, data, &pls.Options{Missing: missing})
			require.NoError(t, err)
			return result
		}
		equal := func(want, got *pls.Result) {
			for j, c := range want.Constructs() {
				for i, item := range c.Items {
					other := got.Constructs()[j].Items[i]
					require.InEpsilon(t, item.Weight, other.Weight, 1e-9)
					require.InEpsilon(t, item.Mean, other.Mean, 1e-9)
					require.InEpsilon(t, item.SD, other.SD, 1e-9)
				}
			}
			require.InDelta(t, want.Paths()[0].Coefficient, got.Paths()[0].Coefficient, 1e-9)
		}
		whole := fit(pls.Casewise, nil, nil)
		for _, far := range []float64{3, 1e5, 999_999_999, -1e12} {
			equal(whole, fit(pls.Casewise, []float64{far, gap, 1, 2, gap, 2, far, 1}, nil))
		}
		odd := []float64{7, gap, 1, 2, gap, gap, gap, -4, 5, 5, gap, 2}
		for _, missing := range []pls.Missing{pls.MeanReplacement, pls.PairwiseCorrelation} {
			equal(fit(missing, nil, odd), fit(missing, odd, nil))
		}
	}
}
