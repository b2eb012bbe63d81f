package process_test

import (
	"errors"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

func check(data pipeline.Values) pipeline.Check {
	return pipeline.Check{Stage: "tier_1", Since: start(), At: start().Add(time.Hour), Input: pipeline.Input{Data: data}}
}

func TestGuards(t *testing.T) {
	ten := decimal.NewFromInt(10)
	floor := decimal.RequireFromString("0.15")
	margin := process.MarginAtLeast("price", "cost", floor)
	prices := func(price, cost string) pipeline.Values {
		return pipeline.Values{"price": amount(price), "cost": amount(cost)}
	}
	whole := func(field string, n int64) pipeline.Values { return pipeline.Values{field: pipeline.Whole(n)} }
	sum := func(total, a, b int64) pipeline.Values {
		return pipeline.Values{"total": pipeline.Whole(total), "a": pipeline.Whole(a), "b": pipeline.Whole(b)}
	}
	for _, c := range []struct {
		name  string
		guard pipeline.Guard
		data  pipeline.Values
		want  *process.ConditionError // nil: it passes
	}{
		{"is", process.Is("track", "doctor"), pipeline.Values{"track": pipeline.Text("doctor")}, nil},
		{"is not", process.Is("track", "doctor"), nil, &process.ConditionError{Field: "track", Want: `"doctor"`}},
		{"at least", process.AtLeast("n", ten), whole("n", 10), nil},
		{"not at least", process.AtLeast("n", ten), whole("n", 9), &process.ConditionError{Field: "n", Have: "9", Want: "at least 10"}},
		{"nothing is not at least", process.AtLeast("n", decimal.NewFromInt(-5)), nil, &process.ConditionError{Field: "n", Want: "at least -5"}},
		{"above", process.Above("n", ten), whole("n", 11), nil},
		{"not above", process.Above("n", ten), whole("n", 10), &process.ConditionError{Field: "n", Have: "10", Want: "more than 10"}},
		{"covers", process.Covers("have", "need"), pipeline.Values{"have": pipeline.Whole(3), "need": pipeline.Whole(3)}, nil},
		{"short", process.Covers("have", "need"), pipeline.Values{"have": pipeline.Whole(2), "need": pipeline.Whole(3)}, &process.ConditionError{Field: "have", Have: "2", Want: "at least 3"}},
		{"no need", process.Covers("have", "need"), whole("have", 3), &process.ConditionError{Field: "need", Want: "a number"}},
		{"balances", process.Balances("total", "a", "b"), sum(3, 1, 2), nil},
		{"does not balance", process.Balances("total", "a", "b"), sum(3, 1, 1), &process.ConditionError{Field: "total", Have: "3", Want: "2"}},
		{"part is missing", process.Balances("total", "a", "b"), whole("a", 1), &process.ConditionError{Field: "b", Want: "a number"}},
		{"at the floor", margin, prices("100.00 EUR", "85.00 EUR"), nil},
		{"below the floor", margin, prices("100.00 EUR", "85.01 EUR"), &process.ConditionError{Field: "cost", Have: "85.01 EUR", Want: "a margin of at least 0.15 of 100.00 EUR"}},
		{"no price", margin, pipeline.Values{"cost": amount("1.00 EUR")}, &process.ConditionError{Field: "price", Want: "an amount above 0"}},
		{"price of nothing", margin, prices("0.00 EUR", "0.00 EUR"), &process.ConditionError{Field: "price", Have: "0.00 EUR", Want: "an amount above 0"}},
		{"cost in another currency", margin, prices("100.00 EUR", "1.00 USD"), &process.ConditionError{Field: "cost", Have: "1.00 USD", Want: "an amount in EUR"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.guard(check(c.data))
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			have, ok := errors.AsType[*process.ConditionError](err)
			require.True(t, ok)
			require.Equal(t, c.want, have)
			require.Contains(t, err.Error(), "process: "+c.want.Field)
		})
	}
}

func TestWithinOfEntry(t *testing.T) {
	guard := process.WithinOfEntry(pipeline.MustSpan("60min"))
	c := check(nil)
	c.At = start().Add(time.Hour - time.Nanosecond)
	require.NoError(t, guard(c))
	c.At = start().Add(time.Hour)
	var late *pipeline.DeadlineError
	require.ErrorAs(t, guard(c), &late)
	require.Equal(t, start().Add(time.Hour), late.Deadline)
	var wrong *pipeline.SpanError
	require.ErrorAs(t, process.WithinOfEntry(pipeline.Span{})(c), &wrong)
}

// Whatever amounts are drawn, the margin is held against the floor exactly.
func TestMarginIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.Int64Range(1, 1e15).Draw(t, "price")
		cost := rapid.Int64Range(0, 1e15).Draw(t, "cost")
		percent := rapid.Int64Range(0, 100).Draw(t, "percent")
		cents := func(n int64) pipeline.Value {
			m, err := rapport.MoneyFromMinor(n, rapport.EUR)
			require.NoError(t, err)
			return pipeline.Amount(m)
		}
		err := process.MarginAtLeast("price", "cost", decimal.New(percent, -2))(check(pipeline.Values{"price": cents(price), "cost": cents(cost)}))
		require.Equal(t, (price-cost)*100 >= price*percent, err == nil)
	})
}

