package pls_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// answerTable is answers to [twoBlocks] that a property changes.
type answerTable struct {
	items   []string
	rows    [][]float64
	weights []float64
}

func drawTable(t *rapid.T, gaps bool) answerTable {
	gap := 0
	if gaps {
		gap = rapid.SampledFrom([]int{0, 11, 23}).Draw(t, "gap")
	}
	data := drawn(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(150, 200).Draw(t, "rows"), gap)
	tab := answerTable{items: data.Items()}
	weighted := rapid.Bool().Draw(t, "weighted")
	for row := range data.Rows() {
		answers, weight := data.Row(row)
		if weighted {
			weight = .5 + float64(row%4)
		}
		tab.rows, tab.weights = append(tab.rows, answers), append(tab.weights, weight)
	}
	return tab
}

func (tab answerTable) data(t require.TestingT) *pls.Data {
	data, err := pls.NewData(tab.items, slices.Concat(tab.rows...), tab.weights)
	require.NoError(t, err)
	return data
}

func drawOptions(t *rapid.T) pls.Options {
	options := pls.Options{
		Scheme:    rapid.SampledFrom([]pls.Scheme{pls.PathWeighting, pls.Factorial, pls.Centroid}).Draw(t, "scheme"),
		Metric:    rapid.SampledFrom([]pls.Metric{pls.Standardised, pls.Raw}).Draw(t, "metric"),
		Missing:   rapid.SampledFrom([]pls.Missing{pls.MeanReplacement, pls.Casewise, pls.Pairwise, pls.PairwiseCorrelation}).Draw(t, "missing"),
		Tolerance: 1e-12,
	}
	options.Consistent = options.Metric == pls.Standardised && options.Missing != pls.Pairwise && rapid.Bool().Draw(t, "consistent")
	return options
}

func drawModel(t *rapid.T, options pls.Options) pls.Model {
	if options.Missing == pls.Pairwise {
		// Scores of different rows need not let mode B converge.
		return twoBlocks(rapid.SampledFrom([]pls.Mode{pls.ModeA, pls.UnitWeights}).Draw(t, "mode"))
	}
	return twoBlocks(rapid.SampledFrom([]pls.Mode{pls.ModeA, pls.ModeB, pls.UnitWeights}).Draw(t, "mode"))
}

func fitted(t require.TestingT, model pls.Model, data *pls.Data, options pls.Options) *pls.Result {
	result, err := pls.Fit(model, data, &options)
	require.NoError(t, err)
	return result
}

// The order of rows, columns, constructs, items and paths changes nothing beyond
// rounding.
func TestOrderChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab, options := drawTable(t, true), drawOptions(t)
		model := drawModel(t, options)
		want := fitted(t, model, tab.data(t), options)

		order := rapid.Permutation([]int{0, 1, 2, 3, 4}).Draw(t, "columns")
		rows := make([]int, len(tab.rows))
		for i := range rows {
			rows[i] = i
		}
		var mixed answerTable
		for _, row := range rapid.Permutation(rows).Draw(t, "rows") {
			answers := make([]float64, len(order))
			for k, from := range order {
				answers[k] = tab.rows[row][from]
			}
			mixed.rows, mixed.weights = append(mixed.rows, answers), append(mixed.weights, tab.weights[row])
		}
		for _, from := range order {
			mixed.items = append(mixed.items, tab.items[from])
		}
		slices.Reverse(model.Constructs)
		for i := range model.Constructs {
			model.Constructs[i].Items = rapid.Permutation(model.Constructs[i].Items).Draw(t, "items")
		}
		requireSame(t, want, fitted(t, model, mixed.data(t), options), 1e-8)
	})
}

// A row that comes twice counts as one of twice the weight, in all that does not ask
// for the number of rows.
func TestRepeatedRowIsWeightTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab, options := drawTable(t, true), drawOptions(t)
		model := drawModel(t, options)
		options.Metric = pls.Standardised
		long := answerTable{items: tab.items}
		for row, answers := range tab.rows {
			long.rows, long.weights = append(long.rows, answers), append(long.weights, tab.weights[row])
			if row%3 == 1 {
				long.rows, long.weights = append(long.rows, answers), append(long.weights, tab.weights[row])
				tab.weights[row] *= 2
			}
		}
		// Rows of unequal number have unequal divisors n−1, which show only where
		// correlations of different rows meet.
		tolerance := 1e-8
		if options.Missing == pls.Pairwise {
			tolerance = 2e-2
		}
		requireSame(t, fitted(t, model, long.data(t), options), fitted(t, model, tab.data(t), options), tolerance)
	})
}

