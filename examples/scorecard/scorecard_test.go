package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

func TestInvented(t *testing.T) {
	for name, args := range map[string][]string{"invented.txt": nil, "invented.json": {"-format", "json"}} {
		got, problems, code := call("", args...)
		require.Empty(t, problems)
		require.Zero(t, code)
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(string(want), got), "%s: run with -update if that is right", path)
	}
}

// written is what the program writes as JSON.
type written struct {
	Variables []struct {
		Name string
		IV   float64
		Bins []struct {
			Label     string
			N, Events int
			WOE       float64
			Points    int
		}
	}
	Intercept    float64
	Coefficients map[string]float64
	BasePoints   int `json:"base_points"`
	Train        *measured
	Validation   *measured
	Scores       []int
	LeftOut      []struct{ Name string } `json:"left_out"`
	NotUsed      []string                `json:"not_used"`
	NoPoints     []string                `json:"no_points"`
}

type measured struct {
	AUC, KS *float64
	LogLoss float64 `json:"log_loss"`
	N       int
}

// card runs the program and reads its JSON.
func card(t *testing.T, stdin string, args ...string) written {
	t.Helper()
	out, problems, code := call(stdin, append(args, "-format", "json")...)
	require.Empty(t, problems)
	require.Zero(t, code)
	for _, key := range []string{"variables", "intercept", "coefficients", "base_points", "train", "validation", "scores"} {
		require.Contains(t, out, "\n  \""+key+"\": ")
	}
	var w written
	require.NoError(t, json.Unmarshal([]byte(out), &w))
	return w
}

// file writes a file of bins.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bins.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// hires is a small file: missing values as nothing and as NA, a byte order mark, blanks.
const hires = "\ufeffyear, days ,job,late\n" +
	"1,1,a,0\n1,2,b,0\n1,9,a,1\n1,,b,1\n1,8,b,0\n1,3,a,0\n1,NA,a,0\n1,7,b,1\n1,2,a,1\n" +
	"2,9,a,1\n2,1,b,0\n2,4,,1\n"

func TestSmallFile(t *testing.T) {
	bins := file(t, "\ufeff"+`{"job":{"groups":[["b"],["a"]]},"days":{"breaks":[3]}}`)
	got := card(t, hires, "-data", "-", "-target", "late", "-bins", bins, "-train-col", "year", "-train-max", "1", "-scores")
	require.Len(t, got.Variables, 2)
	require.Equal(t, "job", got.Variables[0].Name) // in the order of the file of bins
	require.Equal(t, []string{"job: 1 rows"}, got.NoPoints)
	days := got.Variables[1].Bins
	require.Equal(t, "[-Inf,3)", days[0].Label)
	require.Equal(t, "missing", days[2].Label)
	require.Equal(t, [2]int{4, 2}, [2]int{days[1].N, days[1].Events})
	require.Equal(t, 9, got.Train.N)
	require.Equal(t, 3, got.Validation.N)
	require.Len(t, got.Scores, 12)
	require.Equal(t, got.BasePoints+days[1].Points, got.Scores[11]) // the job is missing, as none was before
	require.Equal(t, got.BasePoints+got.Variables[0].Bins[1].Points+days[0].Points, got.Scores[0])

	// Without -scores and -train-col both are null.
	got = card(t, hires, "-data", "-", "-target", "late", "-bins", bins)
	require.Nil(t, got.Scores)
	require.Nil(t, got.Validation)
	// The event the other way round.
	other := card(t, hires, "-data", "-", "-target", "late", "-event", "0", "-bins", bins)
	require.InDelta(t, -got.Variables[0].Bins[0].WOE, other.Variables[0].Bins[0].WOE, 1e-12)
	require.InDelta(t, -got.Intercept, other.Intercept, 1e-9)

	// One outcome alone to validate with: no AUC, and no NaN.
	same := strings.ReplaceAll(hires, "2,1,b,0", "2,1,b,1")
	args := []string{"-data", "-", "-target", "late", "-bins", bins, "-train-col", "year", "-train-max", "1"}
	got = card(t, same, args...)
	require.Nil(t, got.Validation.AUC)
	require.Nil(t, got.Validation.KS)
	require.Positive(t, got.Validation.LogLoss)
	out, problems, code := call(same, append(args, "-scores")...)
	require.Zero(t, code, problems)
	require.Contains(t, out, "Values of no bin, without points: job: 1 rows.")
	require.Contains(t, out, "–")
	require.NotContains(t, out, "NaN")
}

