package btyd_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// varyingRow is a row of testdata/varying_truth.json.
type varyingRow struct {
	Unit    float64         `json:"unit"`
	Params  []float64       `json:"params"`
	Buying  []float64       `json:"purchase"`
	Leaving []float64       `json:"life"`
	Periods [][]float64     `json:"periods"`
	First   int             `json:"first"`
	X       int             `json:"x"`
	TX      float64         `json:"t_x"`
	T       float64         `json:"T"`
	Ahead   float64         `json:"t"`
	Sums    []float64       `json:"sums"`
	Delta   float64         `json:"delta"`
	Truth   varyingTruthRow `json:"truth"`
}

type varyingTruthRow struct {
	LogLik     float64  `json:"loglik"`
	LogOdds    *float64 `json:"log_odds"`
	PAlive     float64  `json:"p_alive"`
	Rate       float64  `json:"rate"`
	Dropout    float64  `json:"dropout"`
	PAliveAt   float64  `json:"p_alive_at"`
	Expected   float64  `json:"expected"`
	Discounted float64  `json:"discounted"`
	Pairs      float64  `json:"pairs"`
	None       float64  `json:"none"`
}

// newYear is day 0 of made calendars.
func newYear() time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC) }

// calendarOf has periods of so many days, with values, from newYear on.
func calendarOf(tb testing.TB, names []string, periods [][]float64) *btyd.Calendar {
	tb.Helper()
	c, err := btyd.NewCalendar(names, periodsOf(periods))
	require.NoError(tb, err)
	return c
}

func periodsOf(periods [][]float64) []btyd.Period {
	var list []btyd.Period
	at := newYear()
	for _, p := range periods {
		to := at.AddDate(0, 0, int(p[0]))
		list = append(list, btyd.Period{From: at, To: to, Values: p[1:]})
		at = to
	}
	return list
}

// mustVarying is a model with effects of covariates on purchases and leaving.
func mustVarying(tb testing.TB, unit rapport.Unit, params []float64, names []string, buying, leaving []float64) *btyd.VaryingModel {
	tb.Helper()
	base, err := btyd.NewParetoNBD(unit, params[0], params[1], params[2], params[3])
	require.NoError(tb, err)
	m, err := btyd.NewVarying(base, names, buying, leaving)
	require.NoError(tb, err)
	return m
}

// Every quantity against integrals of 40 digits, over few short periods and over periods
// of up to 55 years whose rates differ by powers of ten.
func TestVaryingAgainstHighPrecision(t *testing.T) {
	var file struct {
		Classes map[string][]varyingRow `json:"classes"`
	}
	readJSON(t, "testdata/varying_truth.json", &file)
	for class, limit := range map[string]float64{"typical": 3e-14, "extreme": 3e-11} {
		rows := file.Classes[class]
		require.GreaterOrEqual(t, len(rows), 30)
		tallies := map[string]*tally{}
		for i, row := range rows {
			add := func(name string, got, want float64, err error) {
				require.NoError(t, err)
				if tallies[name] == nil {
					tallies[name] = &tally{name: class + " " + name}
				}
				tallies[name].add(got, want, fmt.Sprintf("row %d", i))
			}
			unit := rapport.Week
			if row.Unit == 1 {
				unit = rapport.Day
			}
			names := []string{"season", "price"}
			m := mustVarying(t, unit, row.Params, names, row.Buying, row.Leaving)
			s := scoring.Summary{X: row.X, TX: row.TX / row.Unit, T: row.T / row.Unit}
			c, err := m.Customer(calendarOf(t, names, row.Periods), "ada", newYear().AddDate(0, 0, row.First), s)
			require.NoError(t, err)
			ahead := row.Ahead / row.Unit
			want := row.Truth
			effects := row.Buying[0]*row.Sums[0] + row.Buying[1]*row.Sums[1]
			ll := c.LogLikelihood(row.X) + effects
			if size := math.Abs(effects); size > math.Abs(want.LogLik) {
				ll = want.LogLik + (ll-want.LogLik)*math.Abs(want.LogLik)/size
			}
			add("loglik", ll, want.LogLik, nil)
			if want.LogOdds == nil {
				require.True(t, math.IsInf(c.LogOdds(), -1))
			} else {
				// Where both are likely the odds are near 1 and their logarithm near 0.
				add("odds", math.Exp(math.Mod(c.LogOdds()-*want.LogOdds, 700)), 1, nil)
			}
			add("p alive", c.PAlive(), want.PAlive, nil)
			add("rate", c.Rates().Purchase, want.Rate, nil)
			add("dropout", c.Rates().Dropout, want.Dropout, nil)
			got, err := c.PAliveAt(ahead)
			add("p alive at", got, want.PAliveAt, err)
			got, err = c.Expected(ahead)
			add("expected", got, want.Expected, err)
			got, err = c.Discounted(ahead, row.Delta)
			add("discounted", got, want.Discounted, err)
			got, err = c.Pairs(ahead)
			add("pairs", got, want.Pairs, err)
			got, err = c.None(ahead)
			add("none", got, want.None, err)
		}
		for _, y := range tallies {
			y.check(t, limit)
		}
	}
}
