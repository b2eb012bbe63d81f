package pls_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// storedMissing is the reference file of the survey with 194 answers blanked.
type storedMissing struct {
	Cells    int       `json:"missing_cells"`
	Complete int       `json:"complete_rows"`
	Mean     storedFit `json:"mean_replacement_csem"`
	Casewise storedFit `json:"casewise_csem"`
	Pairwise storedFit `json:"pairwise_semPLS"`
}

// Mean replacement and casewise as cSEM and seminr have them, pairwise as semPLS.
func TestMissingAnswersAgreeWithOtherPrograms(t *testing.T) {
	var stored storedMissing
	reference(t, "mobi-missing_path_modeA.json", &stored)
	model, data := mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi_missing.csv")
	byItem := make(map[string]int)
	items := data.Items()
	for row := range data.Rows() {
		answers, _ := data.Row(row)
		for k, v := range answers {
			if math.IsNaN(v) {
				byItem[items[k]]++
			}
		}
	}
	for _, c := range []struct {
		missing         pls.Missing
		want            storedFit
		tolerance       float64
		used, effective int
		minPairs        int
	}{
		{pls.MeanReplacement, stored.Mean, 1e-12, 250, 250, 0},
		{pls.Casewise, stored.Casewise, 1e-12, 56, 56, 0},
		{pls.Pairwise, stored.Pairwise, 1e-12, 250, 250, 72},
	} {
		t.Run(c.missing.String(), func(t *testing.T) {
			result, err := pls.Fit(model, data, &pls.Options{Missing: c.missing, Tolerance: 1e-13})
			require.NoError(t, err)
			if c.want.R2 == nil { // semPLS states none: R² = Σ b·r
				c.want.R2 = make(map[string]float64)
				for _, path := range result.Paths() {
					r, _ := result.Correlation(path.From, path.To)
					c.want.R2[path.To] += c.want.Paths[path.String()] * r
				}
			}
			requireFit(t, c.want, result, c.tolerance)
			require.Empty(t, cmp.Diff(pls.MissingReport{
				Treatment: c.missing, Rows: 250, Used: c.used, Complete: stored.Complete, Cells: stored.Cells,
				ByItem: byItem, Effective: float64(c.effective), MinPairs: c.minPairs,
			}, result.Missing()))
			require.Equal(t, c.used, result.Rows())
		})
	}
}

// The figures of a fit on the pairwise correlation matrix, six digits: it is not what
// semPLS calls pairwise.
func TestPairwiseCorrelation(t *testing.T) {
	model, data := mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi_missing.csv")
	result, err := pls.Fit(model, data, &pls.Options{Missing: pls.PairwiseCorrelation})
	require.NoError(t, err)
	want := []float64{.525176, .191940, .181688, .557701, .041958, .041760, .558821, .519560, .191867, .519124, .483198, .079974}
	for k, path := range result.Paths() {
		require.InDelta(t, want[k], path.Coefficient, 5e-7, "%v", path)
	}
	require.Equal(t, 232, result.Missing().MinPairs)
}

func TestPairwiseWithoutGapsIsTheSame(t *testing.T) {
	for _, mode := range []pls.Mode{pls.ModeA, pls.ModeB, pls.UnitWeights} {
		for _, metric := range []pls.Metric{pls.Standardised, pls.Raw} {
			model, data := twoBlocks(mode), drawn(7, 60, 0)
			options := pls.Options{Metric: metric, Tolerance: 1e-13}
			plain, err := pls.Fit(model, data, &options)
			require.NoError(t, err)

			// One more row, with a single answer that no score can use.
			items := data.Items()
			var values []float64
			for row := range data.Rows() {
				answers, _ := data.Row(row)
				values = append(values, answers...)
			}
			last := make([]float64, len(items))
			for k := range last {
				last[k] = math.NaN()
			}
			last[0] = meanOf(values, 0, len(items))
			gaps, err := pls.NewData(items, append(values, last...), nil)
			require.NoError(t, err)
			options.Missing = pls.Pairwise
			pairwise, err := pls.Fit(model, gaps, &options)
			require.NoError(t, err)
			for k, path := range plain.Paths() {
				require.InDelta(t, path.Coefficient, pairwise.Paths()[k].Coefficient, 1e-3, "%v %v", mode, metric)
			}
			require.Equal(t, 61, pairwise.Missing().Used)
			require.Equal(t, 60, pairwise.Missing().MinPairs)
		}
	}
}

// Rows without any answer say nothing: they are counted and left out.
func TestEmptyRows(t *testing.T) {
	model, data := twoBlocks(pls.ModeA), drawn(3, 50, 5)
	items := data.Items()
	var values, weights []float64
	empty := make([]float64, len(items))
	for k := range empty {
		empty[k] = math.NaN()
	}
	for row := range data.Rows() {
		answers, _ := data.Row(row)
		if row%10 == 0 {
			values, weights = append(values, empty...), append(weights, 1)
		}
		values, weights = append(values, answers...), append(weights, 1)
	}
	padded, err := pls.NewData(items, values, weights)
	require.NoError(t, err)
	for _, missing := range []pls.Missing{pls.MeanReplacement, pls.Casewise, pls.Pairwise, pls.PairwiseCorrelation} {
		want, err := pls.Fit(model, data, &pls.Options{Missing: missing})
		require.NoError(t, err)
		got, err := pls.Fit(model, padded, &pls.Options{Missing: missing})
		require.NoError(t, err)
		requireSame(t, want, got, 1e-12)
		report := got.Missing()
		require.Equal(t, 5, report.Empty, missing)
		require.Equal(t, 55, report.Rows, missing)
		require.Equal(t, want.Missing().Used, report.Used, missing)
		require.Equal(t, want.Missing().Complete, report.Complete, missing)
		require.Equal(t, want.Missing().Cells+5*len(items), report.Cells, missing)
	}
}

