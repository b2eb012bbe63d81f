package btyd_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestPosteriorRoundTrip(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 60, 9)
	o := short()
	o.Priors = []btyd.Prior{btyd.GammaPrior("r", 2, 1)}
	p := samplePareto(t, summaries, math.MaxUint64, o)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	var back btyd.Posterior
	require.NoError(t, json.Unmarshal(text, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.Empty(t, cmp.Diff(p.Summary(), back.Summary()))
	require.Empty(t, cmp.Diff(p.Report(), back.Report()))
	require.Equal(t, p.Priors(), back.Priors())
	a, err := p.Customers(t.Context(), summaries, 10, 0.9)
	require.NoError(t, err)
	b, err := back.Customers(t.Context(), summaries, 10, 0.9)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(a, b))
}

func TestPosteriorFilesThatAreRefused(t *testing.T) {
	p := samplePareto(t, cdnowLike(true).customers(t, 60, 9), 1, short())
	text, err := json.Marshal(p)
	require.NoError(t, err)
	for name, spoil := range map[string]func(file map[string]any){
		"kind":           func(f map[string]any) { f["kind"] = "rapport/paretonbd" },
		"version":        func(f map[string]any) { f["version"] = 2 },
		"unit":           func(f map[string]any) { f["unit"] = "" },
		"customers":      func(f map[string]any) { f["customers"] = 0 },
		"repeaters":      func(f map[string]any) { f["repeaters"] = 61 },
		"thin":           func(f map[string]any) { f["thin"] = 0 },
		"unknown field":  func(f map[string]any) { f["sigma"] = 1 },
		"no draws":       func(f map[string]any) { f["draws"] = []any{} },
		"no parameters":  func(f map[string]any) { f["draws"].([]any)[0] = []any{} },
		"unequal":        func(f map[string]any) { c := f["draws"].([]any)[1].([]any); c[2] = c[2].([]any)[1:] },
		"few":            func(f map[string]any) { cutDraws(f, 49) },
		"negative":       func(f map[string]any) { f["draws"].([]any)[0].([]any)[0].([]any)[7] = -1 },
		"prior missing":  func(f map[string]any) { f["priors"] = f["priors"].([]any)[1:] },
		"prior kind":     func(f map[string]any) { f["priors"].([]any)[0].(map[string]any)["kind"] = "beta" },
		"prior negative": func(f map[string]any) { f["priors"].([]any)[0].(map[string]any)["values"] = []any{-1, 1} },
		"prior of whom":  func(f map[string]any) { f["priors"].([]any)[0].(map[string]any)["parameter"] = "s" },
	} {
		var file map[string]any
		require.NoError(t, json.Unmarshal(text, &file))
		spoil(file)
		wrong, err := json.Marshal(file)
		require.NoError(t, err)
		var back btyd.Posterior
		require.ErrorIs(t, json.Unmarshal(wrong, &back), btyd.ErrModelFormat, name)
		require.Zero(t, back.Draws(), name)
	}
	for _, wrong := range []string{"", "{}", "[1]", string(text[:len(text)-1]), string(text) + "{}", `{"version":1,` + string(text[1:])} {
		require.ErrorIs(t, new(btyd.Posterior).UnmarshalJSON([]byte(wrong)), btyd.ErrModelFormat)
	}
}

func cutDraws(file map[string]any, n int) {
	for _, chain := range file["draws"].([]any) {
		for i, column := range chain.([]any) {
			chain.([]any)[i] = slices.Clone(column.([]any)[:n])
		}
	}
}
