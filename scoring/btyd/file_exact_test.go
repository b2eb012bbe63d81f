package btyd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// What encoding/json would take from a field in other letter case, or from the last of
// two, is refused, in the file and in what is inside it.
func TestFilesAreReadAsWritten(t *testing.T) {
	const names, rest = `"unit":"week","params":{"r":1,"alpha":1,"s":1,"beta":1,"trans.Age":1,"trans.age":2}`,
		`"covariance":null,"identified":[false,false,false,false,false,false],"report":{"converged":true},"covariates":["Age","age"],` +
			`"effects":[{"name":"trans.Age","covariate":"Age","purchase":true,"life":false},{"name":"trans.age","covariate":"age","purchase":true,"life":false}]}`
	const good = `{"kind":"rapport/paretonbd+covariates","version":1,` + names + `,` + rest
	var m btyd.CovariateModel
	require.NoError(t, json.Unmarshal([]byte(good), &m), "names of covariates are free")
	for _, bad := range [][2]string{
		{`"unit":"week"`, `"Unit":"week"`},
		{`"unit":"week"`, `"unit":"week","Unit":"day"`},
		{`"params"`, `"PARAMS":{"r":9},"params"`},
		{`"converged":true`, `"Converged":true`},
		{`"life":false`, `"Life":false`},
		{`"life":false`, `"life":false,"life":true`},
		{`"trans.age":2`, `"trans.age":2,"trans.age":3`},
		{`"covariates":["Age","age"]`, `"covariates":["Age","age","age"]`},
		{`"covariates":["Age","age"]`, `"covariates":["Age","age",""]`},
		{`Age`, "\xff"},
	} {
		text := strings.ReplaceAll(good, bad[0], bad[1])
		require.ErrorIs(t, m.UnmarshalJSON([]byte(text)), btyd.ErrModelFormat, text)
	}
}

// Names of covariates may have what JSON and Go quote in different ways.
func TestFilesWithOddNames(t *testing.T) {
	names := []string{"a\x01\x7f\a\v", "größe <&> \u2028\U0001F600 \"'\\", "\u00ad\ufeff\U000e0001"}
	summaries, plain := covariateShop(t, 300, 5, .5, 0, func(i int) float64 { return float64(i % 2) })
	var ids []rapport.ID
	var rows [][]float64
	for i, id := range summaries.IDs() {
		z, _ := plain.Lookup(id)
		ids, rows = append(ids, id), append(rows, []float64{z[0], float64(i % 3), float64(i % 5)})
	}
	covariates, err := btyd.NewCovariates(names, ids, rows)
	require.NoError(t, err)
	m, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, covariates, &btyd.CovariateOptions{Life: []string{}})
	require.NoError(t, err)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var back btyd.CovariateModel
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, m, &back)

	var wrong *btyd.CovariateError
	_, err = btyd.NewCovariates([]string{"\xff"}, nil, nil)
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, fmt.Sprintf("btyd: covariate %q: want names in UTF-8, none twice or empty", "\xff"), err.Error())
}
