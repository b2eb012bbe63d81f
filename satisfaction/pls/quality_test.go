package pls_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// drawnModel draws a model of two to four constructs in a chain, with more paths that
// go forward.
func drawnModel(t *rapid.T) pls.Model {
	var model pls.Model
	count := rapid.IntRange(2, 4).Draw(t, "constructs")
	for j := range count {
		c := pls.Construct{Name: fmt.Sprint("C", j), Mode: pls.Mode(rapid.IntRange(0, 2).Draw(t, "mode"))}
		for i := range rapid.IntRange(1, 3).Draw(t, "items") {
			c.Items = append(c.Items, fmt.Sprint("x", j, i))
		}
		model.Constructs = append(model.Constructs, c)
		for from := range j {
			if from == j-1 || rapid.Bool().Draw(t, "path") {
				model.Paths = append(model.Paths, pls.Path{From: fmt.Sprint("C", from), To: c.Name})
			}
		}
	}
	return model
}

func itemsOf(model pls.Model) []string {
	var out []string
	for _, c := range model.Constructs {
		out = append(out, c.Items...)
	}
	return out
}

// drawnAnswers draws whole answers 1 to 10, or any numbers.
func drawnAnswers(t *rapid.T, items, rows int) []float64 {
	answer := rapid.Map(rapid.IntRange(1, 10), func(v int) float64 { return float64(v) })
	if rapid.IntRange(0, 3).Draw(t, "any") == 0 {
		answer = rapid.OneOf(answer, rapid.Float64Range(-1e100, 1e100))
	}
	return rapid.SliceOfN(answer, items*rows, items*rows).Draw(t, "answers")
}

// No figure is infinite or no number, and those that are bounded keep their bounds,
// whatever the answers.
func TestQualityProperties(t *testing.T) {
	require.NotEmpty(t, unsound([]any{pls.Figure{Value: 1}})) // the check itself
	require.NotEmpty(t, unsound([]any{math.NaN()}))
	rapid.Check(t, func(t *rapid.T) {
		model := drawnModel(t)
		items := itemsOf(model)
		rows := rapid.IntRange(len(items), 25).Draw(t, "rows")
		data, err := pls.NewData(items, drawnAnswers(t, len(items), rows), nil)
		require.NoError(t, err)
		options := pls.Options{
			Scheme:        pls.Scheme(rapid.IntRange(0, 2).Draw(t, "scheme")),
			Consistent:    rapid.Bool().Draw(t, "consistent"),
			MaxIterations: rapid.SampledFrom([]int{1, 300}).Draw(t, "iterations"),
		}
		result, _ := pls.Fit(model, data, &options)
		if result == nil {
			return
		}
		q := result.Quality()
		require.Empty(t, unsound(*q))
		require.Equal(t, len(q.Inadmissible) == 0, q.Admissible)
		for _, r := range q.Reliability {
			require.GreaterOrEqual(t, r.First, r.Second)
			if !options.Consistent && r.AVE.Exists {
				require.LessOrEqual(t, r.AVE.Value, 1+1e-9)
			}
			require.LessOrEqual(t, r.Alpha.Value, 1+1e-9)
		}
		for _, v := range q.ItemVIFs {
			require.True(t, !v.VIF.Exists || v.VIF.Value >= 1-1e-9)
		}
		for _, d := range q.Discriminant {
			require.True(t, !d.HTMT.Exists || d.HTMT.Value >= 0)
		}
		for i, e := range q.EffectSizes {
			// Rounding counts by the collinearity, and by what the model leaves unexplained.
			end, _ := result.Construct(e.To)
			precise := q.PathVIFs[i].VIF.Exists && q.PathVIFs[i].VIF.Value < 1e4 && end.R2 < 1-1e-4
			if !options.Consistent && e.SameScores.Exists && precise {
				require.GreaterOrEqual(t, e.SameScores.Value, -1e-7, "%v", e.Path)
			}
		}
		importance, err := result.ImportanceMap("C1", nil)
		if err == nil {
			require.Empty(t, unsound(*importance))
		}
	})
}

// unsound returns what in a value is no finite number, or a figure with a value that
// does not exist.
func unsound(value any) []string {
	var out []string
	visit := cmp.FilterValues(func(a, b float64) bool { return a-a != 0 }, cmp.Comparer(func(a, b float64) bool {
		out = append(out, fmt.Sprint(a))
		return true
	}))
	figures := cmp.FilterValues(func(a, b pls.Figure) bool { return !a.Exists && a != pls.Figure{} }, cmp.Comparer(func(a, b pls.Figure) bool {
		out = append(out, fmt.Sprint(a))
		return true
	}))
	cmp.Equal(value, value, visit, figures)
	return out
}

