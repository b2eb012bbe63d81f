package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/examples/files"
)

// shop is a small log: five customers, the last of them after September.
const shop = `customer_id,date,amount,cost,note
0001,2026-01-05,10.00,6,first
0001,2026-02-09,12.50,7,
0001,2026-03-16,11,6.5,
0002,2026-01-20,40,20,"quoted, with comma"
0002,2026-07-01,60,30,
0003,2026-02-02,0,0,free sample
0004,2026-03-03,15,9,
0004,2026-03-03,5,3,same day
0004,2026-04-01,20,12,
0004,2026-05-06,22,13,
0004,2026-10-10,25,14,held out
0005,2026-11-11,30,15,new
`

// runWith runs the program on text as its standard input.
func runWith(t *testing.T, text string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	code = run(t.Context(), append([]string{"-transactions", "-"}, args...), strings.NewReader(text), &out, &problems)
	return code, out.String(), problems.String()
}

func TestBadDataIsOneClearLine(t *testing.T) {
	const header = "customer_id,date,amount,cost\n"
	const good = "a,2026-01-01,10,5\na,2026-02-01,10,5\n"
	tests := []struct {
		name string
		text string
		args []string
		want []string // parts of the message
	}{
		{"unreadable date", header + good + "b,2026-13-01,10,5\n", nil, []string{"row 4", `date "2026-13-01"`, "not a date"}},
		{"day that the month does not have", header + "b,2026-02-30,10,5\n", nil, []string{"row 2", "date"}},
		{"date in another order", header + "b,01/02/2026,10,5\n", nil, []string{"row 2", `"01/02/2026"`}},
		{"date with a tail", header + "b,2026-02-01x,10,5\n", nil, []string{"row 2", "date"}},
		{"year 0", header + "b,0000-01-01,10,5\n", nil, []string{"row 2", "date"}},
		{"empty date", header + "b,,10,5\n", nil, []string{"row 2", `date ""`}},
		{"malformed amount", header + "b,2026-01-01,\"12,50\",5\n", nil, []string{"row 2", `amount "12,50"`, "not a number"}},
		{"amount with a currency sign", header + "b,2026-01-01,$3,5\n", nil, []string{"row 2", `amount "$3"`}},
		{"amount NaN", header + "b,2026-01-01,NaN,5\n", nil, []string{"row 2", `amount "NaN"`}},
		{"empty amount", header + "b,2026-01-01,,5\n", nil, []string{"row 2", `amount ""`, "empty"}},
		{"amount too large", header + "b,2026-01-01,1e300,5\n", nil, []string{"row 2", "amount", "too large"}},
		{"negative amount", header + good + "b,2026-01-01,-10,5\n", nil, []string{"row 4", `amount "-10"`, "negative"}},
		{"negative cost", header + "b,2026-01-01,10,-5\n", nil, []string{"row 2", `cost "-5"`, "negative"}},
		{"empty id", header + ",2026-01-01,10,5\n", nil, []string{"row 2", "customer_id", "empty"}},
		{"id with a control character", header + "a\x07b,2026-01-01,10,5\n", nil, []string{"row 2", "customer_id", "control character"}},
		{"id that is not UTF-8", header + "a\xff,2026-01-01,10,5\n", nil, []string{"row 2", "customer_id", "UTF-8"}},
		{"long id", header + strings.Repeat("x", 129) + ",2026-01-01,10,5\n", nil, []string{"row 2", "customer_id", "longer than 128"}},
		{"mixed currencies", "customer_id,date,amount,Currency\na,2026-01-01,10,EUR\na,2026-02-01,10,eur\nb,2026-01-01,10,USD\n", nil, []string{"row 4", `currency "USD"`, `"EUR"`}},
		{"calibration end before the first row", header + good, []string{"-until", "2025-12-31"}, []string{"2025-12-31", "2026-01-01", "before the first row"}},
		{"no repeat purchase", header + "a,2026-01-01,10,5\nb,2026-01-02,10,5\n", nil, []string{"none of the 2 customers has a repeat purchase", "no model can be fitted"}},
		{"wrong header", "id,day,amount\na,2026-01-01,10\n", nil, []string{"row 1", `"customer_id"`, `found "id", "day", "amount"`}},
		{"header of another case", "Customer_ID,date\na,2026-01-01\n", nil, []string{"row 1", `"customer_id"`, `"Customer_ID"`}},
		{"no date column", "customer_id,amount\na,10\n", nil, []string{"row 1", `"date"`, "-date-col"}},
		{"amount column that was named", header + good, []string{"-amount-col", "price"}, []string{"row 1", `"price"`, "-amount-col"}},
		{"cost column that was named", header + good, []string{"-cost-col", "expense"}, []string{"row 1", `"expense"`}},
		{"column twice", "customer_id,date,date\na,2026-01-01,2026-01-01\n", nil, []string{"row 1", `"date"`, "twice"}},
		{"semicolons", "customer_id;date;amount\na;2026-01-01;10\n", nil, []string{"row 1", "semicolons", "want commas"}},
		{"tabs", "customer_id\tdate\na\t2026-01-01\n", nil, []string{"row 1", "tabs"}},
		{"UTF-16", "\xff\xfec\x00u\x00", nil, []string{"UTF-16"}},
		{"empty file", "", nil, []string{"empty"}},
		{"byte order mark only", "\ufeff", nil, []string{"empty"}},
		{"header only", header, nil, []string{"header and no rows"}},
		{"truncated in a row", header + good + "b,2026-0", nil, []string{"row 4", "2 fields where the header has 4", "truncated"}},
		{"truncated in a date", "customer_id,date\na,2026-01-01\na,2026-0", nil, []string{"row 3", "date"}},
		{"truncated in an amount", "customer_id,date,amount\na,2026-01-01,10\na,2026-02-01,29.", nil, []string{"row 3", `amount "29."`, "not a number"}},
		{"truncated before an amount", "customer_id,date,amount\na,2026-01-01,10\na,2026-02-01,", nil, []string{"row 3", `amount ""`, "empty"}},
		{"first day of year 1", header + "b,0001-01-01,10,5\n", nil, []string{"row 2", `date "0001-01-01"`}},
		{"amounts of a customer too large", header + "a,2026-01-01,9e12,5\na,2026-02-01,9e12,5\n", nil, []string{`amounts of customer "a"`, "more than 9,223,372,036,854"}},
		{"amounts of all too large", header + "a,2026-01-01,9e12,5\nb,2026-02-01,9e12,5\n", nil, []string{"amounts of all customers", "more than 9,223,372,036,854"}},
		{"costs of all too large", header + "a,2026-01-01,1,9e12\nb,2026-02-01,1,9e12\n", nil, []string{"costs of all customers", "more than 9,223,372,036,854"}},
		{"amount column of another case", "customer_id,date,Amount\na,2026-01-01,10\n", nil, []string{"row 1", `"amount"`, `"Amount"`, "-amount-col"}},
		{"cost column of another case", "customer_id,date,amount,COST\na,2026-01-01,10,1\n", nil, []string{"row 1", `"cost"`, `"COST"`, "-cost-col"}},
		{"truncated in a quote", header + good + "\"b,2026-01-01,10,5\nc,2026-01-01,10,5\n", nil, []string{"row 4", "quoted field is not closed"}},
		{"too many fields", header + "a,2026-01-01,12,50,5\n", nil, []string{"row 2", "5 fields where the header has 4"}},
		{"quote in a field", header + "a\"b,2026-01-01,10,5\n", nil, []string{"row 2", "quote"}},
		{"binary junk", "\x7fELF\x02\x01\x00\x00\n\x00\xff\xfe", nil, []string{"row 1", "customer_id"}},
		{"all rows skipped", header + "a,x,10,5\nb,y,10,5\n", []string{"-skip-bad-rows"}, []string{"no row is left", "2"}},
		{"unclosed quote cannot be skipped", header + good + "\"b,2026-01-01,10,5\nc,2026-01-01,10,5\n", []string{"-skip-bad-rows"}, []string{"row 4", "quoted field is not closed"}},
		{"stray quotes swallow rows", header + good + "b,\"2026-01-01,10,5\nc,2026-01-02,10,5\nd,2026-01-03\",10,5\n", []string{"-skip-bad-rows"}, []string{"row 4", `date "2026-01-01,10,5\nc,`, "over several lines"}},
		{"stray quotes swallow rows and fields", header + good + "b,2026-01-01,\"10,5\nc,2026-01-02,10\",5,1\n", []string{"-skip-bad-rows"}, []string{"row 4", "5 fields where the header has 4", "over several lines"}},
		{"rows after a field with line ends", "customer_id,date,note\na,2026-01-01,\"two\nlines\"\na,no,\n", nil, []string{"row 4", "date"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, format := range []string{"table", "json", "html"} {
				code, stdout, stderr := runWith(t, tt.text, append(tt.args, "-format", format)...)
				require.Equal(t, 1, code, "exit code; standard error: %s", stderr)
				require.Empty(t, stdout, "an error leaves standard output empty")
				lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
				last := lines[len(lines)-1]
				require.True(t, strings.HasSuffix(stderr, "\n"))
				if len(tt.args) == 0 || tt.args[0] != "-skip-bad-rows" {
					require.Len(t, lines, 1, "want one line: %s", stderr)
				}
				require.Truef(t, strings.HasPrefix(last, "valuereport: standard input: "), "got %s", last)
				for _, part := range tt.want {
					require.Contains(t, last, part)
				}
			}
		})
	}
}

