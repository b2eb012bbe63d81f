package lead_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// A two by two table: of 40 visitors of the fair 30 bought, of 60 others 20. The
// saturated regression has the log odds of the table: intercept ln(20/40), slope
// ln(3) − ln(1/2) = ln 6, with variances 1/20+1/40 and that plus 1/30+1/10.
func visitors() (fair lead.Column, bought []bool) {
	fair.Name = "fair"
	for i := range 100 {
		visited := 0.0
		if i < 40 {
			visited = 1
		}
		fair.Numbers = append(fair.Numbers, visited)
		bought = append(bought, i < 30 || i >= 80)
	}
	return fair, bought
}

func TestLogisticOfATable(t *testing.T) {
	fair, bought := visitors()
	m, err := lead.FitLogistic([]lead.Column{fair}, bought, nil)
	require.NoError(t, err)
	c := m.Coefficients()[0]
	require.Equal(t, "fair", c.Name)
	require.InEpsilon(t, math.Log(6), c.Estimate.Value, 1e-12)
	require.InEpsilon(t, -math.Ln2, m.Intercept().Estimate.Value, 1e-12)
	se := math.Sqrt(1.0/30 + 1.0/10 + 1.0/20 + 1.0/40)
	require.InEpsilon(t, se, c.Estimate.SE, 1e-10)
	require.InEpsilon(t, math.Log(6)/se, c.Z, 1e-10)
	require.InEpsilon(t, math.Erfc(math.Log(6)/se/math.Sqrt2), c.P, 1e-9)
	require.InEpsilon(t, -(1.0/20 + 1.0/40), m.Covariance()[0][1], 1e-10)
	loglik := 30*math.Log(.75) + 10*math.Log(.25) + 20*math.Log(1.0/3) + 40*math.Log(2.0/3)
	require.InEpsilon(t, -2*loglik, m.Summary().Deviance(), 1e-12)
	require.InEpsilon(t, -200*math.Log(.5), m.Summary().NullDeviance(), 1e-12)
	require.InEpsilon(t, 4-2*loglik, m.AIC(), 1e-12)
	p, err := m.Probability([]float64{1})
	require.NoError(t, err)
	require.InEpsilon(t, .75, p, 1e-12)

	// Weights count like rows.
	weighted, err := lead.FitLogistic([]lead.Column{{Name: "fair", Numbers: []float64{1, 1, 0, 0}}},
		[]bool{true, false, true, false}, &lead.LogisticOptions{Weights: []float64{30, 10, 20, 40}, Level: 0.9})
	require.NoError(t, err)
	require.InEpsilon(t, c.Estimate.SE, weighted.Coefficients()[0].Estimate.SE, 1e-10)
	require.Equal(t, 0.9, weighted.Coefficients()[0].Estimate.Level)
}

// drawn are seeded rows whose outcome depends on the columns.
func drawn(rows, columns int) (x []lead.Column, outcomes []bool) {
	random := numeric.Stream(11, uint64(rows))
	x = make([]lead.Column, columns)
	outcomes = make([]bool, rows)
	for j := range x {
		x[j] = lead.Column{Name: string(rune('a' + j)), Numbers: make([]float64, rows)}
	}
	for i := range rows {
		odds := -1.0
		for j := range x {
			v := random.NormFloat64()
			x[j].Numbers[i] = 3*v + 10
			odds += v * float64(j%5-2) / 4
		}
		outcomes[i] = random.Float64() < 1/(1+math.Exp(-odds))
	}
	return x, outcomes
}

func TestContributionsAddUp(t *testing.T) {
	x, outcomes := drawn(500, 4)
	m, err := lead.FitLogistic(x, outcomes, nil)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.Float64Range(-100, 100), 4, 4).Draw(t, "row")
		odds, err := m.LogOdds(row)
		require.NoError(t, err)
		contributions, sum, err := m.Contributions(row)
		require.NoError(t, err)
		for _, c := range contributions {
			sum += c.LogOdds
		}
		require.InDelta(t, odds, sum, 1e-11) // terms of size 100
		k := rapid.IntRange(0, 5).Draw(t, "k")
		raise, lower := lead.TopReasons(contributions, k)
		require.LessOrEqual(t, max(len(raise), len(lower)), k)
		for i, c := range raise {
			require.Positive(t, c.LogOdds)
			require.True(t, i == 0 || c.LogOdds <= raise[i-1].LogOdds)
		}
		for _, c := range lower {
			require.Negative(t, c.LogOdds)
		}
	})
}