// The order of items, of constructs and of paths, and the unit of an answer, change
// nothing.
func TestQualityDoesNotDependOnOrderOrUnits(t *testing.T) {
	model := mobiModel(t, "mobi-ecsi", pls.ModeA)
	mobi := survey(t, "mobi.csv")
	before, err := pls.Fit(model, mobi, &pls.Options{Tolerance: 1e-13})
	require.NoError(t, err)
	for _, c := range model.Constructs {
		slices.Reverse(c.Items)
	}
	slices.Reverse(model.Constructs)
	slices.Reverse(model.Paths)
	var values []float64
	for row := range mobi.Rows() {
		answers, _ := mobi.Row(row)
		for k, a := range answers {
			values = append(values, a*float64(k+2)-7)
		}
	}
	rescaled, err := pls.NewData(mobi.Items(), values, nil)
	require.NoError(t, err)
	after, err := pls.Fit(model, rescaled, &pls.Options{Tolerance: 1e-13})
	require.NoError(t, err)
	close := cmpopts.EquateApprox(0, 1e-10)
	sorted := func(r *pls.Result) any {
		q := r.Quality()
		slices.SortFunc(q.Reliability, func(a, b pls.Reliability) int { return compare(a.Construct, b.Construct) })
		slices.SortFunc(q.ItemVIFs, func(a, b pls.ItemVIF) int { return compare(a.Item, b.Item) })
		slices.SortFunc(q.PathVIFs, func(a, b pls.PathVIF) int { return compare(a.String(), b.String()) })
		slices.SortFunc(q.EffectSizes, func(a, b pls.EffectSize) int { return compare(a.String(), b.String()) })
		slices.SortFunc(q.Equations, func(a, b pls.Equation) int { return compare(a.Construct, b.Construct) })
		for i := range q.Reliability {
			q.Reliability[i].RawAlpha = pls.Figure{} // of the answers in their units
		}
		return []any{q.Reliability, q.ItemVIFs, q.PathVIFs, q.EffectSizes, q.Equations, q.Fit, len(q.Warnings)}
	}
	require.Empty(t, cmp.Diff(sorted(before), sorted(after), close))
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Among the warnings of the mobile-phone survey are those that its analysts name: the
// price question of loyalty, and constructs that customers hardly tell apart.
func TestWarnings(t *testing.T) {
	var weak, similar []string
	for _, f := range mobiFit(t, "mobi-ecsi", pls.ModeA, pls.Options{}).Warnings() {
		switch f.Code {
		case pls.WeakItem:
			weak = append(weak, fmt.Sprintf("%s %.4f", f.Item, f.Value))
		case pls.SimilarConstructs:
			similar = append(similar, fmt.Sprintf("%s %s %.4f", f.Construct, f.Other, f.Value))
		}
	}
	require.Equal(t, []string{"CUSL2 0.2020"}, weak)
	require.Equal(t, []string{
		"Image Quality 0.9287", "Image Satisfaction 0.9101",
		"Quality Satisfaction 0.9536", "Satisfaction Loyalty 0.9566",
	}, similar)
	// Corrected for attenuation, paths to loyalty turn their sign.
	var reversed []string
	for _, f := range mobiFit(t, "mobi-ecsi", pls.ModeA, pls.Options{Consistent: true}).Warnings() {
		if f.Code == pls.ReversedPath {
			reversed = append(reversed, f.Path.String())
		}
	}
	require.Equal(t, []string{"Image->Loyalty", "Expectation->Value", "Complaints->Loyalty"}, reversed)
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		measure pls.Measure
		value   float64
		want    pls.Verdict
	}{
		{pls.MeasureReliability, 0.7, pls.Good}, {pls.MeasureReliability, 0.69, pls.Fair},
		{pls.MeasureReliability, 0.95, pls.Redundant}, {pls.MeasureReliability, 0.59, pls.Poor},
		{pls.MeasureAVE, 0.5, pls.Good}, {pls.MeasureAVE, 0.49, pls.Poor},
		{pls.MeasureLoading, 0.708, pls.Good}, {pls.MeasureLoading, 0.4, pls.Fair}, {pls.MeasureLoading, -0.9, pls.Poor},
		{pls.MeasureHTMT, 0.85, pls.Good}, {pls.MeasureHTMT, 0.9, pls.Fair}, {pls.MeasureHTMT, 0.91, pls.Poor},
		{pls.MeasureVIF, 1, pls.Good}, {pls.MeasureVIF, 4, pls.Fair}, {pls.MeasureVIF, 5.1, pls.Poor},
		{pls.MeasureF2, 0.35, pls.Large}, {pls.MeasureF2, 0.15, pls.Medium}, {pls.MeasureF2, 0.02, pls.Small}, {pls.MeasureF2, 0.01, pls.Negligible},
		{pls.MeasureR2, 0.75, pls.Large}, {pls.MeasureSRMR, 0.08, pls.Good}, {pls.MeasureSRMR, 0.11, pls.Poor},
		{pls.MeasureGoF, 0.36, pls.Large}, {pls.MeasureQ2, 0, pls.Poor}, {pls.MeasureQ2, 1e-9, pls.Good},
	} {
		rule, known := pls.RuleOf(c.measure)
		require.True(t, known)
		require.Equal(t, c.want, rule.Judge(c.value), "%s %v", c.measure, c.value)
		require.NotEmpty(t, rule.Source)
	}
	_, known := pls.RuleOf("luck")
	require.False(t, known)
}
