package btyd_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// readCovariates reads customer_id,name… of the reference data.
func readCovariates(t *testing.T, name string) *btyd.Covariates {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	var ids []rapport.ID
	var rows [][]float64
	for _, line := range lines[1:] {
		row := make([]float64, len(line)-1)
		for i, field := range line[1:] {
			row[i], err = strconv.ParseFloat(field, 64)
			require.NoError(t, err)
		}
		ids, rows = append(ids, rapport.ID(line[0])), append(rows, row)
	}
	c, err := btyd.NewCovariates(lines[0][1:], ids, rows)
	require.NoError(t, err)
	return c
}

// The apparel customers' likelihood has its supremum on a ridge: the stored one is
// that of a point far along it.
func TestPublishedCovariates(t *testing.T) {
	summaries, covariates := readLog(t, "data/apparel.csv", "2006-12-31"), readCovariates(t, "data/apparel_covariates.csv")
	m, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, covariates, nil)
	require.NoError(t, err)
	t.Logf("%+v %+v", m.Parameters(), m.Report())
	require.GreaterOrEqual(t, m.Report().LogLikelihood, -5839.862056590313-1e-6)
	require.NotEmpty(t, m.Report().Boundaries)
	require.Less(t, m.Report().Parameters, 8)
	plain := mustFit(t, btyd.BGNBD, summaries)
	test, err := m.Compare(plain)
	require.NoError(t, err)
	t.Logf("%+v", test)
	require.Equal(t, 4, test.DF)
	require.Less(t, test.PValue, 1e-4)
	byName := map[string]float64{}
	for _, p := range m.Parameters() {
		byName[p.Name] = p.Value
	}
	within(t, "trans.gender", byName["trans.gender"], .46120398, 1e-3)
	within(t, "trans.channel", byName["trans.channel"], .56788791, 1e-3)
}

// covariateShop draws customers of a BG/NBD shop, whose rate grows with z.
func covariateShop(t *testing.T, n int, seed uint64, effect, lifeEffect float64, z func(i int) float64) (*scoring.Summaries, *btyd.Covariates) {
	t.Helper()
	var all []scoring.Summary
	var ids []rapport.ID
	var rows [][]float64
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		v := z(i)
		shop := simulation{r: 1, alpha: 10 * math.Exp(-effect*v), a: .8 * math.Exp(lifeEffect*v), b: 2.5 * math.Exp(lifeEffect*v), youngest: 20, oldest: 60, p: 2, q: 3, v: 10}
		all, rows = append(all, shop.customer(random)), append(rows, []float64{v})
		ids = append(ids, rapport.ID(fmt.Sprintf("c%07d", i)))
	}
	c, err := btyd.NewCovariates([]string{"z"}, ids, rows)
	require.NoError(t, err)
	return summariesOf(t, all), c
}

func TestCovariateDerivatives(t *testing.T) {
	summaries, covariates := covariateShop(t, 300, 90, .5, .3, func(i int) float64 { return float64(i%90) / 30 })
	x := []float64{.1, 2, -.3, .9, .2, -.4}
	one, g, h := btyd.EvaluateCovariates(btyd.BGNBD, summaries, covariates, x, 1)
	two, g2, h2 := btyd.EvaluateCovariates(btyd.BGNBD, summaries, covariates, x, 3)
	require.Equal(t, []any{one, g, h}, []any{two, g2, h2})
	const step = 1e-5
	for i := range x {
		up, down := append([]float64(nil), x...), append([]float64(nil), x...)
		up[i] += step
		down[i] -= step
		vUp, gUp, _ := btyd.EvaluateCovariates(btyd.BGNBD, summaries, covariates, up, 1)
		vDown, gDown, _ := btyd.EvaluateCovariates(btyd.BGNBD, summaries, covariates, down, 1)
		require.InDelta(t, (vUp-vDown)/(2*step), g[i], 1e-5*(1+math.Abs(g[i])))
		for j := range x {
			require.InDelta(t, (gUp[j]-gDown[j])/(2*step), h[i*len(x)+j], 1e-5*(1+math.Abs(h[i*len(x)+j])))
		}
	}
}