func TestUsageErrors(t *testing.T) {
	tests := []struct {
		args []string
		want string
	}{
		{[]string{}, "-transactions FILE is missing"},
		{[]string{"-transactions"}, "needs an argument"},
		{[]string{"-transactions", "x.csv", "-unit", "year"}, `-unit "year"`},
		{[]string{"-transactions", "x.csv", "-until", "30.09.1997"}, `-until "30.09.1997"`},
		{[]string{"-transactions", "x.csv", "-until", "1997-09-31"}, `-until "1997-09-31"`},
		{[]string{"-transactions", "x.csv", "-until", "1997-09-30T00:00:00Z"}, "-until"},
		{[]string{"-transactions", "x.csv", "-until", ""}, `-until ""`},
		{[]string{"-transactions", "x.csv", "-until", "0001-01-01"}, `-until "0001-01-01"`},
		{[]string{"-transactions", "x.csv", "-horizon", "0"}, "-horizon 0"},
		{[]string{"-transactions", "x.csv", "-horizon", "-3"}, "-horizon -3"},
		{[]string{"-transactions", "x.csv", "-horizon", "NaN"}, "-horizon NaN"},
		{[]string{"-transactions", "x.csv", "-horizon", "Inf"}, "-horizon +Inf"},
		{[]string{"-transactions", "x.csv", "-horizon", "soon"}, "horizon"},
		{[]string{"-transactions", "x.csv", "-discount", "-1"}, "-discount -1"},
		{[]string{"-transactions", "x.csv", "-discount", "NaN"}, "-discount NaN"},
		{[]string{"-transactions", "x.csv", "-discount", "+Inf"}, "-discount +Inf"},
		{[]string{"-transactions", "x.csv", "-model", "pnbd"}, `-model "pnbd": want one of: bgnbd`},
		{[]string{"-transactions", "x.csv", "-model", "sbg"}, "contractual models on transaction logs"},
		{[]string{"-transactions", "x.csv", "-model", "bdw"}, "contractual models on transaction logs"},
		{[]string{"-transactions", "x.csv", "-model", "bgbb"}, "-model bgbb reads -summary FILE"},
		{[]string{"-transactions", "x.csv", "-summary", "y.csv", "-model", "bgbb"}, "-model bgbb reads -summary FILE"},
		{[]string{"-model", "bgbb"}, "-summary FILE, which is missing"},
		{[]string{"-summary", "x.csv"}, "-summary goes with -model bgbb, sbg or bdw"},
		{[]string{"-summary", "x.csv", "-model", "paretonbd"}, "-model paretonbd reads -transactions"},
		{[]string{"-summary", "x.csv", "-model", "auto"}, "-model auto reads -transactions"},
		{[]string{"-summary", "x.csv", "-model", "sbg", "-until", "2026-01-01"}, "-until goes with -transactions"},
		{[]string{"-summary", "x.csv", "-model", "sbg", "-skip-bad-rows"}, "-skip-bad-rows goes with -transactions"},
		{[]string{"-summary", "x.csv", "-model", "sbg", "-covariates", "z.csv"}, "-covariates go with -transactions"},
		{[]string{"-summary", "x.csv", "-model", "sbg", "-horizon", "2.5"}, "-horizon 2.5: want a whole number of years"},
		{[]string{"-summary", "x.csv", "-model", "sbg", "-horizon", "1001"}, "-horizon 1001"},
		{[]string{"-summary", "x.csv", "-model", "sbg", "-unit", "quarter"}, `-unit "quarter": want day, week, month or year`},
		{[]string{"-transactions", "x.csv", "-model", "auto", "-covariates", "z.csv"}, "-covariates go with one model"},
		{[]string{"-transactions", "-", "-covariates", "-"}, "cannot both be standard input"},
		{[]string{"-transactions", "x.csv", "-format", "xml"}, `-format "xml"`},
		{[]string{"-transactions", "x.csv", "-id-col", ""}, "-id-col is empty"},
		{[]string{"-transactions", "x.csv", "-id-col", "date"}, `both name the column "date"`},
		{[]string{"-transactions", "x.csv", "-colour"}, "-colour"},
		{[]string{"-transactions", "x.csv", "more.csv"}, `unexpected argument "more.csv"`},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), tt.args, strings.NewReader(shop), &stdout, &stderr)
			require.Equal(t, 2, code, "exit code; standard error: %s", stderr.String())
			require.Empty(t, stdout.String())
			require.Equal(t, 1, strings.Count(stderr.String(), "\n"), "want one line: %s", stderr.String())
			require.Contains(t, stderr.String(), tt.want)
		})
	}
}

