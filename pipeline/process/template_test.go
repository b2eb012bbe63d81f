package process_test

import (
	"encoding/json"
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
		require.NotEmpty(t, d.Label, d.ID)
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

// A limit that has passed fires its trigger when the host looks. That must help: the record
// leaves the stage, enters it anew, or is asked for a later date. And it must be possible
// by a clock, that knows neither fields nor votes but the date of the limit.
func TestPassedLimitsDoNotFireForEver(t *testing.T) {
	known := []string{"average_balance"} // of the accounts, which the host reads at each review
	for _, template := range process.All() {
		d := template.Definition
		for _, s := range d.Stages {
			for _, l := range s.Limits {
				for _, transition := range d.Transitions {
					if l.Trigger != transition.Trigger || !slices.Contains(transition.From, s.ID) && !slices.Contains(transition.From, s.Within) {
						continue
					}
					gate := transition.Gate
					postponed := slices.ContainsFunc(gate.Deadlines, func(deadline pipeline.Deadline) bool { return deadline.Field == l.Field })
					moves := !transition.Internal && (transition.To != s.ID || l.Field == "")
					require.True(t, moves || postponed, "%s: limit %s of %s", d.ID, l.ID, s.ID)
					fields := gate.Fields
					if !transition.Internal && !transition.Back && transition.Reasons == "" {
						fields = slices.Concat(fields, s.Leave.Fields)
					}
					for _, field := range fields {
						require.Contains(t, append(known, l.Field), field, "%s: limit %s of %s", d.ID, l.ID, s.ID)
					}
					require.Empty(t, gate.Checklists, d.ID)
					require.Empty(t, gate.Approvals, d.ID)
					require.Empty(t, gate.Parts, d.ID)
					require.Empty(t, transition.Roles, d.ID)
				}
			}
		}
	}
}

func TestTemplatesAreJSON(t *testing.T) {
	for _, template := range process.All() {
		text, err := template.Definition.Text()
		require.NoError(t, err)
		read, err := pipeline.ParseDefinition(text)
		require.NoError(t, err)
		require.Equal(t, template.Definition, read)
		again, err := read.Text()
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))

		whole, err := json.Marshal(template)
		require.NoError(t, err)
		var back process.Template
		require.NoError(t, json.Unmarshal(whole, &back))
		require.Equal(t, template, back)
	}
}
