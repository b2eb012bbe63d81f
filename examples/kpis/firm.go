package main

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// firm is what has no series.
type firm struct {
	Channels []channel `json:"channels"`
	Shift    shift     `json:"shift"`
	Goals    []goal    `json:"goals"`
	Maturity maturity  `json:"maturity"`
	Cohorts  []cohort  `json:"cohorts"`
	Uplift   []uplift  `json:"uplift"` // the last is overall
}

type channel struct {
	Channel       string        `json:"channel"`
	Contacts      int           `json:"contacts"`
	PerContact    rapport.Money `json:"per_contact"`
	PerConversion rapport.Money `json:"per_conversion"`
	PerResolved   rapport.Money `json:"per_resolved"`
}

type shift struct {
	From        string        `json:"from"`
	To          string        `json:"to"`
	Contacts    int           `json:"contacts"`
	Saving      rapport.Money `json:"saving"`
	Conversions expected      `json:"conversions"`
}

type goal struct {
	Goal   string   `json:"goal"`
	Depth  int      `json:"depth"`
	Status string   `json:"status"`
	KPI    string   `json:"kpi"`
	Value  *float64 `json:"value"`
	Red    []string `json:"red"`
}

type maturity struct {
	Scores  []score  `json:"dimensions"`
	Mean    *float64 `json:"mean"`
	Level   string   `json:"level_by_mean"`
	Floor   string   `json:"level_by_lowest"`
	Weakest []string `json:"weakest"`
}

type score struct {
	Dimension string   `json:"dimension"`
	Score     *float64 `json:"score"`
}

type cohort struct {
	From      string     `json:"from"`
	Customers int        `json:"customers"`
	Active    []*float64 `json:"active"` // by age in quarters
}

type uplift struct {
	Segment   string   `json:"segment"`
	Treatment *float64 `json:"treatment"`
	Control   *float64 `json:"control"`
	Effect    expected `json:"effect"`
	Changed   bool     `json:"changed"`
}

