package btyd_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Ten customers with ties; the values are those of the definitions by mpmath at 30 digits.
func TestSpendFrequencyByHand(t *testing.T) {
	var rows []btyd.SpendRow
	means := []float64{12.5, 30, 18, 22, 40, 35, 18, 9, 27, 61}
	for i, x := range []int{1, 1, 2, 3, 5, 8, 2, 1, 4, 9} {
		rows = append(rows, btyd.SpendRow{X: x, Mean: means[i], Customers: 1})
	}
	compressed, err := btyd.NewSpendRows(rows)
	require.NoError(t, err)
	c, err := btyd.CheckSpendFrequency(compressed)
	require.NoError(t, err)
	for name, v := range map[string][2]float64{
		"pearson":        {c.Pearson.Value, 0.858764980507407214},
		"pearson p":      {c.PearsonP, 0.001462773354647442},
		"pearson low":    {c.Pearson.Low, 0.498887846238492759},
		"pearson high":   {c.Pearson.High, 0.966048093635737435},
		"spearman":       {c.Spearman.Value, 0.802530297277791555},
		"spearman p":     {c.SpearmanP, 0.005202086003894456},
		"spearman low":   {c.Spearman.Low, 0.248596876389114267},
		"spearman high":  {c.Spearman.High, 0.960894373603805696},
		"level, pearson": {c.Pearson.Level, c.Spearman.Level},
	} {
		within(t, name, v[0], v[1], 1e-12)
	}
	require.NoError(t, c.Pearson.Validate())
	require.NoError(t, c.Spearman.Validate())
	require.Equal(t, 10, c.Spearman.N)
	// A scale of money changes nothing, not even at the ends of what is allowed.
	for i := range rows {
		rows[i].Mean *= 1e-170
	}
	scaled, err := btyd.NewSpendRows(rows)
	require.NoError(t, err)
	again, err := btyd.CheckSpendFrequency(scaled)
	require.NoError(t, err)
	within(t, "scaled", again.Pearson.Value, c.Pearson.Value, 1e-12)
}

// Under independence the p-values are uniform and the intervals hold 0.
func TestSpendFrequencyOfIndependentCustomers(t *testing.T) {
	random := rand.New(rand.NewPCG(66, 0))
	const runs = 800
	var pearson, spearman, outside int
	for range runs {
		var rows []btyd.SpendRow
		for range 40 {
			rows = append(rows, btyd.SpendRow{X: 1 + random.IntN(6), Mean: 20 + 5*random.NormFloat64(), Customers: 1})
		}
		compressed, err := btyd.NewSpendRows(rows)
		require.NoError(t, err)
		c, err := btyd.CheckSpendFrequency(compressed)
		require.NoError(t, err)
		if c.PearsonP < .1 {
			pearson++
		}
		if c.SpearmanP < .1 {
			spearman++
		}
		if c.Pearson.Low > 0 || c.Pearson.High < 0 {
			outside++
		}
	}
	require.InDelta(t, .1, float64(pearson)/runs, .035)
	require.InDelta(t, .1, float64(spearman)/runs, .035)
	require.InDelta(t, .05, float64(outside)/runs, .03)
}

func TestSpendFrequencyThatIsNone(t *testing.T) {
	for _, c := range []struct {
		rows []btyd.SpendRow
		want error
	}{
		{nil, btyd.ErrTooFewSpenders},
		{[]btyd.SpendRow{{X: 1, Mean: 3, Customers: 1}}, btyd.ErrTooFewSpenders},
		{[]btyd.SpendRow{{X: 1, Mean: 3, Customers: 1}, {X: 1, Mean: 4, Customers: 1}}, btyd.ErrOneFrequency},
		{[]btyd.SpendRow{{X: 1, Mean: 3, Customers: 1}, {X: 2, Mean: 3, Customers: 1}}, btyd.ErrEqualSpend},
	} {
		rows, err := btyd.NewSpendRows(c.rows)
		require.NoError(t, err)
		_, err = btyd.CheckSpendFrequency(rows)
		require.ErrorIs(t, err, c.want)
	}
	rows, err := btyd.NewSpendRows([]btyd.SpendRow{{X: 1, Mean: 3, Customers: 1}, {X: 2, Mean: 4, Customers: 1}})
	require.NoError(t, err)
	c, err := btyd.CheckSpendFrequency(rows)
	require.NoError(t, err)
	require.Equal(t, []float64{1, 1, 0}, []float64{c.Pearson.Value, c.PearsonP, c.Pearson.Level})
}
