package btyd_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// retentionTable is reference/clv/sbg.json: the two segments of the 2007 paper.
type retentionTable struct {
	Segments map[string]struct {
		Survivors []float64
		MLE       struct {
			Alpha, Beta, LogLik float64
			SE                  []float64
		}
		Survival, Retention []float64
		DERL                map[string]float64 `json:"derl_10pct_before_renewal"`
	}
}

func readRetention(tb testing.TB) retentionTable {
	tb.Helper()
	var table retentionTable
	readClv(tb, "sbg.json", &table)
	require.Len(tb, table.Segments, 2)
	return table
}

// fitted are the renewals that the paper fits to; the others are projected.
const fitted = 7

func TestFitShiftedBetaGeometricOnThePaper(t *testing.T) {
	for name, segment := range readRetention(t).Segments {
		m, err := btyd.FitShiftedBetaGeometric(t.Context(), []btyd.Cohort{{Active: segment.Survivors[:fitted+1]}}, nil)
		require.NoError(t, err)
		p, report := m.Parameters(), m.Report()
		within(t, name+" alpha", p[0].Value, segment.MLE.Alpha, 1e-7)
		within(t, name+" beta", p[1].Value, segment.MLE.Beta, 1e-7)
		within(t, name+" SE alpha", p[0].SE, segment.MLE.SE[0], 1e-6)
		within(t, name+" SE beta", p[1].SE, segment.MLE.SE[1], 1e-6)
		within(t, name+" log-likelihood", report.LogLikelihood, segment.MLE.LogLik, 1e-12)
		within(t, name+" log-likelihood of the cohort", m.LogLikelihood(btyd.Cohort{Active: segment.Survivors[:fitted+1]}), segment.MLE.LogLik, 1e-12)
		require.Less(t, report.MaxGradient, 1e-6)
		require.Empty(t, report.Boundaries)
		require.Equal(t, 1000, report.Customers)
		exact, err := btyd.NewShiftedBetaGeometric(segment.MLE.Alpha, segment.MLE.Beta)
		require.NoError(t, err)
		for at, want := range segment.Survival {
			within(t, fmt.Sprintf("%s S(%d)", name, at), exact.Survival(at), want, 1e-12)
			if at > 0 {
				within(t, fmt.Sprintf("%s r(%d)", name, at), exact.Retention(at), segment.Retention[at-1], 1e-12)
			}
			// The paper's point: projected for five more years, it is off by 3 % of all at most.
			require.InDelta(t, segment.Survivors[at]/1000, exact.Survival(at), .03)
		}
		for period, want := range segment.DERL {
			n, err := strconv.Atoi(period)
			require.NoError(t, err)
			before, err := exact.Discounted(n-1, btyd.BeforeRenewal, inf, .1)
			require.NoError(t, err)
			within(t, name+" DERL in period "+period, before, want, 1e-12)
			after, err := exact.Discounted(n-1, btyd.AfterRenewal, inf, .1)
			require.NoError(t, err)
			within(t, name+" DERL after renewal", after, want/1.1, 1e-12)
		}
	}
}

func TestBetaDiscreteWeibullAgainstTable(t *testing.T) {
	text, err := os.ReadFile("testdata/bdw_truth.json")
	require.NoError(t, err)
	var truth struct{ Curve, Value, Life [][]float64 }
	require.NoError(t, json.Unmarshal(text, &truth))
	var survival, retention, leaving, value, life tally
	for _, row := range truth.Curve {
		m, err := btyd.NewBetaDiscreteWeibull(row[0], row[1], row[2])
		require.NoError(t, err)
		at, where := int(row[3]), fmt.Sprint(row)
		survival.add(m.Survival(at), row[4], where)
		retention.add(m.Retention(at), row[5], where)
		leaving.add(m.Leaving(at), row[6], where)
	}
	for _, row := range truth.Value {
		m, err := btyd.NewBetaDiscreteWeibull(row[0], row[1], row[2])
		require.NoError(t, err)
		got, err := m.Discounted(int(row[3]), btyd.BeforeRenewal, inf, row[4])
		require.NoError(t, err)
		value.add(got, row[5], fmt.Sprint(row))
	}
	for _, row := range truth.Life {
		m, err := btyd.NewBetaDiscreteWeibull(row[0], row[1], row[2])
		require.NoError(t, err)
		got, err := m.ResidualLifetime(0)
		require.NoError(t, err)
		life.add(got, row[3], fmt.Sprint(row))
	}
	survival.check(t, 1e-11)
	retention.check(t, 1e-11)
	leaving.check(t, 1e-11)
	value.check(t, 1e-12)
	life.check(t, 1e-11)
}

