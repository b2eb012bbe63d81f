package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
)

// written mirrors the JSON that the contract of the program promises.
type written struct {
	Model                     writtenFit        `json:"model"`
	Spend                     *writtenFit       `json:"spend"`
	Holdout                   *holdout          `json:"holdout"`
	Customers                 []writtenCustomer `json:"customers"`
	CustomersAfterCalibration int               `json:"customers_after_calibration"`
	Selection                 *selection        `json:"selection"`
	Periods                   []any             `json:"periods"`
}

type writtenFit struct {
	Name          string              `json:"name"`
	Params        map[string]float64  `json:"params"`
	StdErrors     map[string]*float64 `json:"std_errors"`
	LogLikelihood float64             `json:"log_likelihood"`
	Customers     int                 `json:"customers"`
	Converged     bool                `json:"converged"`
	Warnings      []string            `json:"warnings"`
}

type writtenCustomer struct {
	ID            string   `json:"id"`
	X             int      `json:"x"`
	TX            float64  `json:"t_x"`
	T             float64  `json:"T"`
	Spend         *float64 `json:"spend"`
	PAlive        float64  `json:"p_alive"`
	Expected      float64  `json:"expected_transactions"`
	ExpectedSpend *float64 `json:"expected_spend"`
	Value         *float64 `json:"value"`
	Tier          string   `json:"tier"`
}

func runJSON(t testing.TB, args ...string) written {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), append(args, "-format", "json"), nil, &stdout, &stderr)
	require.Equal(t, 0, code, "valuereport %s: %s", strings.Join(args, " "), stderr.String())
	require.Empty(t, stderr.String())
	var got written
	decoder := json.NewDecoder(&stdout)
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&got))
	return got
}

// within compares numbers with a relative tolerance. The shop is small and its
// likelihood flat, so the last bits of a processor or one step more of the
// optimiser show in the sixth digit.
func within(tolerance float64) cmp.Option { return cmpopts.EquateApprox(tolerance, 1e-12) }

// The golden file was written by this program and read by eye; what it says of
// single customers is checked against the rows of shop.csv in the tests below.
func TestGoldenReport(t *testing.T) {
	got := runJSON(t, "-transactions", "testdata/shop.csv", "-until", "2026-09-30", "-discount", "0.1")
	golden, err := os.ReadFile("testdata/shop.json")
	require.NoError(t, err)
	var want written
	require.NoError(t, json.Unmarshal(golden, &want))
	if diff := cmp.Diff(want, got, within(1e-5)); diff != "" {
		t.Errorf("report of testdata/shop.csv (-want +got):\n%s", diff)
	}
}

// keysOf lists the keys of a JSON object in the order they are written.
func keysOf(t *testing.T, object json.RawMessage) []string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(object))
	token, err := decoder.Token()
	require.NoError(t, err)
	require.Equal(t, json.Delim('{'), token, "in %s", object)
	var keys []string
	for decoder.More() {
		key, err := decoder.Token()
		require.NoError(t, err)
		keys = append(keys, key.(string))
		var skipped json.RawMessage
		require.NoError(t, decoder.Decode(&skipped))
	}
	return keys
}

