package satisfaction_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction"
)

// 40 answers with mean 4 and 28 = 70 % of them in the top two: just a go.
func pilotMarks(n int) []float64 {
	marks := slices.Repeat([]float64{5}, 16)
	marks = append(marks, slices.Repeat([]float64{4}, 12)...)
	marks = append(marks, slices.Repeat([]float64{3}, 8)...)
	marks = append(marks, slices.Repeat([]float64{2}, 4)...)
	return marks[:n]
}

func TestPilot(t *testing.T) {
	for _, c := range []struct {
		name  string
		marks []float64
		rule  satisfaction.PilotRule
		want  satisfaction.PilotDecision
		met   []bool
	}{
		{"just met", pilotMarks(40), satisfaction.PilotRule{}, satisfaction.PilotGo, []bool{true, true, true}},
		{"one too few", pilotMarks(39), satisfaction.PilotRule{}, satisfaction.PilotUndecided, []bool{false, true, true}},
		{"fewer wanted", pilotMarks(39), satisfaction.PilotRule{MinN: 39}, satisfaction.PilotGo, []bool{true, true, true}},
		{"mean missed", append(pilotMarks(39), 1), satisfaction.PilotRule{}, satisfaction.PilotNoGo, []bool{true, false, true}},
		{"share missed", pilotMarks(40), satisfaction.PilotRule{MinTopShare: 0.71}, satisfaction.PilotNoGo, []bool{true, true, false}},
		{"box of five", pilotMarks(40), satisfaction.PilotRule{From: 5, To: 5}, satisfaction.PilotNoGo, []bool{true, true, false}},
		{"nobody", nil, satisfaction.PilotRule{}, satisfaction.PilotUndecided, []bool{false, false, false}},
	} {
		got, err := satisfaction.EvaluatePilot(columnOf(t, scale(1, 5), nil, c.marks...), c.rule)
		require.NoError(t, err)
		require.Equal(t, c.want, got.Decision, c.name)
		for i, criterion := range got.Criteria {
			require.Equal(t, c.met[i], criterion.Met, "%s: %+v", c.name, criterion)
		}
	}
	got, err := satisfaction.EvaluatePilot(columnOf(t, scale(1, 5), nil, append(pilotMarks(40), math.NaN())...), satisfaction.PilotRule{MinMean: 3})
	require.NoError(t, err)
	require.Equal(t, 1, got.Missing)
	require.True(t, got.Criteria[1].Certain)  // all of the interval is above 3
	require.False(t, got.Criteria[2].Certain) // .55 to .82 holds .7
	require.True(t, got.Mean.Mean.HasInterval() && got.Top.Share.HasInterval())
}

func ExampleEvaluatePilot() {
	column, err := satisfaction.NewColumn(satisfaction.Item{Key: "plan", Low: 1, High: 5}, pilotMarks(40), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	pilot, err := satisfaction.EvaluatePilot(column, satisfaction.PilotRule{MinN: 40, MinMean: 4, MinTopShare: 0.7})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(pilot.Decision)
	for _, c := range pilot.Criteria {
		fmt.Printf("%s %v of %v: %v\n", c.Name, c.Value, c.Wanted, c.Met)
	}
	// Output:
	// go
	// answers 40 of 40: true
	// mean 4 of 4: true
	// top_share 0.7 of 0.7: true
}

func TestPilotErrors(t *testing.T) {
	c := columnOf(t, scale(1, 5), nil, 4)
	for _, rule := range []satisfaction.PilotRule{{MinN: -1}, {MinMean: 6}, {MinMean: math.NaN()}, {MinTopShare: 1.1}, {MinTopShare: -0.1}, {Level: 1}} {
		_, err := satisfaction.EvaluatePilot(c, rule)
		_, ok := errors.AsType[*satisfaction.ArgumentError](err)
		require.True(t, ok, "%+v: %v", rule, err)
	}
	_, err := satisfaction.EvaluatePilot(c, satisfaction.PilotRule{From: 0, To: 5})
	_, ok := errors.AsType[*satisfaction.BoxError](err)
	require.True(t, ok)
}
