package btyd_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestCalendarRefusesWhatItCannotUse(t *testing.T) {
	day := func(n int) time.Time { return newYear().AddDate(0, 0, n) }
	week := func(from, to int, values ...float64) btyd.Period {
		return btyd.Period{From: day(from), To: day(to), Values: values}
	}
	for name, c := range map[string]struct {
		names   []string
		periods []btyd.Period
		text    string
	}{
		"no names":   {nil, []btyd.Period{week(0, 7)}, "btyd: calendar: want at least one name and one period"},
		"no periods": {[]string{"z"}, nil, "btyd: calendar: want at least one name and one period"},
		"no text":    {[]string{"\xff"}, []btyd.Period{week(0, 7, 1)}, `btyd: calendar: name "\xff": want names in UTF-8, none twice or empty`},
		"twice":      {[]string{"z", "z"}, []btyd.Period{week(0, 7, 1, 1)}, `btyd: calendar: name "z": want names in UTF-8, none twice or empty`},
		"gap": {[]string{"z"}, []btyd.Period{week(0, 7, 1), week(8, 14, 0)},
			"btyd: calendar, 2024-01-08 to before 2024-01-09: no values: want each period to begin where the one before it ends"},
		"overlap":  {[]string{"z"}, []btyd.Period{week(0, 7, 1), week(6, 14, 0)}, "btyd: calendar, 2024-01-07 to before 2024-01-15: begins before the period before it ends"},
		"empty":    {[]string{"z"}, []btyd.Period{week(7, 7, 1)}, "btyd: calendar, 2024-01-08 to before 2024-01-08: want a period of at least a day in the years 1 to 9999"},
		"no dates": {[]string{"z"}, []btyd.Period{{Values: []float64{1}}}, "btyd: calendar: want a period of at least a day in the years 1 to 9999"},
		"short":    {[]string{"z", "y"}, []btyd.Period{week(0, 7, 1)}, "btyd: calendar, 2024-01-01 to before 2024-01-08: 1 values, want 2: [z y]"},
		"NaN":      {[]string{"z"}, []btyd.Period{week(0, 7, math.NaN())}, "btyd: calendar, 2024-01-01 to before 2024-01-08: z is NaN: want a finite number up to 1e50"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := btyd.NewCalendar(c.names, c.periods)
			var wrong *btyd.CalendarError
			require.ErrorAs(t, err, &wrong)
			require.EqualError(t, err, c.text)
		})
	}
	calendar, err := btyd.NewCalendar([]string{"z"}, []btyd.Period{week(0, 7, 1), week(7, 14, 0)})
	require.NoError(t, err)
	require.Equal(t, []string{"z"}, calendar.Names())
	_, err = calendar.With(map[rapport.ID][]btyd.Period{"ada": {week(3, 5, 1), week(4, 6, 1)}})
	require.EqualError(t, err, `btyd: calendar of customer "ada", 2024-01-05 to before 2024-01-07: begins before the period before it ends`)
	var id *rapport.IDError
	_, err = calendar.With(map[rapport.ID][]btyd.Period{"": {week(3, 5, 1)}})
	require.ErrorAs(t, err, &id)
	_, err = new(btyd.Calendar).With(nil)
	require.Error(t, err)
	_, err = btyd.NewVisits(nil)
	require.Error(t, err)
	require.NoError(t, (*btyd.Visits)(nil).Err())
}