func TestContractDerivatives(t *testing.T) {
	cohorts := []btyd.Cohort{{Active: []float64{1000, 631, 468, 382, 326}}, {Active: []float64{50, 40.5, 37}}, {Active: []float64{7}}}
	for _, at := range [][]float64{{0, 0}, {-1, 2}, {3, 5}, {0, 0, 0}, {-.5, 1.2, .4}, {1, 3, -1}, {-3, 1, 1.2}} {
		value, gradient, hessian, err := btyd.EvaluateContract(cohorts, at)
		require.NoError(t, err)
		m, err := btyd.NewShiftedBetaGeometric(math.Exp(at[0]), math.Exp(at[1]))
		if len(at) > 2 {
			m, err = btyd.NewBetaDiscreteWeibull(math.Exp(at[0]), math.Exp(at[1]), math.Exp(at[2]))
		}
		require.NoError(t, err)
		sum := 0.0
		for _, c := range cohorts {
			sum += m.LogLikelihood(c)
		}
		within(t, "log-likelihood by another way", value, sum, 1e-12)
		derivativesAgree(t, at, gradient, hessian, func(x []float64) (float64, []float64) {
			v, g, _, err := btyd.EvaluateContract(cohorts, x)
			require.NoError(t, err)
			return v, g
		})
	}
}

// derivativesAgree compares a gradient and a Hessian with central differences.
func derivativesAgree(t *testing.T, at, gradient, hessian []float64, f func(x []float64) (float64, []float64)) {
	t.Helper()
	const step = 1e-4
	for i := range at {
		moved := append([]float64(nil), at...)
		moved[i] += step
		up, upper := f(moved)
		moved[i] -= 2 * step
		down, lower := f(moved)
		require.InDelta(t, (up-down)/(2*step), gradient[i], 1e-5*(1+math.Abs(gradient[i])), "gradient %d at %v", i, at)
		for j := range at {
			require.InDelta(t, (upper[j]-lower[j])/(2*step), hessian[i*len(at)+j], 1e-5*(1+math.Abs(hessian[i*len(at)+i])), "Hessian %d %d at %v", i, j, at)
		}
	}
}

// The BdW is never worse than the sBG within it, on data of either.
func TestBetaDiscreteWeibullNestsTheSBG(t *testing.T) {
	for seed, c := range []float64{1, 1, .6, 1.5} {
		truth, err := btyd.NewBetaDiscreteWeibull(.8, 2.5, c)
		require.NoError(t, err)
		random := rand.New(rand.NewPCG(uint64(seed), 7))
		cohorts := []btyd.Cohort{truth.SimulateCohort(random, 3000, 8), truth.SimulateCohort(random, 3000, 6)}
		simple, err := btyd.FitShiftedBetaGeometric(t.Context(), cohorts, nil)
		require.NoError(t, err)
		full, err := btyd.FitBetaDiscreteWeibull(t.Context(), cohorts, nil)
		require.NoError(t, err)
		require.GreaterOrEqual(t, full.Report().LogLikelihood, simple.Report().LogLikelihood)
		require.Less(t, full.Report().MaxGradient, 1e-5)
		test, err := btyd.CompareContracts(simple, full)
		require.NoError(t, err)
		require.Equal(t, c != 1, test.PValue < .01, "c = %v: %+v", c, test)
		p := full.Parameters()[2]
		require.InDelta(t, c, p.Value, 3*p.SE)
	}
}

