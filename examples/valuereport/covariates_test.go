package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/examples/program"
)

// TestCovariatesOnApparel compares with the stored maximum of the reference data.
func TestCovariatesOnApparel(t *testing.T) {
	log, covariates := referencePath(t, "data/apparel.csv"), referencePath(t, "data/apparel_covariates.csv")
	want := storedFits(t, "apparel.json")["pnbd_cov"].MLE
	args := []string{"-transactions", log, "-model", "paretonbd", "-covariates", covariates, "-until", "2006-12-31"}
	got := runJSON(t, args...)
	require.Equal(t, "paretonbd", got.Model.Name)
	require.True(t, got.Model.Converged)
	require.InDelta(t, want.LogLikelihood, got.Model.LogLikelihood, 1e-6)
	require.Len(t, got.Model.Params, len(want.Params))
	for name, value := range want.Params {
		require.InEpsilon(t, value, got.Model.Params[name], 1e-6, name)
		require.NotNil(t, got.Model.StdErrors[name], name)
	}
	require.Len(t, got.Customers, 600)
	require.NotNil(t, got.Holdout)
	require.InEpsilon(t, got.Holdout.Predicted, sumOf(got.Holdout.ByPeriod, func(p periodTotal) float64 { return p.Predicted }), 1e-10)
	for _, c := range got.Customers {
		require.NotEmpty(t, c.Tier)
		require.InEpsilon(t, *c.ExpectedSpend*c.Expected, *c.Value, 1e-9, "without discount")
	}
	plain := runJSON(t, "-transactions", log, "-model", "paretonbd", "-until", "2006-12-31")
	require.Greater(t, got.Model.LogLikelihood, plain.Model.LogLikelihood+20)
	require.NotEqual(t, plain.Customers[0].Expected, got.Customers[0].Expected)

	for _, format := range []string{"table", "html"} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 0, run(t.Context(), append(args, "-format", format), nil, &stdout, &stderr), stderr.String())
		require.Contains(t, stdout.String(), "trans.gender")
		require.NotContains(t, stdout.String(), "NaN")
		if format == "html" {
			require.Contains(t, stdout.String(), "covariates gender, channel act on purchasing and on leaving")
		}
	}
}

// members is a log of twelve customers; their covariates are made up by covariatesOf.
func members() string {
	var text strings.Builder
	text.WriteString("customer_id,date\n")
	for i := range 12 {
		for visit := range 1 + i%5 {
			fmt.Fprintf(&text, "c%02d,2026-%02d-%02d\n", i, 1+2*visit, 1+i)
		}
	}
	return text.String()
}

func covariatesOf(header string, row func(i int) string) string {
	var text strings.Builder
	text.WriteString(header + "\n")
	for i := range 12 {
		fmt.Fprintf(&text, "c%02d,%s\n", i, row(i))
	}
	return text.String()
}