func TestLogisticFiled(t *testing.T) {
	x, outcomes := drawn(300, 3)
	m, err := lead.FitLogistic(x, outcomes, &lead.LogisticOptions{L2: 0.5, Robust: true})
	require.NoError(t, err)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var read lead.Logistic
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	want, err := m.Probabilities(x)
	require.NoError(t, err)
	got, err := read.Probabilities(x)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, m.Coefficients(), read.Coefficients())

	var format *lead.FormatError
	require.ErrorAs(t, json.Unmarshal([]byte(`{"format":2,"new":1}`), &read), &format)
	for _, bad := range []string{`{}`, `{"format":1}`, `{"format":1,"x":1}`, `[]`,
		`{"format":1,"intercept":0,"columns":[{"column":"a","mean":0,"coefficient":1}],"covariance":[[1,2],[3,1]],"level":0.95,"rows":2,"events":1,"penalty":0,"log_likelihood":-1,"null_log_likelihood":-1,"iterations":1}`,
		`{"format":1,"intercept":0,"columns":[{"column":"a","mean":0,"coefficient":1}],"covariance":[[1,2]],"level":0.95,"rows":2,"events":1,"penalty":0,"log_likelihood":-1,"null_log_likelihood":-1,"iterations":1}`,
		`{"format":1,"intercept":0,"columns":[{"column":"a","mean":0,"coefficient":1}],"covariance":[[1,2],[2,1]],"level":0.95,"rows":2,"events":2,"penalty":0,"log_likelihood":-1,"null_log_likelihood":-1,"iterations":1}`,
	} {
		require.Error(t, json.Unmarshal([]byte(bad), &read), bad)
	}
	// What it would score with overflows.
	for _, huge := range []string{`"mean":1e200,"coefficient":1`, `"mean":0,"coefficient":1e200`} {
		require.ErrorContains(t, json.Unmarshal([]byte(`{"format":1,"intercept":0,"columns":[{"column":"a",`+huge+`}],"covariance":[[1,0],[0,1]],"level":0.95,"rows":2,"events":1,"penalty":0,"log_likelihood":-1,"null_log_likelihood":-1,"iterations":1}`), &read), "1e+200", huge)
	}
	require.Equal(t, m.Coefficients(), read.Coefficients(), "unchanged by what it refused")
	require.Empty(t, new(lead.Logistic).Covariance())
	_, err = json.Marshal(lead.Logistic{})
	require.ErrorIs(t, err, lead.ErrNoColumns)
}

// Of two columns of one name there is no telling which is meant.
func TestModelsRefuseANameTwice(t *testing.T) {
	x, outcomes := drawn(60, 2)
	twice := append(append([]lead.Column{}, x...), x[0])
	logistic, err := lead.FitLogistic(x, outcomes, nil)
	require.NoError(t, err)
	bayes, err := lead.FitBayes(x, outcomes, nil)
	require.NoError(t, err)
	for _, model := range []lead.Model{logistic, bayes} {
		_, err := model.Probabilities(twice)
		require.EqualError(t, err, `lead: column "a": comes twice`)
	}
}

func TestLogisticRefuses(t *testing.T) {
	x, outcomes := drawn(60, 3)
	fit := func(columns ...lead.Column) error {
		m, err := lead.FitLogistic(columns, outcomes, nil)
		require.Nil(t, m)
		return err
	}
	known := lead.Column{Name: "invoice sent"}
	sum := lead.Column{Name: "sum"}
	flat := lead.Column{Name: "flat", Numbers: make([]float64, 60)}
	missing := lead.Column{Name: "missing", Numbers: make([]float64, 60)}
	tiny := lead.Column{Name: "tiny"}
	missing.Numbers[7] = math.NaN()
	for i, came := range outcomes {
		known.Numbers = append(known.Numbers, map[bool]float64{true: 1}[came])
		sum.Numbers = append(sum.Numbers, 2*x[0].Numbers[i]-x[2].Numbers[i]+5)
		tiny.Numbers = append(tiny.Numbers, x[0].Numbers[i]*1e-120)
	}
	require.EqualError(t, fit(x[0], known, x[1]), "lead: the outcomes are separated by invoice sent")
	require.ErrorIs(t, fit(x[0], known), lead.ErrSeparated)
	require.EqualError(t, fit(x[0], x[1], x[2], sum), `lead: column "sum" depends linearly on a, c`)
	require.EqualError(t, fit(x[0], flat), `lead: column "flat": the same value in all rows`)
	require.EqualError(t, fit(x[0], missing), `lead: missing of row 7 is NaN: want a number of size up to 1e100 (bin or fill in what is missing)`)
	require.EqualError(t, fit(x[0], x[0]), `lead: column "a": the name comes twice`)
	require.EqualError(t, fit(tiny), `lead: column "tiny": the numbers are too close together: take a smaller unit`)
	require.ErrorIs(t, fit(), lead.ErrNoColumns)
	var column *lead.ColumnError
	require.ErrorAs(t, fit(lead.Column{Name: "labels", Labels: make([]string, 60)}), &column)
	require.ErrorAs(t, fit(lead.Column{Name: "short", Numbers: []float64{1}}), &column)
	_, err := lead.FitLogistic(x, make([]bool, 60), nil)
	require.ErrorIs(t, err, lead.ErrOneOutcome)
	_, err = lead.FitLogistic(x, nil, nil)
	require.ErrorIs(t, err, lead.ErrNoRows)
	var option *lead.OptionError
	for _, o := range []lead.LogisticOptions{{L2: -1}, {L2: math.NaN()}, {Level: 1}} {
		_, err = lead.FitLogistic(x, outcomes, &o)
		require.ErrorAs(t, err, &option)
	}

	m, err := lead.FitLogistic([]lead.Column{x[0], known}, outcomes, &lead.LogisticOptions{L2: 1})
	require.NoError(t, err, "a penalty bounds what separates")
	var length *lead.LengthError
	_, err = m.Probability([]float64{1})
	require.ErrorAs(t, err, &length)
	var row *lead.RowError
	_, _, err = m.Contributions([]float64{1, math.NaN()})
	require.ErrorAs(t, err, &row)
	require.Equal(t, "invoice sent", row.What)
	_, err = m.Probabilities(x)
	require.ErrorAs(t, err, &column)
	require.Equal(t, "invoice sent", column.Column)
}

func BenchmarkFitLogistic(b *testing.B) {
	for _, rows := range []int{1_000, 100_000} {
		x, outcomes := drawn(rows, 20)
		b.Run(map[int]string{1_000: "rows=1k", 100_000: "rows=100k"}[rows], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := lead.FitLogistic(x, outcomes, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
