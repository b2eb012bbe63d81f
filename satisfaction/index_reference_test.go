package satisfaction_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// surveyTable reads a CSV of answers; an empty field is a missing answer.
func surveyTable(t testing.TB, name string) *pls.Data {
	t.Helper()
	path, err := refdata.Path("data/" + name)
	if err != nil {
		t.Skip(err)
	}
	records, err := refdata.Rows(path)
	require.NoError(t, err)
	var values []float64
	for _, record := range records[1:] {
		for _, field := range record {
			v := math.NaN()
			if field != "" {
				v, err = strconv.ParseFloat(field, 64)
				require.NoError(t, err)
			}
			values = append(values, v)
		}
	}
	data, err := pls.NewData(records[0], values, nil)
	require.NoError(t, err)
	return data
}

// mobiIndex is a preset bound to the columns of the mobile-phone survey.
func mobiIndex(t testing.TB, preset satisfaction.Model, data *pls.Data) satisfaction.Model {
	t.Helper()
	model, err := preset.BindPrefixes(data.Items(), 1, 10)
	require.NoError(t, err)
	return model
}

type storedIndex struct {
	Index map[string]struct {
		Unstandardised map[string]float64 `json:"unstd_weights"`
		Normalised     map[string]float64 `json:"normalised_weights"`
		Mean           float64            `json:"mean"`
		SD             float64            `json:"sd"`
		SE             float64            `json:"se_mean"`
		First          []float64          `json:"first5"`
		Unweighted     *float64           `json:"unweighted_mean"`
	} `json:"index_0_100"`
}

// mobiFile takes the options out of the name of a reference file, such as
// "mobi-ecsi_path_modeA_rawmetric.json".
func mobiFile(name string) (model string, mode pls.Mode, options satisfaction.Options) {
	parts := strings.Split(strings.TrimSuffix(name, ".json"), "_")
	options.Tolerance = 1e-13
	for _, part := range parts[1:] {
		switch part {
		case "centroid":
			options.Scheme = pls.Centroid
		case "factorial":
			options.Scheme = pls.Factorial
		case "modeB":
			mode = pls.ModeB
		case "unit":
			mode = pls.UnitWeights
		case "rawmetric":
			options.Metric = pls.Raw
		}
	}
	return parts[0], mode, options
}

// specOf writes the blocks of a reference file in the short form and reads it.
func specOf(t *testing.T, name string) satisfaction.Model {
	t.Helper()
	path, err := refdata.Path("reference/satisfaction/" + name + "_path_modeA.json")
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var stored struct {
		Blocks map[string]json.RawMessage `json:"blocks"`
		Paths  []string                   `json:"path_list"`
	}
	require.NoError(t, json.Unmarshal(text, &stored))
	type construct struct {
		Name       string          `json:"name"`
		Mode       string          `json:"mode"`
		Indicators json.RawMessage `json:"indicators"`
	}
	spec := struct {
		Constructs []construct `json:"constructs"`
		Paths      [][]string  `json:"paths"`
		Scale      []float64   `json:"scale"`
		Target     string      `json:"target"`
	}{Scale: []float64{1, 10}, Target: "Satisfaction"}
	for _, block := range slices.Sorted(maps.Keys(stored.Blocks)) {
		spec.Constructs = append(spec.Constructs, construct{Name: block, Mode: "A", Indicators: stored.Blocks[block]})
	}
	for _, path := range stored.Paths {
		from, to, _ := strings.Cut(path, "->")
		spec.Paths = append(spec.Paths, []string{from, to})
	}
	written, err := json.Marshal(spec)
	require.NoError(t, err)
	read, err := satisfaction.ParseSpec(written)
	require.NoError(t, err)
	require.Empty(t, read.Skipped)
	return read.Model
}

// All indices of the reference files, by all rules. The model mobi-scsb has Quality and
// Value in one block of nine; it is not the preset, and comes through the short form.
func TestIndicesAgreeWithReference(t *testing.T) {
	mobi := surveyTable(t, "mobi.csv")
	folder, err := refdata.Path("reference/satisfaction")
	if err != nil {
		t.Skip(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "mobi-*.json"))
	require.NoError(t, err)
	compared, standardised, raw := 0, 0.0, 0.0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var stored storedIndex
		require.NoError(t, json.Unmarshal(text, &stored))
		if stored.Index == nil {
			continue
		}
		compared++
		t.Run(filepath.Base(file), func(t *testing.T) {
			name, mode, options := mobiFile(filepath.Base(file))
			model := specOf(t, name)
			if preset, known := map[string]satisfaction.Model{"mobi-ecsi": satisfaction.ECSI(), "mobi-acsi": satisfaction.ACSI()}[name]; known {
				model = mobiIndex(t, preset, mobi)
			}
			for j := range model.Constructs {
				model.Constructs[j].Mode = mode
			}
			apart := requireIndices(t, stored, model, mobi, options)
			if options.Metric == pls.Raw {
				raw = max(raw, apart)
			} else {
				standardised = max(standardised, apart)
			}
		})
	}
	require.Equal(t, 30, compared)
	t.Logf("%d files, indices at most %.1e apart, in the raw metric %.1e", compared, standardised, raw)
}

