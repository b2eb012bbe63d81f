package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
)

// document is what the program writes, as others read it.
type document struct {
	Weights  map[string]map[string]float64 `json:"weights"`
	Loadings map[string]map[string]float64 `json:"loadings"`
	Paths    map[string]float64            `json:"paths"`
	Effects  map[string]float64            `json:"total_effects"`
	R2       map[string]float64            `json:"r2"`

	Reliability map[string]map[string]*float64 `json:"reliability"`
	HTMT        map[string]map[string]float64  `json:"htmt"`
	F2          map[string]map[string]float64  `json:"f2"`
	GoF         float64                        `json:"gof"`
	SRMR        float64                        `json:"srmr"`

	Index map[string]struct {
		Score float64
		SE    *float64
		Low   *float64
		High  *float64
	} `json:"index"`

	Iterations int      `json:"iterations"`
	Converged  bool     `json:"converged"`
	Warnings   []string `json:"warnings"`

	Settings       map[string]any                `json:"settings"`
	IndexWeights   map[string]map[string]float64 `json:"index_weights"`
	Importance     map[string]map[string]float64 `json:"importance"`
	PathIntervals  map[string]map[string]float64 `json:"path_intervals"`
	TotalIntervals map[string]map[string]float64 `json:"total_effect_intervals"`
}

// stored is what other programs gave.
type stored struct {
	Blocks   map[string]any                `json:"blocks"`
	PathList []string                      `json:"path_list"`
	Weights  map[string]map[string]float64 `json:"weights"`
	Loadings map[string]map[string]float64 `json:"loadings"`
	Paths    map[string]float64            `json:"paths"`
	R2       map[string]float64            `json:"R2"`
	GoF      float64                       `json:"gof"`
	SRMR     float64                       `json:"srmr"`
	Effects  map[string]float64            `json:"effects"`
	Index    map[string]struct {
		Mean       float64            `json:"mean"`
		SE         float64            `json:"se_mean"`
		Normalised map[string]float64 `json:"normalised_weights"`
		Raw        map[string]float64 `json:"unstd_weights"`
	} `json:"index_0_100"`
	Quality struct {
		Reliability  map[string]map[string]float64 `json:"reliability"`
		HTMT         map[string]map[string]any     `json:"htmt_seminr"`
		F2           map[string]map[string]float64 `json:"f2_csem"`
		GoF          float64                       `json:"gof_csem"`
		SRMR         float64                       `json:"srmr_csem"`
		TotalEffects map[string]float64            `json:"total_effects"`
	} `json:"quality"`
}

// refPath returns the path of a file of the reference folder, or skips the test.
func refPath(t *testing.T, name string) string {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	return path
}