func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Equal(t, 0, run(t.Context(), []string{"-h"}, nil, &stdout, &stderr))
	require.Empty(t, stderr.String())
	for _, name := range []string{"transactions", "covariates", "summary", "unit", "until", "horizon", "discount", "model", "format", "out", "id-col", "date-col", "amount-col", "cost-col", "skip-bad-rows"} {
		require.Contains(t, stdout.String(), "  -"+name)
	}
}

func TestFileThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{filepath.Join(folder, "absent.csv"), folder} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 1, run(t.Context(), []string{"-transactions", path}, nil, &stdout, &stderr), "reading %s", path)
		require.Empty(t, stdout.String())
		require.Contains(t, stderr.String(), path)
	}
	var stdout, stderr bytes.Buffer
	broken := io.MultiReader(strings.NewReader(shop), failingReader{errors.New("link lost")})
	require.Equal(t, 1, run(t.Context(), []string{"-transactions", "-"}, broken, &stdout, &stderr))
	require.Empty(t, stdout.String())
	require.Contains(t, stderr.String(), "link lost")
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

func TestSkippedRowsAreListedAndCounted(t *testing.T) {
	text := shop + "0006,someday,1,1,\n0001,2026-04-20,\"12,50\",1,\n,2026-04-20,1,1,\n0001,2026-04-20\n"
	code, stdout, stderr := runWith(t, text, "-skip-bad-rows", "-format", "json")
	require.Equal(t, 0, code, stderr)
	for _, want := range []string{"skipped row 14: date", "skipped row 15: amount", "skipped row 16: customer_id", "skipped row 17: 2 fields", "skipped 4 of 16 rows"} {
		require.Contains(t, stderr, "valuereport: "+want)
	}
	require.Contains(t, stdout, `"bad_rows_skipped:4"`)

	// A row with a quote out of place costs no other row.
	for _, broken := range []string{"a\"b,2026-01-01,1,1,\n", "\"a\"b,2026-01-01,1,1,\n"} {
		header, rows, _ := strings.Cut(shop, "\n")
		code, got, stderr := runWith(t, header+"\n"+broken+rows, "-skip-bad-rows", "-format", "json")
		require.Equal(t, 0, code, stderr)
		require.Contains(t, stderr, "skipped row 2: ")
		require.Contains(t, stderr, "skipped 1 of 13 rows")
		require.Equal(t, strings.Replace(stdout, "skipped:4", "skipped:1", 1), got)
	}

	// A row that is left out does not say what the currency is.
	const mixed = "customer_id,date,amount,currency\nz,someday,1,USD\n"
	const euros = "a,2026-01-01,10,EUR\na,2026-02-01,12,EUR\nb,2026-02-01,7,EUR\nb,2026-02-21,8,EUR\nc,2026-02-21,8,USD\nc,2026-02-22,8,EUR\n"
	code, _, stderr = runWith(t, mixed+euros, "-skip-bad-rows")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, stderr, `skipped row 7: currency "USD" is mixed with "EUR"`)
	require.Contains(t, stderr, "skipped 2 of 7 rows")

	_, clean, stderr := runWith(t, shop, "-skip-bad-rows", "-format", "json")
	require.Empty(t, stderr, "nothing is skipped in a good file")
	require.Equal(t, clean, strings.Replace(stdout, `,"bad_rows_skipped:4"`, "", 1), "a skipped row changes nothing else")

	code, stdout, _ = runWith(t, text, "-skip-bad-rows")
	require.Equal(t, 0, code)
	require.Contains(t, stdout, "4 rows could not be read and were skipped")
}

