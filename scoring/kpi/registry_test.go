package kpi_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

func valid() kpi.Definition {
	return kpi.Definition{
		Code: "calls_a_day", Owner: "service", Unit: kpi.UnitPer, Direction: kpi.HigherIsBetter,
		Numerator: "calls", Denominator: "days", Source: "contact_records", Period: "month",
	}
}

func TestDefinitionsThatMakeNoSense(t *testing.T) {
	require.NoError(t, valid().Validate())
	for field, spoil := range map[string]func(*kpi.Definition){
		"code":            func(d *kpi.Definition) { d.Code = "Calls a day" },
		"owner":           func(d *kpi.Definition) { d.Owner = "" },
		"source":          func(d *kpi.Definition) { d.Source = strings.Repeat("a", 65) },
		"period":          func(d *kpi.Definition) { d.Period = "monat\xff" },
		"numerator":       func(d *kpi.Definition) { d.Numerator = "Anrufe!" },
		"individual role": func(d *kpi.Definition) { d.IndividualRole = "team lead" },
		"unit":            func(d *kpi.Definition) { d.Unit = "furlong" },
		"direction":       func(d *kpi.Definition) { d.Direction = 3 },
		"denominator":     func(d *kpi.Definition) { d.Denominator = "" },
		"formula":         func(d *kpi.Definition) { d.Formula = "a\nb" },
		"excludes":        func(d *kpi.Definition) { d.Excludes = []string{"a", "a"} },
	} {
		d := valid()
		spoil(&d)
		_, err := kpi.NewRegistry(d)
		wrong, ok := errors.AsType[*kpi.DefinitionError](err)
		require.True(t, ok, "%s: %v", field, err)
		require.Equal(t, field, wrong.Field)
		require.NotEmpty(t, err.Error())
	}
	for _, formula := range []string{"a\u2028b", "  "} {
		d := valid()
		d.Formula = formula
		require.Error(t, d.Validate(), "%q", formula)
	}
	d := valid()
	d.Numerator, d.Denominator = "", ""
	require.Error(t, d.Validate(), "no formula and no quotient")
	d = valid()
	d.Excludes = []string{"Internal"}
	var code *kpi.CodeError
	require.ErrorAs(t, d.Validate(), &code)
	_, err := kpi.NewRegistry(valid(), valid())
	require.ErrorAs(t, err, &code)
	require.Equal(t, "twice", code.Reason)
}

func TestAHostStatesItsOwn(t *testing.T) {
	standard := kpi.Standard()
	mine, err := standard.Definition(kpi.RetentionRate)
	require.NoError(t, err)
	mine.Owner = "club_management"
	mine.Excludes[0] = "test_accounts"
	registry, err := standard.With(mine, valid())
	require.NoError(t, err)
	require.Equal(t, standard.Len()+1, registry.Len())
	got, err := registry.Definition(kpi.RetentionRate)
	require.NoError(t, err)
	require.Equal(t, "club_management", got.Owner)
	got, err = standard.Definition(kpi.RetentionRate)
	require.NoError(t, err)
	require.Equal(t, []string{kpi.InternalParties}, got.Excludes, "the registry that was there stays as it was")

	mine.Unit = kpi.UnitShare
	_, err = standard.With(mine)
	var wrong *kpi.DefinitionError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "unit", wrong.Field)
	_, err = standard.With(valid(), valid())
	require.Error(t, err)
	_, err = standard.Definition("nothing")
	var code *kpi.CodeError
	require.ErrorAs(t, err, &code)
	require.EqualError(t, err, `kpi: definition "nothing": unknown`)

	f, err := kpi.Retention(year(2025), kpi.Flow{Kept: 1})
	require.NoError(t, err)
	f.Unit = kpi.UnitShare
	require.ErrorAs(t, standard.Check(f), &wrong)
	f.Code = "nothing"
	require.ErrorAs(t, standard.Check(f), &code)
}

