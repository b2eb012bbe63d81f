package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/examples/program"
)

// summarised mirrors the JSON of a report of a summary.
type summarised struct {
	Model                     writtenFit      `json:"model"`
	Spend                     *writtenFit     `json:"spend"`
	Holdout                   *holdout        `json:"holdout"`
	Customers                 []writtenCell   `json:"customers"`
	CustomersAfterCalibration *int            `json:"customers_after_calibration"`
	Selection                 *selection      `json:"selection"`
	Periods                   []writtenPeriod `json:"periods"`
}

type writtenCell struct {
	X          int     `json:"x"`
	TX         int     `json:"t_x"`
	N          int     `json:"n"`
	Customers  float64 `json:"customers"`
	PAlive     float64 `json:"p_alive"`
	Expected   float64 `json:"expected_transactions"`
	Discounted float64 `json:"discounted_transactions"`
}

type writtenPeriod struct {
	Period     int      `json:"period"`
	Active     *float64 `json:"active"`
	Survival   float64  `json:"survival"`
	Retention  *float64 `json:"retention"`
	Expected   float64  `json:"expected_active"`
	Low        *float64 `json:"expected_active_low"`
	High       *float64 `json:"expected_active_high"`
	Discounted *float64 `json:"discounted_active"`
}

// runSummary runs the program on text as its standard input.
func runSummary(t *testing.T, text string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	code = run(t.Context(), append([]string{"-summary", "-"}, args...), strings.NewReader(text), &out, &problems)
	return code, out.String(), problems.String()
}

func summaryJSON(t *testing.T, text string, args ...string) summarised {
	t.Helper()
	code, stdout, stderr := runSummary(t, text, append(args, "-format", "json")...)
	require.Equal(t, 0, code, stderr)
	require.Empty(t, stderr)
	_, again, _ := runSummary(t, text, append(args, "-format", "json")...)
	require.Equal(t, stdout, again, "the same bytes")
	var got summarised
	decoder := json.NewDecoder(strings.NewReader(stdout))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&got))
	require.Nil(t, got.Spend)
	require.Nil(t, got.Holdout)
	require.Nil(t, got.CustomersAfterCalibration)
	require.Nil(t, got.Selection)
	return got
}

// TestDonations compares with the stored maximum and truths of the 2010 paper's data.
func TestDonations(t *testing.T) {
	log, err := os.ReadFile(referencePath(t, "data/donations.csv"))
	require.NoError(t, err)
	text, err := os.ReadFile(referencePath(t, "reference/clv/donations.json"))
	require.NoError(t, err)
	var want struct {
		MLE struct {
			Params        map[string]float64 `json:"params"`
			LogLikelihood float64            `json:"loglik"`
		} `json:"mle"`
		Table []struct {
			X     int `json:"x"`
			TX    int `json:"t_x"`
			Truth struct {
				PAlive float64            `json:"palive_n_plus_1"`
				CET    map[string]float64 `json:"cet"`
				DERT   float64            `json:"dert"`
			} `json:"truth"`
		} `json:"table"`
	}
	require.NoError(t, json.Unmarshal(text, &want))
	got := summaryJSON(t, string(log), "-model", "bgbb", "-horizon", "5")
	require.Equal(t, "bgbb", got.Model.Name)
	require.Equal(t, 11104, got.Model.Customers)
	require.Nil(t, got.Periods)
	require.InDelta(t, want.MLE.LogLikelihood, got.Model.LogLikelihood, 1e-6)
	require.Len(t, got.Model.Params, len(want.MLE.Params))
	for name, value := range want.MLE.Params {
		require.InEpsilon(t, value, got.Model.Params[name], 1e-6, name)
	}
	long := summaryJSON(t, string(log), "-model", "bgbb", "-horizon", "1000", "-discount", "0.1")
	require.Len(t, got.Customers, len(want.Table))
	for i, c := range got.Customers {
		row := want.Table[i]
		require.Equal(t, []int{row.X, row.TX, 6}, []int{c.X, c.TX, c.N})
		require.InEpsilon(t, row.Truth.PAlive, c.PAlive, 1e-6, "alive at the next opportunity")
		require.InEpsilon(t, row.Truth.CET["5"], c.Expected, 1e-6)
		require.InEpsilon(t, c.Expected, c.Discounted, 1e-12, "without discount")
		require.InEpsilon(t, row.Truth.DERT, long.Customers[i].Discounted, 1e-6, "a thousand years at 10 %% are for ever")
	}
	for _, format := range []string{"table", "html"} {
		code, stdout, stderr := runSummary(t, string(log), "-model", "bgbb", "-format", format)
		require.Equal(t, 0, code, stderr)
		require.Contains(t, stdout, "BG/BB")
		require.Contains(t, stdout, "5 years")
		require.NotContains(t, stdout, "NaN")
	}
}