func TestFaultsOfMissingAnswers(t *testing.T) {
	nan := math.NaN()
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "A", Items: []string{"a", "b"}}, {Name: "C", Items: []string{"c"}}},
		Paths:      []pls.Path{{From: "A", To: "C"}},
	}
	fit := func(missing pls.Missing, rows ...[]float64) error {
		var values []float64
		for _, row := range rows {
			values = append(values, row...)
		}
		data, err := pls.NewData([]string{"a", "b", "c", "unused"}, values, nil)
		require.NoError(t, err)
		_, err = pls.Fit(model, data, &pls.Options{Missing: missing})
		return err
	}
	all := []pls.Missing{pls.MeanReplacement, pls.Casewise, pls.Pairwise, pls.PairwiseCorrelation}
	for _, missing := range all {
		var item *pls.ItemError
		err := fit(missing, []float64{1, 2, nan, nan}, []float64{2, 4, nan, nan}, []float64{4, 3, nan, nan}, []float64{5, 1, nan, nan})
		require.ErrorAs(t, err, &item, "a column without answers, %v", missing)
		require.Equal(t, pls.ItemError{Item: "c", Fault: pls.EmptyItem}, *item)

		err = fit(missing, []float64{1, 2, 3, 1}, []float64{2, 4, 3, nan}, []float64{4, 3, 3, nan}, []float64{5, nan, 4, nan})
		if missing == pls.Casewise {
			require.ErrorAs(t, err, &item, "constant among complete rows")
			require.Equal(t, pls.ItemError{Item: "c", Fault: pls.ConstantItem}, *item)
		}

		err = fit(missing, []float64{1, nan, nan, 1}, []float64{nan, nan, nan, 1}, []float64{nan, nan, nan, 1})
		require.Error(t, err, "%v", missing)
		require.True(t, strings.HasPrefix(err.Error(), "pls: "))
	}
	var few *pls.TooFewRowsError
	err := fit(pls.Casewise, []float64{1, 2, 3, 1}, []float64{nan, 4, 5, 1}, []float64{4, nan, 3, 1}, []float64{5, 2, nan, 1})
	require.ErrorAs(t, err, &few)
	require.Equal(t, 1, few.Rows)

	// Nobody answers both a and c.
	apart := [][]float64{{1, 2, nan, 1}, {2, 3, nan, 1}, {4, 3, nan, 1}, {nan, 2, 3, 1}, {nan, 5, 4, 1}, {nan, 3, 5, 1}}
	var item *pls.ItemError
	require.ErrorAs(t, fit(pls.PairwiseCorrelation, apart...), &item)
	require.Equal(t, pls.ItemError{Item: "c", Fault: pls.NoCommonRows}, *item)
	require.ErrorAs(t, fit(pls.Pairwise, apart...), &item)
	require.Equal(t, pls.NoCommonRows, item.Fault)

	// Every pair has common rows, but no row has the whole block and c.
	var singular *pls.SingularError
	rows := [][]float64{{1, 2, nan, 1}, {2, 3, nan, 1}, {4, 3, nan, 1}, {nan, 2, 3, 1}, {nan, 5, 4, 1}, {nan, 3, 6, 1}, {2, nan, 3, 1}, {5, nan, 4, 1}, {3, nan, 5, 1}}
	require.ErrorAs(t, fit(pls.Pairwise, rows...), &singular)
	require.Equal(t, pls.NoCommonAnswers, singular.Part)
	require.NoError(t, fit(pls.PairwiseCorrelation, rows...))
}

// An item that the model does not use spoils nothing.
func TestUnusedItemWithoutAnswers(t *testing.T) {
	data := drawn(11, 40, 6)
	moments, err := pls.NewMoments(append(data.Items(), "empty"))
	require.NoError(t, err)
	for row := range data.Rows() {
		answers, weight := data.Row(row)
		require.NoError(t, moments.Add(append(answers, math.NaN()), weight))
	}
	for _, missing := range []pls.Missing{pls.MeanReplacement, pls.PairwiseCorrelation} {
		covariance, err := moments.Covariance(missing)
		require.NoError(t, err)
		got, err := pls.FitCovariance(twoBlocks(pls.ModeA), covariance, nil)
		require.NoError(t, err)
		want, err := pls.Fit(twoBlocks(pls.ModeA), data, &pls.Options{Missing: missing})
		require.NoError(t, err)
		requireSame(t, want, got, 1e-12)
	}
	_, err = moments.Covariance(pls.Casewise)
	var item *pls.ItemError
	require.ErrorAs(t, err, &item)
	require.Equal(t, pls.ItemError{Item: "empty", Fault: pls.EmptyItem}, *item)
}

// A result does not change by what is done to its report.
func TestMissingReportIsACopy(t *testing.T) {
	data, err := pls.NewData([]string{"a", "b"}, []float64{1, 2, 2, math.NaN(), 3, 1, 5, 4}, nil)
	require.NoError(t, err)
	result, err := pls.Fit(pls.Model{
		Constructs: []pls.Construct{{Name: "A", Items: []string{"a"}}, {Name: "B", Items: []string{"b"}}},
		Paths:      []pls.Path{{From: "A", To: "B"}},
	}, data, nil)
	require.NoError(t, err)
	result.Missing().ByItem["b"] = 7
	require.Equal(t, map[string]int{"b": 1}, result.Missing().ByItem)
}
