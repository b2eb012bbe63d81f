package kpi_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

func staffFigures(t *testing.T) []kpi.Figure {
	y := year(2025)
	var figures []kpi.Figure
	for _, make := range []func() (kpi.Figure, error){
		func() (kpi.Figure, error) { return kpi.InventoryTurnover(y, yuan("1200000"), yuan("300000"), 1) },
		func() (kpi.Figure, error) { return kpi.DealerProfit(y, yuan("500"), yuan("400"), 1) },
		func() (kpi.Figure, error) {
			return kpi.Figure{Code: kpi.SatisfactionIndex, Unit: kpi.UnitIndex, Period: y, Estimate: rapport.Estimate{Value: 72, N: 50}, N: 50}, nil
		},
		func() (kpi.Figure, error) { return kpi.ShareOfWallet(y, yuan("450000"), yuan("1500000"), 1) },
	} {
		f, err := make()
		require.NoError(t, err)
		figures = append(figures, f.Of(kpi.Person, "p-17"))
	}
	return figures
}

// H1: four KPIs in place of sales volume. Turns 4 on 2 to 6 are .5; profit .20 on 0 to .25
// .8; satisfaction 72 on 60 to 80 .6; wallet .30 on 0 to .50 .6: the mean is .625.
func TestStaffScorecard(t *testing.T) {
	card, err := kpi.NewScorecard(0, kpi.StaffCriteria(kpi.Range{2, 6}, kpi.Range{0, 0.25}, kpi.Range{60, 80}, kpi.Range{0, 0.5})...)
	require.NoError(t, err)
	figures := staffFigures(t)
	person := kpi.Scope{Kind: kpi.Person, ID: "p-17"}
	score, err := card.Score(year(2025), person, figures...)
	require.NoError(t, err)
	value, ok := score.Figure.Value()
	require.True(t, ok)
	require.InEpsilon(t, 0.625, value, 1e-12)
	sum := 0.0
	for i, want := range []float64{0.5, 0.8, 0.6, 0.6} {
		require.InEpsilon(t, want, score.Criteria[i].Attainment, 1e-12)
		sum += score.Criteria[i].Contribution
	}
	require.InEpsilon(t, value, sum, 1e-12)
	require.NoError(t, kpi.Standard().Check(score.Figure))
	all := append([]kpi.Figure{score.Figure}, figures...)
	_, withheld, err := kpi.Standard().Visible(all)
	require.NoError(t, err)
	require.Equal(t, 5, withheld)
	_, withheld, err = kpi.Standard().Visible(all, "team_lead")
	require.NoError(t, err)
	require.Zero(t, withheld, "who sees the score sees what it is made of")

	score, err = card.Score(year(2025), person, figures[:3]...)
	require.NoError(t, err)
	_, ok = score.Figure.Value()
	require.False(t, ok, "a missing figure is not a bad one")
	require.Equal(t, rapport.Ratio{Num: 3, Den: 4, N: 3}, score.Data)
	most, err := kpi.NewScorecard(0.75, card.Criteria()...)
	require.NoError(t, err)
	score, err = most.Score(year(2025), person, figures[:3]...)
	require.NoError(t, err)
	value, ok = score.Figure.Value()
	require.True(t, ok)
	require.InEpsilon(t, 1.9/3, value, 1e-12)
	require.False(t, score.Criteria[3].HasData)

	var pair *kpi.PairError
	_, err = card.Score(year(2024), person, figures...)
	require.ErrorAs(t, err, &pair)
	_, err = card.Score(year(2025), kpi.Scope{}, figures...)
	require.ErrorAs(t, err, &pair)
	_, err = card.Score(year(2025), person, figures[0], figures[0])
	var code *kpi.CodeError
	require.ErrorAs(t, err, &code)
	_, err = card.Score(year(2025), person, kpi.Figure{})
	require.Error(t, err)
	none, err := card.Score(year(2025), kpi.Scope{Kind: kpi.Person})
	require.Error(t, err, "a person without an id")
	require.Empty(t, none.Criteria)
}

// Less is better where full lies below zero, and there is no credit beyond the most.
func TestAttainment(t *testing.T) {
	card, err := kpi.NewScorecard(0,
		kpi.Criterion{KPI: kpi.LostCallRate, Weight: 1, Range: kpi.Range{Zero: 0.10, Full: 0.02}},
		kpi.Criterion{KPI: kpi.SLAKeptRate, Weight: 3, Range: kpi.Range{Zero: 0, Full: 0.5}, Most: 1.5})
	require.NoError(t, err)
	lost, err := kpi.LostCalls(year(2025), 30, 1000)
	require.NoError(t, err)
	kept, err := kpi.SLAKept(year(2025), 90, 100)
	require.NoError(t, err)
	score, err := card.Score(year(2025), kpi.Scope{}, lost, kept)
	require.NoError(t, err)
	require.InEpsilon(t, 0.875, score.Criteria[0].Attainment, 1e-12)
	require.Equal(t, 1.5, score.Criteria[1].Attainment)
	value, _ := score.Figure.Value()
	require.InEpsilon(t, (0.875+4.5)/4, value, 1e-12)
	worst, err := kpi.LostCalls(year(2025), 1000, 1000)
	require.NoError(t, err)
	score, err = card.Score(year(2025), kpi.Scope{}, worst, kept)
	require.NoError(t, err)
	require.Zero(t, score.Criteria[0].Attainment)
}

func TestBadScorecards(t *testing.T) {
	good := kpi.Criterion{KPI: "a", Weight: 1, Range: kpi.Range{Full: 1}}
	for name, spoil := range map[string]func(*kpi.Criterion){
		"kpi":    func(c *kpi.Criterion) { c.KPI = "" },
		"weight": func(c *kpi.Criterion) { c.Weight = 0 },
		"nan":    func(c *kpi.Criterion) { c.Weight = math.NaN() },
		"range":  func(c *kpi.Criterion) { c.Range.Full = 0 },
		"wide":   func(c *kpi.Criterion) { c.Range = kpi.Range{-math.MaxFloat64, math.MaxFloat64} },
		"most":   func(c *kpi.Criterion) { c.Most = 0.5 },
	} {
		c := good
		spoil(&c)
		_, err := kpi.NewScorecard(0, c)
		require.Error(t, err, name)
	}
	_, err := kpi.NewScorecard(0)
	require.Error(t, err)
	_, err = kpi.NewScorecard(2, good)
	require.Error(t, err)
	_, err = kpi.NewScorecard(0, good, good)
	require.Error(t, err)

	card, err := kpi.NewScorecard(0, good)
	require.NoError(t, err)
	text, err := json.Marshal(card)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"least_data":1,"criteria":[{"kpi":"a","weight":1,"zero":0,"full":1,"most":1}]}`, string(text))
	var read kpi.Scorecard
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, *card, read)
	require.Equal(t, 1.0, read.LeastData())
	for _, bad := range []string{
		`{"format":1,"least_data":1,"criteria":[{"kpi":"a","weight":1,"full":1,"most":1}]}`,
		`{"format":1,"least_data":1,"criteria":[{"kpi":"a","weight":1,"zero":1,"most":1}]}`,
		`{"format":1,"least_data":1,"criteria":[]}`, `{"format":3}`, `{}`} {
		require.Error(t, read.UnmarshalJSON([]byte(bad)))
	}
	require.NoError(t, read.UnmarshalJSON([]byte("null")))
	require.Equal(t, *card, read)
}