// requireIndices returns by how much indices differ at most.
func requireIndices(t *testing.T, stored storedIndex, model satisfaction.Model, data *pls.Data, options satisfaction.Options) (apart float64) {
	const tolerance = 1e-9
	results := make(map[satisfaction.IndexRule]*satisfaction.Result)
	for _, rule := range []satisfaction.IndexRule{satisfaction.NormalisedWeights, satisfaction.UnstandardisedWeights, satisfaction.EqualWeights} {
		options.Rule = rule
		result, err := model.EstimateData(t.Context(), data, &options)
		require.NoError(t, err)
		require.Len(t, result.Constructs, len(stored.Index))
		results[rule] = result
	}
	for name, want := range stored.Index {
		got, known := results[satisfaction.NormalisedWeights].Construct(name)
		require.True(t, known)
		require.InDelta(t, want.Mean, got.Index.Value, tolerance, name)
		apart = max(apart, math.Abs(want.Mean-got.Index.Value))
		require.InDelta(t, want.SD, got.SD, tolerance, name)
		require.InDelta(t, want.SE, got.Index.SE, tolerance, name)
		require.False(t, got.Index.HasInterval())
		for row, score := range results[satisfaction.NormalisedWeights].Scores(name)[:len(want.First)] {
			require.Equal(t, row, score.Row)
			require.InDelta(t, want.First[row], score.Index, 5*tolerance, "%s, row %d", name, row)
		}
		fornell, _ := results[satisfaction.UnstandardisedWeights].Construct(name)
		require.Equal(t, got.Index, fornell.Index)
		// plspm's scores have variance 1 with divisor n.
		factor := 1.0
		if options.Metric == pls.Raw {
			factor = math.Sqrt(float64(data.Rows()) / float64(data.Rows()-1))
		}
		for i, item := range got.Items {
			require.InDelta(t, want.Normalised[item.Key], item.Weight, tolerance, item.Key)
			require.InDelta(t, want.Unstandardised[item.Key], fornell.Items[i].Weight*factor, tolerance, item.Key)
		}
		if want.Unweighted != nil {
			plain, _ := results[satisfaction.EqualWeights].Construct(name)
			require.InDelta(t, *want.Unweighted, plain.Index.Value, tolerance, name)
		}
	}
	return apart
}

// The figures of satisfaction that are quoted for these data.
func TestQuotedIndices(t *testing.T) {
	mobi := surveyTable(t, "mobi.csv")
	model := mobiIndex(t, satisfaction.ECSI(), mobi)
	result, err := model.EstimateData(t.Context(), mobi, nil)
	require.NoError(t, err)
	require.Equal(t, "72.45 (0.91)", fmt.Sprintf("%.2f (%.2f)", result.Index.Value, result.Index.SE))
	raw, err := model.EstimateData(t.Context(), mobi, &satisfaction.Options{Scheme: pls.Centroid, Metric: pls.Raw})
	require.NoError(t, err)
	require.Equal(t, "71.25", fmt.Sprintf("%.2f", raw.Index.Value))
	require.Empty(t, result.Warnings)
}

// The means of the unweighted items that were replaced, left out casewise or used by
// pairs are those of plain sums over the answers that there are.
func TestIndexOfMissingAnswers(t *testing.T) {
	data := surveyTable(t, "mobi_missing.csv")
	model := mobiIndex(t, satisfaction.ECSI(), data)
	for _, missing := range []pls.Missing{pls.MeanReplacement, pls.Casewise, pls.Pairwise, pls.PairwiseCorrelation} {
		result, err := model.EstimateData(t.Context(), data, &satisfaction.Options{Missing: missing})
		require.NoError(t, err)
		require.Equal(t, result.Fit().Rows(), result.Respondents())
		for j, c := range result.Constructs {
			fit := result.Fit().Constructs()[j]
			want, weights := 0.0, 0.0
			for i, item := range fit.Items {
				w := item.Weight / item.SD
				want, weights = want+w*(item.Mean-1)/9*100, weights+w
				require.InDelta(t, (item.Mean-1)/9*100, c.Items[i].Index.Value, 1e-9)
			}
			require.InDelta(t, want/weights, c.Index.Value, 1e-9, c.Name)
			sum, scores := 0.0, result.Scores(c.Name)
			for _, score := range scores {
				sum += score.Index
			}
			if missing == pls.MeanReplacement || missing == pls.Casewise {
				require.Len(t, scores, result.Respondents())
				require.InDelta(t, c.Index.Value, sum/float64(len(scores)), 1e-9, "the index is the mean of the respondents' own")
			}
		}
	}
}