// Rows up to a date make the card, in whatever order they come.
func TestTrainByDate(t *testing.T) {
	for _, c := range []struct{ bound, before, after string }{
		{"2024-06", "2024-06", "2024-07"},
		{"2024-06-30", "2024-06-30", "2024-07-01"},
		{"2024-06-30T12:00:00Z", "2024-06-30T13:59:59+02:00", "2024-06-30T11:00:00-02:00"},
	} {
		var text strings.Builder
		text.WriteString("day,job,late\n")
		for _, row := range []string{"+,b,1", "-,a,0", "-,a,1", "-,b,1", "+,a,0", "-,b,1", "-,b,0"} {
			text.WriteString(strings.NewReplacer("+", c.after, "-", c.before).Replace(row[:1]) + row[1:] + "\n")
		}
		got := card(t, text.String(), "-data", "-", "-target", "late", "-train-col", "day", "-train-max", c.bound, "-scores")
		require.Equal(t, 5, got.Train.N, c.bound)
		require.Equal(t, 2, got.Validation.N)
		require.Len(t, got.Variables, 1)
		require.Len(t, got.Scores, 7)
	}
}

// NA stands for nothing, but where a group names it, as of regions, it is a label. Blanks
// round labels are no part of them, in the table or in the groups.
func TestLabelNA(t *testing.T) {
	const text = "region,late\nEU,0\nNA,1\n NA ,1\nEU,1\nNA,0\n,0\nEU,0\n"
	args := []string{"-data", "-", "-target", "late", "-bins"}
	named := card(t, text, append(args, file(t, `{"region":{"groups":[[" EU"],["NA "]]}}`))...).Variables[0].Bins
	require.Len(t, named, 3)
	require.Equal(t, "NA", named[1].Label)
	require.Equal(t, [2]int{3, 2}, [2]int{named[1].N, named[1].Events})
	require.Equal(t, 1, named[2].N) // missing
	other := card(t, text, append(args, file(t, `{"region":{"groups":[["EU"],["none"]]}}`))...).Variables[0].Bins
	require.Equal(t, "missing", other[2].Label)
	require.Equal(t, 4, other[2].N)
}

// A terminal is not told what to do by a label, nor is a table torn by one.
func TestControlCharacters(t *testing.T) {
	text := "\"a\nb\",late\n\"p\nq\",0\n\x1b[31m,1\n\"p\nq\",1\n\x1b[31m,0\n\x1b[31m,1\n"
	out, problems, code := call(text, "-data", "-", "-target", "late", "-bins", file(t, `{"a\nb":{"groups":[["p\nq"],["\u001b[31m"]]}}`))
	require.Zero(t, code, problems)
	require.NotContains(t, out, "\x1b")
	require.Contains(t, out, "p\ufffdq    2")
}

func TestFlagsRefused(t *testing.T) {
	for _, c := range []struct{ args, message string }{
		{"-nope", "flag provided but not defined"},
		{"extra", `unexpected argument "extra"`},
		{"-format xml", `unknown -format "xml"`},
		{"-data=", "-data is empty"},
		{"-target late", "-target without -data"},
		{"-data -", "-target is required"},
		{"-data - -target late -train-col year", "-train-col and -train-max go together"},
		{"-data - -target late -train-max 1", "-train-col and -train-max go together"},
		{"-data - -target late -train-col late -train-max 1", "-train-col is the target"},
		{"-data - -target late -train-col year -train-max NaN", `-train-max is "NaN": want a number, or a date`},
		{"-data - -target late -train-col year -train-max 2024-13", `-train-max is "2024-13": want a number, or a date`},
		{"-odds 0", "option Odds is 0"},
		{"-pdo -1", "option PDO is -1"},
		{"-points NaN", "option Points is NaN"},
		{"-data - -target job", `-event is required: which value of "job" is it, "a", "b"?`},
	} {
		text := strings.ReplaceAll(hires, "2,4,,1", "2,4,b,1")
		out, problems, code := call(text, strings.Fields(c.args)...)
		require.Equal(t, 2, code, c.args)
		require.Empty(t, out)
		require.Contains(t, problems, c.message)
		require.Equal(t, 1, strings.Count(problems, "\n"), problems)
	}
	out, problems, code := call("", "-h")
	require.Zero(t, code)
	require.Empty(t, problems)
	require.Contains(t, out, "-train-max")
}

