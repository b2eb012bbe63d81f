package btyd_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// heldOut draws customers of the model who come in the twelve weeks before joined, and
// splits what they do at the end of calibration. Dates are whole days, as in a log.
func heldOut(tb testing.TB, m *btyd.Model, customers, weeks, holdout int, seed uint64) (*scoring.Summaries, *scoring.Repeats) {
	tb.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var log []scoring.Purchase
	add := func(id rapport.ID, weeks float64) {
		log = append(log, scoring.Purchase{Customer: id, At: start.Add(time.Duration(weeks * 7 * 24 * float64(time.Hour)))})
	}
	for i := range customers {
		id := rapport.ID(rune('a'+i%26)) + rapport.ID(time.Duration(i).String())
		first := math.Floor(84*random.Float64()) / 7
		times, err := m.SimulateFuture(random, scoring.Summary{}, float64(weeks+holdout)-first)
		require.NoError(tb, err)
		add(id, first)
		for _, at := range times {
			add(id, first+at)
		}
	}
	add("last", 0) // the log must not end before the hold-out does
	add("last", float64(weeks+holdout))
	s, repeats, err := scoring.CountRepeats(tb.Context(), func(yield func(scoring.Purchase, error) bool) {
		for _, p := range log {
			if !yield(p, nil) {
				return
			}
		}
	}, scoring.Window{Unit: rapport.Week, Until: start.AddDate(0, 0, 7*weeks), Holdout: float64(holdout)})
	require.NoError(tb, err)
	return s, repeats
}

// TestReferenceHoldouts holds the evaluation to the hold-outs of the reference data, of
// every family there is.
func TestReferenceHoldouts(t *testing.T) {
	t.Parallel()
	names := map[string]string{"bgnbd": "bgnbd", "mbgnbd": "mbgnbd", "pnbd": "paretonbd"}
	for _, c := range []struct {
		log, reference, until string
		weeks                 float64
	}{
		{"data/cdnow_sample.csv", "reference/clv/cdnow_sample.json", "1997-09-30", 39},
		{"data/apparel.csv", "reference/clv/apparel.json", "2006-12-31", 1450. / 7},
	} {
		summaries, _ := readHoldout(t, c.log, c.until, c.weeks)
		path, err := refdata.Path(c.reference)
		require.NoError(t, err)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var reference struct {
			Models map[string]struct {
				Params  map[string]float64 `json:"params_used"`
				Holdout map[string]float64 `json:"holdout"`
			} `json:"models"`
		}
		require.NoError(t, json.Unmarshal(text, &reference))
		tried := 0
		for model, want := range reference.Models {
			family, err := btyd.ParseFamily(names[model])
			if want.Holdout == nil || err != nil {
				continue
			}
			tried++
			var params []float64
			for _, name := range family.Parameters() {
				params = append(params, want.Params[name])
			}
			m, err := btyd.New(family, rapport.Week, params...)
			require.NoError(t, err)
			e, err := btyd.Evaluate(t.Context(), m, summaries, nil)
			require.NoError(t, err)
			require.Equal(t, want.Holdout["actual_total"], float64(e.Actual))
			// The file's own totals are right to about seven digits only: see
			// TestHoldoutTotalAgainstTruth.
			within(t, "expected", e.Expected, want.Holdout["expected_total"], 1e-6)
			within(t, "MAE", e.MAE, want.Holdout["mae"], 1e-6)
			within(t, "RMSE", e.RMSE, want.Holdout["rmse"], 1e-6)
			within(t, "correlation", e.Correlation, want.Holdout["corr"], 1e-6)
		}
		require.Positive(t, tried)
	}
}

// The truth is the closed form of Fader, Hardie and Lee (2005), equation 10, summed over
// all customers with 25 digits by mpmath at the parameters of the reference file.
func TestHoldoutTotalAgainstTruth(t *testing.T) {
	summaries, _ := readHoldout(t, "data/apparel.csv", "2006-12-31", 1450./7)
	e, err := btyd.Evaluate(t.Context(), mustBGNBD(t, 0.6073113265, 20.95675403, 1.275561385, 8.860949043), summaries, nil)
	require.NoError(t, err)
	within(t, "expected", e.Expected, 1414.049801412356, 1e-13)
}

