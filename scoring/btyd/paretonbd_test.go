package btyd_test

import (
	"encoding/json"
	"fmt"
	"log"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func mustParetoNBD(tb testing.TB, r, alpha, s, beta float64) *btyd.Model {
	tb.Helper()
	m, err := btyd.NewParetoNBD(rapport.Week, r, alpha, s, beta)
	require.NoError(tb, err)
	return m
}

// The CD shop's customers again, with the parameters that the literature prints for the
// model of Schmittlein, Morrison and Colombo (1987): a customer who bought 26 times
// within 31 weeks, last after 30.86, is the worked example of the R package BTYD,
// which gives .9979 and 25.46.
func ExampleNewParetoNBD() {
	model, err := btyd.NewParetoNBD(rapport.Week, .5533, 10.5776, .6062, 11.6671)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("a new customer buys %.3f times again in a year\n", model.ExpectedNew(52))
	customer := scoring.Summary{X: 26, TX: 30.86, T: 31}
	fmt.Printf("alive with probability %.4f\n", model.PAlive(customer))
	fmt.Printf("%.2f purchases expected\n", model.Expected(customer, 52))
	// Output:
	// a new customer buys 1.473 times again in a year
	// alive with probability 0.9979
	// 25.46 purchases expected
}

// referenceJSON reads a file of the reference data, or skips the test without it.
func referenceJSON(t *testing.T, name string, into any) {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	readJSON(t, path, into)
}

// The stored maxima and truths of two data sets; the CDNOW parameters are those that
// the literature prints: .553, 10.578, .606, 11.669.
func TestParetoNBDPublished(t *testing.T) {
	for _, c := range []struct{ log, reference, until string }{
		{"data/cdnow_sample.csv", "reference/clv/cdnow_sample.json", "1997-09-30"},
		{"data/apparel.csv", "reference/clv/apparel.json", "2006-12-31"},
	} {
		t.Run(c.log, func(t *testing.T) {
			var file struct {
				Delta  float64                    `json:"delta_per_week"`
				Models map[string]json.RawMessage `json:"models"`
			}
			referenceJSON(t, c.reference, &file)
			var want modelReference
			require.NoError(t, json.Unmarshal(file.Models["pnbd"], &want))
			if c.log == "data/apparel.csv" {
				want.MLE.SE = exactApparelErrors()
			}
			model, err := btyd.FitParetoNBD(t.Context(), readLog(t, c.log, c.until), nil)
			require.NoError(t, err)
			sameFit(t, model.Parameters(), model.Report(), want)
			p := want.ParamsUsed
			predictsParetoNBD(t, mustParetoNBD(t, p["r"], p["alpha"], p["s"], p["beta"]), file.Delta, want)
		})
	}
}

// exactApparelErrors are the standard errors at the maximum of the apparel customers,
// from second differences of the likelihood in closed form with 40 digits (steps of 1e-9
// in log parameters). The stored ones come from differences in double precision and
// are off by up to 3.4e-5.
func exactApparelErrors() map[string]float64 {
	return map[string]float64{"r": .24341933034143, "alpha": 7.48890938857822, "s": .271065429682215, "beta": 35.6130065942982}
}

func predictsParetoNBD(t *testing.T, m *btyd.Model, delta float64, want modelReference) {
	t.Helper()
	horizon := func(text string) float64 {
		h, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return h
	}
	require.GreaterOrEqual(t, len(want.Customers), 20)
	for _, c := range want.Customers {
		s, id := scoring.Summary{X: c.X, TX: c.TX, T: c.T}, string(c.ID)
		// Truths are stored with 12 digits.
		within(t, id+" log-likelihood", m.LogLikelihood(s), c.Truth.LogLik, 1e-11)
		within(t, id+" P(alive)", m.PAlive(s), c.Truth.PAlive, 1e-11)
		for text, want := range c.Truth.CET {
			within(t, id+" expected over "+text, m.Expected(s, horizon(text)), want, 1e-11)
		}
		for text, want := range c.Truth.Survival {
			within(t, id+" alive in "+text, m.PAliveAt(s, horizon(text)), want, 1e-11)
		}
		got, err := m.Discounted(s, inf, delta)
		require.NoError(t, err)
		within(t, id+" discounted", got, c.Truth.DERT, 1e-11)
	}
	for n, want := range want.Population.PMF {
		within(t, fmt.Sprintf("P(X(39) = %d)", n), m.PMF(n, 39), want, 1e-11)
	}
	for text, want := range want.Population.Expectation {
		within(t, "E[X("+text+")]", m.ExpectedNew(horizon(text)), want, 1e-11)
	}
}

// The expected hold-out purchases of the sample are those stored.
func TestParetoNBDHoldout(t *testing.T) {
	for _, c := range []struct {
		log, until, name string
		weeks            float64
	}{
		{"data/cdnow_sample.csv", "1997-09-30", "reference/clv/cdnow_sample.json", 39},
		{"data/apparel.csv", "2006-12-31", "reference/clv/apparel.json", 1450. / 7},
	} {
		var file struct {
			Models map[string]json.RawMessage `json:"models"`
		}
		referenceJSON(t, c.name, &file)
		var want modelReference
		require.NoError(t, json.Unmarshal(file.Models["pnbd"], &want))
		p := want.ParamsUsed
		m, total := mustParetoNBD(t, p["r"], p["alpha"], p["s"], p["beta"]), 0.0
		for _, s := range readLog(t, c.log, c.until).All() {
			total += m.Expected(s, c.weeks)
		}
		within(t, "expected hold-out purchases", total, want.Holdout.Expected, 1e-9)
	}
}

func TestParetoNBDStress(t *testing.T) {
	all := stress(t, "pnbd", btyd.ParetoNBD)
	require.GreaterOrEqual(t, len(all.errors), 70)
	all.check(t, 1e-10)
}

// TestParetoNBDAgainstHighPrecision compares every prediction with
// testdata/paretonbd_truth.json on the whole domain for which errors are stated.
func TestParetoNBDAgainstHighPrecision(t *testing.T) {
	var file struct {
		Columns []string                `json:"columns"`
		Classes map[string][][]*float64 `json:"classes"`
	}
	readJSON(t, "testdata/paretonbd_truth.json", &file)
	for class, limit := range map[string]float64{"typical": 1e-12, "extreme": 1e-10} {
		require.GreaterOrEqual(t, len(file.Classes[class]), 150, class)
		tallies := map[string]*tally{}
		for i, row := range file.Classes[class] {
			truth := func(name string) *float64 { return row[slices.Index(file.Columns, name)] }
			v := func(name string) float64 { return *truth(name) }
			m := mustParetoNBD(t, v("r"), v("alpha"), v("s"), v("beta"))
			s := scoring.Summary{X: int(v("x")), TX: v("t_x"), T: v("T")}
			horizon, n, delta := v("t"), int(v("n")), v("delta")
			odds, purchase, dropout, pairs := btyd.Inside(m, s, horizon)
			discounted, err := m.Discounted(s, horizon, delta)
			require.NoError(t, err)
			forever, err := m.Discounted(s, inf, delta)
			require.NoError(t, err)
			for name, got := range map[string]float64{
				"loglik": m.LogLikelihood(s), "p_alive": m.PAlive(s), "expected": m.Expected(s, horizon),
				"expected_new": m.ExpectedNew(horizon), "p_alive_at": m.PAliveAt(s, horizon),
				"pmf": m.PMF(n, horizon), "conditional_pmf": m.Probability(s, n, horizon),
				"pairs": pairs, "rate": purchase, "dropout": dropout,
				"discounted": discounted, "discounted_infinite": forever, "odds": math.Exp(odds), "log_odds": odds,
			} {
				if tallies[name] == nil {
					tallies[name] = &tally{name: class + " " + name}
				}
				want := 0.0
				switch at := slices.Index(file.Columns, name); {
				case name == "odds" && truth("log_odds") != nil && v("log_odds") < 690:
					want = math.Exp(v("log_odds"))
				case name == "odds" || row[at] == nil:
					continue // no odds to leave, or beyond float64
				default:
					want = *row[at]
				}
				tallies[name].add(got, want, fmt.Sprintf("row %d %+v %+v t %v n %d delta %v", i, m.Parameters(), s, horizon, n, delta))
			}
		}
		for _, y := range tallies {
			y.check(t, limit)
		}
	}
}

// paretoPoints are places in the logarithms of r, α, s, β, near and far from a maximum;
// the last ones need quadrature.
func paretoPoints() [][]float64 {
	return [][]float64{
		{-.6, 2.36, -.5, 2.46}, {0, 4, 0, 4}, {-3, -2, 1, -2}, {2, 6, -4, 3}, {4, 8, 5, 7}, {-.5, 2, -9, -1},
		{-.5, 2, 6, 12}, {1, 9, -.5, -4}, {-2, -4, -1, 9},
	}
}

// The likelihood of pairs is the sum of the customers' own, found by quadrature.
func TestParetoNBDLikelihoodIsSumOverCustomers(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 1000, 7)
	rows := btyd.Compress(summaries)
	for _, at := range paretoPoints() {
		m := mustParetoNBD(t, math.Exp(at[0]), math.Exp(at[1]), math.Exp(at[2]), math.Exp(at[3]))
		want := 0.0
		for _, s := range summaries.All() {
			want += m.LogLikelihood(s)
		}
		got, _, _ := btyd.EvaluateFamily(btyd.ParetoNBD, rows, at, 1)
		within(t, fmt.Sprintf("log-likelihood at %v", at), got, want, 1e-12)
		within(t, fmt.Sprintf("log-likelihood alone at %v", at), btyd.ValueOf(btyd.ParetoNBD, rows, at), want, 1e-11)
	}
}

