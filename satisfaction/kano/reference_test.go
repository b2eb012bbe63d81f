package kano_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

func reference(t *testing.T, name string, into any) {
	t.Helper()
	path, err := refdata.Path("reference/satisfaction/" + name)
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}

// transfers reads 358 respondents' answers about six features of money transfers.
func transfers(t testing.TB) []kano.Response {
	t.Helper()
	path, err := refdata.Path("data/kano_transfers.csv")
	if err != nil {
		t.Skip(err)
	}
	rows, err := refdata.Rows(path)
	require.NoError(t, err)
	var responses []kano.Response
	for _, row := range rows[1:] {
		r := kano.Response{Respondent: rapport.ID(row[0]), Feature: row[1]}
		r.Functional, err = kano.ParseAnswer(row[3])
		require.NoError(t, err)
		r.Dysfunctional, err = kano.ParseAnswer(row[4])
		require.NoError(t, err)
		r.Importance, err = strconv.Atoi(row[5])
		require.NoError(t, err)
		responses = append(responses, r)
	}
	return responses
}

func analyze(t require.TestingT, responses []kano.Response, o *kano.Options) *kano.Analysis {
	a, err := kano.Analyze(context.Background(), kano.Rows(responses), o)
	require.NoError(t, err)
	return a
}

func letters(c kano.Counts) map[string]int {
	counts := map[string]int{}
	for _, category := range kano.Categories() {
		counts[category.String()] = int(c.Of(category))
	}
	return counts
}

func value(t require.TestingT, r rapport.Ratio) float64 {
	v, ok := r.Value()
	require.True(t, ok)
	return v
}

func TestTransfers(t *testing.T) {
	var want struct {
		Features map[string]struct {
			N        int            `json:"n"`
			Counts   map[string]int `json:"counts"`
			Mode     string
			Majority string  `json:"category_oam_vs_irq"`
			Strength float64 `json:"category_strength"`
			Total    float64 `json:"total_strength"`
			Better   float64
			Worse    float64
			ChiSq    float64 `json:"chi2_MOAI_equal_df3"`
			Fong     struct {
				Difference  float64
				Threshold   float64
				Significant bool
			} `json:"fong_alpha_0.10"`
			Functional      float64        `json:"continuous_functional_mean"`
			Dysfunctional   float64        `json:"continuous_dysfunctional_mean"`
			FunctionalSD    float64        `json:"continuous_functional_sd"`
			DysfunctionalSD float64        `json:"continuous_dysfunctional_sd"`
			Importance      float64        `json:"importance_mean"`
			ImportantF      float64        `json:"importance_weighted_functional"`
			ImportantD      float64        `json:"importance_weighted_dysfunctional"`
			Skipped         int            `json:"rows_skipped_missing"`
			Pouliot         map[string]int `json:"pouliot_table_counts"`
		}
	}
	reference(t, "kano_transfers.json", &want)
	responses := transfers(t)
	berger := analyze(t, responses, &kano.Options{Rule: kano.Majority})
	pouliot := analyze(t, responses, &kano.Options{Table: kano.Pouliot})
	narrow := analyze(t, responses, &kano.Options{Coding: kano.Narrow})
	require.Len(t, want.Features, 6)
	require.Len(t, berger.Features, 6)
	require.Equal(t, kano.Berger, berger.Table)
	require.Equal(t, kano.Majority, berger.Rule)
	worst := 0.0
	close := func(want, got float64, what string) {
		t.Helper()
		require.InEpsilon(t, want, got, 1e-12, what)
		worst = max(worst, math.Abs(got/want-1))
	}
	for name, w := range want.Features {
		f := berger.Feature(name)
		require.NotNil(t, f, name)
		require.Equal(t, w.N, f.N)
		require.Equal(t, w.Skipped, f.Skipped)
		require.Equal(t, w.Counts, letters(f.Counts))
		require.Equal(t, w.Pouliot, letters(pouliot.Feature(name).Counts))
		require.Equal(t, f.Counts, f.Weighted)
		require.Equal(t, float64(w.N), f.EffectiveN)
		require.Equal(t, w.Mode, f.Verdicts.Mode.String())
		require.Equal(t, w.Majority, f.Category.String())
		require.Equal(t, w.Fong.Significant, f.Fong.Significant)
		require.Equal(t, w.Fong.Difference, f.Fong.Difference)
		close(w.Fong.Threshold, f.Fong.Threshold, "Fong's threshold")
		close(w.Strength, value(t, f.CategoryStrength), "category strength")
		close(w.Total, value(t, f.TotalStrength), "total strength")
		close(w.Better, f.Better.Value, "better")
		close(w.Worse, f.Worse.Value, "worse")
		close(w.ChiSq, f.Equality.Statistic, "chi-square")
		require.Equal(t, 3, f.Equality.DF)
		require.Less(t, f.Equality.P, 1e-4)
		c := f.Continuous
		close(w.Functional, c.Functional.Value, "functional mean")
		close(w.Dysfunctional, c.Dysfunctional.Value, "dysfunctional mean")
		close(w.FunctionalSD, c.FunctionalSD.Value, "functional sd")
		close(w.DysfunctionalSD, c.DysfunctionalSD.Value, "dysfunctional sd")
		close(w.FunctionalSD/math.Sqrt(358), c.Functional.SE, "standard error")
		close(w.Importance, f.Importance.Value, "importance")
		close(w.ImportantF, value(t, c.ImportantFunctional), "functional by importance")
		close(w.ImportantD, value(t, c.ImportantDysfunctional), "dysfunctional by importance")
		n := narrow.Feature(name).Continuous
		close(w.Functional/4, n.Functional.Value, "functional mean, narrow")
		close(w.DysfunctionalSD/4, n.DysfunctionalSD.Value, "dysfunctional sd, narrow")
		require.Equal(t, c.Quadrant, n.Quadrant)
		for _, e := range []rapport.Estimate{f.Better, f.Worse, f.Importance, c.Functional, c.FunctionalSD} {
			require.NoError(t, e.Validate())
		}
	}
	t.Logf("largest relative difference %.1e", worst)
	require.Equal(t, kano.Attractive, berger.Feature("F9").Continuous.Quadrant)
	require.Equal(t, kano.OneDimensional, berger.Feature("F10").Continuous.Quadrant)
	require.Equal(t, kano.Indifferent, berger.Feature("F6").Continuous.Quadrant)
}

