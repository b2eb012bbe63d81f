package rapport_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

func TestUnit(t *testing.T) {
	for _, test := range []struct {
		unit          rapport.Unit
		text          string
		days, perYear float64
	}{
		{rapport.Day, "day", 1, 365.25},
		{rapport.Week, "week", 7, 365.25 / 7},
		{rapport.Month, "month", 30.4375, 12},
	} {
		require.True(t, test.unit.IsValid())
		require.Equal(t, test.text, test.unit.String())
		require.Equal(t, test.days, test.unit.Days())
		require.Equal(t, test.perYear, test.unit.PerYear())
		require.Equal(t, test.unit, rapport.MustUnit(test.text))
		text, err := json.Marshal(test.unit)
		require.NoError(t, err)
		require.Equal(t, `"`+test.text+`"`, string(text))
		var back rapport.Unit
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, test.unit, back)
	}
}

func TestUnitRefuses(t *testing.T) {
	var refused *rapport.UnitError
	for _, text := range []string{"", "days", "Week", "year", " day"} {
		_, err := rapport.ParseUnit(text)
		require.ErrorAs(t, err, &refused, "input %q", text)
		require.Equal(t, text, refused.Text)
		require.Panics(t, func() { rapport.MustUnit(text) })
	}
	for _, u := range []rapport.Unit{0, 4, 255} {
		require.False(t, u.IsValid())
		require.Zero(t, u.Days())
		require.Zero(t, u.PerYear())
	}
	_, err := rapport.Unit(4).MarshalText()
	require.ErrorAs(t, err, &refused)
	require.EqualError(t, err, `rapport: "Unit(4)" is not a unit of time: want day, week or month`)

	var none rapport.Unit
	text, err := none.MarshalText()
	require.NoError(t, err)
	require.Empty(t, text)
	u := rapport.Week
	require.Error(t, u.UnmarshalText([]byte("weeks")))
	require.Equal(t, rapport.Week, u, "an error changes nothing")
	require.NoError(t, u.UnmarshalText(nil))
	require.Equal(t, none, u)
}