// cohort writes numbers of customers as the file of a cohort.
func cohort(active ...float64) string {
	var text strings.Builder
	text.WriteString("period,active\n")
	for t, n := range active {
		fmt.Fprintf(&text, "%d,%v\n", t, n)
	}
	return text.String()
}

// TestContracts compares with the stored maxima of the 2007 paper's tables.
func TestContracts(t *testing.T) {
	text, err := os.ReadFile(referencePath(t, "reference/clv/sbg.json"))
	require.NoError(t, err)
	var want struct {
		Segments map[string]struct {
			Survivors []float64 `json:"survivors"`
			MLE       struct {
				Alpha         float64 `json:"alpha"`
				Beta          float64 `json:"beta"`
				LogLikelihood float64 `json:"loglik"`
			} `json:"mle"`
			Survival  []float64 `json:"survival"`
			Retention []float64 `json:"retention"`
		} `json:"segments"`
	}
	require.NoError(t, json.Unmarshal(text, &want))
	for name, segment := range want.Segments {
		seen := segment.Survivors[:8]
		got := summaryJSON(t, cohort(seen...), "-model", "sbg", "-horizon", "5", "-discount", "0.1")
		require.Nil(t, got.Customers)
		require.InDelta(t, segment.MLE.LogLikelihood, got.Model.LogLikelihood, 1e-6, name)
		require.Len(t, got.Model.Params, 2)
		require.InEpsilon(t, segment.MLE.Alpha, got.Model.Params["alpha"], 1e-6)
		require.InEpsilon(t, segment.MLE.Beta, got.Model.Params["beta"], 1e-6)
		require.Len(t, got.Periods, 13)
		for i, p := range got.Periods {
			require.Equal(t, i, p.Period)
			require.InEpsilon(t, segment.Survival[i], p.Survival, 1e-6)
			if i == 0 {
				require.Nil(t, p.Retention)
			} else {
				require.InEpsilon(t, segment.Retention[i-1], *p.Retention, 1e-6)
			}
			if i < len(seen) {
				require.Equal(t, seen[i], *p.Active)
				require.InEpsilon(t, seen[0]*p.Survival, p.Expected, 1e-12)
				require.Nil(t, p.Low)
				require.Nil(t, p.Discounted)
				continue
			}
			require.Nil(t, p.Active)
			require.InEpsilon(t, seen[7]*p.Survival/got.Periods[7].Survival, p.Expected, 1e-12)
			require.True(t, *p.Low < p.Expected && p.Expected < *p.High)
			years := 1.0
			for range i - 7 {
				years *= 1.1
			}
			require.InEpsilon(t, p.Expected/years, *p.Discounted, 1e-12)
		}
		weibull := summaryJSON(t, cohort(seen...), "-model", "bdw")
		require.Equal(t, "bdw", weibull.Model.Name)
		require.Contains(t, weibull.Model.Params, "c")
		require.GreaterOrEqual(t, weibull.Model.LogLikelihood, got.Model.LogLikelihood)
		monthly := summaryJSON(t, cohort(seen...), "-model", "sbg", "-unit", "month", "-discount", "0.1")
		require.Len(t, monthly.Periods, 8+12)
		require.InEpsilon(t, monthly.Periods[19].Expected/1.1, *monthly.Periods[19].Discounted, 1e-12, "twelve months are a year")
		for model, title := range map[string]string{"sbg": "Shifted beta-geometric", "bdw": "Beta-discrete-Weibull"} {
			for _, format := range []string{"table", "html"} {
				code, stdout, stderr := runSummary(t, cohort(seen...), "-model", model, "-format", format)
				require.Equal(t, 0, code, stderr)
				require.Contains(t, stdout, title)
				require.NotContains(t, stdout, "NaN")
			}
		}
	}
	// Nobody ever left: that all stay is certain, and has no interval.
	loyal := summaryJSON(t, cohort(100, 100, 100, 100), "-model", "sbg")
	require.InEpsilon(t, 100, loyal.Periods[8].Expected, 1e-9)
	require.Nil(t, loyal.Periods[8].Low)
	// Nobody is left: nothing is to come.
	got := summaryJSON(t, cohort(100, 40, 10, 0), "-model", "sbg")
	require.Zero(t, got.Periods[8].Expected)
	require.Nil(t, got.Periods[8].Low)
}

