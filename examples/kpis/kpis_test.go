package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// call runs the program on a text as standard input.
func call(stdin string, args ...string) (out, problems string, code int) {
	var o, p bytes.Buffer
	code = run(args, strings.NewReader(stdin), &o, &p)
	return o.String(), p.String(), code
}

// golden compares an output with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), got), "%s: run with -update if that is right", path)
}

// The year without flags: the fault of June is one episode of lost calls, the weeks that
// nobody counted are one alert, and only sums find the loss of October.
func TestInvented(t *testing.T) {
	t.Parallel()
	got, problems, code := call("")
	require.Empty(t, problems)
	require.Zero(t, code)
	golden(t, "invented.txt", got)

	text, problems, code := call("", "-format", "json")
	require.Empty(t, problems)
	require.Zero(t, code)
	var r report
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	raised := map[string]int{}
	for _, a := range r.Alerts {
		if a.Event == "raised" || a.Event == "reopened" {
			raised[a.KPI+"/"+a.Cause]++
		}
	}
	require.Equal(t, map[string]int{"lost_call_rate/limit": 1, "service_level_rate/limit": 1, "service_level_rate/control": 1, "service_level_rate/no_data": 1}, raised)
	require.Nil(t, r.Charts[0].Shewhart.First)
	require.NotNil(t, r.Charts[0].CUSUM.First)
	require.InDelta(t, 424.03, *r.Charts[0].Shewhart.Calm, 0.005, "of counts, not 370.40")
	require.InDelta(t, 500, *r.Charts[0].CUSUM.Calm, 1e-6)
	require.Equal(t, "holt_winters", *r.Forecasts[0].Chosen)
	require.Equal(t, "4800.00 EUR", r.Firm.Shift.Saving.String())
	require.Equal(t, 2.875, *r.Firm.Maturity.Mean) // a sum of eighths is exact
}

func TestSeed(t *testing.T) {
	t.Parallel()
	one, _, code := call("", "-seed", "1")
	require.Zero(t, code)
	golden(t, "invented.txt", one)
	other, _, code := call("", "-seed", "2")
	require.Zero(t, code)
	require.NotEqual(t, one, other)
}

// A file with a known KPI and one of the host's own.
func TestData(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("kpi,date,num,den,note\n")
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 20 {
		lost := 28 + 3*(i%3)
		if i == 17 {
			lost = 90
		}
		fmt.Fprintf(&file, "lost_call_rate,%s,%d,1000,\n", day.AddDate(0, 0, 7*i).Format(time.DateOnly), lost)
		fmt.Fprintf(&file, "stock,%s,%v,1,\n", day.AddDate(0, 0, 7*i).Format(time.DateOnly), 100+2*i+i%2)
	}
	file.WriteString("idle,2026-01-01,0,0,\n")
	got, problems, code := call(file.String(), "-data", "-", "-format", "json")
	require.Empty(t, problems)
	require.Zero(t, code)
	var r report
	require.NoError(t, json.Unmarshal([]byte(got), &r))
	require.Equal(t, "standard input", r.Source)
	require.Nil(t, r.Firm)
	require.Len(t, r.Gauges, 1)
	require.Equal(t, "2026-04-30", *r.Charts[0].Shewhart.First)
	require.Equal(t, "individuals", r.Charts[1].Kind)
	require.Equal(t, "none", r.Charts[2].Kind)
	require.NotNil(t, r.Charts[2].Why)
	require.Equal(t, "holt", *r.Forecasts[1].Chosen)
	require.NotNil(t, r.Forecasts[2].Why)

	path := filepath.Join(t.TempDir(), "figures.csv")
	require.NoError(t, os.WriteFile(path, []byte(file.String()), 0o600))
	table, problems, code := call("", "-data", path, "-season", "3")
	require.Empty(t, problems)
	require.Zero(t, code)
	require.True(t, strings.HasPrefix(table, "figures.csv\n"))
	require.Contains(t, table, "holt_winters")
}

func TestBadFlags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"-format xml", `unknown -format "xml": want table or json`},
		{"-season 4", "-season goes with -data: the invented firm has its own"},
		{"-data x -season 1", "-season is 1: want 2 to 1000 rows, or 0 for none"},
		{"-data x -seed 1", "-seed is for the invented firm, not for -data"},
		{"-data=", "-data is empty"},
		{"more", `unexpected argument "more"`},
		{"-seed x", `invalid value "x" for flag -seed: parse error`},
		{"-else", "flag provided but not defined: -else"},
	} {
		out, problems, code := call("", strings.Fields(c.args)...)
		require.Equal(t, 2, code, c.args)
		require.Empty(t, out)
		require.Equal(t, "kpis: "+c.want+" (kpis -h lists the flags)\n", problems)
	}
	out, problems, code := call("", "-h")
	require.Zero(t, code)
	require.Empty(t, problems)
	require.Contains(t, out, "-season")
}

func TestBadFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, want string }{
		{"", "the file is empty: want a header row and one figure a row"},
		{"date,kpi,num,den\n", "the file has a header and no rows"},
		{"date,kpi,num,den\n2026-13-01,a,1,2\n", `row 2: date "2026-13-01" is not a date such as 2026-03-31`},
		{"date,kpi,num,den\n2026-01-01,,1,2\n", `row 2: kpi "" is empty`},
		{"date,kpi,num,den\n2026-01-01,a,x,2\n", `row 2: num "x" is not a number such as 0.5`},
		{"date,kpi,num,den\n2026-01-01,a,1,NaN\n", `row 2: den "NaN" is not a number such as 0.5`},
		{"date,kpi,num,den\n2026-01-01,a,1,-2\n", `row 2: den "-2" is below 0`},
		{"date,kpi,num,den\n2026-01-01,a,1,0\n", `row 2: num "1" is over 0: a figure without data has 0 and 0`},
		{"date,kpi,num,den\n2026-01-01,lost_call_rate,3,2\n", `row 2: num "3" is not from 0 to den, 2: lost_call_rate is a rate`},
		{"date,kpi,num,den\n2026-01-01,lost_call_rate,-1,2\n", `row 2: num "-1" is not from 0 to den, 2: lost_call_rate is a rate`},
		{"date,kpi,num,den\n2026-01-02,a,1,2\n2026-01-02,a,1,2\n", `row 3: date "2026-01-02" is not after 2026-01-02, the date of "a" before`},
	} {
		out, problems, code := call(c.file, "-data", "-")
		require.Equal(t, 1, code, c.file)
		require.Empty(t, out)
		require.Equal(t, "kpis: standard input: "+c.want+"\n", problems)
	}
	_, problems, code := call("date,kpi,num\n", "-data", "-")
	require.Equal(t, 1, code)
	require.Contains(t, problems, `"den"`)
	_, problems, code = call("", "-data", filepath.Join(t.TempDir(), "none.csv"))
	require.Equal(t, 1, code)
	require.Contains(t, problems, "none.csv")
	_, problems, code = call("", "-data", t.TempDir())
	require.Equal(t, 1, code)
	require.Contains(t, problems, "is a directory, not a CSV file")
}

// A row without data does not move the season of a forecast, and the first period ahead is
// the one after the last row.
func TestSeasonWithGaps(t *testing.T) {
	t.Parallel()
	ahead := func(gaps ...int) []expected {
		var file strings.Builder
		file.WriteString("date,kpi,num,den\n")
		day := time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)
		for i := range 40 {
			figure := fmt.Sprintf("%v,1", []int{10, 20, 40, 20}[i%4])
			if slices.Contains(gaps, i) {
				figure = "0,0"
			}
			fmt.Fprintf(&file, "stock,%s\n", day.AddDate(0, 0, 7*i).Format(time.DateOnly)+","+figure)
		}
		text := strings.Replace(file.String(), "date,kpi", "kpi,date", 1)
		got, problems, code := call(text, "-data", "-", "-season", "4", "-format", "json")
		require.Empty(t, problems)
		require.Zero(t, code)
		var r report
		require.NoError(t, json.Unmarshal([]byte(got), &r))
		return r.Forecasts[0].Ahead
	}
	for _, gaps := range [][]int{nil, {5}, {3, 39}, {36, 37, 38, 39}} {
		for i, e := range ahead(gaps...) {
			require.InDelta(t, []float64{10, 20, 40}[i], *e.Value, 1e-6, "without %v", gaps)
		}
	}
	require.Empty(t, ahead(37), "two rows since the gap are too few")
}

// Charts of so few that no count can be beyond the limits have no run length.
func TestFewCounts(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("date,kpi,num,den\n")
	for i := range 9 {
		fmt.Fprintf(&file, "2026-01-0%d,half,%d,2\n", i+1, i%3)
	}
	got, problems, code := call(file.String(), "-data", "-", "-format", "json")
	require.Empty(t, problems)
	require.Zero(t, code)
	var r report
	require.NoError(t, json.Unmarshal([]byte(got), &r))
	require.Nil(t, r.Charts[0].Shewhart.Calm)
	require.NotNil(t, r.Charts[0].CUSUM.Calm)
	_, problems, code = call(file.String(), "-data", "-")
	require.Empty(t, problems)
	require.Zero(t, code)
}
