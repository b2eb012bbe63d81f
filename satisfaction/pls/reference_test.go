package pls_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// refPath returns the path of a file of the reference folder, or skips the test.
func refPath(t testing.TB, name string) string {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	return path
}

// reference reads a stored result of other programs.
func reference(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(refPath(t, "reference/satisfaction/"+name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}

// survey reads a CSV of answers; an empty field is a missing answer.
func survey(t testing.TB, name string) *pls.Data {
	t.Helper()
	file, err := os.Open(refPath(t, "data/"+name))
	require.NoError(t, err)
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
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

// names is one name or several in a reference file.
type names []string

func (n *names) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		*n = make(names, 1)
		return json.Unmarshal(text, &(*n)[0])
	}
	return json.Unmarshal(text, (*[]string)(n))
}

// storedFit is what most reference files hold.
type storedFit struct {
	Blocks   map[string]names              `json:"blocks"`
	PathList []string                      `json:"path_list"`
	Weights  map[string]map[string]float64 `json:"weights"`
	Loadings map[string]map[string]float64 `json:"loadings"`
	Paths    map[string]float64            `json:"paths"`
	R2       map[string]float64            `json:"R2"`
	R2Adj    map[string]float64            `json:"R2adj"`
	RhoA     map[string]float64            `json:"reliability_rhoA"`
	Between  map[string]map[string]float64 `json:"construct_correlations"`
	Scores   map[string][]float64          `json:"scores_first5"`
	Effects  map[string]float64            `json:"effects"`
}

// constructNames is the order of constructs in the reference models.
func constructNames() []string {
	return []string{"Image", "Expectation", "Quality", "Performance", "Value", "Satisfaction", "Complaints", "Loyalty"}
}

// modelOf builds the model of a reference file.
func modelOf(blocks map[string]names, paths []string, mode pls.Mode) pls.Model {
	var model pls.Model
	for _, name := range constructNames() {
		if items, there := blocks[name]; there {
			model.Constructs = append(model.Constructs, pls.Construct{Name: name, Mode: mode, Items: items})
		}
	}
	for _, path := range paths {
		from, to, _ := strings.Cut(path, "->")
		model.Paths = append(model.Paths, pls.Path{From: from, To: to})
	}
	return model
}

// mobiModel is the model of the reference files "mobi-ecsi", "mobi-acsi", "mobi-scsb".
func mobiModel(t testing.TB, name string, mode pls.Mode) pls.Model {
	t.Helper()
	var stored storedFit
	reference(t, name+"_path_modeA.json", &stored)
	return modelOf(stored.Blocks, stored.PathList, mode)
}

func requireFit(t *testing.T, want storedFit, got *pls.Result, tolerance float64) {
	t.Helper()
	largest := 0.0
	near := func(want, got float64, what string, names ...any) {
		t.Helper()
		require.InDelta(t, want, got, tolerance, fmt.Sprintf(what, names...))
		largest = max(largest, math.Abs(want-got))
	}
	for construct, items := range want.Weights {
		c, there := got.Construct(construct)
		require.True(t, there)
		require.Len(t, c.Items, len(items))
		for _, item := range c.Items {
			near(items[item.Name], item.Weight, "weight of %s", item.Name)
			near(want.Loadings[construct][item.Name], item.Loading, "loading of %s", item.Name)
		}
	}
	require.NotEmpty(t, want.Paths)
	for _, p := range got.Paths() {
		near(want.Paths[p.String()], p.Coefficient, "path %s", p)
	}
	require.NotEmpty(t, want.R2)
	for construct, r2 := range want.R2 {
		c, _ := got.Construct(construct)
		near(r2, c.R2, "R2 of %s", construct)
		if adjusted, there := want.R2Adj[construct]; there {
			near(adjusted, c.AdjustedR2, "adjusted R2 of %s", construct)
		}
	}
	for construct, rho := range want.RhoA {
		c, _ := got.Construct(construct)
		near(rho, c.RhoA, "rho_A of %s", construct)
	}
	for a, row := range want.Between {
		for b, r := range row {
			correlation, there := got.Correlation(a, b)
			require.True(t, there)
			near(r, correlation, "correlation of %s and %s", a, b)
		}
	}
	t.Logf("largest difference %.1e", largest)
}

// All fits of the mobile-phone survey by cSEM, semPLS, seminr and, in the raw metric,
// plspm. cSEM's are converged to 1e-12. plspm ends where the sum of squared changes is
// below its tolerance, so that its results carry nine digits.
func TestFitAgreesWithOtherPrograms(t *testing.T) {
	mobi := survey(t, "mobi.csv")
	for _, model := range []string{"mobi-ecsi", "mobi-acsi", "mobi-scsb"} {
		for _, scheme := range []pls.Scheme{pls.PathWeighting, pls.Factorial, pls.Centroid} {
			for _, c := range []struct {
				file      string
				mode      pls.Mode
				options   pls.Options
				tolerance float64
			}{
				{"_modeA", pls.ModeA, pls.Options{}, 1e-12},
				{"_modeB", pls.ModeB, pls.Options{}, 2e-12},
				{"_PLSc", pls.ModeA, pls.Options{Consistent: true}, 1e-11},
				{"_modeA_rawmetric", pls.ModeA, pls.Options{Metric: pls.Raw}, 1e-9},
			} {
				file := fmt.Sprint(model, "_", scheme, c.file, ".json")
				t.Run(file, func(t *testing.T) {
					var stored storedFit
					reference(t, file, &stored)
					options := c.options
					options.Scheme, options.Tolerance = scheme, 1e-13
					result, err := pls.Fit(mobiModel(t, model, c.mode), mobi, &options)
					require.NoError(t, err)
					if options.Metric == pls.Raw {
						// plspm's scores have variance 1 with divisor n.
						divisorN(stored, result.Rows())
					}
					requireFit(t, stored, result, c.tolerance)
					requireScores(t, stored, result, mobi, c.tolerance)
					for name, total := range stored.Effects {
						from, to, _ := strings.Cut(name, "->")
						effect, joined := result.Effect(from, to)
						require.Equal(t, joined, total != 0, name)
						require.InDelta(t, total, effect.Total, c.tolerance, name)
					}
				})
			}
		}
		t.Run(model+"_unit.json", func(t *testing.T) {
			var stored storedFit
			reference(t, model+"_unit.json", &stored)
			result, err := pls.Fit(mobiModel(t, model, pls.UnitWeights), mobi, nil)
			require.NoError(t, err)
			requireFit(t, stored, result, 1e-12)
			requireScores(t, stored, result, mobi, 1e-11)
		})
	}
}

// divisorN takes weights and scores of divisor n to divisor n−1.
func divisorN(stored storedFit, rows int) {
	factor := math.Sqrt(float64(rows) / float64(rows-1))
	for _, items := range stored.Weights {
		for item := range items {
			items[item] /= factor
		}
	}
	for _, scores := range stored.Scores {
		for i := range scores {
			scores[i] /= factor
		}
	}
}

func requireScores(t *testing.T, stored storedFit, result *pls.Result, data *pls.Data, tolerance float64) {
	t.Helper()
	scores, err := result.Scores(data)
	require.NoError(t, err)
	constructs := result.Constructs()
	for j, c := range constructs {
		for row, want := range stored.Scores[c.Name] {
			require.InDelta(t, want, scores[row*len(constructs)+j], 20*tolerance, "score %d of %s", row, c.Name)
		}
	}
}