func TestParetoNBDGradientAndHessianAgainstDifferences(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 400, 8))
	for _, at := range paretoPoints() {
		agreesWithDifferences(t, btyd.ParetoNBD, rows, at)
	}
}

// agreesWithDifferences holds an objective's derivatives to central differences,
// whose errors at 1e-5 leave eight digits of the scale of the derivative.
func agreesWithDifferences(t *testing.T, family btyd.Family, rows *btyd.Rows, at []float64) {
	t.Helper()
	const h = 1e-5
	_, gradient, hessian := btyd.EvaluateFamily(family, rows, at, 1)
	size := 1.0
	for _, v := range hessian {
		size = max(size, math.Abs(v))
	}
	n := len(at)
	for i := range at {
		up, down := slices.Clone(at), slices.Clone(at)
		up[i] += h
		down[i] -= h
		vUp, gUp, _ := btyd.EvaluateFamily(family, rows, up, 1)
		vDown, gDown, _ := btyd.EvaluateFamily(family, rows, down, 1)
		require.InDelta(t, (vUp-vDown)/(2*h), gradient[i], 1e-6*size, "gradient %d at %v", i, at)
		for j := range n {
			require.InDelta(t, (gUp[j]-gDown[j])/(2*h), hessian[i*n+j], 1e-7*size, "hessian %d, %d at %v", i, j, at)
		}
	}
}

// The reference fit with two covariates on both processes.
func TestParetoNBDCovariatesPublished(t *testing.T) {
	var file struct {
		Models map[string]json.RawMessage `json:"models"`
	}
	referenceJSON(t, "reference/clv/apparel.json", &file)
	var want modelReference
	require.NoError(t, json.Unmarshal(file.Models["pnbd_cov"], &want))
	m, err := btyd.FitCovariates(t.Context(), btyd.ParetoNBD, readLog(t, "data/apparel.csv", "2006-12-31"), readCovariates(t, "data/apparel_covariates.csv"), nil)
	require.NoError(t, err)
	require.Less(t, math.Abs(m.Report().LogLikelihood-want.MLE.LogLik), 1e-8)
	require.Less(t, m.Report().MaxGradient, 1e-6)
	for _, p := range m.Parameters() {
		within(t, p.Name, p.Value, want.MLE.Params[p.Name], 1e-6)
		within(t, "standard error of "+p.Name, p.SE, want.MLE.SE[p.Name], 2e-4) // theirs by differences
	}
}
