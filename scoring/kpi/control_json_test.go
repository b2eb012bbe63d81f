package kpi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Charts come back from their JSON with the defaults written out, and to the same bytes.
func TestChartFormat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ chart, back, want any }{
		{kpi.Shewhart{Center: 10, Sigma: 2, Rules: kpi.WesternElectric()}, new(kpi.Shewhart), &kpi.Shewhart{Center: 10, Sigma: 2, Width: 3, Rules: kpi.WesternElectric()}},
		{kpi.Shewhart{Sigma: 1, Width: 2.5}, new(kpi.Shewhart), &kpi.Shewhart{Sigma: 1, Width: 2.5}},
		{kpi.EWMA{Center: 1, Sigma: 2, Lambda: 0.2}, new(kpi.EWMA), &kpi.EWMA{Center: 1, Sigma: 2, Lambda: 0.2, Width: 3}},
		{kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: 5, HeadStart: 2.5, Sides: kpi.LowerSide}, new(kpi.CUSUM), &kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: 5, HeadStart: 2.5, Sides: kpi.LowerSide}},
		{kpi.RateChart{Kind: kpi.Rates, Center: 3}, new(kpi.RateChart), &kpi.RateChart{Kind: kpi.Rates, Center: 3, Width: 3, Inflation: 1}},
		{kpi.RateChart{Kind: kpi.Proportions, Center: 0.3, Inflation: 1.5}, new(kpi.RateChart), &kpi.RateChart{Kind: kpi.Proportions, Center: 0.3, Width: 3, Inflation: 1.5}},
	} {
		text, err := json.Marshal(c.chart)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, c.back), string(text))
		require.Equal(t, c.want, c.back)
		again, err := json.Marshal(c.back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		for old, wrong := range map[string]string{`"format":1`: `"format":2`, `"chart":"`: `"chart":"x`, `"center":`: `"else":`, `"width":`: `"width":-9`, `"sides":`: `"sides":0`} {
			broken := strings.Replace(string(text), old, wrong, 1)
			if !strings.Contains(broken, "null") || broken == string(text) || strings.Contains(broken, "-9null") {
				continue
			}
			require.Error(t, json.Unmarshal([]byte(broken), c.back), broken)
			require.Equal(t, c.want, c.back, "unchanged")
		}
	}
	for _, invalid := range []any{kpi.Shewhart{}, kpi.EWMA{}, kpi.CUSUM{}, kpi.RateChart{}} {
		_, err := json.Marshal(invalid)
		require.ErrorAs(t, err, new(*kpi.InputError))
	}
	var e kpi.EWMA
	var wrong *kpi.StateError
	err := json.Unmarshal([]byte(`{"format":1,"chart":"shewhart","center":0,"sigma":1,"width":3,"rules":[],"lambda":null,"asymptotic":null,"reference":null,"decision":null,"head_start":null,"sides":null,"inflation":null}`), &e)
	require.ErrorAs(t, err, &wrong)
	err = json.Unmarshal([]byte(`{"format":1,"chart":"ewma","center":0,"sigma":1,"width":3,"rules":[],"lambda":0.1,"asymptotic":true}`), &e)
	require.ErrorAs(t, err, &wrong)
	require.EqualError(t, err, "kpi: chart: ewma: rules is there true, want false")
}