func TestFilesRefused(t *testing.T) {
	const good = "days,job,late\n1,a,0\n2,b,1\n3,a,1\n4,b,0\n"
	for name, c := range map[string]struct{ text, bins, args, message string }{
		"empty":             {"", "", "", "the file is empty"},
		"no rows":           {"days,late\n", "", "", "a header and no rows"},
		"no target":         {"days,job\n1,a\n", "", "", `no column "late" (-target names it); found "days", "job"`},
		"short row":         {good + "5,a\n", "", "", "row 6: 2 fields where the header has 3"},
		"semicolons":        {"days;late\n1;0\n", "", "", "separated by semicolons, want commas"},
		"UTF-16":            {"\xff\xfed\x00", "", "", "UTF-16"},
		"twice":             {"days,days,late\n1,1,0\n", "", "", `the column "days" twice`},
		"no name":           {"days,,late\n1,1,0\n", "", "", "column 2 has no name"},
		"three values":      {good + "5,a,2\n", "", "", `"late" has more than two values: "0", "1", "2"`},
		"absent event":      {good, "", "-event yes", `"late" is never "yes" (-event), only "0", "1"`},
		"one outcome":       {"days,late\n1,0\n2,0\n", "", "", `always "0"`},
		"missing outcome":   {good + "5,a,\n", "", "", `row 6: late "" is missing`},
		"NaN":               {good + "NaN,a,1\n", "", "", `row 6: days "NaN" is not a number`},
		"Inf":               {good + "-inf,a,1\n", "", "", `row 6: days "-inf" is not a number`},
		"separated":         {"days,late\n1,0\n2,0\n8,1\n9,1\n", `{"days":{"breaks":[5]}}`, "", `"days": some bins tell the outcome without a miss`},
		"nothing to learn":  {"days,late\n1,0\n1,1\n1,0\n1,1\n", "", "", "no column says anything"},
		"no columns":        {"late\n0\n1\n", "", "", "no columns to score by"},
		"unknown column":    {good, `{"age":{"breaks":[5]}}`, "", `no column "age" (-bins names it)`},
		"the target":        {good, `{"late":{"breaks":[5]}}`, "", `-bins names the column "late"`},
		"breaks of labels":  {good, `{"job":{"breaks":[5]}}`, "", `row 2: job "a" is not a number`},
		"in no group":       {good, `{"job":{"groups":[["a"]]}}`, "", `row 3: job "b" is in no group`},
		"both":              {good, `{"job":{"groups":[["a"]],"breaks":[1]}}`, "", "either breaks or groups"},
		"neither":           {good, `{"job":{}}`, "", "either breaks or groups"},
		"no groups":         {good, `{"job":{"groups":[]}}`, "", "groups is empty"},
		"null break":        {good, `{"days":{"breaks":[null,2]}}`, "", `column "days": break 0 is null`},
		"null label":        {good, `{"job":{"groups":[["a",null],["b"]]}}`, "", "empty label"},
		"field twice":       {good, `{"days":{"breaks":[1],"breaks":[2]}}`, "", `field "breaks" is one too many`},
		"field in capitals": {good, `{"days":{"Breaks":[1]}}`, "", `unknown field "Breaks"`},
		"too large":         {good + "1e200,a,1\n", "", "", `row 6: days "1e200" is too large`},
		"days for months":   {"day,job,late\n2024-06-30,a,0\n2024-07-01,b,1\n", "", "-train-col day -train-max 2024-06", `row 2: day "2024-06-30" is not a date in the form of 2024-06`},
		"date missing":      {"day,job,late\n2024-06-30,a,0\nNA,b,1\n", "", "-train-col day -train-max 2024-06-30", `row 3: day "NA" is missing`},
		"column twice":      {good, `{"days":{"breaks":[1]},"days":{"breaks":[2]}}`, "", `"days" is there twice`},
		"descending":        {good, `{"days":{"breaks":[2,1]}}`, "", "not above the one before"},
		"label twice":       {good, `{"job":{"groups":[["a","b"],["a"]]}}`, "", `label "a" is in group 0 and in group 1`},
		"odd field":         {good, `{"days":{"cuts":[1]}}`, "", `unknown field "cuts"`},
		"no object":         {good, `[1]`, "", "want an object of columns"},
		"no JSON":           {good, `{"days"`, "", "is no file of bins"},
		"more":              {good, `{"days":{"breaks":[1]}} 2`, "", "more follows"},
		"nothing":           {good, `{}`, "", "names no columns"},
		"all alike":         {good, `{"days":{"breaks":[100]}}`, "", `"days": the same value in all rows`},
		"train-col absent":  {good, "", "-train-col year -train-max 1", `no column "year" (-train-col names it)`},
		"train-col words":   {good, "", "-train-col job -train-max 1", `row 2: job "a" is not a number`},
		"no training":       {good, "", "-train-col days -train-max 0", "no training rows"},
		"no validation":     {good, "", "-train-col days -train-max 99", "no validation rows"},
		"one in training":   {good, "", "-train-col days -train-max 1", "all training rows have the same outcome"},
		"train-col empty":   {good + ",a,1\n", "", "-train-col days -train-max 3", `row 6: days "" is missing`},
	} {
		args := append([]string{"-data", "-", "-target", "late"}, strings.Fields(c.args)...)
		if c.bins != "" {
			args = append(args, "-bins", file(t, c.bins))
		}
		out, problems, code := call(c.text, args...)
		require.Equal(t, 1, code, "%s: %s", name, problems)
		require.Empty(t, out, name)
		require.Contains(t, problems, c.message, name)
		require.Equal(t, 1, strings.Count(problems, "\n"), name)
	}
	for _, path := range []string{"absent.csv", t.TempDir()} {
		_, problems, code := call("", "-data", path, "-target", "late")
		require.Equal(t, 1, code)
		require.NotEmpty(t, problems)
	}
	_, problems, code := call(good, "-data", "-", "-target", "late", "-bins", "absent.json")
	require.Equal(t, 1, code)
	require.Contains(t, problems, "absent.json")
}
