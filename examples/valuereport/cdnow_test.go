package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
)

// cdnow runs the acceptance command of the program on the real data set.
func cdnow(t *testing.T) written {
	t.Helper()
	path, err := refdata.Path("data/cdnow_sample.csv")
	if err != nil {
		t.Skip(err)
	}
	return runJSON(t, "-transactions", path, "-unit", "week", "-until", "1997-09-30", "-horizon", "39", "-model", "bgnbd")
}

// reference is what the tests read of the reference results for CDNOW: maxima
// and 40-digit truths of twenty customers, computed independently.
type reference struct {
	Models struct {
		BGNBD struct {
			MLE     referenceFit `json:"mle"`
			Holdout struct {
				ExpectedTotal float64 `json:"expected_total"`
			} `json:"holdout"`
			Customers []struct {
				ID    string  `json:"customer_id"`
				X     int     `json:"x"`
				TX    float64 `json:"t_x"`
				T     float64
				Truth struct {
					PAlive float64            `json:"palive"`
					CET    map[string]float64 `json:"cet"`
				} `json:"truth"`
			} `json:"customers"`
		} `json:"bgnbd"`
		GG struct {
			MLE       referenceFit `json:"mle"`
			Customers []struct {
				ID    string  `json:"customer_id"`
				MX    float64 `json:"m_x"`
				Truth struct {
					ExpectedSpend float64 `json:"expected_spend"`
				} `json:"truth"`
			} `json:"customers"`
		} `json:"gg"`
	} `json:"models"`
}

type referenceFit struct {
	Params        map[string]float64 `json:"params"`
	LogLikelihood float64            `json:"loglik"`
	SE            map[string]float64 `json:"se"`
	Spenders      int                `json:"n_spenders"`
}

func cdnowReference(t *testing.T) reference {
	t.Helper()
	path, err := refdata.Path("reference/clv/cdnow_sample.json")
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var ref reference
	require.NoError(t, json.Unmarshal(text, &ref))
	return ref
}

func TestCDNOW(t *testing.T) {
	got, ref := cdnow(t), cdnowReference(t)

	for _, model := range []struct {
		name string
		got  writtenFit
		want referenceFit
	}{{"bgnbd", got.Model, ref.Models.BGNBD.MLE}, {"gammagamma", *got.Spend, ref.Models.GG.MLE}} {
		require.Equal(t, model.name, model.got.Name)
		require.True(t, model.got.Converged)
		require.Empty(t, model.got.Warnings)
		require.GreaterOrEqual(t, model.got.LogLikelihood, model.want.LogLikelihood-1e-6, "the likelihood must reach the stored maximum")
		for name, want := range model.want.Params {
			// The stored maximum has a gradient of up to 1e-8, so its own digits end
			// about there.
			require.InEpsilon(t, want, model.got.Params[name], 1e-7, "%s of %s", name, model.name)
			require.InEpsilon(t, model.want.SE[name], *model.got.StdErrors[name], 1e-4, // the stored ones are from finite differences
				"standard error of %s of %s", name, model.name)
		}
	}
	require.Equal(t, 2357, got.Model.Customers)
	require.Len(t, got.Customers, 2357)
	require.Zero(t, got.CustomersAfterCalibration)
	require.True(t, slices.IsSortedFunc(got.Customers, func(a, b writtenCustomer) int { return strings.Compare(a.ID, b.ID) }))

	require.Equal(t, 39.0, got.Holdout.Periods)
	require.Equal(t, 1882, got.Holdout.Actual)
	require.InDelta(t, ref.Models.BGNBD.Holdout.ExpectedTotal, got.Holdout.Predicted, 1e-3)
	require.Len(t, got.Holdout.ByPeriod, 39)
	require.InEpsilon(t, got.Holdout.Predicted, sumOf(got.Holdout.ByPeriod, func(p periodTotal) float64 { return p.Predicted }), 1e-10)
	require.InEpsilon(t, got.Holdout.Predicted, sumOf(got.Holdout.ByFrequency, func(f frequencyTotal) float64 { return f.Predicted }), 1e-10)
	require.Equal(t, 1411, got.Holdout.ByFrequency[0].Customers, "customers without repeat purchase")

	lines := map[string]writtenCustomer{}
	tiers := map[string]int{}
	for _, c := range got.Customers {
		lines[c.ID] = c
		tiers[c.Tier]++
	}
	require.Equal(t, map[string]int{"VIP": 24, "major": 94, "ordinary": 354, "small": 1885}, tiers, "ceil of 1, 5 and 20 % of 2357")
	for _, want := range ref.Models.BGNBD.Customers {
		c := lines[want.ID]
		require.Equal(t, want.X, c.X, "x of %s", want.ID)
		require.InDelta(t, want.TX, c.TX, 1e-12)
		require.InDelta(t, want.T, c.T, 1e-12)
		// The truths are at the parameters rounded to ten digits.
		require.InEpsilon(t, want.Truth.PAlive, c.PAlive, 1e-8, "P(alive) of %s", want.ID)
		require.InEpsilon(t, want.Truth.CET["39.0"], c.Expected, 1e-8, "expected transactions of %s", want.ID)
	}
	for _, want := range ref.Models.GG.Customers {
		c := lines[want.ID]
		require.InEpsilon(t, want.Truth.ExpectedSpend, *c.ExpectedSpend, 1e-8, "expected spend of %s", want.ID)
		if c.X > 0 {
			require.InEpsilon(t, want.MX, *c.Spend, 1e-9, "mean spend of %s", want.ID)
		}
		require.InEpsilon(t, *c.ExpectedSpend*c.Expected, *c.Value, 1e-9)
	}
}

func TestCDNOWPageAndTable(t *testing.T) {
	path, err := refdata.Path("data/cdnow_sample.csv")
	if err != nil {
		t.Skip(err)
	}
	for format, wants := range map[string][]string{
		"table": {"BG/NBD: r 0.24259", "1,882 repeat purchases came, forecast 1,653.4 purchases (95", "VIP"},
		"html":  {"<svg", "1,882 came; forecast 1,653 (95", "What each customer is worth"},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 0, run(t.Context(), []string{"-transactions", path, "-until", "1997-09-30", "-horizon", "39", "-format", format}, nil, &stdout, &stderr), stderr.String())
		for _, want := range wants {
			require.Contains(t, stdout.String(), want)
		}
		require.NotContains(t, stdout.String(), "NaN")
	}
}