func TestContractBoundaries(t *testing.T) {
	geometric := make([]float64, 8)
	for i := range geometric {
		geometric[i] = 1000 * math.Pow(.8, float64(i))
	}
	falling := []float64{1000, 950, 850, 700, 500, 300} // retention falls: less spread than any sBG
	for name, c := range map[string]struct {
		active []float64
		want   []btyd.Boundary
	}{
		"nobody left":      {[]float64{40, 40, 40, 40, 40}, []btyd.Boundary{btyd.BoundaryNoDropout}},
		"equal retention":  {geometric, []btyd.Boundary{btyd.BoundaryHomogeneousDropout}},
		"falling":          {falling, []btyd.Boundary{btyd.BoundaryHomogeneousDropout}},
		"once or never":    {[]float64{100, 60, 60, 60, 60}, []btyd.Boundary{btyd.BoundaryPolarDropout}},
		"all left at once": {[]float64{100, 0, 0, 0, 0}, nil},
	} {
		m, err := btyd.FitShiftedBetaGeometric(t.Context(), []btyd.Cohort{{Active: c.active}}, nil)
		require.NoError(t, err, name)
		if c.want != nil {
			require.Equal(t, c.want, m.Report().Boundaries, name)
		} else {
			require.NotEmpty(t, m.Report().Boundaries, name)
		}
		usableContract(t, m)
		w, err := btyd.FitBetaDiscreteWeibull(t.Context(), []btyd.Cohort{{Active: c.active}}, nil)
		if w == nil {
			t.Fatal(name, err)
		}
		require.GreaterOrEqual(t, w.Report().LogLikelihood, m.Report().LogLikelihood-1e-12, name)
		t.Logf("%-16s sbg %+v bdw %+v %v %v", name, m.Params(), w.Params(), w.Report().Boundaries, err)
		usableContract(t, w)
	}
	m, err := btyd.FitShiftedBetaGeometric(t.Context(), []btyd.Cohort{{Active: geometric}}, nil)
	require.NoError(t, err)
	require.InDelta(t, .8, m.Retention(1), 1e-5)
	require.InDelta(t, .8, m.Retention(30), 1e-5)
}

// t^c over β is beyond float64, which once made survival ratios of it no number.
func TestContractBeyondTheRangeOfQuotients(t *testing.T) {
	m, err := btyd.NewBetaDiscreteWeibull(1, 1e-50, 100)
	require.NoError(t, err)
	usableContract(t, m)
	// S(t) = β/(β+t^c) for α = 1.
	require.InEpsilon(t, math.Pow(403./404, 100), m.Retention(404), 1e-12)
	require.InEpsilon(t, math.Pow(1000./1003, 100), m.Stay(1000, 3), 1e-12)
}

// usableContract fails if a model says anything that is not a number.
func usableContract(t testingT, m *btyd.Contract) {
	t.Helper()
	before := 1.0
	for _, at := range []int{0, 1, 2, 10, 1000, 1_000_000} {
		s := m.Survival(at)
		require.True(t, s >= 0 && s <= 1 && s <= before*(1+1e-13), "%+v S(%d) = %v", m.Params(), at, s)
		before = s
		for _, p := range []float64{m.Retention(at + 1), m.Leaving(at), m.Stay(at, 3), m.Churn(at)} {
			require.True(t, p >= 0 && p <= 1, "%+v at %d: %v", m.Params(), at, p)
		}
	}
	for _, periods := range []float64{0, 1, 24, inf} {
		v, err := m.Discounted(3, btyd.BeforeRenewal, periods, .1)
		require.NoError(t, err)
		require.True(t, v >= 0 && v <= 11+1e-9, "%+v: %v", m.Params(), v)
	}
	if v, err := m.ExpectedLifetime(); err == nil {
		require.True(t, v >= 1 && v <= math.MaxFloat64)
	} else {
		var input *btyd.InputError // beyond float64
		require.True(t, errors.Is(err, btyd.ErrInfiniteLifetime) || errors.As(err, &input), "%+v: %v", m.Params(), err)
	}
	for _, p := range m.Parameters() {
		require.False(t, math.IsNaN(p.Value+p.SE) || math.IsInf(p.Value+p.SE, 0), "%+v", p)
	}
}

