package pls_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

func TestFaultsOfModels(t *testing.T) {
	a, b, c := pls.Construct{Name: "A", Items: []string{"a", "b"}}, pls.Construct{Name: "B", Items: []string{"c"}}, pls.Construct{Name: "C", Items: []string{"d"}}
	ab, bc, ca := pls.Path{From: "A", To: "B"}, pls.Path{From: "B", To: "C"}, pls.Path{From: "C", To: "A"}
	of := func(constructs ...pls.Construct) []pls.Construct { return constructs }
	for _, c := range []struct {
		model pls.Model
		want  pls.ModelError
	}{
		{pls.Model{}, pls.ModelError{Fault: pls.NoConstructs}},
		{pls.Model{Constructs: of(a, pls.Construct{Items: []string{"x"}})}, pls.ModelError{Fault: pls.UnnamedConstruct}},
		{pls.Model{Constructs: of(pls.Construct{Name: "A", Items: []string{""}})}, pls.ModelError{Fault: pls.UnnamedConstruct, Construct: "A"}},
		{pls.Model{Constructs: of(a, a)}, pls.ModelError{Fault: pls.RepeatedConstruct, Construct: "A"}},
		{pls.Model{Constructs: of(pls.Construct{Name: "A"})}, pls.ModelError{Fault: pls.NoItems, Construct: "A"}},
		{pls.Model{Constructs: of(pls.Construct{Name: "A", Items: []string{"a", "a"}})}, pls.ModelError{Fault: pls.RepeatedItem, Construct: "A", Item: "a"}},
		{pls.Model{Constructs: of(a, pls.Construct{Name: "B", Items: []string{"b"}})}, pls.ModelError{Fault: pls.RepeatedItem, Construct: "B", Item: "b"}},
		{pls.Model{Constructs: of(pls.Construct{Name: "A", Mode: 9, Items: []string{"a"}})}, pls.ModelError{Fault: pls.UnknownMode, Construct: "A"}},
		{pls.Model{Constructs: of(a, b), Paths: []pls.Path{ab, bc}}, pls.ModelError{Fault: pls.UnknownConstruct, Construct: "C", Path: bc}},
		{pls.Model{Constructs: of(a, b), Paths: []pls.Path{ab, ca}}, pls.ModelError{Fault: pls.UnknownConstruct, Construct: "C", Path: ca}},
		{pls.Model{Constructs: of(a, b), Paths: []pls.Path{ab, ab}}, pls.ModelError{Fault: pls.RepeatedPath, Path: ab}},
		{pls.Model{Constructs: of(a, b, c), Paths: []pls.Path{ab, bc, ca}}, pls.ModelError{Fault: pls.CyclicPaths, Path: ab}},
		{pls.Model{Constructs: of(a, b), Paths: []pls.Path{ab, {From: "B", To: "B"}}}, pls.ModelError{Fault: pls.CyclicPaths, Path: pls.Path{From: "B", To: "B"}}},
		{pls.Model{Constructs: of(a, b, c), Paths: []pls.Path{ab}}, pls.ModelError{Fault: pls.Isolated, Construct: "C"}},
	} {
		var got *pls.ModelError
		require.ErrorAs(t, c.model.Validate(), &got)
		require.Equal(t, c.want, *got)
		_, err := pls.Fit(c.model, drawn(1, 20, 0), nil)
		require.ErrorAs(t, err, &got)
		require.Equal(t, c.want, *got)
		require.Contains(t, err.Error(), "pls: model: "+string(c.want.Fault))
	}
}

// sheet makes data of the columns a to e of [twoBlocks] from a function of row and
// column.
func sheet(t *testing.T, rows int, value func(row, column int) float64) *pls.Data {
	t.Helper()
	var values []float64
	for row := range rows {
		for column := range 5 {
			values = append(values, value(row, column))
		}
	}
	data, err := pls.NewData([]string{"a", "b", "c", "d", "e"}, values, nil)
	require.NoError(t, err)
	return data
}

