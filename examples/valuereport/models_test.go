package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// storedFit is a maximum of the reference results, found independently.
type storedFit struct {
	MLE struct {
		Params        map[string]float64 `json:"params"`
		LogLikelihood float64            `json:"loglik"`
	} `json:"mle"`
	Holdout *struct {
		ExpectedTotal float64 `json:"expected_total"`
		MAE           float64 `json:"mae"`
		RMSE          float64 `json:"rmse"`
	} `json:"holdout"`
}

// storedFits reads the models of a file of reference results.
func storedFits(t *testing.T, name string) map[string]storedFit {
	t.Helper()
	text, err := os.ReadFile(referencePath(t, "reference/clv/"+name))
	require.NoError(t, err)
	var file struct {
		Models map[string]storedFit `json:"models"`
	}
	require.NoError(t, json.Unmarshal(text, &file))
	return file.Models
}

// referencePath is the path of a reference file; without it the test is skipped.
func referencePath(t *testing.T, name string) string {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	return path
}

// TestEveryModelOnCDNOW fits each model by its name and compares with the stored
// maxima.
func TestEveryModelOnCDNOW(t *testing.T) {
	path, stored := referencePath(t, "data/cdnow_sample.csv"), storedFits(t, "cdnow_sample.json")
	for name, key := range map[string]string{
		"bgnbd": "bgnbd", "mbgnbd": "mbgnbd", "paretonbd": "pnbd", "ggomnbd": "ggomnbd",
		"bgcnbd-2": "bgcnbd_2", "bgcnbd-3": "bgcnbd_3", "mbgcnbd-2": "mbgcnbd_2", "mbgcnbd-3": "mbgcnbd_3",
		"bgcnbd-1": "bgnbd", "mbgcnbd-1": "mbgnbd",
	} {
		t.Run(name, func(t *testing.T) {
			got, want := runJSON(t, "-transactions", path, "-until", "1997-09-30", "-horizon", "39", "-model", name), stored[key]
			require.Equal(t, name, got.Model.Name, "the name that was given")
			require.True(t, got.Model.Converged)
			require.GreaterOrEqual(t, got.Model.LogLikelihood, want.MLE.LogLikelihood-1e-6, "the likelihood must reach the stored maximum")
			require.Len(t, got.Model.Params, len(want.MLE.Params))
			for param, value := range want.MLE.Params {
				require.Contains(t, got.Model.Params, param)
				if name != "ggomnbd" { // its maximum is a boundary, on which b and beta have no value of their own
					require.InEpsilon(t, value, got.Model.Params[param], 1e-6, param)
				}
			}
			if want.Holdout != nil {
				require.InDelta(t, want.Holdout.ExpectedTotal, got.Holdout.Predicted, 1e-2)
				require.InDelta(t, want.Holdout.MAE, got.Holdout.MAE, 1e-5)
				require.InDelta(t, want.Holdout.RMSE, got.Holdout.RMSE, 1e-5)
			}
			require.InDelta(t, got.Holdout.Predicted-1882, got.Holdout.Bias, 1e-8)
			require.Len(t, got.Holdout.Coverage, 3)
			require.Len(t, got.Holdout.ByDecile, 10)
			require.InEpsilon(t, 1882, sumOf(got.Holdout.ByDecile, func(d decileMean) float64 { return d.Customers * d.Actual }), 1e-9)
			require.Nil(t, got.Selection, "the model was named")
			for _, c := range got.Customers {
				require.True(t, c.PAlive >= 0 && c.PAlive <= 1)
			}
		})
	}
}

// TestAutoSaysWhy leaves the choice to the data: the MBG/NBD by a little.
func TestAutoSaysWhy(t *testing.T) {
	path := referencePath(t, "data/cdnow_sample.csv")
	args := []string{"-transactions", path, "-until", "1997-09-30", "-horizon", "39", "-model", "auto"}
	got := runJSON(t, args...)
	require.Equal(t, "mbgnbd", got.Model.Name, "the name of the model that was chosen")
	require.Equal(t, btyd.ByBIC, got.Selection.Criterion)
	require.Equal(t, btyd.ReasonLowestBIC, got.Selection.Reason)
	require.Greater(t, len(got.Selection.Candidates), 6)
	weights := 0.0
	for _, c := range got.Selection.Candidates {
		require.True(t, c.LogLikelihood.known && c.BIC.known && c.MAE.known && c.RMSE.known, c.Name)
		require.Nil(t, c.Failure)
		if c.Name == got.Model.Name {
			require.Equal(t, got.Model.LogLikelihood, c.LogLikelihood.value)
			require.Equal(t, got.Holdout.MAE, c.MAE.value)
			require.InEpsilon(t, 4*math.Log(2357)-2*got.Model.LogLikelihood, c.BIC.value, 1e-12)
		}
		weights += c.Weight.value
	}
	require.InEpsilon(t, 1, weights, 1e-12)
	named := runJSON(t, append(slices.Clone(args), "-model", "mbgnbd")...)
	require.Equal(t, named.Customers, got.Customers)
	for _, format := range []string{"table", "html"} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 0, run(t.Context(), append(args, "-format", format), nil, &stdout, &stderr), stderr.String())
		require.Contains(t, stdout.String(), fmt.Sprintf("MBG/NBD, of %d models compared by BIC: it has the lowest, 19,195.3, before BG/NBD with 0.6 more", len(got.Selection.Candidates)))
		require.Contains(t, stdout.String(), "GGompertz/NBD")
	}
	// Without a hold-out there are no errors in it.
	for _, c := range runJSON(t, "-transactions", "testdata/shop.csv", "-model", "auto").Selection.Candidates {
		require.False(t, c.MAE.known || c.RMSE.known)
	}
}