// H8: the figures of one person are for those who have the role, others for everybody.
func TestIndividualFiguresNeedARole(t *testing.T) {
	registry := kpi.Standard()
	outcomes, err := kpi.OutcomesOfVisits(year(2025), 4, 50, kpi.OutcomeRule{})
	require.NoError(t, err)
	retention, err := kpi.Retention(year(2025), kpi.Flow{Kept: 1})
	require.NoError(t, err)
	figures := []kpi.Figure{
		outcomes.Rate.Of("team", "west"),
		outcomes.Rate.Of(kpi.Person, "p-17"),
		retention.Of(kpi.Person, "p-17"), // the definition names no role
	}
	shown, withheld, err := registry.Visible(figures, "seller")
	require.NoError(t, err)
	require.Equal(t, 2, withheld)
	require.Equal(t, []kpi.Figure{figures[0]}, shown)
	shown, withheld, err = registry.Visible(figures, "seller", "team_lead")
	require.NoError(t, err)
	require.Equal(t, 1, withheld)
	require.Len(t, shown, 2)
	_, _, err = registry.Visible([]kpi.Figure{{Code: "nothing"}})
	require.Error(t, err)
}

func TestRegistryJSON(t *testing.T) {
	text, err := json.Marshal(kpi.Standard())
	require.NoError(t, err)
	var read kpi.Registry
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.Equal(t, kpi.Standard().String(), read.String())

	for _, bad := range []string{
		`{"format":1}`, `{"format":1,"definitions":null}`,
		`{"format":1,"definitions":[{"code":"a"}]}`, `{"format":1,"definitions":[],"more":1}`,
		`{"format":1,"definitions":[]} {}`, `{"format":1,"definitions":{}}`, `[]`, `{`,
	} {
		require.Error(t, read.UnmarshalJSON([]byte(bad)), bad)
	}
	require.EqualError(t, json.Unmarshal([]byte(`{}`), new(kpi.Registry)), "kpi: registry JSON has no format, this version reads 1")
	var newer *kpi.FormatError
	require.ErrorAs(t, read.UnmarshalJSON([]byte(`{"format":2,"rules":[]}`)), &newer)
	require.Equal(t, 2, newer.Format)
	require.EqualError(t, newer, "kpi: registry JSON has format 2, this version reads 1")
	require.NoError(t, read.UnmarshalJSON([]byte(`null`)))
	require.Equal(t, kpi.Standard().Len(), read.Len())
}

// A host's own KPI, and one whose number comes from another room.
func TestFiguresOfAHostsOwnKPIs(t *testing.T) {
	registry, err := kpi.Standard().With(valid(), kpi.Definition{
		Code: "service_budget", Owner: "service", Unit: kpi.UnitMoney, Direction: kpi.LowerIsBetter,
		Formula: "sum of approved budgets", Source: "finance", Period: "year",
	})
	require.NoError(t, err)
	calls, err := registry.OfRatio("calls_a_day", year(2025), rapport.Ratio{Num: 730, Den: 365, N: 365})
	require.NoError(t, err)
	require.Equal(t, kpi.UnitPer, calls.Unit)
	value, ok := calls.Value()
	require.True(t, ok)
	require.Equal(t, 2.0, value)
	index, err := registry.OfEstimate(kpi.SatisfactionIndex, year(2025), rapport.Estimate{Value: 72, N: 250})
	require.NoError(t, err)
	require.Equal(t, 250, index.N)
	budget, err := registry.OfAmount("service_budget", year(2025), yuan("1200.50"), 12)
	require.NoError(t, err)
	value, ok = budget.Value()
	require.True(t, ok)
	require.Equal(t, 1200.5, value)
	none, err := registry.OfAmount("service_budget", year(2025), yuan("0"), 0)
	require.NoError(t, err)
	_, ok = none.Value()
	require.False(t, ok)

	var code *kpi.CodeError
	_, err = registry.OfRatio("nothing", year(2025), rapport.Ratio{})
	require.ErrorAs(t, err, &code)
	_, err = registry.OfRatio(kpi.LostCallRate, year(2025), rapport.Ratio{Num: 2, Den: 1, N: 1})
	require.Error(t, err)
	var estimate *rapport.EstimateError
	_, err = registry.OfEstimate(kpi.SatisfactionIndex, year(2025), rapport.Estimate{Value: 72})
	require.ErrorAs(t, err, &estimate)
	_, err = registry.OfAmount("service_budget", year(2025), yuan("1"), -1)
	require.Error(t, err)
	_, err = (&kpi.Registry{}).OfAmount("service_budget", year(2025), yuan("1"), 1)
	require.ErrorAs(t, err, &code)
}