func TestContractKeys(t *testing.T) {
	top := []string{"model", "spend", "holdout", "customers", "customers_after_calibration", "selection", "periods"}
	fitKeys := []string{"name", "params", "std_errors", "log_likelihood", "customers", "converged", "warnings"}
	customerKeys := []string{"id", "x", "t_x", "T", "spend", "p_alive", "expected_transactions", "expected_spend", "value", "tier"}
	noAmounts := "customer_id,date\na,2026-01-01\na,2026-02-01\na,2026-03-20\nb,2026-01-10\nb,2026-02-11\nc,2026-02-01\n"
	for name, args := range map[string][]string{"all": {shop, "-until", "2026-09-30"}, "no hold-out": {shop}, "no amounts": {noAmounts}} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := runWith(t, args[0], append(args[1:], "-format", "json")...)
			require.Equal(t, 0, code, stderr)
			require.NotContains(t, stdout, "NaN")
			var report map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(stdout), &report))
			require.Equal(t, top, keysOf(t, json.RawMessage(stdout)))
			require.Equal(t, fitKeys, keysOf(t, report["model"]))
			var model, spend map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(report["model"], &model))
			require.Equal(t, []string{"r", "alpha", "a", "b"}, keysOf(t, model["params"]))
			require.Equal(t, []string{"r", "alpha", "a", "b"}, keysOf(t, model["std_errors"]))
			if name == "no amounts" {
				require.Equal(t, "null", string(report["spend"]))
			} else {
				require.Equal(t, fitKeys, keysOf(t, report["spend"]))
				require.NoError(t, json.Unmarshal(report["spend"], &spend))
				require.Equal(t, []string{"p", "q", "v"}, keysOf(t, spend["params"]))
				require.Equal(t, []string{"p", "q", "v"}, keysOf(t, spend["std_errors"]))
			}
			if name == "all" {
				require.Equal(t, []string{"periods", "actual", "predicted", "by_period", "by_frequency", "mae", "rmse", "bias", "coverage", "by_decile"}, keysOf(t, report["holdout"]))
			} else {
				require.Equal(t, "null", string(report["holdout"]))
			}
			var customers []json.RawMessage
			require.NoError(t, json.Unmarshal(report["customers"], &customers))
			for _, one := range customers {
				require.Equal(t, customerKeys, keysOf(t, one))
			}
		})
	}
}

// TestHandCheckedNumbers compares with what one can count in shop.
func TestHandCheckedNumbers(t *testing.T) {
	_, stdout, stderr := runWith(t, shop, "-until", "2026-09-30", "-format", "json", "-horizon", "8")
	var got written
	require.NoError(t, json.Unmarshal([]byte(stdout), &got), stderr)
	require.Equal(t, 1, got.CustomersAfterCalibration, "0005 came first in November")
	require.Len(t, got.Customers, 4)
	first, fourth := got.Customers[0], got.Customers[3]
	require.Equal(t, "0001", first.ID, "ids are kept as written")
	require.Equal(t, 2, first.X)
	require.InEpsilon(t, 70.0/7, first.TX, 1e-15, "2026-01-05 to 2026-03-16")
	require.InEpsilon(t, 268.0/7, first.T, 1e-15, "2026-01-05 to 2026-09-30")
	require.InEpsilon(t, (12.50+11)/2, *first.Spend, 1e-15, "the first purchase is left out")
	require.Equal(t, 2, fourth.X, "two rows of one date are one purchase date")
	require.InEpsilon(t, 21.0, *fourth.Spend, 1e-15)
	third := got.Customers[2]
	require.Equal(t, 0, third.X, "an amount of zero is a purchase")
	require.Nil(t, third.Spend)
	require.Equal(t, 1.0, third.PAlive)

	require.NotNil(t, got.Holdout)
	require.InEpsilon(t, 6, got.Holdout.Periods, 1e-15, "the log ends 42 days after the calibration")
	require.Equal(t, 1, got.Holdout.Actual, "0004 on 2026-10-10")
	require.Len(t, got.Holdout.ByPeriod, 6)
	require.Equal(t, 1, got.Holdout.ByPeriod[1].Actual, "days 8 to 14 are period 2")
	require.Equal(t, frequencyTotal{X: "2", Customers: 2, Actual: 1, Predicted: got.Holdout.ByFrequency[2].Predicted}, got.Holdout.ByFrequency[2])
	require.InEpsilon(t, got.Holdout.Predicted, sumOf(got.Holdout.ByPeriod, func(p periodTotal) float64 { return p.Predicted }), 1e-12)
	require.InEpsilon(t, got.Holdout.Predicted, sumOf(got.Holdout.ByFrequency, func(f frequencyTotal) float64 { return f.Predicted }), 1e-12)
}

