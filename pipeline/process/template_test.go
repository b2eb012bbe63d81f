package process_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

func compiled(t *testing.T, d pipeline.Definition) *pipeline.Machine {
	t.Helper()
	m, err := pipeline.Compile(d, process.Options(nil))
	require.NoError(t, err, d.ID)
	return m
}

// Twelve is what requirement I3 asks for: ten trades, claims apart from requests, trucks
// apart from cars.
func TestAllCompileWithoutWarning(t *testing.T) {
	all := process.All()
	require.GreaterOrEqual(t, len(all), 12)
	for _, template := range all {
		t.Run(template.Definition.ID, func(t *testing.T) {
			require.Empty(t, pipeline.Inspect(template.Definition, process.Options(nil)))
			m := compiled(t, template.Definition)
			require.Empty(t, m.Warnings())
			require.Equal(t, template.Definition, m.Definition())
		})
	}
}

func TestLookup(t *testing.T) {
	for i, template := range process.All() {
		found, ok := process.Lookup(template.Definition.ID)
		require.True(t, ok)
		require.Equal(t, template, found)
		require.False(t, slices.ContainsFunc(process.All()[:i], func(other process.Template) bool {
			return other.Definition.ID == template.Definition.ID
		}), template.Definition.ID)
	}
	_, ok := process.Lookup("none")
	require.False(t, ok)
}

// A template is made anew for each caller.
func TestTemplatesAreNotShared(t *testing.T) {
	first := process.All()
	for i := range first {
		first[i].Definition.Stages[0].Label = "changed"
		first[i].KPIs[0].Name = "changed"
	}
	for _, template := range process.All() {
		require.NotEqual(t, "changed", template.Definition.Stages[0].Label)
		require.NotEqual(t, "changed", template.KPIs[0].Name)
	}
}

func TestTemplatesAreComplete(t *testing.T) {
	ids := make(map[string]bool)
	for _, template := range process.All() {
		ids[template.Definition.ID] = true
	}
	for _, template := range process.All() {
		d := template.Definition
		require.NotEmpty(t, template.Trade, d.ID)
		require.NotEmpty(t, template.About, d.ID)
		for _, s := range d.Stages {
			require.NotEmpty(t, s.Label, d.ID)
			if s.Kind == pipeline.Open {
				require.Zero(t, s.Probability, "%s %s: history gives probabilities", d.ID, s.ID)
			}
		}
		for _, part := range d.Parts {
			require.True(t, ids[part.Process], "%s: part %s", d.ID, part.Name)
		}
		for _, segment := range template.Segments {
			require.NotEmpty(t, segment.ID, d.ID)
			require.NotEmpty(t, segment.Rule, d.ID)
		}
	}
}
