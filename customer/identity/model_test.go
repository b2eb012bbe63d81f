package identity

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

// The worked example of Fellegi and Sunter's weights: prior 1/1000; name .9 and .01,
// agrees; date .95 and .001, agrees; e-mail .8 and .001, disagrees.
func worked(t testing.TB) *Model {
	schema := Schema{Fields: []Field{{"name", Name}, {"born", Date}, {"email", Email}}}
	m, err := NewModel(schema, 1.0/1000, []Agreement{
		{Match: .9, Other: .01, Frequencies: map[string]float64{"smith": .02, "zuber": .0005}},
		{Match: .95, Other: .001}, {Match: .8, Other: .001}})
	require.NoError(t, err)
	return m
}

func TestExplainWorkedExample(t *testing.T) {
	m := worked(t)
	of := func(id rapport.ID, name, email string) Record {
		return Record{ID: id, Values: []string{name, "1980-06-19", email}}
	}
	e, err := m.Explain(of("a", "Mei Li", "mei@mail.example"), of("b", "mei li", "someone@else.example"))
	require.NoError(t, err)
	require.InDelta(t, 4.0988, e.Weight, 5e-5)
	require.InDelta(t, 0.94486, e.Probability, 5e-6)
	require.Equal(t, "[prior -9.9643 field name exact +6.4919 field born exact +9.8918 field email different -2.3205]",
		fmt.Sprint(e.Contributions))
	for name, bits := range map[string]float64{"Smith": -1, "Zuber": 4.3219} {
		rare, err := m.Explain(of("a", name, ""), of("b", name, ""))
		require.NoError(t, err)
		require.Equal(t, FromFrequency, rare.Contributions[2].Part)
		require.InDelta(t, bits, rare.Contributions[2].Bits, 5e-5)
	}
}

// small is a world of which a model learns something.
func small(t testing.TB) (world, *Table, *Model) {
	w := simulation{entities: 300, duplicated: .3, errors: .1, missing: .1, family: .2, exchanged: .05,
		fields: []string{"given", "family", "birth", "street", "phone"}}.make(3)
	table, err := NewTable(w.schema, w.left, nil)
	require.NoError(t, err)
	m, err := Fit(t.Context(), table, nil, &Options{Exhaustive: -1})
	require.NoError(t, err)
	return w, table, m
}

func TestExplanationsAddUpToTheWeights(t *testing.T) {
	w, table, m := small(t)
	pairs, err := m.Pairs(t.Context(), table, nil)
	require.NoError(t, err)
	require.NotEmpty(t, pairs)
	for _, p := range pairs {
		e, err := m.Explain(w.left[p.Left], w.left[p.Right])
		require.NoError(t, err)
		sum := 0.0
		for _, c := range e.Contributions {
			sum += c.Bits
		}
		require.InDelta(t, p.Weight, sum, 1e-4) // frequencies of tables are kept in 32 bits
		require.InDelta(t, e.Weight, sum, 1e-12)
	}
}

func TestModelReadsBackToTheSameBytes(t *testing.T) {
	_, table, m := small(t)
	for _, m := range []*Model{m, worked(t)} {
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var read Model
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := json.Marshal(&read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		if m.report.Records > 0 {
			want, err := m.Pairs(t.Context(), table, nil)
			require.NoError(t, err)
			got, err := read.Pairs(t.Context(), table, nil)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(want, got))
		}
	}
}

func TestUnmarshalRefusesWhatIsNoModel(t *testing.T) {
	text, err := json.Marshal(worked(t))
	require.NoError(t, err)
	for _, change := range [][2]string{{`"format":1`, `"format":2`}, {`"prior":0.001`, `"prior":1`}, {`"kind":"name"`, `"kind":"code"`},
		{`"parent":-1`, `"parent":7`}, {`0.9`, `1.9`}, {`"slope":1`, `"slope":0`}, {`"format"`, `"Format"`}} {
		bad := strings.Replace(string(text), change[0], change[1], 1)
		require.NotEqual(t, string(text), bad, change)
		m := worked(t)
		err := m.UnmarshalJSON([]byte(bad))
		problem, ok := errors.AsType[*ModelError](err)
		require.True(t, ok, "%v: %v", change, err)
		require.NotEmpty(t, problem.Error())
		kept, err := json.Marshal(m)
		require.NoError(t, err)
		require.Equal(t, string(text), string(kept))
	}
}