// The hold-out ends with the horizon where the log goes on.
func TestHorizonEndsTheHoldout(t *testing.T) {
	_, stdout, stderr := runWith(t, shop, "-until", "2026-05-31", "-format", "json", "-horizon", "5")
	var got written
	require.NoError(t, json.Unmarshal([]byte(stdout), &got), stderr)
	require.Equal(t, 5.0, got.Holdout.Periods, "the log goes on for 23 weeks")
	require.Equal(t, 1, got.Holdout.Actual, "0002 on 2026-07-01, not 0004 in October")
	require.Len(t, got.Holdout.ByPeriod, 5)
	require.Equal(t, 1, got.Holdout.ByPeriod[4].Actual, "day 31 is in period 5")
	require.InEpsilon(t, sumOf(got.Customers, func(c writtenCustomer) float64 { return c.Expected }), got.Holdout.Predicted, 1e-12)

	// By day and by month the same days count.
	_, stdout, _ = runWith(t, shop, "-until", "2026-05-31", "-format", "json", "-unit", "day", "-horizon", "31")
	require.NoError(t, json.Unmarshal([]byte(stdout), &got))
	require.Equal(t, 1, got.Holdout.Actual, "the last day of the hold-out counts")
	_, stdout, _ = runWith(t, shop, "-until", "2026-05-31", "-format", "json", "-unit", "day", "-horizon", "30")
	require.NoError(t, json.Unmarshal([]byte(stdout), &got))
	require.Equal(t, 0, got.Holdout.Actual, "the day after it does not")
}

func TestIDsAreKeptAsWritten(t *testing.T) {
	var text strings.Builder
	text.WriteString("customer_id,date\n")
	ids := []string{" 4", "00004", "4", `<b>&"x"`, "a,b", "null", "Ünï", "客户"} // in byte order
	for i, id := range ids {
		fmt.Fprintf(&text, "\"%s\",2026-01-%02d\n\"%s\",2026-03-%02d\n", strings.ReplaceAll(id, `"`, `""`), i+1, strings.ReplaceAll(id, `"`, `""`), 2*i+1)
	}
	text.WriteString("zz,2026-02-01\n")
	_, stdout, stderr := runWith(t, text.String(), "-format", "json")
	var got written
	require.NoError(t, json.Unmarshal([]byte(stdout), &got), stderr)
	var written []string
	for _, c := range got.Customers {
		written = append(written, c.ID)
	}
	want := append(slices.Clone(ids), "zz")
	slices.Sort(want)
	require.Equal(t, want, written)
	require.Contains(t, stdout, `"<b>&\"x\""`, "readable in the file, too")
}

func sumOf[T any](list []T, of func(T) float64) float64 {
	sum := 0.0
	for _, one := range list {
		sum += of(one)
	}
	return sum
}

// TestValueFollowsTheFormula computes value from the rest of the line: spend ×
// discounted transactions × margin.
func TestValueFollowsTheFormula(t *testing.T) {
	base := []string{"-transactions", "testdata/shop.csv", "-until", "2026-09-30"}
	plain := runJSON(t, base...)
	discounted := runJSON(t, append(base, "-discount", "0.5")...)
	negative := runJSON(t, append(base, "-discount", "-0.2")...)
	margin := marginOf(t, "testdata/shop.csv", "2026-09-30", plain)
	require.InDelta(t, 0.4, margin, 0.05, "costs of shop.csv are 50 to 70 % of the amounts")
	for i, c := range plain.Customers {
		require.InEpsilon(t, *c.ExpectedSpend*c.Expected*margin, *c.Value, 1e-10, "customer %s without discount", c.ID)
		// Money of a year away counts 1/1.5, money of today 1.
		require.Less(t, *discounted.Customers[i].Value, *c.Value)
		require.Greater(t, *discounted.Customers[i].Value, *c.Value/1.5)
		require.Greater(t, *negative.Customers[i].Value, *c.Value)
	}
	// ∫₀ᴴ e^(−δs) dE[Y(s)] as a sum over weeks, each discounted from its middle;
	// what that leaves out is a small part of a week's discount.
	const weeks = 8
	short := runJSON(t, append(base, "-discount", "0.5", "-horizon", "8")...)
	delta := math.Log(1.5) * 7 / 365.25
	sums, before := make([]float64, len(short.Customers)), make([]float64, len(short.Customers))
	for k := range weeks {
		upTo := runJSON(t, append(base, "-horizon", strconv.Itoa(k+1))...)
		for i, c := range upTo.Customers {
			sums[i] += (c.Expected - before[i]) * math.Exp(-delta*(float64(k)+0.5))
			before[i] = c.Expected
		}
	}
	for i, c := range short.Customers {
		require.InEpsilon(t, *c.ExpectedSpend*sums[i]*margin, *c.Value, 5e-5, "customer %s", c.ID)
		require.Greater(t, math.Abs(1-before[i]/sums[i]), 0.01, "the discount of %s must be far above the tolerance", c.ID)
	}

	without := runJSON(t, append(base, "-amount-col", "cost", "-cost-col", "amount")...)
	require.Less(t, *without.Customers[0].Value, 0.0, "costs above revenue make the value negative")
	for _, c := range without.Customers {
		require.NotEmpty(t, c.Tier)
	}
}