// Intervals of the index itself, which no other program states: the bootstrap's
// standard error, with weights estimated anew, is near that with the weights fixed,
// except for Loyalty, whose items hardly hang together (alpha .47), so that their
// weights are uncertain.
func TestIndexIsBootstrapped(t *testing.T) {
	mobi := surveyTable(t, "mobi.csv")
	model := mobiIndex(t, satisfaction.ECSI(), mobi)
	options := satisfaction.Options{Bootstrap: 400, Seed: 1, Workers: 1}
	result, err := model.EstimateData(t.Context(), mobi, &options)
	require.NoError(t, err)
	fixed, err := model.EstimateData(t.Context(), mobi, nil)
	require.NoError(t, err)
	for j, c := range result.Constructs {
		plain := fixed.Constructs[j].Index
		require.Equal(t, plain.Value, c.Index.Value)
		require.NoError(t, c.Index.Validate())
		require.Equal(t, 0.95, c.Index.Level)
		require.Less(t, c.Index.Low, c.Index.Value)
		require.Greater(t, c.Index.High, c.Index.Value)
		factor := 1.0
		if c.Name == "Loyalty" {
			factor = 1.45
		}
		require.InEpsilon(t, factor*plain.SE, c.Index.SE, 0.12, c.Name)
		require.InEpsilon(t, 2*1.96*c.Index.SE, c.Index.High-c.Index.Low, 0.15, c.Name)
	}
	// Weights as uncertain as they are, and the answers, make up the error: also where
	// weights are applied.
	applied, err := result.ApplyData(mobi)
	require.NoError(t, err)
	for j, c := range result.Constructs {
		require.InEpsilon(t, c.Index.SE, applied.Constructs[j].Index.SE, 0.12, c.Name)
	}
	options.Workers = 3
	again, err := model.EstimateData(t.Context(), mobi, &options)
	require.NoError(t, err)
	require.Equal(t, result.Constructs, again.Constructs)
	require.Equal(t, 400, result.Bootstrap().Resamples())
	// A third of the resamples are inadmissible when corrected for attenuation, which
	// changes no weight.
	options.Consistent = true
	consistent, err := model.EstimateData(t.Context(), mobi, &options)
	require.NoError(t, err)
	require.Equal(t, result.Constructs, consistent.Constructs)
	require.Positive(t, consistent.Bootstrap().Failed().Inadmissible)
}

// Surveys drawn from the 250 respondents, whose indices are then the truth: how often
// the 95 % interval holds it, bootstrapped and with the weights taken as known.
func TestCoverageOfIndexIntervals(t *testing.T) {
	mobi := surveyTable(t, "mobi.csv")
	model := mobiIndex(t, satisfaction.ECSI(), mobi)
	truth, err := model.EstimateData(t.Context(), mobi, nil)
	require.NoError(t, err)
	const worlds = 60
	resampled, fixed := make(map[string]int), make(map[string]int)
	for world := range worlds {
		random, rows := numeric.Stream(7, uint64(world)), make([]int, mobi.Rows())
		for i := range rows {
			rows[i] = random.IntN(mobi.Rows())
		}
		drawn, err := mobi.Subset(rows)
		require.NoError(t, err)
		result, err := model.EstimateData(t.Context(), drawn, &satisfaction.Options{Bootstrap: 119, Seed: uint64(world), Workers: 1})
		require.NoError(t, err)
		known, err := model.EstimateData(t.Context(), drawn, nil)
		require.NoError(t, err)
		applied, err := known.ApplyData(drawn)
		require.NoError(t, err)
		for j, c := range truth.Constructs {
			holds := func(index rapport.Estimate, into map[string]int) {
				if index.Low <= c.Index.Value && c.Index.Value <= index.High {
					into[c.Name]++
				}
			}
			holds(result.Constructs[j].Index, resampled)
			holds(applied.Constructs[j].Index, fixed)
		}
	}
	t.Logf("of %d bootstrapped %v, with the weights fixed %v", worlds, resampled, fixed)
	for construct, held := range resampled {
		// 57 expected, standard deviation 1.7; 119 resamples are few.
		require.Greater(t, held, 50, construct)
	}
	require.Less(t, fixed["Loyalty"], 53, "its weights are too uncertain to be taken as known")
}