func TestBadCovariatesAreOneClearLine(t *testing.T) {
	good := covariatesOf("customer_id,web", func(i int) string { return fmt.Sprint(i % 2) })
	pair := func(row func(i int) string) string { return covariatesOf("customer_id,web,age", row) }
	tests := []struct {
		name, text string
		want       []string
	}{
		{"missing customer", strings.Replace(good, "c05,1\n", "", 1), []string{`customer "c05"`, "has no row"}},
		{"extra customer", good + "c99,1\n", []string{"row 14", `customer "c99"`, "not among the transactions"}},
		{"customer twice", good + "c03,1\n", []string{"row 14", `customer_id "c03"`, "row 5 already"}},
		{"ragged row", strings.Replace(good, "c05,1\n", "c05,1,2\n", 1), []string{"row 7", "3 fields where the header has 2"}},
		{"short row", strings.Replace(good, "c05,1\n", "c05\n", 1), []string{"row 7", "1 fields where the header has 2"}},
		{"word", strings.Replace(good, "c05,1", "c05,yes", 1), []string{"row 7", `web "yes"`, "not a number"}},
		{"NaN", strings.Replace(good, "c05,1", "c05,NaN", 1), []string{"row 7", `web "NaN"`, "not a number"}},
		{"Inf", strings.Replace(good, "c05,1", "c05,-Inf", 1), []string{"row 7", `web "-Inf"`, "not a number"}},
		{"too large", strings.Replace(good, "c05,1", "c05,1e60", 1), []string{"row 7", `web "1e60"`, "too large"}},
		{"beyond float64", strings.Replace(good, "c05,1", "c05,1e999", 1), []string{"row 7", `web "1e999"`, "too large"}},
		{"empty value", strings.Replace(good, "c05,1", "c05,", 1), []string{"row 7", `web ""`, "is empty"}},
		{"empty id", strings.Replace(good, "c05,1", ",1", 1), []string{"row 7", "customer_id", "is empty"}},
		{"constant column", pair(func(i int) string { return fmt.Sprintf("%d,7", i%2) }), []string{`column "age"`, "same for all"}},
		{"collinear columns", pair(func(i int) string { return fmt.Sprintf("%d,%d", i%2, 3-2*(i%2)) }), []string{`column "age"`, "linear function of the columns before it"}},
		{"no covariate", "customer_id\nc01\n", []string{"row 1", "no column beside"}},
		{"no id column", "id,web\nc01,1\n", []string{"row 1", `no column "customer_id"`, `found "id", "web"`}},
		{"column twice", "customer_id,web,web\nc01,1,2\n", []string{"row 1", `column "web" twice`}},
		{"column without a name", "customer_id,web,\nc01,1,2\n", []string{"row 1", "no name for column 3"}},
		{"header only", "customer_id,web\n", []string{"header and no rows"}},
		{"empty file", "", []string{"empty", "one customer a row"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "extra.csv")
			require.NoError(t, os.WriteFile(path, []byte(tt.text), 0o600))
			code, stdout, stderr := runWith(t, members(), "-model", "paretonbd", "-covariates", path)
			require.Equal(t, 1, code, stderr)
			require.Empty(t, stdout)
			require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			require.True(t, strings.HasPrefix(stderr, "valuereport: extra.csv: "), stderr)
			for _, part := range tt.want {
				require.Contains(t, stderr, part)
			}
		})
	}
}

func TestCovariatesOfLaterCustomers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "extra.csv")
	require.NoError(t, os.WriteFile(path, []byte(covariatesOf("customer_id,web", func(i int) string { return fmt.Sprint(i / 3 % 2) })+"late,1\n"), 0o600))
	log := members() + "late,2026-12-24\n"
	code, _, stderr := runWith(t, log, "-covariates", path, "-until", "2026-11-30", "-format", "json")
	require.Equal(t, 0, code, stderr)
	// The only row of a customer may have been skipped.
	code, _, stderr = runWith(t, members()+"late,someday\n", "-covariates", path, "-skip-bad-rows")
	require.Equal(t, 0, code, stderr)
	code, _, stderr = runWith(t, log, "-covariates", path, "-model", "paretonbd-cor")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "-model paretonbd-cor takes no covariates")
	code, _, stderr = runWith(t, log, "-covariates", path, "-out", path)
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "would overwrite the covariates")
	code, _, stderr = runWith(t, log, "-covariates", filepath.Join(t.TempDir(), "absent.csv"))
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "absent.csv")
}

func FuzzCovariates(f *testing.F) {
	for _, seed := range []string{"customer_id,web\nc01,1\n", "\ufeffcustomer_id,a,b\n1,2,-3e4\n", "customer_id\n", "customer_id,a\n\"x\ny\",1\n", "customer_id,a,a\n", "customer_id,a\nx,NaN\nx,1\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := readCovariates(strings.NewReader(text), "customer_id")
		if err != nil {
			if line := program.OneLine(err); line == "" || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("message %q for %q", line, text)
			}
			return
		}
		if c.values.Len() != len(c.ids) || len(c.ids) == 0 {
			t.Fatalf("%d ids for %d rows in %q", len(c.ids), c.values.Len(), text)
		}
	})
}
