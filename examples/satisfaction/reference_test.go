package main

import (
	"encoding/json"
	"fmt"
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

func requireNear(t *testing.T, want, got map[string]map[string]float64, tolerance float64, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for outer, row := range want {
		require.Len(t, got[outer], len(row), "%s of %s", what, outer)
		for inner, value := range row {
			require.InDelta(t, value, got[outer][inner], tolerance, "%s of %s, %s", what, outer, inner)
		}
	}
}

func requireFit(t *testing.T, want stored, got document, tolerance float64) {
	t.Helper()
	requireNear(t, want.Weights, got.Weights, tolerance, "weights")
	requireNear(t, want.Loadings, got.Loadings, tolerance, "loadings")
	requireNear(t, map[string]map[string]float64{"": want.Paths}, map[string]map[string]float64{"": got.Paths}, tolerance, "paths")
	if want.R2 != nil {
		requireNear(t, map[string]map[string]float64{"": want.R2}, map[string]map[string]float64{"": got.R2}, tolerance, "R2")
	}
	for construct, index := range want.Index {
		require.InDelta(t, index.Mean, got.Index[construct].Score, tolerance*100, "index of %s", construct)
		if index.SE != 0 {
			require.NotNil(t, got.Index[construct].SE)
			require.InDelta(t, index.SE, *got.Index[construct].SE, tolerance*100, "se of %s", construct)
		}
	}
}

func requireQuality(t *testing.T, want stored, got document) {
	t.Helper()
	const tolerance = 1e-9
	for construct, row := range want.Quality.Reliability {
		for ours, theirs := range map[string]string{"alpha": "alpha", "rho_a": "rhoA", "rho_c": "rhoC", "ave": "AVE"} {
			value := got.Reliability[construct][ours]
			require.NotNil(t, value, "%s of %s", ours, construct)
			require.InDelta(t, row[theirs], *value, tolerance, "%s of %s", ours, construct)
		}
	}
	pairs := 0
	for a, row := range want.Quality.HTMT {
		for b, value := range row {
			if ratio, there := value.(float64); there {
				require.InDelta(t, ratio, got.HTMT[a][b], tolerance, "HTMT of %s and %s", a, b)
				require.Equal(t, got.HTMT[a][b], got.HTMT[b][a])
				pairs++
			}
		}
	}
	require.Equal(t, len(got.R2)*(len(got.R2)+1)/2, pairs, "all but one construct have others that act on them")
	for to, row := range want.Quality.F2 {
		for from, size := range row {
			value, there := got.F2[to][from]
			require.Equal(t, size != 0, there, "f2 of %s on %s", from, to)
			require.InDelta(t, size, value, tolerance, "f2 of %s on %s", from, to)
		}
	}
	require.InDelta(t, want.Quality.GoF, got.GoF, tolerance)
	require.InDelta(t, want.Quality.SRMR, got.SRMR, tolerance)
	require.Len(t, got.Effects, len(want.Quality.TotalEffects))
	for name, effect := range want.Quality.TotalEffects {
		to, from, _ := strings.Cut(name, "~")
		require.InDelta(t, effect, got.Effects[from+"->"+to], tolerance, "total effect %s", name)
	}
}

// Every figure of the fits by other programs, to 1e-9; in the raw metric plspm's scores
// have variance 1 with divisor n, and its stop leaves nine digits.
func TestAgreesWithOtherPrograms(t *testing.T) {
	mobi := refPath(t, "data/mobi.csv")
	for _, model := range []string{"mobi-ecsi", "mobi-acsi", "mobi-scsb"} {
		for _, scheme := range []string{"path", "factorial", "centroid"} {
			args := []string{"-responses", mobi, "-model", modelFlag(t, model), "-scheme", scheme, "-tol", "1e-13"}
			t.Run(model+" "+scheme, func(t *testing.T) {
				var want stored
				reference(t, fmt.Sprintf("%s_%s_modeA.json", model, scheme), &want)
				got := documentOf(t, "", args...)
				requireFit(t, want, got, 1e-9)
				require.True(t, got.Converged)
				if scheme != "centroid" {
					requireQuality(t, want, got)
				}
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
				requireFit(t, want, got, 1e-8)
				require.InDelta(t, want.GoF, got.GoF, 1e-8)
			})
			t.Run(model+" "+scheme+" consistent", func(t *testing.T) {
				var want stored
				reference(t, fmt.Sprintf("%s_%s_PLSc.json", model, scheme), &want)
				got := documentOf(t, "", append(args, "-consistent")...)
				requireFit(t, want, got, 1e-9)
				require.InDelta(t, want.SRMR, got.SRMR, 1e-9)
			})
		}
	}
}
