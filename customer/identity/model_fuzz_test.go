package identity

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

// What is read as a model is written to the same bytes from then on, and gives every
// pair a weight that is a number.
func FuzzModelJSON(f *testing.F) {
	text, err := json.Marshal(worked(f))
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var m Model
		if m.UnmarshalJSON(text) != nil {
			return
		}
		written, err := json.Marshal(&m)
		require.NoError(t, err)
		var back Model
		require.NoError(t, back.UnmarshalJSON(written))
		again, err := json.Marshal(&back)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
		values := make([]string, len(m.schema.Fields))
		others := make([]string, len(values))
		for i := range values {
			values[i], others[i] = "mei li", "smith"
		}
		for _, other := range [][]string{values, others, make([]string, len(values))} {
			e, err := m.Explain(Record{ID: rapport.ID("a"), Values: values}, Record{ID: rapport.ID("b"), Values: other})
			require.NoError(t, err)
			require.False(t, math.IsNaN(e.Weight) || math.IsInf(e.Weight, 0), "%v", e)
			require.True(t, e.Probability >= 0 && e.Probability <= 1, "%v", e)
		}
	})
}
