package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

func TestDataMatrix(t *testing.T) {
	data, err := pls.NewData([]string{"a", "b", "c"}, []float64{1, 2, 3, 4, math.NaN(), 6}, []float64{2, 5})
	require.NoError(t, err)
	values, weights, err := data.Matrix("c", "b")
	require.NoError(t, err)
	require.Equal(t, []float64{3, 2, 6}, values[:3])
	require.True(t, math.IsNaN(values[3]))
	require.Equal(t, []float64{2, 5}, weights)
	weights[0] = 9
	_, kept := data.Row(0)
	require.Equal(t, 2.0, kept)
	_, _, err = data.Matrix("d")
	var item *pls.ItemError
	require.ErrorAs(t, err, &item)
	require.Equal(t, pls.AbsentItem, item.Fault)
}
