package pls_test

import (
	"math"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// twoBlocks is a model of three items that act on two.
func twoBlocks(mode pls.Mode) pls.Model {
	return pls.Model{
		Constructs: []pls.Construct{
			{Name: "Cause", Mode: mode, Items: []string{"a", "b", "c"}},
			{Name: "Result", Mode: mode, Items: []string{"d", "e"}},
		},
		Paths: []pls.Path{{From: "Cause", To: "Result"}},
	}
}

// drawn makes answers for [twoBlocks] with correlation .6 of cause and result; every
// gap-th answer is missing, none if gap is 0.
func drawn(seed uint64, rows, gap int) *pls.Data {
	random := numeric.Stream(seed, 0)
	var values []float64
	for range rows {
		cause := random.NormFloat64()
		result := .6*cause + .8*random.NormFloat64()
		for k := range 5 {
			of, slope := cause, []float64{1, 1.5, .7, 1, 2}[k]
			if k > 2 {
				of = result
			}
			v := 5 + slope*of + .6*random.NormFloat64()
			if gap > 0 && len(values)%(5*gap+2) == 7%(5*gap+2) {
				v = math.NaN()
			}
			values = append(values, v)
		}
	}
	data, err := pls.NewData([]string{"a", "b", "c", "d", "e"}, values, nil)
	if err != nil {
		panic(err) // all is finite
	}
	return data
}

// requireSame compares all that a result says of a model, up to the order of its
// parts.
func requireSame(t require.TestingT, want, got *pls.Result, tolerance float64) {
	for _, w := range want.Constructs() {
		g, there := got.Construct(w.Name)
		require.True(t, there)
		require.InDelta(t, w.R2, g.R2, tolerance, "R² of %s", w.Name)
		require.InDelta(t, w.RhoA, g.RhoA, tolerance, "rho_A of %s", w.Name)
		items := make(map[string]pls.ItemResult)
		for _, item := range g.Items {
			items[item.Name] = item
		}
		for _, item := range w.Items {
			require.InDelta(t, item.Weight, items[item.Name].Weight, tolerance, "weight of %s", item.Name)
			require.InDelta(t, item.Loading, items[item.Name].Loading, tolerance, "loading of %s", item.Name)
		}
	}
	require.Len(t, got.Paths(), len(want.Paths()))
	for _, path := range want.Paths() {
		coefficient, there := got.Path(path.From, path.To)
		require.True(t, there)
		require.InDelta(t, path.Coefficient, coefficient, tolerance, "%v", path)
	}
}

// meanOf is the mean of a column of a table with so many columns.
func meanOf(values []float64, column, columns int) float64 {
	sum, n := 0.0, 0
	for at := column; at < len(values); at += columns {
		sum, n = sum+values[at], n+1
	}
	return sum / float64(n)
}
