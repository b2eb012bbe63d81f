package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
)

// storedFit is a maximum of the reference results, found independently.
type storedFit struct {
	MLE struct {
		Params        map[string]float64 `json:"params"`
		LogLikelihood float64            `json:"loglik"`
	} `json:"mle"`
	Holdout *struct {
		ExpectedTotal float64 `json:"expected_total"`
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
			if _, known := parseModel(name); !known {
				t.Skip("not known yet")
			}
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
			}
			for _, c := range got.Customers {
				require.True(t, c.PAlive >= 0 && c.PAlive <= 1)
			}
		})
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
	for _, name := range []string{"nbd", "bgnbd", "mbgnbd", "paretonbd", "ggomnbd", "bgcnbd-2", "mbgcnbd-3"} {
		if _, known := parseModel(name); !known {
			continue
		}
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
