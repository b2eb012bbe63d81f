package btyd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestCovariatesAreFoundByCustomer(t *testing.T) {
	rows := [][]float64{{1, 2}, {3, 4}}
	c, err := btyd.NewCovariates([]string{"web", "age"}, []rapport.ID{"b", "a"}, rows)
	require.NoError(t, err)
	rows[0][0] = 9
	row, ok := c.Lookup("b")
	require.True(t, ok)
	require.Equal(t, []float64{1, 2}, row)
	row[0] = 9
	again, _ := c.Lookup("b")
	require.Equal(t, []float64{1, 2}, again)
	_, ok = c.Lookup("c")
	require.False(t, ok)
	require.Equal(t, 2, c.Len())
	require.Equal(t, []string{"web", "age"}, c.Names())
	var none *btyd.Covariates
	require.Zero(t, none.Len())
	_, ok = none.Lookup("a")
	require.False(t, ok)
}

func TestCovariatesOutsideTheDomain(t *testing.T) {
	for name, make := range map[string]func() (*btyd.Covariates, error){
		"no name":    func() (*btyd.Covariates, error) { return btyd.NewCovariates(nil, nil, nil) },
		"empty name": func() (*btyd.Covariates, error) { return btyd.NewCovariates([]string{""}, nil, nil) },
		"name twice": func() (*btyd.Covariates, error) { return btyd.NewCovariates([]string{"a", "a"}, nil, nil) },
		"ragged": func() (*btyd.Covariates, error) {
			return btyd.NewCovariates([]string{"a"}, []rapport.ID{"x"}, [][]float64{{1, 2}})
		},
		"lengths": func() (*btyd.Covariates, error) {
			return btyd.NewCovariates([]string{"a"}, []rapport.ID{"x"}, nil)
		},
		"customer twice": func() (*btyd.Covariates, error) {
			return btyd.NewCovariates([]string{"a"}, []rapport.ID{"x", "x"}, [][]float64{{1}, {2}})
		},
		"NaN": func() (*btyd.Covariates, error) {
			return btyd.NewCovariates([]string{"a"}, []rapport.ID{"x"}, [][]float64{{math.NaN()}})
		},
		"infinite": func() (*btyd.Covariates, error) {
			return btyd.NewCovariates([]string{"a"}, []rapport.ID{"x"}, [][]float64{{inf}})
		},
	} {
		_, err := make()
		var bad *btyd.CovariateError
		require.ErrorAs(t, err, &bad, name)
	}
	_, err := btyd.NewCovariates([]string{"a"}, []rapport.ID{""}, [][]float64{{1}})
	var id *rapport.IDError
	require.ErrorAs(t, err, &id)
}
