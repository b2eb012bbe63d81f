package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// service is a model of both kinds: quality, measured by speed and care, acts on
// satisfaction, the more so the dearer the service is.
func service(mode pls.Mode, moderated bool) pls.Staged {
	m := pls.Staged{
		Constructs: []pls.Construct{
			{Name: "Speed", Items: []string{"s1", "s2", "s3"}},
			{Name: "Price", Items: []string{"p1", "p2"}},
			{Name: "Care", Items: []string{"c1", "c2", "c3"}},
			{Name: "Satisfaction", Items: []string{"t1", "t2", "t3"}},
		},
		SecondOrder: []pls.SecondOrder{{Name: "Quality", Mode: mode, Of: []string{"Speed", "Care"}}},
		Paths:       []pls.Path{{From: "Quality", To: "Satisfaction"}, {From: "Price", To: "Satisfaction"}},
	}
	if moderated {
		m.Moderations = []pls.Moderation{{Predictor: "Quality", Moderator: "Price", Target: "Satisfaction"}}
	}
	return m
}

// served draws answers to [service]: satisfaction = .5 quality + .3 price + .3
// quality·price + noise, items with noise of standard deviation noise; every gap-th
// answer is missing.
func served(t testing.TB, rows int, noise float64, gap int) *pls.Data {
	t.Helper()
	random := numeric.Stream(5, 1)
	items := []string{"s1", "s2", "s3", "p1", "p2", "c1", "c2", "c3", "t1", "t2", "t3"}
	var values []float64
	for range rows {
		quality, price := random.NormFloat64(), random.NormFloat64()
		speed, care := .8*quality+.6*random.NormFloat64(), .8*quality+.6*random.NormFloat64()
		satisfaction := .5*quality + .3*price + .3*quality*price + math.Sqrt(1-.25-.09-.09)*random.NormFloat64()
		for _, latent := range []float64{speed, speed, speed, price, price, care, care, care, satisfaction, satisfaction, satisfaction} {
			v := 6 + latent + noise*random.NormFloat64()
			if gap > 0 && len(values)%gap == gap/2 {
				v = math.NaN()
			}
			values = append(values, v)
		}
	}
	data, err := pls.NewData(items, values, nil)
	require.NoError(t, err)
	return data
}

// column returns the scores of a construct.
func column(t testing.TB, r *pls.Result, data *pls.Data, construct string) []float64 {
	t.Helper()
	scores, err := r.Scores(data)
	require.NoError(t, err)
	model := r.Model()
	for j, c := range model.Constructs {
		if c.Name != construct {
			continue
		}
		var out []float64
		for row := range data.Rows() {
			out = append(out, scores[row*len(model.Constructs)+j])
		}
		return out
	}
	require.Fail(t, construct)
	return nil
}

// joined makes a table of columns.
func joined(t testing.TB, items []string, columns ...[]float64) *pls.Data {
	t.Helper()
	var values []float64
	for row := range columns[0] {
		for _, c := range columns {
			values = append(values, c[row])
		}
	}
	data, err := pls.NewData(items, values, nil)
	require.NoError(t, err)
	return data
}

