package pipeline_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// A text is either refused or the value that has this text, also through JSON.
func FuzzValue(f *testing.F) {
	for kind, text := range []string{"red", "-12.50", "12.30 CNY", "2026-03-31", "2026-03-31T12:00:00.5Z", "true"} {
		f.Add(uint8(kind), text)
	}
	f.Add(uint8(pipeline.NumberField), "1e999999999")
	f.Add(uint8(pipeline.MoneyField), "1e999999999 EUR")
	f.Add(uint8(pipeline.TimeField), "0000-01-01T00:00:00Z")
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		var read pipeline.Value
		if written, err := json.Marshal(text); err == nil && json.Unmarshal(written, &read) == nil {
			require.Equal(t, pipeline.TextField, read.Kind())
		}
		_ = read.UnmarshalJSON([]byte(text)) // does not panic
		v, err := pipeline.ParseValue(pipeline.FieldKind(kind), text)
		if err != nil {
			require.True(t, v.Empty())
			return
		}
		require.Equal(t, text, v.String())
		if text != "" {
			require.Equal(t, pipeline.FieldKind(kind), v.Kind())
		}
		written, err := json.Marshal(v)
		require.NoError(t, err)
		read = pipeline.Value{}
		require.NoError(t, json.Unmarshal(written, &read))
		require.Equal(t, v, read)
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
	})
}