func reference(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(refPath(t, "reference/satisfaction/"+name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}

// spec writes the SPEC.json of a reference file.
func spec(t *testing.T, name, mode string) string {
	t.Helper()
	var model stored
	reference(t, name+"_path_modeA.json", &model)
	var constructs []map[string]any
	for _, construct := range []string{"Image", "Expectation", "Quality", "Performance", "Value", "Satisfaction", "Complaints", "Loyalty"} {
		switch items := model.Blocks[construct].(type) {
		case []any:
			constructs = append(constructs, map[string]any{"name": construct, "mode": mode, "indicators": items})
		case string:
			constructs = append(constructs, map[string]any{"name": construct, "mode": mode, "indicators": []string{items}})
		}
	}
	var paths [][]string
	for _, path := range model.PathList {
		paths = append(paths, strings.Split(path, "->"))
	}
	text, err := json.Marshal(map[string]any{"constructs": constructs, "paths": paths, "scale": []int{1, 10}, "target": "Satisfaction", "missing": "mean"})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "spec.json")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// modelFlag is a preset, or the specification of the model that no preset is.
func modelFlag(t *testing.T, name string) string {
	t.Helper()
	if name == "mobi-scsb" { // which has all items of quality in Performance
		return spec(t, name, "A")
	}
	return strings.TrimPrefix(name, "mobi-")
}

// comparison holds figures to those of others and keeps the largest difference.
type comparison struct {
	t         *testing.T
	tolerance float64
	figures   int
	largest   float64
}

func (c *comparison) near(want, got float64, what string, about ...any) {
	c.t.Helper()
	c.figures++
	c.largest = max(c.largest, math.Abs(want-got))
	require.InDelta(c.t, want, got, c.tolerance, what, about)
}

func (c *comparison) all(want, got map[string]float64, what string) {
	c.t.Helper()
	require.Len(c.t, got, len(want), what)
	for name, value := range want {
		c.near(value, got[name], what, name)
	}
}

func (c *comparison) blocks(want, got map[string]map[string]float64, what string) {
	c.t.Helper()
	require.Len(c.t, got, len(want), what)
	for construct, row := range want {
		c.all(row, got[construct], what+" of "+construct)
	}
}

func (c *comparison) fit(want stored, got document) {
	c.t.Helper()
	c.blocks(want.Weights, got.Weights, "weights")
	c.blocks(want.Loadings, got.Loadings, "loadings")
	c.all(want.Paths, got.Paths, "paths")
	if want.R2 != nil {
		c.all(want.R2, got.R2, "R2")
	}
	for construct, index := range want.Index {
		c.near(index.Mean, got.Index[construct].Score, "index", construct)
		if index.SE != 0 {
			require.NotNil(c.t, got.Index[construct].SE)
			c.near(index.SE, *got.Index[construct].SE, "se", construct)
		}
		if index.Normalised != nil {
			c.all(index.Normalised, got.IndexWeights[construct], "normalised weights")
		}
	}
}

func (c *comparison) quality(want stored, got document) {
	c.t.Helper()
	for construct, row := range want.Quality.Reliability {
		for ours, theirs := range map[string]string{"alpha": "alpha", "rho_a": "rhoA", "rho_c": "rhoC", "ave": "AVE"} {
			value := got.Reliability[construct][ours]
			require.NotNil(c.t, value, "%s of %s", ours, construct)
			c.near(row[theirs], *value, ours, construct)
		}
	}
	pairs := 0
	for a, row := range want.Quality.HTMT {
		for b, value := range row {
			if ratio, there := value.(float64); there {
				c.near(ratio, got.HTMT[a][b], "HTMT", a, b)
				require.Equal(c.t, got.HTMT[a][b], got.HTMT[b][a])
				pairs++
			}
		}
	}
	count := len(want.Weights)
	require.Equal(c.t, count*(count-1)/2, pairs)
	for to, row := range want.Quality.F2 {
		for from, size := range row {
			value, there := got.F2[to][from]
			require.Equal(c.t, size != 0, there, "f2 of %s on %s", from, to)
			c.near(size, value, "f2", from, to)
		}
	}
	c.near(want.Quality.GoF, got.GoF, "GoF")
	c.near(want.Quality.SRMR, got.SRMR, "SRMR")
	require.Len(c.t, got.Effects, len(want.Quality.TotalEffects))
	for name, effect := range want.Quality.TotalEffects {
		to, from, _ := strings.Cut(name, "~")
		c.near(effect, got.Effects[from+"->"+to], "total effect", name)
	}
}

func (c *comparison) report() {
	c.t.Logf("%d figures, largest difference %.1e", c.figures, c.largest)
}

// Every figure of the fits by other programs, to 1e-9. In the raw metric they are of
// plspm, whose scores have variance 1 with divisor n.
func TestAgreesWithOtherPrograms(t *testing.T) {
	mobi := refPath(t, "data/mobi.csv")
	for _, model := range []string{"mobi-ecsi", "mobi-acsi", "mobi-scsb"} {
		for _, scheme := range []string{"path", "factorial", "centroid"} {
			args := []string{"-responses", mobi, "-model", modelFlag(t, model), "-scheme", scheme, "-tol", "1e-13"}
			t.Run(model+" "+scheme, func(t *testing.T) {
				var want stored
				reference(t, fmt.Sprintf("%s_%s_modeA.json", model, scheme), &want)
				got := documentOf(t, "", args...)
				require.True(t, got.Converged)
				c := comparison{t: t, tolerance: 1e-9}
				c.fit(want, got)
				if scheme != "centroid" {
					c.quality(want, got)
				}
				c.report()
			})
			t.Run(model+" "+scheme+" raw", func(t *testing.T) {
				var want stored
				reference(t, fmt.Sprintf("%s_%s_modeA_rawmetric.json", model, scheme), &want)
				got := documentOf(t, "", append(args, "-metric", "raw")...)
				for construct, items := range want.Weights {
					for item := range items {
						want.Weights[construct][item] *= divisors(250)
					}
				}
				c := comparison{t: t, tolerance: 1e-9}
				c.fit(want, got)
				c.near(want.GoF, got.GoF, "GoF")
				c.report()
			})
			t.Run(model+" "+scheme+" mode B", func(t *testing.T) {
				var want stored
				reference(t, fmt.Sprintf("%s_%s_modeB.json", model, scheme), &want)
				c := comparison{t: t, tolerance: 1e-9}
				c.fit(want, documentOf(t, "", append(args, "-model", spec(t, model, "B"))...))
				c.report()
			})
			t.Run(model+" "+scheme+" consistent", func(t *testing.T) {
				var want stored
				reference(t, fmt.Sprintf("%s_%s_PLSc.json", model, scheme), &want)
				got := documentOf(t, "", append(args, "-consistent")...)
				c := comparison{t: t, tolerance: 1e-9}
				c.fit(want, got)
				c.near(want.SRMR, got.SRMR, "SRMR")
				c.report()
			})
		}
		t.Run(model+" unit weights", func(t *testing.T) {
			var want stored
			reference(t, model+"_unit.json", &want)
			c := comparison{t: t, tolerance: 1e-9}
			c.fit(want, documentOf(t, "", "-responses", mobi, "-model", spec(t, model, "unit")))
			c.report()
		})
	}
}
