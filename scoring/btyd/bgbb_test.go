package btyd_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// donations is reference/clv/donations.json: yearly gifts, six opportunities.
type donations struct {
	MLE struct {
		Params bgbbValues `json:"params"`
		SE     bgbbValues `json:"se"`
		LogLik float64    `json:"loglik"`
	} `json:"mle"`
	ParamsUsed bgbbValues `json:"params_used"`
	Discount   float64    `json:"discount_annual"`
	Table      []struct {
		X         int     `json:"x"`
		TX        int     `json:"t_x"`
		N         int     `json:"n"`
		Customers float64 `json:"customers"`
		Truth     struct {
			LogLik float64            `json:"loglik"`
			Last   float64            `json:"palive_n"`
			Next   float64            `json:"palive_n_plus_1"`
			CET    map[string]float64 `json:"cet"`
			DERT   float64            `json:"dert"`
		} `json:"truth"`
	} `json:"table"`
	Holdout struct {
		Years    int     `json:"years"`
		Expected float64 `json:"expected_total"`
	} `json:"holdout"`
}

type bgbbValues struct{ Alpha, Beta, Gamma, Delta float64 }

func readDonations(tb testing.TB) (reference donations, cells []btyd.Cell) {
	tb.Helper()
	readClv(tb, "donations.json", &reference)
	for _, row := range reference.Table {
		cells = append(cells, btyd.Cell{X: row.X, TX: row.TX, N: row.N, Customers: row.Customers})
	}
	require.Len(tb, cells, 22)
	return reference, cells
}

// readClv reads a file of the reference data, or skips the test without it.
func readClv(tb testing.TB, name string, into any) {
	tb.Helper()
	path, err := refdata.Path("reference/clv/" + name)
	if err != nil {
		tb.Skip(err)
	}
	text, err := os.ReadFile(path)
	require.NoError(tb, err)
	require.NoError(tb, json.Unmarshal(text, into))
}

func mustBGBB(tb testing.TB, alpha, beta, gamma, delta float64) *btyd.BGBB {
	tb.Helper()
	m, err := btyd.NewBGBB(alpha, beta, gamma, delta)
	require.NoError(tb, err)
	return m
}

func TestFitBGBBOnTheDonations(t *testing.T) {
	reference, cells := readDonations(t)
	m, err := btyd.FitBGBB(t.Context(), cells, nil)
	require.NoError(t, err)
	report := m.Report()
	want, se := reference.MLE.Params, reference.MLE.SE
	for i, c := range []struct{ value, se float64 }{{want.Alpha, se.Alpha}, {want.Beta, se.Beta}, {want.Gamma, se.Gamma}, {want.Delta, se.Delta}} {
		p := m.Parameters()[i]
		within(t, p.Name, p.Value, c.value, 1e-6)
		within(t, "SE of "+p.Name, p.SE, c.se, 1e-5)
		require.True(t, p.Identified)
	}
	require.GreaterOrEqual(t, report.LogLikelihood, reference.MLE.LogLik-1e-7)
	within(t, "log-likelihood", report.LogLikelihood, reference.MLE.LogLik, 1e-10)
	require.Less(t, report.MaxGradient, 1e-6)
	require.Equal(t, 11104, report.Customers)
	require.Empty(t, report.Boundaries)
	require.Empty(t, report.Warnings)

	total := 0.0
	for _, c := range cells {
		total += c.Customers * m.Expected(c, reference.Holdout.Years)
	}
	within(t, "holdout", total, reference.Holdout.Expected, 1e-6)
	estimate, err := m.ExpectedTotal(t.Context(), cells, reference.Holdout.Years, .95)
	require.NoError(t, err)
	within(t, "total", estimate.Value, total, 1e-12)
	require.Equal(t, 11104, estimate.N)
	// 13,260 gifts were made: the interval reaches to 13,294.
	require.True(t, estimate.Low < 13260 && 13260 < estimate.High, estimate)
}