// A true model is calibrated: everything it says of the hold-out comes about, within
// what chance allows.
func TestTrueModelIsCalibrated(t *testing.T) {
	m := mustBGNBD(t, .8, 9, .8, 2.5)
	const customers = 8000
	summaries, _ := heldOut(t, m, customers, 40, 30, 3)
	e, err := btyd.Evaluate(t.Context(), m, summaries, &btyd.EvaluationOptions{Classes: []int{0, 1, 3}})
	require.NoError(t, err)
	total, err := m.ExpectedTotal(t.Context(), summaries, 30, .99)
	require.NoError(t, err)
	require.InDelta(t, total.Value, float64(e.Actual), total.High-total.Value)
	require.InDelta(t, e.Expected-float64(e.Actual), e.Bias, 1e-9)
	require.Len(t, e.Classes, 3)
	require.Equal(t, []string{"0", "1-2", "3+"}, []string{e.Classes[0].Class, e.Classes[1].Class, e.Classes[2].Class})
	for _, c := range e.Classes {
		require.InEpsilon(t, c.Expected, c.Actual, .08, "class %+v", c)
	}
	require.Len(t, e.Groups, 10)
	for _, g := range e.Groups {
		require.InDelta(t, float64(e.Customers)/10, g.Customers, 1e-9)
		require.InDelta(t, g.Expected, g.Actual, .03+.1*g.Expected, "group %+v", g)
	}
	require.InDelta(t, 1, e.Groups[9].Captured, 1e-12)
	require.Greater(t, e.Gini, .4)
	require.Less(t, e.Gini, e.BestGini)
	for _, b := range e.Counts.Bands {
		require.Greater(t, b.Expected, b.Level)
		require.InDelta(t, b.Expected, b.Actual, 4*b.SE, "band %+v", b)
	}
	pit := 0.0
	for _, share := range e.Counts.PIT {
		require.InDelta(t, .1, share, .01)
		pit += share
	}
	require.InDelta(t, 1, pit, 1e-9)
	active := e.Counts.Active
	require.InDelta(t, active.Expected, active.Actual, 4*math.Sqrt(.25/customers))
	require.Less(t, active.Brier, .9*active.BaseBrier)
	require.Greater(t, active.AUC, .7)
	for _, g := range active.Groups {
		require.InDelta(t, g.Expected, g.Actual, .06)
	}

	// A model that is wrong scores worse, and is seen to be wrong.
	wrong, err := btyd.Evaluate(t.Context(), mustBGNBD(t, .8, 9, 0, 1), summaries, nil)
	require.NoError(t, err)
	require.Greater(t, wrong.Counts.LogScore, e.Counts.LogScore)
	require.Greater(t, wrong.Counts.Active.LogScore, active.LogScore)
	require.Greater(t, wrong.Counts.Active.Brier, active.Brier)
	require.Greater(t, wrong.RelativeBias, .5)
	require.Greater(t, wrong.MAE, e.MAE)

	// The number of workers changes nothing.
	for _, workers := range []int{1, 3} {
		again, err := btyd.Evaluate(t.Context(), m, summaries, &btyd.EvaluationOptions{Classes: []int{0, 1, 3}, Workers: workers})
		require.NoError(t, err)
		require.Equal(t, e, again)
	}
}

// Groups, ranks and coefficients against their definitions, pair by pair, with ties.
func TestOrderingOfForecasts(t *testing.T) {
	m := mustBGNBD(t, .8, 9, .8, 2.5)
	summaries, _ := heldOut(t, m, 60, 20, 20, 4)
	rapid.Check(t, func(t *rapid.T) {
		h := summaries.Holdout()
		n := float64(len(h.X))
		k := rapid.IntRange(1, 15).Draw(t, "groups")
		f := &btyd.Forecast{Model: "drawn", Periods: h.Periods}
		for range h.X {
			f.Expected = append(f.Expected, float64(rapid.IntRange(0, 12).Draw(t, "expected"))/4)
		}
		e, err := btyd.EvaluateForecast(t.Context(), f, summaries, &btyd.EvaluationOptions{Groups: k})
		require.NoError(t, err)
		require.Nil(t, e.Counts)

		concordant, spread, captured, shares, actual := 0.0, 0.0, 0.0, make([]float64, k), float64(h.Total())
		for i, v := range f.Expected {
			above, equal := 0.0, 0.0
			for j, other := range f.Expected {
				switch {
				case other > v:
					above++
				case other == v:
					equal++
				case other < v:
					concordant += float64(h.X[i] - h.X[j])
				}
				spread += math.Abs(float64(h.X[i] - h.X[j]))
			}
			// The customer is anywhere among its equals.
			for g := range shares {
				low, high := float64(g)*n/float64(k), float64(g+1)*n/float64(k)
				shares[g] += float64(h.X[i]) * max(0, min(high, above+equal)-max(low, above)) / equal
			}
		}
		within := func(what string, got, want float64) {
			require.InDelta(t, want, got, 1e-10, what)
		}
		within("Gini", e.Gini, concordant/(n*actual))
		within("best Gini", e.BestGini, spread/(2*n*actual))
		for g, share := range shares {
			captured += share
			within("actual of a group", e.Groups[g].Actual*e.Groups[g].Customers, share)
			within("captured", e.Groups[g].Captured, captured/actual)
			within("lift", e.Groups[g].Lift, share*float64(k)/actual)
		}
		expected, customers := 0.0, 0
		for _, g := range e.Groups {
			expected += g.Expected * g.Customers
		}
		for _, c := range e.Classes {
			customers += c.Customers
		}
		within("expected of the groups", expected, e.Expected)
		require.Equal(t, len(h.X), customers)
		require.True(t, math.Abs(e.RankCorrelation) <= 1 && math.Abs(e.Correlation) <= 1)
	})
}