func TestFormsOfTheSameFile(t *testing.T) {
	_, want, _ := runWith(t, shop, "-format", "json")
	reordered := strings.Split(strings.TrimSuffix(shop, "\n"), "\n")
	for i, j := 1, len(reordered)-1; i < j; i, j = i+1, j-1 {
		reordered[i], reordered[j] = reordered[j], reordered[i]
	}
	forms := map[string]string{
		"byte order mark":      "\ufeff" + shop,
		"CRLF":                 strings.ReplaceAll(shop, "\n", "\r\n"),
		"no last line end":     strings.TrimSuffix(shop, "\n"),
		"blank lines":          strings.ReplaceAll(shop, "\n", "\n\n"),
		"timestamps":           strings.NewReplacer("2026-03-03,", "2026-03-03T23:59:59+09:00,", "2026-04-01,", "2026-04-01 00:00:00,", "2026-05-06,", "2026-05-06 23:30:00 -0800,").Replace(shop),
		"rows in any order":    strings.Join(reordered, "\n"),
		"exponents":            strings.Replace(shop, "-01-20,40,20", "-01-20,4e+01,2E1", 1),
		"a single currency":    strings.Replace(strings.ReplaceAll(shop, "\n", ",EUR\n"), "note,EUR", "note,CURRENCY", 1),
		"spaces around values": strings.ReplaceAll(shop, "2026-01-05,10.00,", " 2026-01-05 , 10.00 ,"),
	}
	for name, text := range forms {
		t.Run(name, func(t *testing.T) {
			code, got, stderr := runWith(t, text, "-format", "json")
			require.Equal(t, 0, code, stderr)
			require.Empty(t, stderr)
			require.Equal(t, want, got)
		})
	}
	_, stdout, _ := runWith(t, forms["a single currency"])
	require.Contains(t, stdout, "value EUR", "the currency is named")
	_, stdout, _ = runWith(t, strings.ReplaceAll(forms["a single currency"], "EUR", "\"E\nU\""))
	require.NotContains(t, stdout, "value E", "what is no currency code is not printed")

	renamed := strings.Replace(shop, "customer_id,date,amount,cost", "who,when,paid,spent", 1)
	_, got, stderr := runWith(t, renamed, "-format", "json", "-id-col", "who", "-date-col", "when", "-amount-col", "paid", "-cost-col", "spent")
	require.Equal(t, want, got, stderr)
}

