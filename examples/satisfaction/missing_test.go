package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMissingAnswers(t *testing.T) {
	var want struct {
		Mean     stored `json:"mean_replacement_csem"`
		Casewise stored `json:"casewise_csem"`
		Pairwise stored `json:"pairwise_semPLS"`
		Cells    int    `json:"missing_cells"`
	}
	reference(t, "mobi-missing_path_modeA.json", &want)
	path := refPath(t, "data/mobi_missing.csv")
	for treatment, fit := range map[string]stored{"mean": want.Mean, "casewise": want.Casewise, "pairwise": want.Pairwise} {
		got := documentOf(t, "", "-responses", path, "-missing", treatment, "-tol", "1e-13")
		c := comparison{t: t, tolerance: 1e-9}
		c.fit(fit, got)
		c.report()
		require.Contains(t, got.Warnings[0], "missing_answers: 194 answers are missing in 194 of 250 rows")
		require.Equal(t, treatment, got.Settings["missing"])
	}
	require.Equal(t, 194, want.Cells)
}

// An empty field, NA and spaces around them are missing; without -missing a SPEC.json
// says what becomes of them.
func TestMissingForms(t *testing.T) {
	text := invented()
	got := documentOf(t, text)
	require.Equal(t, documentOf(t, "").Paths, got.Paths)
	require.Equal(t, got, documentOf(t, strings.ReplaceAll(text, ",NA", ", ")))
	require.Equal(t, got, documentOf(t, strings.ReplaceAll(text, ",NA", ", NA ")))
}

// A field that nobody reads may be one misspelt: here missing answers are treated by the
// default, and the report says what was skipped.
func TestSkippedFieldsAreWarnings(t *testing.T) {
	spec := strings.Replace(twoBlocks, `"target"`, `"mising": "casewise", "target"`, 1)
	got := documentOf(t, survey(map[[2]int]string{{5, 2}: ""}), "-model", fileOf(t, "spec.json", spec))
	require.Equal(t, "unknown_field: mising is no field of a specification and was skipped", got.Warnings[0])
	require.Contains(t, got.Warnings[1], "missing_answers: ")
}