func TestBGBBOnTheDonations(t *testing.T) {
	reference, cells := readDonations(t)
	p := reference.ParamsUsed
	m := mustBGBB(t, p.Alpha, p.Beta, p.Gamma, p.Delta)
	var likelihood, last, next, cet, dert tally
	for i, c := range cells {
		truth, where := reference.Table[i].Truth, fmt.Sprintf("%+v", c)
		likelihood.add(m.LogLikelihood(c), truth.LogLik, where)
		last.add(m.PAlive(c, btyd.LastPeriod), truth.Last, where)
		next.add(m.PAlive(c, btyd.NextPeriod), truth.Next, where)
		for ahead, want := range truth.CET {
			years, err := strconv.Atoi(ahead)
			require.NoError(t, err)
			cet.add(m.Expected(c, years), want, where)
		}
		got, err := m.Discounted(c, inf, reference.Discount)
		require.NoError(t, err)
		dert.add(got, truth.DERT, where)
	}
	// The reference states 12 digits.
	likelihood.check(t, 5e-12)
	last.check(t, 5e-12)
	next.check(t, 5e-12)
	cet.check(t, 5e-12)
	dert.check(t, 1e-11)
}

func TestBGBBStress(t *testing.T) {
	type stressCase struct {
		Quantity string
		Params   []float64
		X        int
		TX       int `json:"t_x"`
		N        int
		T        int
		Truth    float64
	}
	// Other models' cases have fields of other types.
	var raw struct{ Cases []json.RawMessage }
	readClv(t, "stress.json", &raw)
	var cases []stressCase
	for _, text := range raw.Cases {
		var head struct{ Model string }
		require.NoError(t, json.Unmarshal(text, &head))
		if head.Model == "bgbb" {
			var c stressCase
			require.NoError(t, json.Unmarshal(text, &c))
			cases = append(cases, c)
		}
	}
	require.Len(t, cases, 27)
	var all tally
	for _, c := range cases {
		m := mustBGBB(t, c.Params[0], c.Params[1], c.Params[2], c.Params[3])
		cell := btyd.Cell{X: c.X, TX: c.TX, N: c.N}
		got := map[string]float64{
			"loglik": m.LogLikelihood(cell), "palive_next": m.PAlive(cell, btyd.NextPeriod), "cet": m.Expected(cell, c.T),
		}[c.Quantity]
		all.add(got, c.Truth, fmt.Sprintf("%s %v %+v", c.Quantity, c.Params, cell))
	}
	all.check(t, 1e-12)
}

func TestBGBBDerivatives(t *testing.T) {
	cells := []btyd.Cell{
		{X: 0, TX: 0, N: 6, Customers: 30}, {X: 6, TX: 6, N: 6, Customers: 2.5}, {X: 2, TX: 3, N: 6, Customers: 4},
		{X: 1, TX: 1, N: 9, Customers: 8}, {X: 30, TX: 35, N: 120, Customers: 1}, {X: 3, TX: 300, N: 365, Customers: .5}, {Customers: 3},
	}
	for _, at := range [][]float64{{0, 0, 0, 1}, {1, -1, 2, 4}, {-2, 1, -3, 0}, {4, 4, 3, 3}, {.2, -.3}, {3, 4}} {
		value, gradient, hessian, err := btyd.EvaluateBGBB(cells, at, 1)
		require.NoError(t, err)
		params := []float64{1, 1, 0, 1}
		for i, x := range at {
			params[i] = math.Exp(x)
		}
		m, sum := mustBGBB(t, params[0], params[1], params[2], params[3]), 0.0
		for _, c := range cells {
			sum += c.Customers * m.LogLikelihood(c)
		}
		within(t, "log-likelihood by another way", value, sum, 1e-13)
		derivativesAgree(t, at, gradient, hessian, func(x []float64) (float64, []float64) {
			v, g, _, err := btyd.EvaluateBGBB(cells, x, 1)
			require.NoError(t, err)
			return v, g
		})
	}
}
