package pls_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// hostile makes answers that are hard in every way that was thought of.
func hostile(t *rapid.T) *pls.Data {
	rows := rapid.SampledFrom([]int{24, 25, 26, 13, 9, 6, 5, 5, 4, 1, 0}).Draw(t, "rows")
	random := numeric.Stream(rapid.Uint64().Draw(t, "seed"), 0)
	columns := make([][]float64, 5)
	for k := range columns {
		columns[k] = make([]float64, rows)
		kind := "plain"
		if rapid.IntRange(0, 3).Draw(t, "hard") == 3 {
			kind = rapid.SampledFrom([]string{"copy", "mirror", "far", "gaps", "dichotomous", "constant", "huge", "largest", "tiny", "denormal", "lone", "any"}).Draw(t, "kind")
		}
		for row := range columns[k] {
			v := random.NormFloat64()
			switch kind {
			case "constant":
				v = .1
			case "huge":
				v *= 1e150
			case "largest":
				v = math.Copysign(math.MaxFloat64, v)
			case "tiny":
				v *= 1e-150
			case "denormal":
				v = math.Copysign(5e-324, v)
			case "copy":
				v = columns[max(k-1, 0)][row]
			case "mirror":
				v = 1 - 2*columns[max(k-1, 0)][row]
			case "far":
				v += 1e12
			case "gaps":
				if row%2 == k%2 {
					v = math.NaN()
				}
			case "lone":
				if row != k {
					v = math.NaN()
				}
			case "dichotomous":
				v = float64(row % 2)
			case "any":
				v = rapid.Float64().Draw(t, "answer")
			}
			if math.IsInf(v, 0) {
				v = 0
			}
			columns[k][row] = v
		}
	}
	var values, weights []float64
	for row := range rows {
		for _, column := range columns {
			values = append(values, column[row])
		}
		weights = append(weights, 1)
		if rapid.Bool().Draw(t, "weight") {
			weights[row] = rapid.SampledFrom([]float64{1e-60, 1e-6, .5, 3, 1e60}).Draw(t, "of")
		}
	}
	data, err := pls.NewData([]string{"a", "b", "c", "d", "e"}, values, weights)
	require.NoError(t, err)
	return data
}

// Whatever the answers, there is a typed error or a result of finite numbers.
func TestHostileAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := hostile(t)
		options := drawOptions(t)
		options.Tolerance, options.MaxIterations = 1e-10, 200
		model := twoBlocks(rapid.SampledFrom([]pls.Mode{pls.ModeA, pls.ModeB, pls.UnitWeights}).Draw(t, "mode"))
		if rapid.Bool().Draw(t, "three") {
			model.Constructs = []pls.Construct{{Name: "Cause", Items: []string{"a", "b"}}, {Name: "Way", Mode: model.Constructs[0].Mode, Items: []string{"c", "d"}}, {Name: "Result", Items: []string{"e"}}}
			model.Paths = append(model.Paths, pls.Path{From: "Cause", To: "Way"}, pls.Path{From: "Way", To: "Result"})
		}
		result, err := pls.Fit(model, data, &options)
		_, slow := errors.AsType[*pls.NotConvergedError](err)
		if err != nil && !slow {
			require.Nil(t, result)
			requireTyped(t, err)
			return
		}
		requireFinite(t, result)
		_, err = result.Scores(data)
		require.NoError(t, err)
	})
}

// The same in stages.
func TestHostileStages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := hostile(t)
		options := drawOptions(t)
		options.Tolerance, options.MaxIterations, options.Consistent = 1e-10, 200, false
		mode := rapid.SampledFrom([]pls.Mode{pls.ModeA, pls.ModeB, pls.UnitWeights}).Draw(t, "mode")
		model := pls.Staged{
			Constructs: []pls.Construct{{Name: "One", Items: []string{"a"}}, {Name: "Other", Items: []string{"b", "c"}}, {Name: "Price", Items: []string{"d"}}, {Name: "Result", Items: []string{"e"}}},
			Paths:      []pls.Path{{From: "Price", To: "Result"}},
		}
		if rapid.Bool().Draw(t, "second order") {
			model.SecondOrder = []pls.SecondOrder{{Name: "Both", Mode: mode, Of: []string{"One", "Other"}}}
			model.Paths = append(model.Paths, pls.Path{From: "Both", To: "Result"})
			model.Moderations = []pls.Moderation{{Predictor: "Both", Moderator: "Price", Target: "Result"}}
		} else {
			model.Paths = append(model.Paths, pls.Path{From: "One", To: "Result"}, pls.Path{From: "Other", To: "Result"})
			model.Moderations = []pls.Moderation{{Predictor: "Other", Moderator: "Other", Target: "Result"}}
		}
		result, err := pls.FitStages(model, data, &options)
		_, slow := errors.AsType[*pls.NotConvergedError](err)
		if err != nil && !slow {
			require.Nil(t, result)
			requireTyped(t, err)
			return
		}
		requireFinite(t, result.Measurement())
		requireFinite(t, result.Structural())
		i := result.Interactions()[0]
		f2, exists := i.F2()
		for _, v := range []float64{i.Slope, i.Change, i.Coefficient, i.R2, i.WithoutR2, f2, i.SlopeAt(-1)} {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0), "%+v", i)
		}
		if exists && options.Missing != pls.Pairwise && options.Missing != pls.PairwiseCorrelation {
			require.GreaterOrEqual(t, f2, 0.)
		}
	})
}