func TestFaultsOfItems(t *testing.T) {
	random := drawn(2, 30, 0)
	with := func(column int, value func(v float64) float64) *pls.Data {
		return sheet(t, 30, func(row, k int) float64 {
			answers, _ := random.Row(row)
			if k == column {
				return value(answers[k])
			}
			return answers[k]
		})
	}
	for _, c := range []struct {
		data  *pls.Data
		model pls.Model
		want  pls.ItemError
	}{
		{with(1, func(float64) float64 { return .1 }), twoBlocks(pls.ModeA), pls.ItemError{Item: "b", Fault: pls.ConstantItem}},
		{with(1, func(float64) float64 { return 0 }), twoBlocks(pls.ModeB), pls.ItemError{Item: "b", Fault: pls.ConstantItem}},
		{with(3, func(float64) float64 { return math.NaN() }), twoBlocks(pls.ModeA), pls.ItemError{Item: "d", Fault: pls.EmptyItem}},
		{with(3, func(v float64) float64 { return v * 1e150 }), twoBlocks(pls.ModeA), pls.ItemError{Item: "d", Fault: pls.UnscaledNumber}},
		{with(3, func(v float64) float64 { return v * 1e-150 }), twoBlocks(pls.ModeA), pls.ItemError{Item: "d", Fault: pls.UnscaledNumber}},
		{random, pls.Model{
			Constructs: []pls.Construct{{Name: "A", Items: []string{"a", "z"}}, {Name: "B", Items: []string{"b"}}},
			Paths:      []pls.Path{{From: "A", To: "B"}},
		}, pls.ItemError{Item: "z", Fault: pls.AbsentItem}},
	} {
		result, err := pls.Fit(c.model, c.data, nil)
		var got *pls.ItemError
		require.ErrorAs(t, err, &got, "%v", c.want)
		require.Equal(t, c.want, *got)
		require.Nil(t, result)
	}

	known, err := pls.NewCovariance([]string{"a", "b", "c", "d", "e"}, identity(5, .4), 100)
	require.NoError(t, err)
	result, err := pls.FitCovariance(twoBlocks(pls.ModeA), known, nil)
	require.NoError(t, err)
	_, err = result.Scores(random)
	var got *pls.ItemError
	require.ErrorAs(t, err, &got)
	require.Equal(t, pls.ItemError{Item: "a", Fault: pls.UnknownMean}, *got)
}

// identity is a correlation matrix with one correlation everywhere.
func identity(p int, r float64) []float64 {
	m := make([]float64, p*p)
	for i := range m {
		m[i] = r
		if i/p == i%p {
			m[i] = 1
		}
	}
	return m
}

func TestSingularModels(t *testing.T) {
	random := drawn(4, 40, 0)
	doubled := sheet(t, 40, func(row, k int) float64 {
		answers, _ := random.Row(row)
		if k == 1 {
			return 3 - 2*answers[0]
		}
		return answers[k]
	})
	three := pls.Model{
		Constructs: []pls.Construct{{Name: "A", Items: []string{"a"}}, {Name: "B", Items: []string{"b"}}, {Name: "C", Items: []string{"d"}}},
		Paths:      []pls.Path{{From: "A", To: "C"}, {From: "B", To: "C"}},
	}
	// a and b cancel in the score that begins.
	cancelled := sheet(t, 40, func(row, k int) float64 {
		answers, _ := random.Row(row)
		if k == 1 || k == 2 {
			return -answers[0] / 2
		}
		return answers[k]
	})
	for _, c := range []struct {
		model   pls.Model
		data    *pls.Data
		options pls.Options
		want    pls.SingularError
	}{
		{twoBlocks(pls.ModeB), doubled, pls.Options{}, pls.SingularError{Construct: "Cause", Part: pls.SingularBlock}},
		{three, doubled, pls.Options{}, pls.SingularError{Construct: "C", Part: pls.SingularPredecessors}},
		{three, doubled, pls.Options{Scheme: pls.Centroid}, pls.SingularError{Construct: "C", Part: pls.SingularPredecessors}},
		{twoBlocks(pls.ModeA), cancelled, pls.Options{Metric: pls.Raw}, pls.SingularError{Construct: "Cause", Part: pls.NoProxy}},
	} {
		_, err := pls.Fit(c.model, c.data, &c.options)
		var got *pls.SingularError
		require.ErrorAs(t, err, &got, "%v", c.want)
		require.Equal(t, c.want, *got)
	}
	// Items of mode A may repeat each other.
	_, err := pls.Fit(twoBlocks(pls.ModeA), doubled, nil)
	require.NoError(t, err)
}

