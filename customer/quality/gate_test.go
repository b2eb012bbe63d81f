package quality_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/quality"
)

// filled returns the report of 50 records with one field, of which so many are
// filled, checked and right.
func filled(t *testing.T, at string, filled, checked, right int) quality.Report {
	t.Helper()
	m, err := quality.NewMeter(quality.Spec{Fields: []quality.Field{{Name: "income"}}}, day(at))
	require.NoError(t, err)
	for i := range 50 {
		row := quality.Row{Branch: "north", Values: []string{""}, Checks: []quality.Check{quality.NotChecked}}
		if i < filled {
			row.Values[0] = "1000"
		}
		if i < checked {
			row.Checks[0] = quality.Wrong
		}
		if i < right {
			row.Checks[0] = quality.Right
		}
		require.NoError(t, m.Add(row))
	}
	return m.Report()
}

// Requirement H12: completeness 0.62 under a floor of 0.80 keeps the lifetime value
// from being reported, with the reason and its numbers.
func TestGate(t *testing.T) {
	gate := quality.Gate{Analysis: "lifetime-value", Floors: []quality.Floor{{Dimension: quality.Completeness, Least: 0.80}}}
	err := gate.Check(filled(t, "2026-01-01", 31, 0, 0))
	require.EqualError(t, err, "quality: lifetime-value is not ready: completeness 0.62 < 0.8")
	refused, ok := errors.AsType[*quality.NotReadyError](err)
	require.True(t, ok)
	require.Equal(t, []quality.Shortfall{{Reason: quality.TooLow, Dimension: quality.Completeness,
		Have: rapport.Ratio{Num: 31, Den: 50, N: 50}, Value: 0.62, Least: 0.80}}, refused.Reasons)
	require.NoError(t, gate.Check(filled(t, "2026-01-01", 40, 0, 0)), "0.80 is enough")

	strict := quality.Gate{Analysis: "scoring", Records: 100, Floors: []quality.Floor{
		{Dimension: quality.Validity, Least: 0.5},
		{Dimension: quality.Completeness, Field: "wealth", Least: 0},
		{Dimension: quality.Accuracy, Field: "income", Least: 0.9},
		{Dimension: quality.Accuracy, Least: 0.9, Lower: true},
		{Dimension: quality.Overall, Least: 1},
	}}
	require.EqualError(t, strict.Check(filled(t, "2026-01-01", 50, 10, 9)), "quality: scoring is not ready: 50 records < 100; validity: no-data; "+
		"completeness of wealth: no-such-field; accuracy 0.5958 < 0.9; overall 0.95 < 1")
	require.NoError(t, gate.CheckScore(filled(t, "2026-01-01", 40, 0, 0).Branches[0]))
	require.Error(t, gate.Check(quality.Report{}), "nothing measured is not ready")
}

func TestGateRefusals(t *testing.T) {
	for name, g := range map[string]quality.Gate{
		"no name":        {},
		"records":        {Analysis: "a", Records: -1},
		"unknown":        {Analysis: "a", Floors: []quality.Floor{{Dimension: "beauty"}}},
		"not of a field": {Analysis: "a", Floors: []quality.Floor{{Dimension: quality.Uniqueness, Field: "name"}}},
		"not a share":    {Analysis: "a", Floors: []quality.Floor{{Dimension: quality.Validity, Least: math.NaN()}}},
		"no interval":    {Analysis: "a", Floors: []quality.Floor{{Dimension: quality.Validity, Lower: true}}},
	} {
		_, ok := errors.AsType[*quality.SpecError](g.Check(quality.Report{}))
		require.True(t, ok, name)
	}
}

func TestRollout(t *testing.T) {
	phases := quality.StandardPhases(quality.Floor{Dimension: quality.Completeness, Least: 0.8})
	phases[0].Features = []string{"calls"}
	phases[2].Features = []string{"campaigns"}
	phases[4].Features = []string{"lifetime-value"}
	phases[4].Gate.Floors = append(phases[4].Gate.Floors, quality.Floor{Dimension: quality.Accuracy, Least: 0.9})
	r, err := quality.NewRollout(phases...)
	require.NoError(t, err)
	poor, fair, good := filled(t, "2026-01-01", 31, 0, 0), filled(t, "2026-01-01", 45, 0, 0), filled(t, "2026-01-01", 45, 20, 19)
	require.NoError(t, r.Check("calls", poor))
	require.EqualError(t, r.Check("campaigns", poor), "quality: service is not ready: completeness 0.62 < 0.8")
	require.NoError(t, r.Check("campaigns", fair))
	require.EqualError(t, r.Check("lifetime-value", fair), "quality: analysis is not ready: accuracy: no-data")
	require.NoError(t, r.Check("lifetime-value", good))
	require.ErrorContains(t, r.Check("telepathy", good), "unknown")
	var open []bool
	for _, s := range r.States(fair) {
		open = append(open, s.Err == nil)
	}
	require.Equal(t, []bool{true, true, true, true, false}, open)
	for _, bad := range [][]quality.Phase{
		{{}}, {{Name: "a"}, {Name: "a"}}, {{Name: "a", Features: []string{"x"}}, {Name: "b", Features: []string{"x"}}}, {{Name: "a", Gate: quality.Gate{Records: -1}}},
	} {
		_, err := quality.NewRollout(bad...)
		_, ok := errors.AsType[*quality.SpecError](err)
		require.True(t, ok)
	}
}

