package lead_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring/lead"
)

// Two columns by hand. Of 50 buyers 30 came to the fair, of 50 others 10: with one row
// more of each label, 31/52 against 11/52. Orders of buyers are 1 and 3 (mean 2,
// variance 1), those of others −2 and 2 (mean 0, variance 4), the rest is not known.
func TestBayesByHand(t *testing.T) {
	fair, bought := visitors()
	came := lead.Column{Name: "fair"}
	orders := lead.Column{Name: "orders", Numbers: make([]float64, 100)}
	for i, x := range fair.Numbers {
		came.Labels = append(came.Labels, map[float64]string{0: "no", 1: "yes"}[x])
		orders.Numbers[i] = math.NaN()
	}
	orders.Numbers[0], orders.Numbers[1], orders.Numbers[30], orders.Numbers[31] = 1, 3, -2, 2
	b, err := lead.FitBayes([]lead.Column{came, orders}, bought, nil)
	require.NoError(t, err)

	ask := []lead.Column{{Name: "orders", Numbers: []float64{math.NaN(), 1, 1, 1e90}}, {Name: "fair", Labels: []string{"yes", "", "perhaps", "no"}}}
	normal := math.Log(2) - .5*(1-2)*(1-2) + .5*1/4 // density ratio at 1
	p, err := b.Probabilities(ask)
	require.NoError(t, err)
	require.InEpsilon(t, 31.0/42, p[0], 1e-12)
	require.InEpsilon(t, 1/(1+math.Exp(-normal)), p[1], 1e-8) // the floor under the variance: 1e-9 of it
	require.Equal(t, p[1], p[2], "a label never seen says nothing")
	require.False(t, math.IsNaN(p[3]))
	contributions, baseline, err := b.Contributions(ask, 1)
	require.NoError(t, err)
	require.Equal(t, 0.0, baseline, "as many buyers as others")
	require.Equal(t, "fair", contributions[0].Column)
	require.Zero(t, contributions[0].LogOdds)
	require.InDelta(t, normal, contributions[1].LogOdds, 1e-8)

	text, err := json.Marshal(b)
	require.NoError(t, err)
	var read lead.Bayes
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	same, err := read.Probabilities(ask)
	require.NoError(t, err)
	require.Equal(t, p, same)

	for _, bad := range []string{`{}`, `{"format":1}`,
		`{"format":1,"rows":2,"events":1,"prior":0,"smoothing":1,"columns":[{"column":"a"}]}`,
		`{"format":1,"rows":2,"events":1,"prior":0,"smoothing":1,"columns":[{"column":"a","labels":[{"label":"b","others":1,"events":1},{"label":"a","others":1,"events":1}]}]}`,
		`{"format":1,"rows":2,"events":1,"prior":0,"smoothing":1,"columns":[{"column":"a","others":{"mean":0,"spread":0},"events":{"mean":0,"spread":1}}]}`,
	} {
		require.Error(t, json.Unmarshal([]byte(bad), &read), bad)
	}
	var column *lead.ColumnError
	_, err = b.Probabilities(ask[:1])
	require.ErrorAs(t, err, &column)
	_, err = b.Probabilities([]lead.Column{{Name: "fair", Numbers: []float64{1}}, {Name: "orders", Numbers: []float64{1}}})
	require.ErrorAs(t, err, &column)
	var option *lead.OptionError
	_, _, err = b.Contributions(ask, 4)
	require.ErrorAs(t, err, &option)
}

// Contributions add up to the log odds, and every label of training has a finite weight.
func TestBayesAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 40).Draw(t, "n")
		labels := lead.Column{Name: "label"}
		numbers := lead.Column{Name: "number"}
		var outcomes []bool
		var weights []float64
		for range n {
			labels.Labels = append(labels.Labels, rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "label"))
			numbers.Numbers = append(numbers.Numbers, rapid.SampledFrom([]float64{math.NaN(), 0, 1, 2, 1e100, -1e100, -1e-99, 5e-324}).Draw(t, "number"))
			outcomes = append(outcomes, rapid.Bool().Draw(t, "outcome"))
			weights = append(weights, rapid.SampledFrom([]float64{1, 3, 1e-99, 1e99}).Draw(t, "weight"))
		}
		columns := []lead.Column{labels, numbers}
		b, err := lead.FitBayes(columns, outcomes, &lead.BayesOptions{Weights: weights})
		if err != nil {
			require.Nil(t, b)
			return
		}
		p, err := b.Probabilities(columns)
		require.NoError(t, err)
		for row := range n {
			require.True(t, p[row] >= 0 && p[row] <= 1)
			contributions, odds, err := b.Contributions(columns, row)
			require.NoError(t, err)
			for _, c := range contributions {
				odds += c.LogOdds
			}
			require.InDelta(t, 1/(1+math.Exp(-odds)), p[row], 1e-12)
		}
		text, err := json.Marshal(b)
		require.NoError(t, err)
		var read lead.Bayes
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}

func TestBayesRefuses(t *testing.T) {
	outcomes := []bool{true, true, false, false}
	fit := func(c lead.Column) error {
		_, err := lead.FitBayes([]lead.Column{c}, outcomes, nil)
		return err
	}
	nan := math.NaN()
	require.EqualError(t, fit(lead.Column{Name: "a", Numbers: []float64{1, 1, 1, 1}}), `lead: column "a": the same value in all rows`)
	require.EqualError(t, fit(lead.Column{Name: "a", Labels: []string{"x", "", "x", "x"}}), `lead: column "a": the same value in all rows`)
	require.EqualError(t, fit(lead.Column{Name: "a", Numbers: []float64{1, 2, nan, nan}}), `lead: column "a": 2 values with the event, 0 without: want some of each`)
	require.Error(t, fit(lead.Column{Name: "a", Numbers: []float64{1, 2, 3, 1e101}}))
	require.EqualError(t, fit(lead.Column{Name: "a", Numbers: []float64{5e-324, 0, 0, 5e-324}}), `lead: column "a": the numbers are too close together: take a smaller unit`)
	require.EqualError(t, fit(lead.Column{Name: "a", Labels: []string{"x", "\xff", "x", "x"}}), `lead: column "a": row 1: label "\xff" is no UTF-8`)
	require.EqualError(t, fit(lead.Column{Name: "\xff", Numbers: []float64{1, 2, 3, 4}}), `lead: column "\xff": the name is no UTF-8`)
	_, err := lead.FitBayes(nil, outcomes, nil)
	require.ErrorIs(t, err, lead.ErrNoColumns)
	_, err = lead.FitBayes([]lead.Column{{Name: "a", Numbers: []float64{1, 2}}}, []bool{true, true}, nil)
	require.ErrorIs(t, err, lead.ErrOneOutcome)
	var option *lead.OptionError
	_, err = lead.FitBayes([]lead.Column{{Name: "a", Numbers: []float64{1, 2, 3, 4}}}, outcomes, &lead.BayesOptions{Smoothing: -1})
	require.ErrorAs(t, err, &option)
	_, err = new(lead.Bayes).Probabilities(nil)
	require.ErrorIs(t, err, lead.ErrNoColumns)
}