func TestOneWorkerOrFour(t *testing.T) {
	w, table, _ := small(t)
	var models []string
	var found [][]Pair
	for _, workers := range []int{1, 4} {
		m, err := Fit(t.Context(), table, nil, &Options{Workers: workers, Exhaustive: -1, Seed: 5})
		require.NoError(t, err)
		text, err := json.Marshal(m)
		require.NoError(t, err)
		pairs, err := m.Pairs(t.Context(), table, nil)
		require.NoError(t, err)
		models, found = append(models, string(text)), append(found, pairs)
	}
	require.Equal(t, models[0], models[1])
	require.Empty(t, cmp.Diff(found[0], found[1]))
	require.NotEmpty(t, w.left)
}

func TestThresholds(t *testing.T) {
	w, table, m := small(t)
	list, err := m.Thresholds()
	require.NoError(t, err)
	require.Len(t, list, 11)
	for i, x := range list[1:] {
		require.LessOrEqual(t, x.Pairs, list[i].Pairs)
		require.LessOrEqual(t, x.Recall.Num, list[i].Recall.Num)
	}
	half := list[4]
	pairs, err := m.Pairs(t.Context(), table, nil)
	require.NoError(t, err)
	require.InDelta(t, float64(len(pairs)), half.Pairs, 1) // counted in bins of weights
	quality := EntityTruth(w.leftTruth, nil).OfPairs(pairs)
	stated, _ := half.Precision.Value()
	precision, _ := quality.Precision.Value()
	require.InDelta(t, precision, stated, .05) // two standard errors of 85 true pairs
	stated, _ = half.Recall.Value()
	recall, _ := quality.Recall.Value()
	require.InDelta(t, recall, stated, .05)
	_, err = m.Thresholds(1)
	_, ok := errors.AsType[*OptionError](err)
	require.True(t, ok)
	none, err := worked(t).Thresholds()
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestBlockingReports(t *testing.T) {
	w, table, m := small(t)
	b, err := m.Blocking(table, nil)
	require.NoError(t, err)
	require.NotEmpty(t, b.Rules)
	require.GreaterOrEqual(t, b.Pairs.Num, m.Report().Candidates)
	var truth [][2]int
	for i := range w.left {
		for k := range i {
			if w.leftTruth[i] == w.leftTruth[k] {
				truth = append(truth, [2]int{k, i})
			}
		}
	}
	complete, err := m.Completeness(table, nil, truth)
	require.NoError(t, err)
	exact, _ := complete.Value()
	stated, _ := m.Report().Completeness().Value()
	require.InDelta(t, exact, stated, .03)
	require.Greater(t, exact, .98)
	_, err = m.Completeness(table, nil, [][2]int{{1, 1}})
	_, ok := errors.AsType[*PairError](err)
	require.True(t, ok)
}

func TestCalibrate(t *testing.T) {
	m := worked(t)
	a := Record{ID: "a", Values: []string{"Mei Li", "1980-06-19", ""}}
	before, err := m.Explain(a, a)
	require.NoError(t, err)
	var labels []Label
	for w := -8.0; w <= 8; w++ { // matches are twice as rare as their weights say
		for i := range 40 {
			labels = append(labels, Label{w, float64(i) < math.Round(40*probability(w-1))})
		}
	}
	c, err := m.Calibrate(labels)
	require.NoError(t, err)
	require.InDelta(t, -1, c.shift, .1)
	require.InDelta(t, 1, c.slope, .1)
	after, err := c.Explain(a, a)
	require.NoError(t, err)
	require.InDelta(t, c.shift+c.slope*before.Weight, after.Weight, 1e-9)
	one, err := m.Calibrate([]Label{{0, false}}) // one label moves a little
	require.NoError(t, err)
	require.Less(t, one.shift, 0.0)
	require.Greater(t, one.shift, -1.0)
	_, err = m.Calibrate(nil)
	require.ErrorIs(t, err, ErrNoLabels)
	_, err = m.Calibrate([]Label{{math.NaN(), true}})
	_, ok := errors.AsType[*OptionError](err)
	require.True(t, ok)
}
