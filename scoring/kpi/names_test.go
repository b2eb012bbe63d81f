package kpi_test

import (
	"encoding"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Names go into text and back; what is no name is refused and changes nothing.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		value   encoding.TextMarshaler
		back    encoding.TextUnmarshaler
		unknown encoding.TextMarshaler
	}{
		{"critical", kpi.Critical, new(kpi.Level), kpi.Level(9)},
		{"no_data", kpi.NoData, new(kpi.Cause), kpi.Cause(9)},
		{"worsened", kpi.AlertWorsened, new(kpi.AlertEventKind), kpi.AlertEventKind(9)},
		{"below", kpi.Below, new(kpi.Side), kpi.Side(-2)},
		{"above", kpi.Above, new(kpi.Side), kpi.Side(2)},
		{"holt_winters", kpi.HoltWinters, new(kpi.ForecastMethod), kpi.ForecastMethod(9)},
	} {
		text, err := c.value.MarshalText()
		require.NoError(t, err)
		require.Equal(t, c.name, string(text))
		require.ErrorAs(t, c.back.UnmarshalText([]byte("else")), new(*kpi.CodeError))
		require.NoError(t, c.back.UnmarshalText(text))
		again, err := c.back.(encoding.TextMarshaler).MarshalText()
		require.NoError(t, err)
		require.Equal(t, c.name, string(again))
		_, err = c.unknown.MarshalText()
		require.ErrorAs(t, err, new(*kpi.CodeError))
	}
	require.Equal(t, "Side(-3)", kpi.Side(-3).String())
	require.Equal(t, "Sides(7)", kpi.Sides(7).String())
}