// Survey weights count by their share.
func TestScaleOfWeightsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab, options := drawTable(t, true), drawOptions(t)
		model := drawModel(t, options)
		want := fitted(t, model, tab.data(t), options)
		factor := rapid.Float64Range(1e-50, 1e50).Draw(t, "factor")
		for row := range tab.weights {
			tab.weights[row] *= factor
		}
		got := fitted(t, model, tab.data(t), options)
		requireSame(t, want, got, 1e-8)
		require.InEpsilon(t, want.Missing().Effective, got.Missing().Effective, 1e-12)
	})
}

// Another unit or zero of an item's answers changes nothing in the standardised
// metric; reversed answers reverse the item and nothing else.
func TestUnitOfAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab, options := drawTable(t, true), drawOptions(t)
		model := drawModel(t, options)
		options.Metric, options.Orientation = pls.Standardised, pls.FirstItemOrientation
		// A reversed item takes its reliability with it.
		options.Consistent = false
		want := fitted(t, model, tab.data(t), options)
		item := rapid.SampledFrom([]int{1, 2, 4}).Draw(t, "item")
		if model.Constructs[0].Mode == pls.UnitWeights {
			item = -1
		}
		sign := rapid.SampledFrom([]float64{1, -1}).Draw(t, "sign")
		for k := range tab.items {
			shift, unit := rapid.Float64Range(-20, 20).Draw(t, "shift"), rapid.Float64Range(.001, 1000).Draw(t, "unit")
			if k == item {
				unit *= sign
			}
			for _, answers := range tab.rows {
				answers[k] = unit * (answers[k] + shift)
			}
		}
		got := fitted(t, model, tab.data(t), options)
		if item < 0 || sign > 0 {
			requireSame(t, want, got, 1e-7)
			return
		}
		for j, c := range want.Constructs() {
			for i, w := range c.Items {
				g, factor := got.Constructs()[j].Items[i], 1.0
				if w.Name == tab.items[item] {
					factor = -1
				}
				require.InDelta(t, factor*w.Loading, g.Loading, 1e-7, w.Name)
				require.InDelta(t, factor*w.Weight, g.Weight, 1e-7, w.Name)
			}
		}
		require.InDelta(t, want.Paths()[0].Coefficient, got.Paths()[0].Coefficient, 1e-7)
	})
}

// A stream gives what the table gives, and the matrix of correlations too.
func TestStreamAndMatrixGiveTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab, options := drawTable(t, false), drawOptions(t)
		model := drawModel(t, options)
		want := fitted(t, model, tab.data(t), options)

		moments, err := pls.NewMoments(tab.items)
		require.NoError(t, err)
		for row, answers := range tab.rows {
			require.NoError(t, moments.Add(answers, tab.weights[row]))
		}
		treatment := options.Missing
		if treatment == pls.Pairwise {
			treatment = pls.Casewise
		}
		covariance, err := moments.Covariance(treatment)
		require.NoError(t, err)
		streamed, err := pls.FitCovariance(model, covariance, &options)
		require.NoError(t, err)
		requireSame(t, want, streamed, 1e-13)

		if options.Metric == pls.Raw {
			return
		}
		known, err := pls.NewCovariance(tab.items, correlations(tab), len(tab.rows))
		require.NoError(t, err)
		matrix, err := pls.FitCovariance(model, known, &options)
		require.NoError(t, err)
		requireSame(t, want, matrix, 1e-8)
	})
}

// correlations is a plain weighted computation.
func correlations(tab answerTable) []float64 {
	p := len(tab.items)
	mean, total := make([]float64, p), 0.0
	for row, answers := range tab.rows {
		total += tab.weights[row]
		for k, v := range answers {
			mean[k] += tab.weights[row] * v
		}
	}
	for k := range mean {
		mean[k] /= total
	}
	cross := make([]float64, p*p)
	for row, answers := range tab.rows {
		for j, v := range answers {
			for k, u := range answers {
				cross[j*p+k] += tab.weights[row] * (v - mean[j]) * (u - mean[k])
			}
		}
	}
	out := make([]float64, p*p)
	for j := range p {
		for k := range p {
			out[j*p+k] = cross[j*p+k] / math.Sqrt(cross[j*p+j]) / math.Sqrt(cross[k*p+k])
		}
	}
	return out
}
