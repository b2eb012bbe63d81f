package btyd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// The files were written by the first release with this format: whatever comes
// later must read them and write them again byte for byte.
func TestModelFilesOfVersion1(t *testing.T) {
	for _, c := range []struct {
		name  string
		model json.Unmarshaler
	}{
		{"testdata/bgnbd_v1.json", new(btyd.Model)},
		{"testdata/bgnbd_boundary_v1.json", new(btyd.Model)},
		{"testdata/gammagamma_v1.json", new(btyd.GammaGamma)},
		{"testdata/varying_v1.json", new(btyd.VaryingModel)},
	} {
		text, err := os.ReadFile(c.name)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, c.model), c.name)
		again, err := json.Marshal(c.model)
		require.NoError(t, err)
		require.Equal(t, strings.TrimSpace(string(text)), string(again), c.name)
	}
}

func TestFittedModelSurvivesJSON(t *testing.T) {
	m, err := btyd.FitBGNBD(t.Context(), cdnowLike(true).customers(t, 800, 40), nil)
	require.NoError(t, err)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var back btyd.Model
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, m, &back)
	require.Equal(t, m.Parameters(), back.Parameters())
}

func TestTextsThatAreNoModel(t *testing.T) {
	text, err := os.ReadFile("testdata/bgnbd_v1.json")
	require.NoError(t, err)
	good := string(text)
	for name, bad := range map[string]string{
		"empty":             "{}",
		"no object":         "[]",
		"other kind":        strings.Replace(good, "rapport/bgnbd", "rapport/paretonbd", 1),
		"later version":     strings.Replace(good, `"version":1`, `"version":2,"new":true`, 1),
		"unknown field":     strings.Replace(good, `"version":1`, `"version":1,"new":true`, 1),
		"unit":              strings.Replace(good, `"unit":"week"`, `"unit":"year"`, 1),
		"no unit":           strings.Replace(good, `"unit":"week",`, "", 1),
		"negative r":        strings.Replace(good, `"r":`, `"r":-`, 1),
		"missing b":         strings.Replace(good, `"b":`, `"a":`, 1),
		"short covariance":  strings.Replace(good, `"covariance":[[`, `"covariance":[[1],[`, 1),
		"negative variance": strings.Replace(good, `"covariance":[[`, `"covariance":[[-`, 1),
		"identified":        strings.Replace(good, `"identified":[true,`, `"identified":[`, 1),
	} {
		require.NotEqual(t, good, bad, name)
		var m btyd.Model
		require.ErrorIs(t, json.Unmarshal([]byte(bad), &m), btyd.ErrModelFormat, name)
	}
	var m btyd.Model
	require.ErrorIs(t, m.UnmarshalJSON([]byte(good+good)), btyd.ErrModelFormat, "two models")
	var g btyd.GammaGamma
	require.ErrorIs(t, json.Unmarshal([]byte(good), &g), btyd.ErrModelFormat, "the other model")
}

// Whatever is accepted is written again and read again as the same.
func FuzzBGNBDUnmarshalJSON(f *testing.F) {
	for _, name := range []string{"testdata/bgnbd_v1.json", "testdata/bgnbd_boundary_v1.json", "testdata/gammagamma_v1.json"} {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var m btyd.Model
		if json.Unmarshal(text, &m) != nil {
			return
		}
		first, err := json.Marshal(&m)
		require.NoError(t, err)
		var back btyd.Model
		require.NoError(t, json.Unmarshal(first, &back))
		second, err := json.Marshal(&back)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
	})
}

// A covariance that no estimate can have is refused: the standard errors and
// intervals made from it would be nonsense.
func TestImpossibleCovariancesAreRefused(t *testing.T) {
	const model = `{"kind":"rapport/bgnbd","version":1,"unit":"week","params":{"r":1,"alpha":1,"a":1,"b":1},"covariance":%s,"identified":[%s,false,false,false],"report":{}}`
	for _, c := range []struct {
		covariance, identified string
		valid                  bool
	}{
		{"null", "false", true},
		{"null", "true", false},
		{"[[4,-2,0,0],[-2,1,0,0],[0,0,1,0],[0,0,0,1]]", "true", true},
		{"[[0,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]", "true", false},
		{"[[4,2,0,0],[-2,1,0,0],[0,0,1,0],[0,0,0,1]]", "true", false},
		{"[[4,1e300,0,0],[1e300,1,0,0],[0,0,1,0],[0,0,0,1]]", "true", false},
	} {
		var m btyd.Model
		err := json.Unmarshal(fmt.Appendf(nil, model, c.covariance, c.identified), &m)
		if c.valid {
			require.NoErrorf(t, err, "%+v", c)
		} else {
			require.ErrorIsf(t, err, btyd.ErrModelFormat, "%+v", c)
		}
	}
}