// inventedFirm makes the parts that have no series; year are the figures of the year.
func inventedFirm(random *rand.Rand, year []pair) (*firm, error) {
	f := &firm{}
	for _, part := range []func() error{
		f.channels,
		func() error { return f.goals(year) },
		f.maturity,
		func() error { return f.cohorts(random) },
		func() error { return f.trial(random) },
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *firm) channels() error {
	year := rapport.MustInterval("2025-01-01T00:00:00Z/2026-01-01T00:00:00Z")
	economics, err := kpi.ChannelEconomics(year,
		kpi.Channel{Code: "field", Cost: rapport.MustMoney("150000 EUR"), Contacts: 1000, Conversions: 200, Resolved: 100},
		kpi.Channel{Code: "phone", Cost: rapport.MustMoney("100000 EUR"), Contacts: 20000, Conversions: 1000, Resolved: 8000},
		kpi.Channel{Code: "web", Cost: rapport.MustMoney("40000 EUR"), Contacts: 200000, Conversions: 8000},
	)
	if err != nil {
		return err
	}
	for c := range economics.All() {
		f.Channels = append(f.Channels, channel{c.Channel.Code, c.Channel.Contacts, c.PerContact.Amount, c.PerConversion.Amount, c.PerResolved.Amount})
	}
	effect, err := economics.Shift(kpi.Shift{From: "phone", To: "web", Contacts: 1000})
	f.Shift = shift{"phone", "web", 1000, effect.Saving, expectedOf(effect.Conversions)}
	return err
}

func (f *firm) goals(year []pair) error {
	target := func(direction kpi.Direction, green, amber float64) *kpi.Target {
		return &kpi.Target{Direction: direction, Green: green, Amber: amber}
	}
	tree, err := kpi.NewGoalTree(
		kpi.Goal{Code: "customers_stay"},
		kpi.Goal{Code: "retention", Parent: "customers_stay", KPI: kpi.RetentionRate, Target: target(kpi.HigherIsBetter, 0.84, 0.8)},
		kpi.Goal{Code: "good_service", Parent: "customers_stay"},
		kpi.Goal{Code: "calls_answered", Parent: "good_service", KPI: kpi.ServiceLevelRate, Target: target(kpi.HigherIsBetter, 0.85, 0.8)},
		kpi.Goal{Code: "calls_lost", Parent: "good_service", KPI: kpi.LostCallRate, Target: target(kpi.LowerIsBetter, 0.025, 0.03)},
	)
	if err != nil {
		return err
	}
	var figures []kpi.Figure
	for _, p := range year {
		figures = append(figures, p.now)
	}
	statuses, err := tree.Status(figures...)
	for _, s := range statuses {
		g := goal{Goal: s.Goal.Code, Depth: s.Depth, Status: string(s.Status), KPI: s.Goal.KPI, Red: append([]string{}, s.Red...)}
		if v, ok := s.Figure.Value(); ok && s.Goal.KPI != "" {
			g.Value = &v
		}
		f.Goals = append(f.Goals, g)
	}
	return err
}

func (f *firm) maturity() error {
	model := kpi.EightSecrets()
	levels := []int{3, 3, 2, 4, 3, 3, 2, 3}
	var answers []kpi.Answer
	for i, d := range model.Dimensions() {
		for _, q := range d.Questions {
			answers = append(answers, kpi.Answer{Rater: "board", Question: q.Code, Level: levels[i]})
		}
	}
	m, err := model.Assess(answers...)
	if err != nil {
		return err
	}
	f.Maturity = maturity{Mean: valueOf(m.Mean), Level: model.Level(m.MeanLevel), Floor: model.Level(m.FloorLevel), Weakest: m.Weakest}
	for _, d := range m.Dimensions {
		f.Maturity.Scores = append(f.Maturity.Scores, score{d.Dimension, valueOf(d.Score)})
	}
	return nil
}

// cohorts draws an order log of a year: a customer comes on a day of it and stays for a
// while, ordering now and then.
func (f *firm) cohorts(random *rand.Rand) error {
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	until := start.AddDate(1, 0, 0)
	var log []kpi.Purchase
	for i := range 400 {
		id := rapport.ID(fmt.Sprintf("c%03d", i))
		at := start.AddDate(0, 0, random.IntN(360))
		for at.Before(until) {
			log = append(log, kpi.Purchase{Customer: id, At: at, Amount: int64(2000 + random.IntN(20000))})
			if random.Float64() < 0.3 {
				break // never again
			}
			at = at.AddDate(0, 0, 1+int(60*random.ExpFloat64()))
		}
	}
	calendar, err := kpi.NewCalendar(start, start.AddDate(0, 3, 0), start.AddDate(0, 6, 0), start.AddDate(0, 9, 0), until)
	if err != nil {
		return err
	}
	table, err := kpi.ReadCohorts(calendar, until, withoutErrors(log))
	if err != nil {
		return err
	}
	for c := range table.All() {
		row := cohort{From: c.Period.Start().Format(time.DateOnly), Customers: c.Customers}
		for _, cell := range c.Cells {
			row.Active = append(row.Active, valueOf(cell.Active))
		}
		f.Cohorts = append(f.Cohorts, row)
	}
	return nil
}

func withoutErrors[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for row := range slices.Values(rows) {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// trial draws how many renewed with a call and without one.
func (f *firm) trial(random *rand.Rand) error {
	var trials []kpi.Trial
	for _, s := range []struct {
		segment         string
		calls, no       int
		called, without float64
	}{{"new", 400, 200, 0.27, 0.2}, {"loyal", 300, 150, 0.62, 0.61}} {
		trials = append(trials, kpi.Trial{
			Segment:   s.segment,
			Treatment: kpi.Arm{Customers: s.calls, Successes: successes(random, s.calls, s.called)},
			Control:   kpi.Arm{Customers: s.no, Successes: successes(random, s.no, s.without)},
		})
	}
	u, err := kpi.UpliftBySegment(0.95, trials...)
	if err != nil {
		return err
	}
	for _, s := range u.Segments {
		f.Uplift = append(f.Uplift, uplift{s.Segment, valueOf(s.Treatment), valueOf(s.Control), expectedOf(s.Effect), s.Changed})
	}
	overall := expectedOf(u.Overall)
	f.Uplift = append(f.Uplift, uplift{Segment: "all", Effect: overall, Changed: u.Overall.HasInterval() && (u.Overall.Low > 0 || u.Overall.High < 0)})
	return nil
}
