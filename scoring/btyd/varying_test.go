package btyd_test

import (
	"encoding/csv"
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
	return readWindow(tb, name, until, scoring.Window{Unit: rapport.Week, ExtraDigits: 2, Visit: visits.Add}), visits
}

func TestVaryingApparel(t *testing.T) {
	season := readSeason(t)
	summaries, visits := readVisits(t, "data/apparel.csv", "2006-12-31", season)
	began := time.Now()
	m, err := btyd.FitVarying(t.Context(), summaries, visits, nil)
	t.Log(time.Since(began))
	require.NoError(t, err)
	t.Logf("%+v %+v", m.Parameters(), m.Report())
	plain := mustFit(t, btyd.ParetoNBD, summaries)
	test, err := m.Compare(plain)
	require.NoError(t, err)
	t.Logf("%+v", test)
	values := make([]float64, summaries.Len())
	require.NoError(t, m.LogLikelihoodInto(values, summaries, visits))
	total := 0.0
	for _, v := range values {
		total += v
	}
	within(t, "log-likelihood", total, m.Report().LogLikelihood, 1e-13)
}