// marginOf adds up the file by hand.
func marginOf(t *testing.T, path, until string, report written) float64 {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	revenue, cost := 0.0, 0.0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		fields := strings.Split(line, ",")
		if fields[1] > until {
			continue
		}
		require.True(t, slices.ContainsFunc(report.Customers, func(c writtenCustomer) bool { return c.ID == fields[0] }))
		var amount, spent float64
		require.NoError(t, json.Unmarshal([]byte(fields[2]), &amount))
		require.NoError(t, json.Unmarshal([]byte(fields[3]), &spent))
		revenue, cost = revenue+amount, cost+spent
	}
	return (revenue - cost) / revenue
}

func TestUnitsAgree(t *testing.T) {
	base := []string{"-transactions", "testdata/shop.csv", "-until", "2026-09-30"}
	weeks := runJSON(t, base...)
	for unit, days := range map[string]float64{"day": 1, "month": 30.4375} {
		got := runJSON(t, append(base, "-unit", unit)...)
		require.InEpsilon(t, weeks.Model.Params["alpha"]*7/days, got.Model.Params["alpha"], 1e-4, "alpha is in units of time")
		for i, c := range got.Customers {
			require.InEpsilon(t, weeks.Customers[i].T*7/days, c.T, 1e-12)
			require.InEpsilon(t, weeks.Customers[i].Expected, c.Expected, 1e-4, "the default horizon is as long in %ss", unit)
		}
	}
}

func TestTiersWithoutAmounts(t *testing.T) {
	got := runJSON(t, "-transactions", "testdata/shop.csv", "-amount-col", "amount")
	require.NotNil(t, got.Spend)
	text, err := os.ReadFile("testdata/shop.csv")
	require.NoError(t, err)
	code, stdout, stderr := runWith(t, strings.Replace(string(text), "amount,cost", "x,y", 1), "-format", "json")
	require.Equal(t, 0, code, stderr)
	var plain written
	require.NoError(t, json.Unmarshal([]byte(stdout), &plain))
	require.Nil(t, plain.Spend)
	best := slices.MaxFunc(plain.Customers, func(a, b writtenCustomer) int {
		if a.Expected < b.Expected {
			return -1
		}
		return 1
	})
	require.Equal(t, "VIP", best.Tier, "without value the tiers go by expected transactions")
	for i, c := range plain.Customers {
		require.Nil(t, c.Spend)
		require.Nil(t, c.ExpectedSpend)
		require.Nil(t, c.Value)
		require.InEpsilon(t, got.Customers[i].Expected, c.Expected, 1e-12)
	}
	for _, format := range []string{"table", "html"} {
		code, stdout, stderr = runWith(t, strings.Replace(string(text), "amount,cost", "x,y", 1), "-format", format)
		require.Equal(t, 0, code, stderr)
		require.NotContains(t, stdout, "NaN")
	}
}

// A report without money says why: the column may only have another name.
func TestMissingAmountsAreExplained(t *testing.T) {
	text := strings.Replace(shop, "amount,cost", "total,expense", 1)
	for _, format := range []string{"table", "html"} {
		code, stdout, stderr := runWith(t, text, "-format", format)
		require.Equal(t, 0, code, stderr)
		require.Contains(t, html.UnescapeString(stdout), `file has no column "amount"`, format)
		_, stdout, _ = runWith(t, shop, "-format", format)
		require.NotContains(t, stdout, "has no column", format)
	}
}

func TestNoRowsAfterTheCalibrationEnd(t *testing.T) {
	for _, until := range []string{"2026-11-11", "2030-01-01"} {
		_, stdout, stderr := runWith(t, shop, "-until", until, "-format", "json")
		require.Contains(t, stdout, `"holdout":null`, "-until %s: %s", until, stderr)
		_, stdout, _ = runWith(t, shop, "-until", until)
		require.Contains(t, stdout, "hold-out  none")
	}
}

func TestFigureThatDoesNotExistIsNull(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		text, err := json.Marshal(figureOf(v))
		require.NoError(t, err)
		require.Equal(t, "null", string(text))
	}
}