// The stages one by one, each by Fit on a table made by hand.
func TestStagesByHand(t *testing.T) {
	for _, mode := range []pls.Mode{pls.ModeA, pls.ModeB} {
		for _, missing := range []pls.Missing{pls.MeanReplacement, pls.Casewise, pls.Pairwise, pls.PairwiseCorrelation} {
			data, options := served(t, 400, .5, 83), pls.Options{Missing: missing, Tolerance: 1e-12}
			model := service(mode, true)
			got, err := pls.FitStages(model, data, &options)
			require.NoError(t, err)

			lower := fitted(t, pls.Model{Constructs: model.Constructs, Paths: []pls.Path{
				{From: "Speed", To: "Satisfaction"}, {From: "Care", To: "Satisfaction"}, {From: "Price", To: "Satisfaction"},
			}}, data, options)
			first, there := got.LowerOrder()
			require.True(t, there)
			requireSame(t, lower, first, 0)

			answers := make(map[string][]float64)
			for row := range data.Rows() {
				all, _ := data.Row(row)
				for k, item := range data.Items() {
					answers[item] = append(answers[item], all[k])
				}
			}
			second := joined(t, []string{"q1", "q2", "p1", "p2", "t1", "t2", "t3"}, column(t, lower, data, "Speed"), column(t, lower, data, "Care"),
				answers["p1"], answers["p2"], answers["t1"], answers["t2"], answers["t3"])
			main := fitted(t, pls.Model{Constructs: []pls.Construct{
				{Name: "Price", Items: []string{"p1", "p2"}},
				{Name: "Satisfaction", Items: []string{"t1", "t2", "t3"}},
				{Name: "Quality", Mode: mode, Items: []string{"q1", "q2"}},
			}, Paths: model.Paths}, second, options)
			for k, path := range main.Paths() {
				require.InDelta(t, path.Coefficient, got.Measurement().Paths()[k].Coefficient, 1e-12)
			}
			require.InDelta(t, main.Constructs()[2].Items[1].Weight, got.Measurement().Constructs()[2].Items[1].Weight, 1e-12)
			require.Equal(t, "Care", got.Measurement().Constructs()[2].Items[1].Name)

			quality, price := column(t, main, second, "Quality"), column(t, main, second, "Price")
			var product []float64
			for row := range quality {
				product = append(product, quality[row]*price[row])
			}
			third := joined(t, []string{"q", "p", "qp", "t"}, quality, price, product, column(t, main, second, "Satisfaction"))
			single := func(name, item string) pls.Construct { return pls.Construct{Name: name, Items: []string{item}} }
			whole := fitted(t, pls.Model{
				Constructs: []pls.Construct{single("Quality", "q"), single("Price", "p"), single("Product", "qp"), single("Satisfaction", "t")},
				Paths:      append(model.Paths[:2:2], pls.Path{From: "Product", To: "Satisfaction"}),
			}, third, options)
			for k, path := range whole.Paths() {
				require.InDelta(t, path.Coefficient, got.Structural().Paths()[k].Coefficient, 1e-12)
			}
			i := got.Interactions()[0]
			require.Equal(t, model.Moderations[0], i.Moderation)
			require.InDelta(t, whole.Paths()[2].Coefficient, i.Coefficient, 1e-12)
			require.InDelta(t, whole.Paths()[2].Coefficient/whole.Constructs()[2].Items[0].SD, i.Change, 1e-12)
			require.InDelta(t, whole.Paths()[0].Coefficient, i.Slope, 1e-12)
			require.InDelta(t, i.Slope-i.Change, i.SlopeAt(-1), 1e-15)

			without := fitted(t, pls.Model{
				Constructs: []pls.Construct{single("Quality", "q"), single("Price", "p"), single("Satisfaction", "t")}, Paths: model.Paths,
			}, third, options)
			full, reduced := whole.Constructs()[3].R2, without.Constructs()[2].R2
			f2, there := i.F2()
			require.True(t, there)
			tolerance := 1e-12
			if missing == pls.Casewise {
				tolerance = 1e-9
			}
			require.InDelta(t, (full-reduced)/(1-full), f2, tolerance)
		}
	}
}

// Simulated answers with next to no noise in the items: the truth is .5, .3 and a
// change of the slope of .3, so that f² = .09/(1−.43).
func TestStagesFindTheTruth(t *testing.T) {
	model := service(pls.ModeA, true)
	model.SecondOrder = nil
	model.Constructs[0] = pls.Construct{Name: "Quality", Items: []string{"q"}}
	model.Constructs = append(model.Constructs[:2:2], model.Constructs[3])
	data := served(t, 20000, .01, 0)
	random := numeric.Stream(5, 1) // the same draws, for quality itself
	var quality, p1, p2 []float64
	target := make([][]float64, 3)
	for row := range data.Rows() {
		quality = append(quality, random.NormFloat64())
		for range 3 + 1 + 11 {
			random.NormFloat64()
		}
		answers, _ := data.Row(row)
		p1, p2 = append(p1, answers[3]), append(p2, answers[4])
		for i := range target {
			target[i] = append(target[i], answers[8+i])
		}
	}
	table := joined(t, []string{"q", "p1", "p2", "t1", "t2", "t3"}, quality, p1, p2, target[0], target[1], target[2])
	got, err := pls.FitStages(model, table, nil)
	require.NoError(t, err)
	_, there := got.LowerOrder()
	require.False(t, there)
	i := got.Interactions()[0]
	require.InDelta(t, .5, i.Slope, .02)
	require.InDelta(t, .3, i.Change, .02)
	require.InDelta(t, .8, i.SlopeAt(1), .03)
	require.InDelta(t, .2, i.SlopeAt(-1), .03)
	f2, _ := i.F2()
	require.InDelta(t, .09/.57, f2, .02)

	// Through speed and care quality is seen with its reliability: the correlation of
	// their sum with it, √(2·.64/(1+.64)) = .883.
	got, err = pls.FitStages(service(pls.ModeA, false), data, nil)
	require.NoError(t, err)
	path, _ := got.Structural().Path("Quality", "Satisfaction")
	require.InDelta(t, .5*.8834, path, .02)
	require.Same(t, got.Measurement(), got.Structural())
	require.Empty(t, got.Interactions())
}