// Effects are found again, each about as surely as its standard error says.
func TestCovariateEffectsAreRecovered(t *testing.T) {
	summaries, covariates := covariateShop(t, 6000, 91, .5, .4, func(i int) float64 { return float64(i % 2) })
	m, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, covariates, nil)
	require.NoError(t, err)
	truth := map[string]float64{"r": 1, "alpha": 10, "a": .8, "b": 2.5, "life.z": .4, "trans.z": .5}
	for _, p := range m.Parameters() {
		t.Logf("%+v", p)
		require.True(t, p.Identified)
		require.InDelta(t, truth[p.Name], p.Value, 4*p.SE, p.Name)
	}
	// The same customers in yuan instead of millions: effects scale, nothing else changes.
	var rows [][]float64
	for _, id := range summaries.IDs() {
		z, _ := covariates.Lookup(id)
		rows = append(rows, []float64{1e6 * z[0]})
	}
	large, err := btyd.NewCovariates([]string{"z"}, summaries.IDs(), rows)
	require.NoError(t, err)
	scaled, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, large, nil)
	require.NoError(t, err)
	for i, p := range scaled.Parameters() {
		factor := 1.
		if i >= 4 {
			factor = 1e6
		}
		within(t, p.Name, factor*p.Value, m.Parameters()[i].Value, 1e-6)
		within(t, "standard error of "+p.Name, factor*p.SE, m.Parameters()[i].SE, 1e-6)
	}
	// Batches agree with the models of the two groups, and totals with their sum.
	n := summaries.Len()
	alive, expected, values := make([]float64, n), make([]float64, n), make([]float64, n)
	require.NoError(t, m.PAliveInto(alive, summaries, covariates))
	require.NoError(t, m.ExpectedInto(expected, summaries, covariates, 26))
	spend := mustGammaGamma(t, 6.25, 3.74, 15.44)
	h := btyd.Horizon{Periods: 52, AnnualDiscount: .1}
	require.NoError(t, m.LifetimeValues(values, spend, summaries, covariates, h))
	total := 0.
	for i := range n {
		id, s := summaries.At(i)
		z, _ := covariates.Lookup(id)
		own, err := m.At(z...)
		require.NoError(t, err)
		within(t, "P(alive)", alive[i], own.PAlive(s), 1e-14)
		within(t, "expected", expected[i], own.Expected(s, 26), 1e-13)
		want, err := btyd.LifetimeValue(own, spend, s, h)
		require.NoError(t, err)
		within(t, "value", values[i], want, 1e-12)
		total += expected[i]
	}
	e, err := m.ExpectedTotal(t.Context(), summaries, covariates, 26, .95)
	require.NoError(t, err)
	within(t, "total", e.Value, total, 1e-12)
	require.Positive(t, e.SE)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var back btyd.CovariateModel
	require.NoError(t, json.Unmarshal(text, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.Equal(t, m.Parameters(), back.Parameters())
	var plain btyd.Model
	require.ErrorIs(t, json.Unmarshal(text, &plain), btyd.ErrModelFormat)
}

func TestCovariateOptions(t *testing.T) {
	summaries, covariates := covariateShop(t, 1500, 92, .5, 0, func(i int) float64 { return float64(i%50) / 50 })
	fit := func(o btyd.CovariateOptions) (*btyd.CovariateModel, error) {
		return btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, covariates, &o)
	}
	names := func(m *btyd.CovariateModel) (list []string) {
		for _, p := range m.Parameters()[4:] {
			list = append(list, p.Name)
		}
		return list
	}
	full, err := fit(btyd.CovariateOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"life.z", "trans.z"}, names(full))
	for want, o := range map[string]btyd.CovariateOptions{
		"[trans.z]": {Life: []string{}}, "[life.z]": {Purchase: []string{}}, "[both.z]": {Equal: []string{"z"}},
	} {
		m, err := fit(o)
		require.NoError(t, err)
		require.Equal(t, want, fmt.Sprint(names(m)))
		require.LessOrEqual(t, m.Report().LogLikelihood, full.Report().LogLikelihood+1e-9)
		require.GreaterOrEqual(t, m.Report().LogLikelihood, mustFit(t, btyd.BGNBD, summaries).Report().LogLikelihood-1e-9)
	}
	// The penalty is n·λ·γ², and ever more of it draws the effects to 0.
	last := inf
	for _, l2 := range []float64{0, .001, .1, 100} {
		m, err := fit(btyd.CovariateOptions{PurchaseL2: l2, LifeL2: l2})
		require.NoError(t, err)
		life, trans := m.Parameters()[4].Value, m.Parameters()[5].Value
		size := life*life + trans*trans
		require.Less(t, size, last)
		require.InDelta(t, -1500*l2*size, m.Report().LogPrior, 1e-9)
		last = size
	}
	require.Less(t, last, 1e-6)

	var bad *btyd.CovariateError
	for _, o := range []btyd.CovariateOptions{
		{Purchase: []string{"y"}}, {Equal: []string{"z"}, Life: []string{}}, {Purchase: []string{}, Life: []string{}},
	} {
		_, err := fit(o)
		require.ErrorAs(t, err, &bad, "%+v", o)
	}
	var input *btyd.InputError
	_, err = fit(btyd.CovariateOptions{LifeL2: -1})
	require.ErrorAs(t, err, &input)
	_, err = btyd.FitCovariates(t.Context(), 0, summaries, covariates, nil)
	require.ErrorAs(t, err, &input)
	_, err = btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, nil, nil)
	require.ErrorAs(t, err, &bad)
	var none *btyd.CovariateModel
	require.ErrorAs(t, none.PAliveInto(nil, summaries, covariates), &input)
	_, err = full.At(inf)
	require.ErrorAs(t, err, &input)
	_, err = full.At(1, 2)
	require.ErrorAs(t, err, &input)
}

