package segment_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/segment"
)

func TestLint(t *testing.T) {
	potential := func(op segment.Op, value float64) segment.Condition {
		return segment.Condition{Measure: "potential", Op: op, Value: value}
	}
	cell := func(names ...string) segment.Condition { return segment.Condition{Cell: names} }
	p := playbook(t, []segment.Play{
		{"upper", []segment.Condition{cell("low/high"), potential(segment.AtLeast, 100)}, do("a")},
		{"lower", []segment.Condition{cell("low/high"), potential(segment.Below, 100)}, do("b")},
		{"middle", []segment.Condition{cell("low/high"), potential(segment.Above, 50), potential(segment.AtMost, 150)}, do("c")},
		{"never", []segment.Condition{potential(segment.Above, 10), potential(segment.Below, 10)}, do("d")},
		{"keep", []segment.Condition{cell("high/high", "high/low")}, do("e")},
		{"keep some", []segment.Condition{cell("high/high"), {Tier: []string{"VIP"}}}, do("f")},
	}, &segment.PlaybookOptions{Cells: []string{"high/high", "high/low", "low/high", "low/low"}, Otherwise: do("serve")})
	require.Empty(t, cmp.Diff([]segment.Finding{
		{Kind: segment.Unreachable, Rule: "middle", By: []string{"upper", "lower"}},
		{Kind: segment.Unreachable, Rule: "never"},
		{Kind: segment.Unreachable, Rule: "keep some", By: []string{"keep"}},
		{Kind: segment.PartlyCovered, Cell: "low/high", Example: segment.Profile{Cell: "low/high", Tier: "VIP"}}, // his potential is not known
		{Kind: segment.Uncovered, Cell: "low/low", Example: segment.Profile{Cell: "low/low", Tier: "VIP", Measures: map[string]float64{"potential": 5}}},
	}, p.Lint()))
	require.Empty(t, playbook(t, plays(), nil).Lint())
	require.Empty(t, cmp.Diff([]segment.Finding{{Kind: segment.Unreachable, Rule: "late", By: []string{"all"}}},
		playbook(t, []segment.Play{{"all", nil, do("x")}, {"late", nil, do("y")}}, nil).Lint()))
}

// Seven pigeons do not fit into six holes, so that the last rule is unreachable; no short
// way to tell that from the rules is known: said, not guessed.
func TestLintGivesUp(t *testing.T) {
	const pigeons, holes = 7, 6
	in := func(pigeon, hole int, op segment.Op) segment.Condition {
		return segment.Condition{Measure: fmt.Sprint("pigeon ", pigeon, " in ", hole), Op: op, Value: 1}
	}
	var list []segment.Play
	var known []segment.Condition
	for pigeon := range pigeons {
		var nowhere []segment.Condition
		for hole := range holes {
			nowhere = append(nowhere, in(pigeon, hole, segment.Below))
			known = append(known, in(pigeon, hole, segment.AtLeast))
			known[len(known)-1].Value = 0
			for other := range pigeon {
				two := []segment.Condition{in(pigeon, hole, segment.AtLeast), in(other, hole, segment.AtLeast)}
				list = append(list, segment.Play{fmt.Sprint(pigeon, " and ", other, " in ", hole), two, do("x")})
			}
		}
		list = append(list, segment.Play{fmt.Sprint(pigeon, " nowhere"), nowhere, do("x")})
	}
	list = append(list, segment.Play{"all have a hole of their own", known, do("x")})
	require.Empty(t, cmp.Diff([]segment.Finding{{Kind: segment.Undecided, Rule: "all have a hole of their own"}}, playbook(t, list, nil).Lint()))
}

// Rules of many conditions that overlap: what is left of them is found all the same.
func TestLintOfManyRules(t *testing.T) {
	var list []segment.Play
	for i := range 100 {
		var when []segment.Condition
		for j := range 6 {
			when = append(when, segment.Condition{
				Measure: fmt.Sprint("m", (i+j*3)%12), Op: []segment.Op{">=", "<"}[(i+j)%2], Value: float64((i*7919 + j*104729) % 1000),
			})
		}
		list = append(list, segment.Play{fmt.Sprint("r", i), when, do("x")})
	}
	list = append(list, segment.Play{"twice", list[40].When, do("x")})
	found := playbook(t, list, &segment.PlaybookOptions{Cells: []string{"a"}}).Lint()
	require.False(t, slices.ContainsFunc(found, func(f segment.Finding) bool { return f.Kind == segment.Undecided }))
	require.True(t, slices.ContainsFunc(found, func(f segment.Finding) bool { return f.Kind == segment.Unreachable && f.Rule == "twice" }))
}

// Between neighbouring numbers and beyond the greatest there is nobody, and an example is
// one that a playbook takes.
func TestLintAtTheEndsOfNumbers(t *testing.T) {
	m := func(op segment.Op, value float64) segment.Condition {
		return segment.Condition{Measure: "m", Op: op, Value: value}
	}
	another := segment.Condition{Tier: []string{"another"}}
	p := playbook(t, []segment.Play{
		{"between", []segment.Condition{m(segment.Above, 1), m(segment.Below, math.Nextafter(1, 2))}, do("x")},
		{"above", []segment.Condition{m(segment.Above, segment.MaxValue)}, do("x")},
		{"below", []segment.Condition{m(segment.Below, -segment.MaxValue)}, do("x")},
		{"low", []segment.Condition{m(segment.Below, -0.9*segment.MaxValue)}, do("x")},
		{"high", []segment.Condition{m(segment.AtLeast, -0.8*segment.MaxValue)}, do("x")},
		{"another", []segment.Condition{another}, do("x")},
	}, &segment.PlaybookOptions{Cells: []string{"a"}})
	found := p.Lint()
	require.Len(t, found, 4)
	for i, rule := range []string{"between", "above", "below"} {
		require.Equal(t, segment.Unreachable, found[i].Kind)
		require.Equal(t, rule, found[i].Rule)
	}
	require.Equal(t, segment.PartlyCovered, found[3].Kind)
	d, err := p.Decide(found[3].Example)
	require.NoError(t, err)
	require.Empty(t, d.Rule)

	p = playbook(t, []segment.Play{{"low", []segment.Condition{m(segment.AtLeast, -0.9*segment.MaxValue), {Measure: "n", Op: "<", Value: 0}}, do("x")}, {"rest", []segment.Condition{m(segment.AtLeast, -0.9*segment.MaxValue)}, do("x")}}, &segment.PlaybookOptions{Cells: []string{"a"}})
	found = p.Lint()
	require.Len(t, found, 1)
	d, err = p.Decide(found[0].Example)
	require.NoError(t, err)
	require.Empty(t, d.Rule)
}