func TestContractInputs(t *testing.T) {
	fit := func(active ...[]float64) error {
		var cohorts []btyd.Cohort
		for _, a := range active {
			cohorts = append(cohorts, btyd.Cohort{Active: a})
		}
		_, err := btyd.FitShiftedBetaGeometric(t.Context(), cohorts, nil)
		_, other := btyd.FitBetaDiscreteWeibull(t.Context(), cohorts, nil)
		require.Equal(t, err == nil, other == nil)
		return err
	}
	for name, active := range map[string][]float64{
		"rising": {10, 8, 9}, "NaN": {10, math.NaN(), 3}, "negative": {10, 5, -1}, "infinite": {inf, 4, 3}, "empty": {},
	} {
		var input *btyd.InputError
		require.ErrorAs(t, fit([]float64{100, 90, 80}, active), &input, name)
		require.Contains(t, input.Name, "cohorts[1].")
	}
	require.ErrorIs(t, fit(), btyd.ErrTooFewRenewals)
	require.ErrorIs(t, fit([]float64{100, 50}), btyd.ErrTooFewRenewals)
	require.ErrorIs(t, fit([]float64{0, 0, 0, 0}), btyd.ErrTooFewRenewals)
	require.EqualError(t, fit([]float64{10, 8, 9}), "btyd: cohorts[0].Active[2] is 9: want 0 to the 8 of the renewal before: customers who left do not come back")

	m, err := btyd.NewShiftedBetaGeometric(.668, 3.806)
	require.NoError(t, err)
	for _, call := range []func() error{
		func() error { _, err := btyd.NewShiftedBetaGeometric(-1, 1); return err },
		func() error { _, err := btyd.NewShiftedBetaGeometric(1, 0); return err },
		func() error { _, err := btyd.NewBetaDiscreteWeibull(1, 1, 200); return err },
		func() error { _, err := m.Discounted(-1, btyd.BeforeRenewal, 1, .1); return err },
		func() error { _, err := m.Discounted(0, 7, 1, .1); return err },
		func() error { _, err := m.Discounted(0, btyd.BeforeRenewal, 1.5, .1); return err },
		func() error { _, err := m.Discounted(0, btyd.BeforeRenewal, 1, -1); return err },
		func() error { _, err := m.Discounted(0, btyd.BeforeRenewal, math.NaN(), .1); return err },
		func() error { _, err := m.Value(0, btyd.BeforeRenewal, 1, .1, math.NaN()); return err },
		func() error { _, err := m.ExpectedActive(t.Context(), 0, 0, 3, .9); return err },
		func() error { _, err := m.ExpectedActive(t.Context(), 5, 0, -3, .9); return err },
		func() error { _, err := new(btyd.Contract).ExpectedLifetime(); return err },
		func() error { _, err := json.Marshal(new(btyd.Contract)); return errors.Unwrap(err) },
		func() error { _, err := btyd.PeriodDiscount(-1, 12); return err },
		func() error { _, err := btyd.PeriodDiscount(.1, 0); return err },
	} {
		var input *btyd.InputError
		require.ErrorAs(t, call(), &input)
	}
	_, err = m.ExpectedLifetime()
	require.ErrorIs(t, err, btyd.ErrInfiniteLifetime)
	require.Zero(t, m.Survival(-1))
	require.Zero(t, m.Retention(0))
	var none *btyd.Contract
	require.Zero(t, none.Survival(3))
	require.Empty(t, none.Name())
	require.Nil(t, none.Parameters())
	monthly, err := btyd.PeriodDiscount(.10, 12)
	require.NoError(t, err)
	require.InDelta(t, .10, math.Pow(1+monthly, 12)-1, 1e-15)
}