// Customers without covariates, and covariates that tell nothing, are named.
func TestCovariatesThatCannotBeFitted(t *testing.T) {
	summaries, _ := covariateShop(t, 40, 93, .5, 0, func(i int) float64 { return float64(i % 5) })
	ids := summaries.IDs()
	make := func(columns ...func(i int) float64) *btyd.Covariates {
		var rows [][]float64
		names := []string{"first", "second", "third"}[:len(columns)]
		for i := range ids {
			var row []float64
			for _, column := range columns {
				row = append(row, column(i))
			}
			rows = append(rows, row)
		}
		c, err := btyd.NewCovariates(names, ids, rows)
		require.NoError(t, err)
		return c
	}
	five := func(i int) float64 { return float64(i % 5) }
	seven := func(i int) float64 { return float64(i%7) * 1e5 }
	var bad *btyd.CovariateError
	for name, c := range map[string]*btyd.Covariates{
		"constant":  make(five, func(int) float64 { return 3 }),
		"collinear": make(five, func(i int) float64 { return 7 - 2*five(i) }),
		"sum":       make(five, seven, func(i int) float64 { return 1e5*five(i) + seven(i) - 4 }),
	} {
		_, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, c, nil)
		require.ErrorAs(t, err, &bad, name)
		require.NotEqual(t, "first", bad.Name)
		require.NotEmpty(t, bad.Name)
	}
	some, err := btyd.NewCovariates([]string{"first"}, ids[:39], [][]float64{{1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3},
		{1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3}, {1}, {2}, {3}})
	require.NoError(t, err)
	_, err = btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, some, nil)
	require.ErrorAs(t, err, &bad)
	require.Equal(t, ids[39], bad.Customer)
}
