package identity

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

// Tables that have nothing to learn from give a model all the same, and finite numbers.
func TestFitOfOddTables(t *testing.T) {
	fill := func(n int, values func(i int) []string) []Record {
		var list []Record
		for i := range n {
			list = append(list, Record{ID: rapport.ID(fmt.Sprint(i)), Values: values(i)})
		}
		return list
	}
	schema := Schema{Fields: []Field{{"name", Name}, {"born", Date}, {"street", Address}, {"count", Number}}}
	for name, records := range map[string][]Record{
		"nothing":   nil,
		"one":       fill(1, func(int) []string { return []string{"Mei Li", "1980-06-19", "1 Main Street", "3"} }),
		"two":       fill(2, func(int) []string { return []string{"Mei Li", "1980-06-19", "1 Main Street", "3"} }),
		"identical": fill(250, func(int) []string { return []string{"Mei Li", "1980-06-19", "1 Main Street", "3"} }),
		"empty":     fill(200, func(int) []string { return []string{"", " ", "", ""} }),
		"constant": fill(250, func(i int) []string {
			return []string{"Mei Li", fmt.Sprintf("19%02d-06-%02d", i%90+10, i%28+1), "", "1e308"}
		}),
		"long": fill(20, func(i int) []string {
			return []string{strings.Repeat("ab ", 5000), "9999-99-99", strings.Repeat("x", 16000), fmt.Sprint(i)}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table, err := NewTable(schema, records, nil)
			require.NoError(t, err)
			empty, err := NewTable(schema, nil, nil)
			require.NoError(t, err)
			for _, right := range []*Table{nil, table, empty} {
				for _, exhaustive := range []int{0, -1} {
					m, err := Fit(t.Context(), table, right, &Options{Exhaustive: exhaustive})
					require.NoError(t, err)
					pairs, err := m.Pairs(t.Context(), table, right)
					require.NoError(t, err)
					for _, p := range pairs {
						require.True(t, finite(p.Weight) && p.Probability >= 0.5 && p.Probability <= 1, "%+v", p)
					}
					_, err = m.MarshalJSON()
					require.NoError(t, err, "no number")
					x, err := NewIndex(t.Context(), m, table)
					require.NoError(t, err)
					_, err = x.Match(t.Context(), Record{ID: "?", Values: []string{"Mei Li", "1980-06-19", "", ""}}, 3)
					require.NoError(t, err)
				}
			}
		})
	}
}

func TestBadTables(t *testing.T) {
	schema := Schema{Fields: []Field{{"name", Name}, {"born", Date}}}
	good := Record{ID: "a", Values: []string{"x", "y"}}
	for want, list := range map[error][]Record{
		ErrDuplicateRecord: {good, good},
		ErrValueCount:      {{ID: "a", Values: []string{"x"}}},
	} {
		_, err := NewTable(schema, list, nil)
		require.ErrorIs(t, err, want)
		_, ok := errors.AsType[*RecordError](err)
		require.True(t, ok)
	}
	for _, value := range []string{"\xff", strings.Repeat("x", MaxValueLength+1)} {
		_, err := NewTable(schema, []Record{good, {ID: "b", Values: []string{"x", value}}}, nil)
		problem, ok := errors.AsType[*RecordError](err)
		require.True(t, ok)
		require.Equal(t, "born", problem.Field)
		require.Equal(t, 1, problem.Record)
		_, ok = errors.AsType[*TextError](err)
		require.True(t, ok)
	}
	for _, fields := range [][]Field{nil, {{"", Name}}, {{"a", Name}, {"a", Date}}, {{"a", 77}}, make([]Field, MaxFields+1)} {
		_, err := NewTable(Schema{fields}, nil, nil)
		_, ok := errors.AsType[*SchemaError](err)
		require.True(t, ok, fields)
	}
	table, err := NewTable(schema, []Record{good}, nil)
	require.NoError(t, err)
	other, err := NewTable(Schema{schema.Fields[:1]}, nil, nil)
	require.NoError(t, err)
	_, err = Fit(t.Context(), table, other, nil)
	_, ok := errors.AsType[*SchemaError](err)
	require.True(t, ok)
	for _, o := range []Options{{Workers: -1}, {MinProbability: 1}, {PairsARecord: -1}, {MaxBlock: -1}, {Linking: 9}} {
		_, err = Fit(t.Context(), table, nil, &o)
		_, ok := errors.AsType[*OptionError](err)
		require.True(t, ok)
	}
}