func TestFaultsOfData(t *testing.T) {
	fails := func(err error, row int, item string) {
		t.Helper()
		var got *pls.DataError
		require.ErrorAs(t, err, &got)
		require.Equal(t, row, got.Row)
		require.Equal(t, item, got.Item)
		require.Contains(t, err.Error(), "pls: data: ")
	}
	second := func(_ any, err error) error { return err }
	one := []string{"a", "b"}
	fails(second(pls.NewData(nil, nil, nil)), -1, "")
	fails(second(pls.NewData([]string{"a", ""}, nil, nil)), -1, "")
	fails(second(pls.NewData([]string{"a", "a"}, nil, nil)), -1, "a")
	fails(second(pls.NewData(one, make([]float64, 3), nil)), -1, "")
	fails(second(pls.NewData(one, []float64{1, 2, 3, math.Inf(1)}, nil)), 1, "b")
	fails(second(pls.NewData(one, make([]float64, 4), []float64{1})), -1, "")
	for _, weight := range []float64{0, -1, math.NaN(), math.Inf(1), 1e61, 1e-61} {
		fails(second(pls.NewData(one, make([]float64, 4), []float64{1, weight})), 1, "")
		moments, err := pls.NewMoments(one)
		require.NoError(t, err)
		fails(moments.Add([]float64{1, 2}, weight), 0, "")
		require.Zero(t, moments.Rows())
	}
	moments, err := pls.NewMoments(one)
	require.NoError(t, err)
	fails(moments.Add([]float64{1}, 1), 0, "")
	fails(moments.Add([]float64{1, math.Inf(-1)}, 1), 0, "b")
	require.Zero(t, moments.Rows())
	fails(second(pls.NewMoments(nil)), -1, "")
	fails(second(pls.NewCovariance(one, make([]float64, 3), 10)), -1, "")
	fails(second(pls.NewCovariance(one, identity(2, 0), 1)), -1, "")
	fails(second(pls.NewCovariance(one, []float64{1, math.NaN(), math.NaN(), 1}, 10)), 0, "b")
	fails(second(pls.NewCovariance(one, []float64{1, .5, .4, 1}, 10)), 0, "b")
	fails(second(drawn(1, 3, 0).Subset([]int{0, 3})), 3, "")
	fails(second(drawn(1, 3, 0).Subset([]int{-1})), -1, "")
	fails(second(pls.Fit(twoBlocks(pls.ModeA), nil, nil)), -1, "")
	fails(second(pls.FitCovariance(twoBlocks(pls.ModeA), nil, nil)), -1, "")
}

func TestFaultsOfOptions(t *testing.T) {
	for _, options := range []pls.Options{
		{Scheme: 3}, {Metric: 2}, {Missing: 4}, {Orientation: 2}, {Consistent: true, Metric: pls.Raw},
		{Consistent: true, Missing: pls.Pairwise}, {Tolerance: -1}, {Tolerance: 1}, {Tolerance: math.NaN()}, {MaxIterations: -1},
	} {
		_, err := pls.Fit(twoBlocks(pls.ModeA), drawn(1, 20, 0), &options)
		var got *pls.OptionError
		require.ErrorAs(t, err, &got, "%+v", options)
	}
	moments, err := pls.NewMoments([]string{"a"})
	require.NoError(t, err)
	for _, missing := range []pls.Missing{pls.Pairwise, 4} {
		_, err = moments.Covariance(missing)
		var got *pls.OptionError
		require.ErrorAs(t, err, &got)
	}
}

func TestTooFewRows(t *testing.T) {
	for rows := range 5 {
		_, err := pls.Fit(twoBlocks(pls.ModeA), drawn(5, rows, 0), nil)
		var few *pls.TooFewRowsError
		require.ErrorAs(t, err, &few)
		require.Equal(t, rows, few.Rows)
	}
	_, err := pls.Fit(twoBlocks(pls.ModeA), drawn(5, 5, 0), nil)
	require.NoError(t, err)
}

// Without convergence there is the last point, and it says so.
func TestLastPointWithoutConvergence(t *testing.T) {
	for _, options := range []pls.Options{
		{MaxIterations: 2}, {MaxIterations: 2, Missing: pls.Pairwise}, {MaxIterations: 2, Metric: pls.Raw}, {MaxIterations: 2, Consistent: true},
	} {
		result, err := pls.Fit(twoBlocks(pls.ModeA), drawn(6, 80, 5), &options)
		slow, ok := errors.AsType[*pls.NotConvergedError](err)
		require.True(t, ok)
		iterations, change, converged := result.Convergence()
		require.Equal(t, 2, iterations)
		require.False(t, converged)
		require.Equal(t, pls.NotConvergedError{Iterations: 2, Change: change, Tolerance: 1e-10}, *slow)
		whole := fitted(t, twoBlocks(pls.ModeA), drawn(6, 80, 5), pls.Options{Metric: options.Metric, Consistent: options.Consistent, Missing: options.Missing})
		requireSame(t, whole, result, .05)
	}
}

// A block whose items contradict each other has no reliability to correct by: with
// equal weights w and the correlation −.2, c² = −.2/w² and ρA = 4w⁴c² = −.8w², where
// 2w²(1−.2) = 1.
func TestNoReliability(t *testing.T) {
	m := identity(5, .4)
	m[3*5+4], m[4*5+3] = -.2, -.2
	known, err := pls.NewCovariance([]string{"a", "b", "c", "d", "e"}, m, 100)
	require.NoError(t, err)
	_, err = pls.FitCovariance(twoBlocks(pls.ModeA), known, &pls.Options{Consistent: true})
	var got *pls.ReliabilityError
	require.ErrorAs(t, err, &got)
	require.Equal(t, "Result", got.Construct)
	require.InDelta(t, -.5, got.RhoA, 1e-12)
}