// Without a number the data choose how regular customers are.
func TestRegularityIsChosen(t *testing.T) {
	path := referencePath(t, "data/cdnow_sample.csv")
	for name, best := range map[string]string{"bgcnbd": "bgnbd", "mbgcnbd": "mbgnbd"} { // customers of CDNOW are not regular
		got := runJSON(t, "-transactions", path, "-until", "1997-09-30", "-model", name)
		require.Equal(t, best, got.Model.Name)
		require.Len(t, got.Selection.Candidates, 12)
	}
}

func TestSelectionTexts(t *testing.T) {
	four, failure := 4, "no luck"
	s := &selection{Criterion: btyd.ByBIC, Reason: btyd.ReasonTieSimpler, Candidates: []candidate{
		{Name: "ggomnbd", Failure: &failure},
		{Name: "nbd", BIC: figureOf(100.04), Parameters: &four},
		{Name: "bgnbd", BIC: figureOf(100), Parameters: &four},
	}}
	require.Equal(t, "NBD, of 3 models compared by BIC: it is as good as BG/NBD (a difference of 0.04) and has fewer parameters", s.text("nbd"))
	s.Reason = btyd.ReasonLowestBIC
	require.Equal(t, "BG/NBD, of 3 models compared by BIC: it has the lowest, 100.0, before NBD with 0.0 more", s.text("bgnbd"))
	s.Reason = btyd.ReasonOnlyCandidate
	require.Equal(t, "NBD, of 3 models compared by BIC: no other could be fitted", s.text("nbd"))
	lines := s.lines(10)
	require.Equal(t, "GGompertz/NBD", lines[3][0], "what failed comes last")
	require.Equal(t, htmlreport.Missing, lines[3][2])
}

// The same file gives the same bytes.
func TestSameBytes(t *testing.T) {
	for _, args := range [][]string{{"-model", "ggomnbd"}, {"-model", "bgcnbd-3"}, {"-model", "auto"}, {"-format", "html", "-model", "auto"}} {
		args = append([]string{"-until", "2026-09-30", "-format", "json"}, args...)
		code, want, stderr := runWith(t, shop, args...)
		require.Equal(t, 0, code, stderr)
		for range 3 {
			_, got, _ := runWith(t, shop, args...)
			require.Equal(t, want, got)
		}
	}
}

// Nobody leaves in an NBD.
func TestNBD(t *testing.T) {
	got := runJSON(t, "-transactions", "testdata/shop.csv", "-model", "nbd")
	require.Equal(t, "nbd", got.Model.Name)
	require.Len(t, got.Model.Params, 2)
	for _, c := range got.Customers {
		require.Equal(t, 1.0, c.PAlive)
		require.InEpsilon(t, (got.Model.Params["r"]+float64(c.X))/(got.Model.Params["alpha"]+c.T)*52, c.Expected, 1e-9, "(r+x)/(α+T)·t")
	}
}

// Texts for people name the model that was fitted.
func TestTextsNameTheModel(t *testing.T) {
	for _, name := range []string{"nbd", "bgnbd", "mbgnbd", "paretonbd", "paretonbd-cor", "ggomnbd", "bgcnbd-2", "mbgcnbd-3"} {
		d := describe(name)
		require.NotEmpty(t, d.source, name)
		for _, format := range []string{"table", "html"} {
			code, stdout, stderr := runWith(t, shop, "-model", name, "-format", format)
			require.Equal(t, 0, code, stderr)
			require.Contains(t, stdout, d.title)
			require.NotContains(t, stdout, "NaN")
			if format == "html" {
				require.Contains(t, stdout, d.model())
			}
		}
	}
}