func TestEvaluationRefusesWhatItCannotJudge(t *testing.T) {
	m := mustBGNBD(t, .8, 9, .8, 2.5)
	summaries, _ := heldOut(t, m, 50, 20, 20, 4)
	n, periods := summaries.Len(), summaries.Holdout().Periods
	_, err := btyd.Evaluate(t.Context(), m, cdnowLike(true).customers(t, 5, 1), nil)
	require.ErrorIs(t, err, btyd.ErrNoHoldout)
	_, err = btyd.Evaluate(t.Context(), m, nil, nil)
	require.ErrorIs(t, err, btyd.ErrNoHoldout)
	daily, err := btyd.NewBGNBD(rapport.Day, 1, 1, 1, 1)
	require.NoError(t, err)
	_, err = btyd.Evaluate(t.Context(), daily, summaries, nil)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = btyd.Evaluate(cancelled, m, summaries, nil)
	require.ErrorIs(t, err, context.Canceled)

	var input *btyd.InputError
	for name, model := range map[string]btyd.TransactionModel{"none": nil, "nil": (*btyd.Model)(nil), "zero": &btyd.Model{}} {
		_, err = btyd.Evaluate(t.Context(), model, summaries, nil)
		require.ErrorAs(t, err, &input, name)
	}
	_, err = (*btyd.CovariateModel)(nil).Evaluate(t.Context(), summaries, nil, nil)
	require.ErrorAs(t, err, &input)
	for _, o := range []btyd.EvaluationOptions{
		{Groups: -1}, {Workers: -1}, {Classes: []int{1, 2}}, {Classes: []int{0, 2, 2}}, {Levels: []float64{.5, 1}}, {Levels: []float64{math.NaN()}},
	} {
		_, err = btyd.Evaluate(t.Context(), m, summaries, &o)
		require.ErrorAs(t, err, &input, "%+v", o)
	}
	good := make([]float64, n)
	bad := append(make([]float64, n-1), math.NaN())
	sure := func(p float64) func(int) func(int) float64 {
		return func(int) func(int) float64 { return func(int) float64 { return p } }
	}
	for _, f := range []*btyd.Forecast{
		nil, {}, {Periods: periods, Expected: good[1:]}, {Periods: 1, Expected: good}, {Periods: periods, Expected: bad},
		{Periods: periods, Expected: good, Distribution: sure(math.NaN())}, {Periods: periods, Expected: good, Distribution: sure(2)},
	} {
		_, err = btyd.EvaluateForecast(t.Context(), f, summaries, nil)
		require.ErrorAs(t, err, &input, "%+v", f)
	}
	// Nothing predicted of anybody: every number is one.
	e, err := btyd.EvaluateForecast(t.Context(), &btyd.Forecast{Periods: periods, Expected: good}, summaries, nil)
	require.NoError(t, err)
	require.Zero(t, e.Correlation)
	require.Zero(t, e.Gini)
	require.Equal(t, -1., e.RelativeBias)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	require.NotContains(t, string(text), "counts")
}

// A model whose covariates have no effect is judged as the one without.
func TestEvaluationWithCovariates(t *testing.T) {
	summaries, _ := heldOut(t, mustBGNBD(t, .8, 9, .8, 2.5), 600, 40, 30, 5)
	rows := make([][]float64, summaries.Len())
	for i := range rows {
		rows[i] = []float64{float64(i % 2)}
	}
	covariates, err := btyd.NewCovariates([]string{"web"}, summaries.IDs(), rows)
	require.NoError(t, err)
	fitted, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, covariates, nil)
	require.NoError(t, err)
	got, err := fitted.Evaluate(t.Context(), summaries, covariates, nil)
	require.NoError(t, err)
	// By hand: each customer's own model.
	absolute := 0.0
	for i, s := range summaries.All() {
		row, _ := covariates.Lookup(i)
		m, err := fitted.At(row...)
		require.NoError(t, err)
		n := 0
		for at, id := range summaries.IDs() {
			if id == i {
				n = summaries.Holdout().X[at]
			}
		}
		absolute += math.Abs(m.Expected(s, 30) - float64(n))
	}
	within(t, "MAE", got.MAE, absolute/float64(summaries.Len()), 1e-10)
	for _, b := range got.Counts.Bands {
		require.InDelta(t, b.Expected, b.Actual, 5*b.SE)
	}
}