func TestBadSummariesAreOneClearLine(t *testing.T) {
	const cells = "x,t_x,n,customers\n0,0,5,40\n1,3,5,7\n"
	tests := []struct {
		name, model, text string
		want              []string
	}{
		{"no column", "bgbb", "x,t,n,customers\n1,1,5,2\n", []string{"row 1", `no column "t_x"`, `found "x", "t"`}},
		{"word", "bgbb", cells + "two,2,5,1\n", []string{"row 4", `x "two"`, "not a whole number"}},
		{"part of a purchase", "bgbb", cells + "1.5,2,5,1\n", []string{"row 4", `x "1.5"`, "not a whole number"}},
		{"negative", "bgbb", cells + "1,-2,5,1\n", []string{"row 4", `t_x "-2"`, "not a whole number"}},
		{"too large", "bgbb", cells + "1,2,99999999999999999999,1\n", []string{"row 4", "n ", "too large"}},
		{"more than the opportunities", "bgbb", cells + "1,6,5,1\n", []string{"row 4", `t_x "6"`, "n = 5"}},
		{"more than fit", "bgbb", cells + "4,3,5,1\n", []string{"row 4", `x "4"`, "t_x = 3"}},
		{"last without any", "bgbb", cells + "0,3,5,1\n", []string{"row 4", `t_x "3"`}},
		{"negative weight", "bgbb", cells + "1,2,5,-1\n", []string{"row 4", `customers "-1"`, "negative"}},
		{"weight NaN", "bgbb", cells + "1,2,5,NaN\n", []string{"row 4", `customers "NaN"`, "not a number"}},
		{"ragged", "bgbb", cells + "1,2,5\n", []string{"row 4", "3 fields where the header has 4"}},
		{"no transaction", "bgbb", "x,t_x,n,customers\n0,0,5,40\n", []string{"no customer has a repeat purchase"}},
		{"header only", "bgbb", "x,t_x,n,customers\n", []string{"header and no rows"}},
		{"empty", "sbg", "", []string{"the file is empty", "one period a row"}},
		{"no active", "sbg", "period,left\n0,5\n", []string{"row 1", `no column "active"`}},
		{"rises", "sbg", cohort(100, 80, 90), []string{"row 4", `active "90"`, "more than the 80"}},
		{"gap", "bdw", "period,active\n0,100\n2,80\n", []string{"row 3", `period "2"`, "want 1"}},
		{"begins with 1", "sbg", "period,active\n1,100\n", []string{"row 2", `period "1"`, "want 0"}},
		{"negative active", "sbg", "period,active\n0,-3\n", []string{"row 2", `active "-3"`, "negative"}},
		{"too short", "sbg", cohort(100, 80), []string{"not seen over enough renewals"}},
		{"too short for three", "bdw", cohort(100, 80, 70), []string{"not seen over enough renewals"}},
		{"nobody", "sbg", cohort(0, 0, 0, 0), []string{"renewals"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, format := range []string{"table", "json", "html"} {
				code, stdout, stderr := runSummary(t, tt.text, "-model", tt.model, "-format", format)
				require.Equal(t, 1, code, stderr)
				require.Empty(t, stdout)
				require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
				require.True(t, strings.HasPrefix(stderr, "valuereport: standard input: "), stderr)
				for _, part := range tt.want {
					require.Contains(t, stderr, part)
				}
			}
		})
	}
}

func FuzzSummary(f *testing.F) {
	for _, seed := range []string{"x,t_x,n,customers\n0,0,5,40\n1,3,5,7\n", "period,active\n0,100\n1,80\n2,70\n", "x,t_x,n,customers\n1,2\n", "period,active\n0,-1\n", "period,active\n\"0\n\",1\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		check := func(err error) bool {
			if err == nil {
				return true
			}
			if line := program.OneLine(err); line == "" || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("message %q for %q", line, text)
			}
			return false
		}
		cells, err := readCells(strings.NewReader(text))
		if check(err) {
			for _, c := range cells {
				if c.Validate() != nil {
					t.Fatalf("cell %+v from %q", c, text)
				}
			}
		}
		if cohort, err := readCohort(strings.NewReader(text)); check(err) && cohort.Validate() != nil {
			t.Fatalf("cohort %v from %q", cohort, text)
		}
	})
}