func TestCompare(t *testing.T) {
	before, after := filled(t, "2025-01-01", 31, 0, 0), filled(t, "2026-01-01", 40, 50, 46)
	before.Branches[0].Name = "east"
	changes, err := quality.Compare(before, after)
	require.NoError(t, err)
	at := slices.IndexFunc(changes, func(c quality.Change) bool { return c.Dimension == quality.Completeness })
	require.Equal(t, quality.OfAll, changes[at].Group)
	require.InDelta(t, 0.18, changes[at].Difference.Value, 1e-12)
	require.Equal(t, 50, changes[at].Difference.N)
	require.False(t, changes[at].Difference.HasInterval())
	accuracy := changes[slices.IndexFunc(changes, func(c quality.Change) bool { return c.Dimension == quality.Accuracy })]
	require.False(t, accuracy.Difference.HasValue(), "nothing was checked before")
	var branches []string
	for _, c := range changes {
		if c.Group == quality.OfBranch && c.Field == "" && c.Dimension == quality.Overall {
			branches = append(branches, c.Name)
			require.False(t, c.Difference.HasValue())
		}
	}
	require.Equal(t, []string{"east", "north"}, branches)
	_, err = quality.Compare(after, before)
	require.Error(t, err)

	later := filled(t, "2026-06-01", 40, 50, 40)
	changes, err = quality.Compare(after, later)
	require.NoError(t, err)
	accuracy = changes[slices.IndexFunc(changes, func(c quality.Change) bool { return c.Dimension == quality.Accuracy })]
	require.NoError(t, accuracy.Difference.Validate())
	require.InDelta(t, -0.12, accuracy.Difference.Value, 1e-12)
	require.Less(t, accuracy.Difference.Low, accuracy.Difference.Value)
}

// Three records of one party are two duplicates; a pair of probability 0.4 is 0.4 of
// one. Of 10 records 7.6 are unique.
func TestUniqueness(t *testing.T) {
	twins, err := quality.TwinProbabilities(10, slices.Values([]quality.ScoredPair{
		{Left: 0, Right: 1, Probability: 1}, {Left: 2, Right: 0, Probability: 1}, {Left: 1, Right: 2, Probability: 1}, {Left: 7, Right: 5, Probability: 0.4},
	}))
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0, 1, 1, 0, 0, 0, 0, 0.4, 0, 0}, twins, 1e-15)
	e, err := quality.UniquenessOf(twins)
	require.NoError(t, err)
	require.NoError(t, e.Validate())
	require.InDelta(t, 0.76, e.Value, 1e-12)
	require.InDelta(t, math.Sqrt(0.4*0.6)/10, e.SE, 1e-12)
	none, err := quality.UniquenessOf(nil)
	require.NoError(t, err)
	require.False(t, none.HasValue())
	for _, bad := range []quality.ScoredPair{{0, 0, 1}, {-1, 0, 1}, {0, 10, 1}, {0, 1, 1.5}, {0, 1, math.NaN()}} {
		_, err = quality.TwinProbabilities(10, slices.Values([]quality.ScoredPair{bad}))
		_, ok := errors.AsType[*quality.SpecError](err)
		require.True(t, ok)
	}
	_, err = quality.TwinProbabilities(-1, nil)
	require.Error(t, err)
	_, err = quality.UniquenessOf([]float64{2})
	require.Error(t, err)
}

func TestRules(t *testing.T) {
	at := day("2026-06-15")
	for _, tc := range []struct {
		rule   quality.Rule
		values []string
		want   quality.Outcome
	}{
		{quality.InOrder{}, []string{"2024-01-01", "2024-01-01"}, quality.Holds},
		{quality.InOrder{}, []string{"2024-01-02", "2024-01-01"}, quality.Broken},
		{quality.InOrder{}, []string{"", "2024-01-01"}, quality.NotApplicable},
		{quality.InOrder{}, []string{"2024-01-01", "soon"}, quality.NotApplicable},
		{quality.AgeFits{}, []string{"46", "1980-06-15"}, quality.Holds},
		{quality.AgeFits{}, []string{"46", "1980-06-16"}, quality.Broken},
		{quality.AgeFits{}, []string{"45", "1980-06-15"}, quality.Broken},
		{quality.AgeFits{Slack: 1}, []string{"45", "1980-06-15"}, quality.Holds},
		{quality.AgeFits{}, []string{"forty", "1980-06-15"}, quality.NotApplicable},
		{quality.AgeFits{}, []string{"45", ""}, quality.NotApplicable},
		{quality.BirthInID{}, []string{"11010519491231002X", "1949-12-31"}, quality.Holds},
		{quality.BirthInID{}, []string{"11010519491231002X", "1949-12-30"}, quality.Broken},
		{quality.BirthInID{}, []string{"110105194912310021", "1949-12-31"}, quality.NotApplicable},
		{quality.BirthInID{}, []string{"11010519491231002X", "x"}, quality.NotApplicable},
		{quality.CountryCalls{}, []string{"CN", "+8613800138000"}, quality.Holds},
		{quality.CountryCalls{}, []string{"hk", "+8613800138000"}, quality.Broken},
		{quality.CountryCalls{}, []string{"Atlantis", "+8613800138000"}, quality.NotApplicable},
		{quality.CountryCalls{}, []string{"CN", "13800138000"}, quality.NotApplicable},
		{quality.FilledTogether{}, []string{"12", ""}, quality.Broken},
		{quality.FilledTogether{}, []string{"12", "Long Street"}, quality.Holds},
		{quality.FilledTogether{}, []string{"", ""}, quality.NotApplicable},
	} {
		require.Equal(t, tc.want, tc.rule.Check(tc.values, at), "%T %v", tc.rule, tc.values)
	}
	for country, code := range map[string]string{"CN": "86", "ad": "376", "ZW": "263", "US": "1", "XX": "", "": "", "C ": "", "86": ""} {
		require.Equal(t, code, quality.CallingCode(country), country)
	}
}
