package pls_test

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Options and modes are written as words that come back, and nothing else is read.
func TestNamesOfOptions(t *testing.T) {
	type name interface {
		fmt.Stringer
		encoding.TextMarshaler
	}
	for _, c := range []struct {
		of    func(at uint8) name
		into  func() (encoding.TextUnmarshaler, func() name)
		names []string
	}{
		{func(at uint8) name { return pls.Mode(at) }, func() (encoding.TextUnmarshaler, func() name) {
			v := new(pls.Mode)
			return v, func() name { return *v }
		}, []string{"A", "B", "unit"}},
		{func(at uint8) name { return pls.Scheme(at) }, func() (encoding.TextUnmarshaler, func() name) {
			v := new(pls.Scheme)
			return v, func() name { return *v }
		}, []string{"path", "factorial", "centroid"}},
		{func(at uint8) name { return pls.Metric(at) }, func() (encoding.TextUnmarshaler, func() name) {
			v := new(pls.Metric)
			return v, func() name { return *v }
		}, []string{"standardised", "raw"}},
		{func(at uint8) name { return pls.Missing(at) }, func() (encoding.TextUnmarshaler, func() name) {
			v := new(pls.Missing)
			return v, func() name { return *v }
		}, []string{"mean", "casewise", "pairwise", "pairwise_correlation"}},
	} {
		for at, want := range c.names {
			value := c.of(uint8(at))
			require.Equal(t, want, value.String())
			text, err := value.MarshalText()
			require.NoError(t, err)
			require.Equal(t, want, string(text))
			into, read := c.into()
			require.NoError(t, into.UnmarshalText(text))
			require.Equal(t, value, read())
		}
		beyond := c.of(uint8(len(c.names)))
		require.Equal(t, fmt.Sprintf("unknown(%d)", len(c.names)), beyond.String())
		_, err := beyond.MarshalText()
		var wrong *pls.OptionError
		require.ErrorAs(t, err, &wrong)
		into, read := c.into()
		require.ErrorAs(t, into.UnmarshalText([]byte("other")), &wrong)
		require.Equal(t, c.of(0), read(), "nothing is written")
	}
}

// What an error says: package, what, where, the numbers.
func TestMessages(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&pls.ModelError{Fault: pls.CyclicPaths, Path: pls.Path{From: "A", To: "B"}}, `pls: model: cyclic_paths, path "A" -> "B"`},
		{&pls.ModelError{Fault: pls.RepeatedItem, Construct: "A", Item: "a"}, `pls: model: repeated_item, construct "A", item "a"`},
		{&pls.ItemError{Item: "a", Fault: pls.ConstantItem}, `pls: item "a": constant`},
		{&pls.SingularError{Construct: "A", Part: pls.SingularBlock}, `pls: construct "A": singular block`},
		{&pls.TooFewRowsError{Rows: 3, Needed: 5}, "pls: 3 rows can be used, the model needs at least 5"},
		{&pls.NotConvergedError{Iterations: 9, Change: .5, Tolerance: 1e-10}, "pls: not converged after 9 iterations: weights still change by 0.5, tolerance 1e-10"},
		{&pls.ReliabilityError{Construct: "A", RhoA: -.5}, `pls: construct "A": consistent estimation needs a reliability rho_A above 0, got -0.5`},
		{&pls.OptionError{Option: "tolerance", Value: "-1", Reason: "want 0 to 1"}, "pls: option tolerance -1: want 0 to 1"},
		{&pls.DataError{Row: 2, Item: "a", Value: 7, Reason: "is not finite"}, `pls: data: row 2, item "a", 7: is not finite`},
	} {
		require.EqualError(t, c.err, c.want)
	}
}

// Effects list every pair that a way joins, and no other.
func TestEffects(t *testing.T) {
	model := mobiModel(t, "mobi-ecsi", pls.ModeA)
	result := fitted(t, model, survey(t, "mobi.csv"), pls.Options{})
	seen := 0
	for _, e := range result.Effects() {
		one, joined := result.Effect(e.From, e.To)
		require.True(t, joined)
		require.Equal(t, one, e)
		require.InDelta(t, e.Total, e.Direct+e.Indirect, 1e-15)
		seen++
	}
	require.Equal(t, 21, seen, "all pairs of seven constructs but backwards")
	require.Equal(t, model, result.Model())
	require.Equal(t, pls.Options{Tolerance: 1e-10, MaxIterations: 1000}, result.Options())
	_, there := result.Construct("Nothing")
	require.False(t, there)
	_, there = result.Correlation("Nothing", "Image")
	require.False(t, there)
}