func TestByField(t *testing.T) {
	choice := process.ByField("priority", "restore_")
	stage, err := choice(check(pipeline.Values{"priority": pipeline.Text("p1")}))
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("restore_p1"), stage)
	_, err = choice(check(nil))
	require.Equal(t, missing("priority"), err)
}

// A host's own numbers take the place of the defaults.
func TestOptionsTakeParameters(t *testing.T) {
	passes := func(p *process.Parameters, name string, c pipeline.Check) bool {
		return process.Options(p).Guards[name](c) == nil
	}
	prices := check(pipeline.Values{"bid_price": amount("100.00 EUR"), "solution_cost": amount("80.00 EUR")})
	require.True(t, passes(nil, "margin_at_floor", prices))
	require.False(t, passes(&process.Parameters{MarginFloor: decimal.New(25, -2)}, "margin_at_floor", prices))

	tried := check(pipeline.Values{"attempts": pipeline.Whole(4), "months_to_purchase": pipeline.Whole(7)})
	require.True(t, passes(nil, "attempts_made", tried))
	require.False(t, passes(&process.Parameters{Attempts: 5}, "attempts_made", tried))
	require.True(t, passes(nil, "buys_later", tried))
	require.False(t, passes(&process.Parameters{NurtureMonths: 12}, "buys_later", tried))

	after := check(nil)
	after.At = start().Add(20 * 24 * time.Hour)
	require.False(t, passes(nil, "reopen_window", after))
	require.True(t, passes(&process.Parameters{Reopen: pipeline.MustSpan("21d")}, "reopen_window", after))
	require.True(t, passes(nil, "repeat_window", after))
	require.False(t, passes(&process.Parameters{Repeat: pipeline.MustSpan("20d")}, "repeat_window", after))

	ladder := &process.Ladder{Least: []rapport.Money{rapport.MustMoney("1 CNY")}, Grace: pipeline.MustSpan("0d")}
	rich := check(pipeline.Values{"average_balance": amount("2 CNY")})
	require.True(t, passes(&process.Parameters{Ladder: ladder}, "tier_held", rich))
	require.False(t, passes(nil, "tier_held", rich))
	require.True(t, passes(&process.Parameters{Ladder: ladder}, "grace_over", rich))
	require.False(t, passes(nil, "grace_over", rich))
	require.True(t, passes(&process.Parameters{Ladder: ladder}, "tier_guaranteed", rich), "the guarantee of the default ladder")
	require.False(t, ladder.Guarantee.IsValid(), "the host's ladder is left as it was")
}

// Every guard and choice that a definition names is there, and each of those is named.
func TestOptionsAreThoseThatDefinitionsName(t *testing.T) {
	guards, choices := make(map[string]bool), make(map[string]bool)
	for _, template := range process.All() {
		d := template.Definition
		gates := make([]pipeline.Gate, 0, 2*len(d.Stages)+len(d.Transitions))
		for _, s := range d.Stages {
			gates = append(gates, s.Enter, s.Leave)
		}
		for _, transition := range d.Transitions {
			gates = append(gates, transition.Gate, pipeline.Gate{Guards: transition.When})
			if transition.Choose != "" {
				choices[transition.Choose] = true
			}
		}
		for _, gate := range gates {
			for _, name := range gate.Guards {
				guards[name] = true
			}
		}
	}
	options := process.Options(nil)
	for name := range options.Guards {
		require.True(t, guards[name], name)
		delete(guards, name)
	}
	require.Empty(t, guards)
	for name := range options.Choices {
		require.True(t, choices[name], name)
		delete(choices, name)
	}
	require.Empty(t, choices)
}
