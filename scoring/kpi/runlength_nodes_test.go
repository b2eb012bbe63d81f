package kpi

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Twice as many panels change no digit that is claimed, also with long memory.
func TestRunLengthNodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shift := rapid.Float64Range(-2, 2).Draw(t, "shift")
		ewma := EWMA{Sigma: 1, Lambda: rapid.Float64Range(0.02, 1).Draw(t, "lambda"), Width: rapid.Float64Range(0.1, 3.5).Draw(t, "width"), Asymptotic: true}
		cusum := CUSUM{Sigma: 1, Reference: rapid.Float64Range(0, 1).Draw(t, "reference"), Decision: rapid.Float64Range(0.01, 6).Draw(t, "decision")}
		if got, err := ewma.RunLength(shift); err == nil {
			doubled, ok := ewma.runLength(shift, 16, runPanel/2)
			require.True(t, ok)
			require.InEpsilon(t, doubled, got.Mean, max(1e-13, 4*got.Accuracy))
		}
		cusum.Sides = UpperSide
		if got, err := cusum.RunLength(shift); err == nil {
			doubled, _, ok := cusum.runLength(shift, 16, runPanel/2)
			require.True(t, ok)
			require.InEpsilon(t, doubled, got.Mean, max(1e-13, 4*got.Accuracy))
		}
	})
}