// A construct of the second order with one part is that part.
func TestSecondOrderOfOnePart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab, options := drawTable(t, true), drawOptions(t)
		options.Consistent = false
		if options.Missing == pls.PairwiseCorrelation {
			options.Missing = pls.Casewise // scores of rows do not correlate as the matrix says
		}
		model := drawModel(t, options)
		want := fitted(t, model, tab.data(t), options)
		staged := pls.Staged{Constructs: model.Constructs, SecondOrder: []pls.SecondOrder{{Name: "Whole", Of: []string{"Cause"}}}, Paths: []pls.Path{{From: "Whole", To: "Result"}}}
		got, err := pls.FitStages(staged, tab.data(t), &options)
		require.NoError(t, err)
		require.InDelta(t, want.Paths()[0].Coefficient, got.Structural().Paths()[0].Coefficient, 1e-7)
	})
}

func requireTyped(t require.TestingT, err error) {
	_, item := errors.AsType[*pls.ItemError](err)
	_, few := errors.AsType[*pls.TooFewRowsError](err)
	_, singular := errors.AsType[*pls.SingularError](err)
	_, unreliable := errors.AsType[*pls.ReliabilityError](err)
	require.True(t, item || few || singular || unreliable, "%T: %v", err, err)
}

func requireFinite(t require.TestingT, result *pls.Result) {
	finite := func(v float64) {
		require.False(t, math.IsNaN(v) || math.IsInf(v, 0))
	}
	for _, c := range result.Constructs() {
		finite(c.R2)
		finite(c.AdjustedR2)
		finite(c.RhoA)
		for _, item := range c.Items {
			finite(item.Weight)
			finite(item.Loading)
			finite(item.Mean)
			finite(item.SD)
		}
		for _, d := range result.Constructs() {
			r, _ := result.Correlation(c.Name, d.Name)
			finite(r)
			effect, _ := result.Effect(c.Name, d.Name)
			finite(effect.Total)
			finite(effect.Indirect)
		}
	}
	finite(result.Missing().Effective)
	require.Positive(t, result.Missing().Effective)
}

// A construct whose items are asked the other way round points where most of them
// point, or where its first does.
func TestOrientation(t *testing.T) {
	random := drawn(9, 80, 0)
	data := sheet(t, 80, func(row, k int) float64 {
		answers, _ := random.Row(row)
		if k == 0 || k == 3 || k == 4 {
			return 10 - answers[k]
		}
		return answers[k]
	})
	signs := func(orientation pls.Orientation) (out []int) {
		for _, c := range fitted(t, twoBlocks(pls.ModeA), data, pls.Options{Orientation: orientation}).Constructs() {
			for _, item := range c.Items {
				out = append(out, int(math.Copysign(1, item.Loading)))
			}
		}
		return out
	}
	require.Equal(t, []int{-1, 1, 1, 1, 1}, signs(pls.MajorityOrientation))
	require.Equal(t, []int{1, -1, -1, 1, 1}, signs(pls.FirstItemOrientation))

	path := func(orientation pls.Orientation) float64 {
		return fitted(t, twoBlocks(pls.ModeA), data, pls.Options{Orientation: orientation}).Paths()[0].Coefficient
	}
	require.Negative(t, path(pls.MajorityOrientation))
	require.InDelta(t, -path(pls.MajorityOrientation), path(pls.FirstItemOrientation), 1e-12)
}