func TestFaultsOfStagedModels(t *testing.T) {
	data := served(t, 60, .5, 0)
	for _, c := range []struct {
		change func(m *pls.Staged)
		want   pls.ModelError
	}{
		{func(m *pls.Staged) { m.SecondOrder[0].Of[0] = "Colour" }, pls.ModelError{Fault: pls.UnknownConstruct, Construct: "Colour"}},
		{func(m *pls.Staged) { m.SecondOrder[0].Of = nil }, pls.ModelError{Fault: pls.NoItems, Construct: "Quality"}},
		{func(m *pls.Staged) { m.SecondOrder[0].Name = "Price" }, pls.ModelError{Fault: pls.RepeatedConstruct, Construct: "Price"}},
		{func(m *pls.Staged) { m.SecondOrder[0].Name = "Care" }, pls.ModelError{Fault: pls.RepeatedConstruct, Construct: "Care"}},
		{func(m *pls.Staged) {
			m.SecondOrder = append(m.SecondOrder, pls.SecondOrder{Name: "Other", Of: []string{"Care"}})
		}, pls.ModelError{Fault: pls.RepeatedItem, Construct: "Other", Item: "Care"}},
		{func(m *pls.Staged) { m.SecondOrder[0].Mode = 7 }, pls.ModelError{Fault: pls.UnknownMode, Construct: "Quality"}},
		{func(m *pls.Staged) { m.Paths = append(m.Paths, pls.Path{From: "Care", To: "Satisfaction"}) }, pls.ModelError{Fault: pls.UnknownConstruct, Construct: "Care", Path: pls.Path{From: "Care", To: "Satisfaction"}}},
		{func(m *pls.Staged) { m.Paths = m.Paths[1:] }, pls.ModelError{Fault: pls.Isolated, Construct: "Quality"}},
		{func(m *pls.Staged) { m.Moderations[0].Target = "Price" }, pls.ModelError{Fault: pls.AbsentPath, Path: pls.Path{From: "Quality", To: "Price"}}},
		{func(m *pls.Staged) { m.Moderations[0].Moderator = "Speed" }, pls.ModelError{Fault: pls.AbsentPath, Path: pls.Path{From: "Speed", To: "Satisfaction"}}},
		{func(m *pls.Staged) { m.Moderations = append(m.Moderations, m.Moderations[0]) }, pls.ModelError{Fault: pls.RepeatedPath, Path: pls.Path{From: "Quality*Price", To: "Satisfaction"}}},
		{func(m *pls.Staged) { m.Constructs[0].Items = nil }, pls.ModelError{Fault: pls.NoItems, Construct: "Speed"}},
	} {
		model := service(pls.ModeA, true)
		c.change(&model)
		var got *pls.ModelError
		require.ErrorAs(t, model.Validate(), &got)
		require.Equal(t, c.want, *got)
		_, err := pls.FitStages(model, data, nil)
		require.ErrorAs(t, err, &got)
	}
	var option *pls.OptionError
	_, err := pls.FitStages(service(pls.ModeA, true), data, &pls.Options{Consistent: true})
	require.ErrorAs(t, err, &option)
	var table *pls.DataError
	_, err = pls.FitStages(service(pls.ModeA, true), nil, nil)
	require.ErrorAs(t, err, &table)
	var slow *pls.NotConvergedError
	last, err := pls.FitStages(service(pls.ModeA, true), data, &pls.Options{MaxIterations: 1})
	require.ErrorAs(t, err, &slow)
	require.Len(t, last.Interactions(), 1)
}

// A moderator that is the predictor itself bends the slope; two moderators of one
// target stand beside each other.
func TestSeveralModerations(t *testing.T) {
	model := service(pls.ModeA, true)
	model.Moderations = append(model.Moderations, pls.Moderation{Predictor: "Price", Moderator: "Price", Target: "Satisfaction"})
	got, err := pls.FitStages(model, served(t, 3000, .3, 0), nil)
	require.NoError(t, err)
	require.Len(t, got.Interactions(), 2)
	require.Greater(t, got.Interactions()[0].Change, .2)
	require.InDelta(t, 0, got.Interactions()[1].Change, .05)
	c, _ := got.Structural().Construct("Satisfaction")
	require.InDelta(t, c.R2, got.Interactions()[0].R2, 0)
}