// A date counts by its own location's day, as in the summaries of a window there.
func TestCalendarInALocation(t *testing.T) {
	east := time.FixedZone("east", 9*3600)
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, east)
	var periods []btyd.Period
	for w := range 30 {
		from := first.AddDate(0, 0, 7*w)
		periods = append(periods, btyd.Period{From: from, To: from.AddDate(0, 0, 7), Values: []float64{float64(w % 2)}})
	}
	calendar, err := btyd.NewCalendar([]string{"z"}, periods)
	require.NoError(t, err)
	visits, err := btyd.NewVisits(calendar)
	require.NoError(t, err)
	summaries, err := scoring.Summarize(t.Context(), func(yield func(scoring.Purchase, error) bool) {
		for w := range 20 {
			for i := range 3 {
				if !yield(scoring.Purchase{Customer: customerID(i), At: first.AddDate(0, 0, w*(i+2)+i), Amount: 1}, nil) {
					return
				}
			}
		}
	}, scoring.Window{Unit: rapport.Week, Until: first.AddDate(0, 0, 100), Location: east, Visit: visits.Add})
	require.NoError(t, err)
	require.NoError(t, visits.Err())
	m := mustVarying(t, rapport.Week, []float64{1, 10, .8, 12}, []string{"z"}, []float64{.7}, []float64{-.3})
	values := make([]float64, summaries.Len())
	require.NoError(t, m.LogLikelihoodInto(values, summaries, visits))
	for i, v := range values {
		require.NotZero(t, v)
		id, s := summaries.At(i)
		c, err := m.Customer(calendar, id, first.AddDate(0, 0, i), s)
		require.NoError(t, err)
		ones := 0
		for w := 1; w < 20 && w*(i+2)+i <= 100; w++ {
			ones += (w*(i+2) + i) / 7 % 2
		}
		within(t, "likelihood", v, c.LogLikelihood(s.X)+.7*float64(ones), 1e-14)
	}
}