func TestReportFileIsWholeOrAbsent(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "report.json")
	_, want, _ := runWith(t, shop, "-format", "json")
	code, stdout, stderr := runWith(t, shop, "-format", "json", "-out", path)
	require.Equal(t, 0, code, stderr)
	require.Empty(t, stdout)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(got))

	code, _, _ = runWith(t, shop+"bad\n", "-format", "json", "-out", path)
	require.Equal(t, 1, code)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(kept), "an error leaves the older report alone")

	failure := errors.New("disk full")
	err = files.Write(path, nil, func(w io.Writer) error {
		if _, err := io.WriteString(w, strings.Repeat("half a report ", 1<<14)); err != nil {
			return err
		}
		return failure
	})
	require.ErrorIs(t, err, failure)
	kept, err = os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(kept))
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 1, "a failed write leaves no other file: %v", left)

	for _, out := range []string{folder, filepath.Join(folder, "absent", "report.json")} {
		code, stdout, stderr = runWith(t, shop, "-out", out)
		require.Equal(t, 1, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, out)
	}
}

func TestTransactionsAreNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.csv")
	require.NoError(t, os.WriteFile(path, []byte(shop), 0o600))
	var stdout, stderr bytes.Buffer
	require.Equal(t, 2, run(t.Context(), []string{"-transactions", path, "-out", path}, nil, &stdout, &stderr))
	require.Contains(t, stderr.String(), "overwrite")
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, shop, string(kept))
}

func TestFullOutputIsAnError(t *testing.T) {
	var stderr bytes.Buffer
	require.Equal(t, 1, run(t.Context(), []string{"-transactions", "-"}, strings.NewReader(shop), failingWriter{errors.New("pipe closed")}, &stderr))
	require.Contains(t, stderr.String(), "pipe closed")
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

// A decimal comma makes one field too many: the program names the row and stops.
func Example() {
	const text = "customer_id,date,amount\n0001,2026-01-05,12.50\n0001,2026-02-09,12,50\n"
	code := run(context.Background(), []string{"-transactions", "-"}, strings.NewReader(text), os.Stdout, os.Stdout)
	fmt.Println("exit code", code)
	// Output:
	// valuereport: standard input: row 3: 4 fields where the header has 3
	// exit code 1
}
