package btyd_test

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// readSeason reads week_start,flag of the reference data.
func readSeason(tb testing.TB) *btyd.Calendar {
	tb.Helper()
	path, err := refdata.Path("data/apparel_season.csv")
	if err != nil {
		tb.Skip(err)
	}
	file, err := os.Open(path)
	require.NoError(tb, err)
	defer func() { require.NoError(tb, file.Close()) }()
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(tb, err)
	var periods []btyd.Period
	for _, line := range lines[1:] {
		from, err := time.Parse(time.DateOnly, line[0])
		require.NoError(tb, err)
		flag, err := strconv.ParseFloat(line[1], 64)
		require.NoError(tb, err)
		periods = append(periods, btyd.Period{From: from, To: from.AddDate(0, 0, 7), Values: []float64{flag}})
	}
	calendar, err := btyd.NewCalendar(lines[0][1:], periods)
	require.NoError(tb, err)
	return calendar
}

// readVisits is [readLog] with the visits of a calendar.
func readVisits(tb testing.TB, name, until string, calendar *btyd.Calendar) (*scoring.Summaries, *btyd.Visits) {
	tb.Helper()
	visits, err := btyd.NewVisits(calendar)
	require.NoError(tb, err)
	summaries, _ := readWindow(tb, name, until, scoring.Window{Unit: rapport.Week, ExtraDigits: 2, Visit: visits.Add})
	return summaries, visits
}

// The apparel customers buy twice as much in their high season. No published figure is
// known; the likelihood at the estimates was added up once more outside, day by day by
// Simpson's rule from the files themselves: −5780.594905978.
func TestVaryingApparel(t *testing.T) {
	season := readSeason(t)
	summaries, visits := readVisits(t, "data/apparel.csv", "2006-12-31", season)
	m, err := btyd.FitVarying(t.Context(), summaries, visits, nil)
	require.NoError(t, err)
	t.Logf("%+v %+v", m.Parameters(), m.Report())
	within(t, "log-likelihood", m.Report().LogLikelihood, -5780.594905978, 1e-12)
	require.Less(t, m.Report().MaxGradient, 1e-6)
	require.Equal(t, []string{"high_season"}, m.Covariates())
	values := map[string]btyd.Parameter{}
	for _, p := range m.Parameters() {
		values[p.Name] = p
	}
	require.InDelta(t, .715, values["trans.high_season"].Value, .001)
	require.InDelta(t, .060, values["trans.high_season"].SE, .001)
	plain := mustFit(t, btyd.ParetoNBD, summaries)
	test, err := m.Compare(plain)
	require.NoError(t, err)
	t.Logf("%+v", test)
	require.InDelta(t, 135.006, test.Statistic, .001)
	require.Less(t, test.PValue, 1e-28)
	// Leaving does not show the season: most of the gain is in purchases alone.
	purchases, err := btyd.FitVarying(t.Context(), summaries, visits, &btyd.CovariateOptions{Life: []string{}})
	require.NoError(t, err)
	t.Logf("%+v %+v", purchases.Parameters(), purchases.Report().LogLikelihood)
	require.Greater(t, purchases.Report().LogLikelihood, m.Report().LogLikelihood-1)

	sums := make([]float64, summaries.Len())
	require.NoError(t, m.LogLikelihoodInto(sums, summaries, visits))
	total := 0.0
	for _, v := range sums {
		total += v
	}
	within(t, "sum over customers", total, m.Report().LogLikelihood, 1e-13)

	// On 389 days customers bought in the next 52 weeks.
	next, err := m.ExpectedTotal(t.Context(), summaries, season, 52, .9)
	require.NoError(t, err)
	t.Logf("%+v", next)
	require.InDelta(t, 389, next.Value, 1)

	// In days the same customers have the same effects, and α and β are seven times as large.
	inDays, err := btyd.NewVisits(season)
	require.NoError(t, err)
	daily, _ := readWindow(t, "data/apparel.csv", "2006-12-31", scoring.Window{Unit: rapport.Day, ExtraDigits: 2, Visit: inDays.Add})
	other, err := btyd.FitVarying(t.Context(), daily, inDays, nil)
	require.NoError(t, err)
	repeats := 0
	for _, s := range daily.All() {
		repeats += s.X
	}
	within(t, "log-likelihood in days", other.Report().LogLikelihood, m.Report().LogLikelihood-float64(repeats)*math.Log(7), 1e-12)
	for i, factor := range []float64{1, 7, 1, 7, 1, 1} {
		within(t, "parameter", other.Parameters()[i].Value, factor*m.Parameters()[i].Value, 1e-5)
	}
}

// Visits go on where summaries are continued without the old log.
func TestVisitsOfExtendedSummaries(t *testing.T) {
	season := readSeason(t)
	whole, all := readVisits(t, "data/apparel.csv", "2006-12-31", season)
	visits, err := btyd.NewVisits(season)
	require.NoError(t, err)
	window := scoring.Window{Unit: rapport.Week, ExtraDigits: 2, Visit: visits.Add}
	old, _ := readWindow(t, "data/apparel.csv", "2005-09-30", window)
	window.Until = whole.Until()
	later, err := scoring.Extend(t.Context(), old, func(yield func(scoring.Purchase, error) bool) {
		for p := range readPurchases(t, "data/apparel.csv") {
			if p.At.After(old.Until()) && !yield(p, nil) {
				return
			}
		}
	}, window)
	require.NoError(t, err)
	want, err := btyd.FitVarying(t.Context(), whole, all, nil)
	require.NoError(t, err)
	got, err := btyd.FitVarying(t.Context(), later, visits, nil)
	require.NoError(t, err)
	require.Equal(t, want, got)
}