// What does not fit is named: the customer, the days, the covariate.
func TestVaryingRefusesWhatItCannotUse(t *testing.T) {
	names := []string{"season", "price"}
	m := mustVarying(t, rapport.Week, []float64{1, 10, .8, 12}, names, []float64{.7, -.4}, []float64{-.3, .2})
	calendar := calendarOf(t, names, weeks(60))
	summaries, visits := varyingLog(t, m, calendar, 50, 400, 3)
	var outside *btyd.CalendarError
	var wrong *btyd.InputError
	var covariate *btyd.CovariateError
	values := make([]float64, summaries.Len())

	// Beyond the calendar: it ends after 420 days, the history after 400.
	err := m.ExpectedInto(values, summaries, calendar, 3)
	require.EqualError(t, err, `btyd: calendar of customer "c0000000", 2025-02-24 to before 2025-02-25: no values`)
	require.NoError(t, m.ExpectedInto(values, summaries, calendar, 20./7))
	_, err = m.ExpectedTotal(t.Context(), summaries, calendar, 3, .9)
	require.ErrorAs(t, err, &outside)
	_, err = m.ExpectedCohort(t.Context(), summaries, calendar, 61)
	require.ErrorAs(t, err, &outside)
	_, err = m.ExpectedCohort(t.Context(), summaries, calendar, 0)
	require.ErrorAs(t, err, &wrong)
	// A history that begins before it.
	_, err = m.Customer(calendar, "ada", newYear().AddDate(0, 0, -3), scoring.Summary{T: 2})
	require.EqualError(t, err, `btyd: calendar of customer "ada", 2023-12-29 to before 2024-01-12: no values`)
	_, err = m.Customer(calendar, "ada", time.Time{}, scoring.Summary{T: 2})
	require.ErrorAs(t, err, &outside)
	_, err = m.Customer(calendar, "ada", newYear(), scoring.Summary{T: -2})
	require.ErrorAs(t, err, &wrong)
	_, err = m.Customer(nil, "ada", newYear(), scoring.Summary{T: 2})
	require.ErrorAs(t, err, &outside)
	_, err = m.Customer(calendarOf(t, []string{"season"}, weeksOf(60, 1)), "ada", newYear(), scoring.Summary{T: 2})
	require.ErrorAs(t, err, &covariate)
	_, err = m.Customer(calendarOf(t, names, [][]float64{{30, 1e4, 0}}), "ada", newYear(), scoring.Summary{T: 2})
	require.ErrorAs(t, err, &wrong)

	c, err := m.Customer(calendar, "ada", newYear(), scoring.Summary{X: 1, TX: 2, T: 8})
	require.NoError(t, err)
	for _, t1 := range []float64{-1, math.NaN(), inf} {
		_, err = c.Expected(t1)
		require.ErrorAs(t, err, &wrong)
		_, err = c.Discounted(t1, .01)
		require.Error(t, err)
	}
	_, err = c.Discounted(1, math.NaN())
	require.ErrorAs(t, err, &wrong)
	_, err = c.Discounted(10, -80)
	require.ErrorAs(t, err, &wrong)
	_, err = c.None(1e100)
	require.ErrorAs(t, err, &outside)

	require.ErrorAs(t, m.PAliveInto(values[1:], summaries, calendar), &wrong)
	monthly := mustVarying(t, rapport.Month, []float64{1, 10, .8, 12}, names, []float64{.7, -.4}, nil)
	require.ErrorIs(t, monthly.PAliveInto(values, summaries, calendar), btyd.ErrUnitMismatch)
	undated := summariesOf(t, []scoring.Summary{{T: 3}})
	require.ErrorAs(t, m.PAliveInto(values[:1], undated, calendar), &outside)

	// Visits of another log, none, or out of order.
	_, others := varyingLog(t, m, calendar, 50, 390, 5)
	_, err = btyd.FitVarying(t.Context(), summaries, others, nil)
	require.ErrorAs(t, err, &outside)
	require.ErrorContains(t, err, `customer "c0000000"`)
	none, err := btyd.NewVisits(calendar)
	require.NoError(t, err)
	_, err = btyd.FitVarying(t.Context(), summaries, none, nil)
	require.EqualError(t, err, `btyd: calendar of customer "c0000000": no visits: want Visits.Add called while the log was summarized`)
	require.Error(t, m.LogLikelihoodInto(values, summaries, none))
	require.Error(t, m.LogLikelihoodInto(values, summaries, nil))
	none.Add("ada", newYear().AddDate(0, 0, 3))
	none.Add("ada", newYear().AddDate(0, 0, 3))
	require.EqualError(t, none.Err(), `btyd: calendar of customer "ada", 2024-01-04 to before 2024-01-05: want each purchase date once, in ascending order`)
	_, err = btyd.FitVarying(t.Context(), summaries, none, nil)
	require.ErrorIs(t, err, none.Err())
	early, err := btyd.NewVisits(calendar)
	require.NoError(t, err)
	early.Add("ada", newYear().AddDate(-1, 0, 0))
	require.EqualError(t, early.Err(), `btyd: calendar of customer "ada", 2023-01-01 to before 2023-01-02: no values`)
	_, err = btyd.FitVarying(t.Context(), summaries, nil, nil)
	require.ErrorAs(t, err, &outside)
	_, err = btyd.FitVarying(t.Context(), nil, visits, nil)
	require.ErrorAs(t, err, &outside)

	// Covariates whose effect cannot be told.
	for name, values := range map[string][]float64{
		`covariate "season": is the same at all times and for all customers`:         {1, 0},
		`covariate "price": is a linear function of the covariates before it`:        {0, 1},
		`covariate "season": is to have equal effects, but has none on one of the p`: nil,
	} {
		periods := weeks(60)
		options := btyd.CovariateOptions{}
		for i := range periods {
			switch {
			case values == nil:
				options = btyd.CovariateOptions{Equal: []string{"season"}, Life: []string{}}
			case values[0] == 1:
				periods[i][1] = 3
			default:
				periods[i][2] = 2*periods[i][1] - 1
			}
		}
		summaries, visits := varyingLog(t, m, calendarOf(t, names, periods), 50, 400, 3)
		_, err = btyd.FitVarying(t.Context(), summaries, visits, &options)
		require.ErrorAs(t, err, &covariate)
		require.ErrorContains(t, err, name)
	}

	// No model, and parameters that are none.
	var nobody *btyd.VaryingModel
	require.Error(t, nobody.PAliveInto(nil, summaries, calendar))
	require.Nil(t, nobody.Parameters())
	require.Zero(t, new(btyd.VaryingCustomer).PAlive())
	require.Zero(t, new(btyd.VaryingCustomer).Rates())
	_, err = new(btyd.VaryingCustomer).Expected(1)
	require.ErrorAs(t, err, &wrong)
	base, err := btyd.NewParetoNBD(rapport.Week, 1, 2, 3, 4)
	require.NoError(t, err)
	_, err = btyd.NewVarying(mustBGNBD(t, 1, 2, 3, 4), names, []float64{1, 1}, nil)
	require.ErrorAs(t, err, &wrong)
	_, err = btyd.NewVarying(base, names, []float64{1}, nil)
	require.ErrorAs(t, err, &wrong)
	_, err = btyd.NewVarying(base, names, []float64{1, math.NaN()}, nil)
	require.ErrorAs(t, err, &wrong)
	_, err = btyd.NewVarying(base, names, nil, nil)
	require.ErrorAs(t, err, &covariate)
	_, err = btyd.NewVarying(base, []string{""}, []float64{1}, nil)
	require.ErrorAs(t, err, &covariate)
}
