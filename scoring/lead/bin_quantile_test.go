package lead_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/lead"
)

func TestQuantileBreaks(t *testing.T) {
	breaks, err := lead.QuantileBreaks([]float64{9, 1, 2, math.NaN(), 3, 4, 5, 6, 7, 8}, 4)
	require.NoError(t, err)
	require.Equal(t, []float64{3, 5, 7}, breaks) // 1 + 8·k/4
	// Of mostly equal values one break is left, and none of all equal ones.
	breaks, err = lead.QuantileBreaks([]float64{0, 0, 0, 0, 0, 0, 5, 5}, 4)
	require.NoError(t, err)
	require.Equal(t, []float64{1.25}, breaks) // at 5.25 of 0 … 7
	breaks, err = lead.QuantileBreaks([]float64{0, 0}, 4)
	require.NoError(t, err)
	require.Empty(t, breaks)
	_, err = lead.QuantileBreaks([]float64{math.NaN()}, 4)
	require.ErrorIs(t, err, lead.ErrNoRows)
	_, err = lead.QuantileBreaks([]float64{1, math.Inf(1)}, 4)
	var row *lead.RowError
	require.ErrorAs(t, err, &row)
	_, err = lead.QuantileBreaks([]float64{1}, 1)
	var option *lead.OptionError
	require.ErrorAs(t, err, &option)
}
