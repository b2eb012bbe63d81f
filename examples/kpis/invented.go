package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

const firmName = "An invented bicycle mail order, 2025"

// inventedReport is that of a firm that does not exist.
func inventedReport(seed uint64) (*report, error) {
	random := rand.New(rand.NewPCG(seed, 2025))
	r := empty(fmt.Sprintf("%s (seed %d)", firmName, seed))
	weeks, err := inventedWeeks(random)
	if err != nil {
		return nil, err
	}
	if err := r.watch(weeks, true); err != nil {
		return nil, err
	}
	if err := r.forecast(inventedOrders(random), 12, 3); err != nil {
		return nil, err
	}
	year, err := inventedYear(weeks)
	if err != nil {
		return nil, err
	}
	if r.Figures, err = figuresOf(year); err != nil {
		return nil, err
	}
	r.Firm, err = inventedFirm(random, year)
	return r, err
}

// successes draws how many of n succeed.
func successes(random *rand.Rand, n int, chance float64) int {
	hits := 0
	for range n {
		if random.Float64() < chance {
			hits++
		}
	}
	return hits
}

// inventedWeeks draws the weekly figures of the service desk: a telephone fault from week
// 22 to 25, three weeks without a count of answered calls, and from week 40 on a few more
// calls lost.
func inventedWeeks(random *rand.Rand) ([]*series, error) {
	lost, level, first := &series{code: kpi.LostCallRate}, &series{code: kpi.ServiceLevelRate}, &series{code: kpi.FirstContactRate}
	monday := time.Date(2024, 12, 30, 0, 0, 0, 0, time.UTC)
	for week := range 52 {
		from := monday.AddDate(0, 0, 7*week)
		period, err := rapport.NewInterval(from, from.AddDate(0, 0, 7))
		if err != nil {
			return nil, err
		}
		offered := 900 + random.IntN(200)
		lostChance, levelChance := 0.028, 0.86
		switch {
		case week >= 22 && week <= 25:
			lostChance, levelChance = []float64{0.06, 0.095, 0.07, 0.047}[week-22], []float64{0.78, 0.6, 0.66, 0.8}[week-22]
		case week >= 40:
			lostChance = 0.0325
		}
		var figures [3]kpi.Figure
		var errs [3]error
		figures[0], errs[0] = kpi.LostCalls(period, successes(random, offered, lostChance), offered)
		figures[1], errs[1] = kpi.ServiceLevel(period, successes(random, offered, levelChance), offered)
		closed := 300 + random.IntN(80)
		figures[2], errs[2] = kpi.FirstContactResolution(period, successes(random, closed, 0.74), closed)
		for i, s := range []*series{lost, level, first} {
			if errs[i] != nil {
				return nil, errs[i]
			}
			if s == level && week >= 28 && week <= 30 {
				continue // nobody counted
			}
			s.rows = append(s.rows, row{figures[i].Period.End(), figures[i].Ratio})
		}
	}
	return []*series{lost, level, first}, nil
}

// inventedOrders draws the orders of four years by month: more in spring, a little more
// every month.
func inventedOrders(random *rand.Rand) *series {
	s := &series{code: "orders_by_month"}
	for month := range 48 {
		mean := 400 + 3*float64(month) + 90*math.Sin(2*math.Pi*float64(month-1)/12)
		s.rows = append(s.rows, row{
			time.Date(2022, time.Month(month+2), 1, 0, 0, 0, 0, time.UTC),
			rapport.Ratio{Num: math.Round(mean + 15*random.NormFloat64()), Den: 1, N: 1},
		})
	}
	return s
}

// pair is a figure of the year and of the year before.
type pair struct{ now, before kpi.Figure }

// inventedYear makes the figures of two years.
func inventedYear(weeks []*series) ([]pair, error) {
	now := rapport.MustInterval("2025-01-01T00:00:00Z/2026-01-01T00:00:00Z")
	before := rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z")
	money := rapport.MustMoney
	total := func(s *series) (num, den int) {
		for _, r := range s.rows {
			num += int(r.ratio.Num)
			den += int(r.ratio.Den)
		}
		return num, den
	}
	lost, offered := total(weeks[0])
	inTime, counted := total(weeks[1])
	var list []pair
	var failed error
	add := func(now kpi.Figure, err error) func(kpi.Figure, error) {
		return func(before kpi.Figure, other error) {
			for _, e := range []error{err, other} {
				if failed == nil {
					failed = e
				}
			}
			list = append(list, pair{now, before})
		}
	}
	add(kpi.Retention(now, kpi.Flow{Kept: 1700, Lost: 300, Added: 520}))(kpi.Retention(before, kpi.Flow{Kept: 1500, Lost: 350, Added: 500}))
	add(kpi.RepeatPurchase(now, 300, 750))(kpi.RepeatPurchase(before, 262, 700))
	add(kpi.CustomerGrowth(now, 1000, 1150))(kpi.CustomerGrowth(before, 940, 1000))
	add(kpi.NetRetention(now, kpi.Recurring{Opening: money("100000 EUR"), Contraction: money("5000 EUR"), Churned: money("8000 EUR"), Expansion: money("15000 EUR"), Customers: 400}))(
		kpi.NetRetention(before, kpi.Recurring{Opening: money("96000 EUR"), Contraction: money("6000 EUR"), Churned: money("9000 EUR"), Expansion: money("14000 EUR"), Customers: 390}))
	add(kpi.ShareOfWallet(now, money("450000 EUR"), money("1500000 EUR"), 210))(kpi.ShareOfWallet(before, money("430000 EUR"), money("1480000 EUR"), 205))
	add(kpi.LostCalls(now, lost, offered))(kpi.LostCalls(before, 1530, 51000))
	add(kpi.ServiceLevel(now, inTime, counted))(kpi.ServiceLevel(before, 43100, 51000))
	add(kpi.UnitServiceCost(now, money("50000 EUR"), 2500))(kpi.UnitServiceCost(before, money("51700 EUR"), 2350))
	add(kpi.Adoption(now, 96, 100))(kpi.Adoption(before, 0, 0))
	return list, failed
}

// figuresOf sets the figures of a year beside those of the year before.
func figuresOf(year []pair) ([]figure, error) {
	registry := kpi.Standard()
	var list []figure
	for _, p := range year {
		definition, err := registry.Definition(p.now.Code)
		if err != nil {
			return nil, err
		}
		trend, err := registry.Trend(p.before, p.now, 0.95)
		if err != nil {
			return nil, err
		}
		f := figure{KPI: p.now.Code, Formula: definition.Equation(), Verdict: string(trend.Verdict)}
		if interval, known, err := p.now.Interval(0.95); err != nil {
			return nil, err
		} else if known {
			f.expected = expectedOf(interval)
		}
		if v, ok := p.now.Value(); ok {
			f.Value = &v
			f.Num, f.Den = new(p.now.Ratio.Num), new(p.now.Ratio.Den)
		}
		if v, ok := p.before.Value(); ok {
			f.Before = &v
		}
		list = append(list, f)
	}
	return list, nil
}