func TestPublishedTransfers(t *testing.T) {
	var want struct {
		Rows []struct {
			Feature          string
			Importance       float64 `json:"importance_mean"`
			A, O, M, I, R, Q float64
			Category         string
			Better, Worse    float64
		}
	}
	reference(t, "kano_transfers_published.json", &want)
	a := analyze(t, transfers(t), &kano.Options{Table: kano.Pouliot, Rule: kano.Majority})
	require.Len(t, want.Rows, 6)
	for _, w := range want.Rows {
		f := a.Feature(w.Feature)
		require.Equal(t, kano.Counts{M: w.M, O: w.O, A: w.A, I: w.I, R: w.R, Q: w.Q}, f.Counts)
		require.Equal(t, w.Category, f.Category.String())
		require.InDelta(t, w.Better, f.Better.Value, 5.1e-8, w.Feature) // seven printed decimals
		require.InDelta(t, w.Worse, f.Worse.Value, 5.1e-8, w.Feature)
		require.InDelta(t, w.Importance, f.Importance.Value, 5.1e-7, w.Feature) // seven digits
	}
}

func TestPublishedCounts(t *testing.T) {
	var want struct {
		Rows []struct {
			Feature          string
			N                float64
			M, O, A, I, R, Q float64
			Mode             string  `json:"max_category"`
			Priority         string  `json:"moai_rule_category"`
			Total            float64 `json:"total_strength_pct"`
			Strength         float64 `json:"category_strength_pct"`
			Better, Worse    float64
			Difference       float64 `json:"fong_difference"`
			Threshold        float64 `json:"fong_threshold"`
			Fong             string  `json:"fong_published"`
			ChiSq            float64 `json:"chi2_published"`
		}
	}
	reference(t, "kano_published_counts.json", &want)
	require.Len(t, want.Rows, 5)
	for _, w := range want.Rows {
		c := kano.Counts{M: w.M, O: w.O, A: w.A, I: w.I, R: w.R, Q: w.Q}
		p, err := c.Profile(0.95)
		require.NoError(t, err)
		require.Equal(t, w.N, c.Sum())
		require.Equal(t, w.Mode, p.Verdicts.Mode.String(), w.Feature)
		require.Equal(t, w.Priority, p.Verdicts.Priority.String(), w.Feature)
		require.Equal(t, w.Total, math.Round(100*value(t, p.TotalStrength)), w.Feature)
		require.Equal(t, w.Strength, math.Round(100*value(t, p.CategoryStrength)), w.Feature)
		require.InDelta(t, w.Better, p.Better.Value, 5e-4, w.Feature)
		require.InDelta(t, w.Worse, p.Worse.Value, 5e-4, w.Feature)
		require.Equal(t, w.Difference, p.Fong.Difference)
		require.InEpsilon(t, w.Threshold, p.Fong.Threshold, 1e-12)
		verdict := map[bool]string{true: "sig", false: "ns"}[p.Fong.Significant]
		require.Equal(t, w.Fong, fmt.Sprintf("%v vs %.1f %s", p.Fong.Difference, p.Fong.Threshold, verdict))
		require.InDelta(t, w.ChiSq, p.Equality.Statistic, 5.1e-3, w.Feature)
	}
}

func TestFuzzyReference(t *testing.T) {
	var want struct {
		Functional    kano.Membership    `json:"functional_membership"`
		Dysfunctional kano.Membership    `json:"dysfunctional_membership"`
		Degrees       map[string]float64 `json:"category_membership"`
		Alpha         float64            `json:"alpha_cut"`
		Kept          []kano.Category    `json:"categories_kept"`
	}
	reference(t, "kano_fuzzy_example.json", &want)
	got, err := kano.Berger.Fuzzy(want.Functional, want.Dysfunctional)
	require.NoError(t, err)
	require.Len(t, want.Degrees, 6)
	for letter, degree := range want.Degrees {
		category, err := kano.ParseCategory(letter)
		require.NoError(t, err)
		require.InDelta(t, degree, got.Degrees.Of(category), 1e-15)
	}
	kept, err := got.Kept(want.Alpha)
	require.NoError(t, err)
	require.Equal(t, want.Kept, kept)
}
