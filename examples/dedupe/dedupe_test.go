package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
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

// found is what the program writes as JSON.
type found struct {
	Fields []struct{ Column, Kind string }
	Pairs  []struct {
		Left, Right         string
		Probability, Weight float64
	}
	Clusters [][]string
	Metrics  *struct {
		Pairwise, Clustered struct{ Precision, Recall, F1 *float64 }
		Calibration         struct {
			Stated *float64 `json:"stated_precision"`
			True   *float64 `json:"true_precision"`
		}
	}
}

func callJSON(t *testing.T, stdin string, args ...string) found {
	t.Helper()
	out, problems, code := call(stdin, append(args, "-format", "json")...)
	require.Zero(t, code, problems)
	var f found
	require.NoError(t, json.Unmarshal([]byte(out), &f))
	return f
}

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestInvented(t *testing.T) {
	got, problems, code := call("")
	require.Zero(t, code, problems)
	path := filepath.Join("testdata", "invented.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), got), "%s: run with -update if that is right", path)
	require.Contains(t, problems, `"born": date, by header, day before month`)
	require.NotContains(t, problems, `"person"`)
}

// The three formats say the same.
func TestFormats(t *testing.T) {
	f := callJSON(t, "")
	require.Equal(t, 6, len(f.Fields))
	require.Greater(t, *f.Metrics.Pairwise.F1, 0.9)
	require.Greater(t, *f.Metrics.Clustered.F1, 0.9)

	out, problems, code := call("", "-format", "csv")
	require.Zero(t, code)
	require.Contains(t, problems, fmt.Sprintf("F1 %.4f", *f.Metrics.Pairwise.F1))
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"left_id", "right_id", "probability", "cluster"}, rows[0])
	require.Len(t, rows[1:], len(f.Pairs))
	cluster := make(map[string]int)
	for i, ids := range f.Clusters {
		require.Greater(t, len(ids), 1)
		for _, id := range ids {
			require.Zero(t, cluster[id], "%s is in one cluster", id)
			cluster[id] = i + 1
		}
	}
	for i, p := range f.Pairs {
		require.Less(t, p.Left, p.Right)
		require.GreaterOrEqual(t, p.Probability, 0.5)
		if i > 0 {
			before := f.Pairs[i-1]
			require.True(t, before.Left < p.Left || before.Left == p.Left && before.Right < p.Right, "in the order of the ids")
		}
		row := []string{p.Left, p.Right, strconv.FormatFloat(p.Probability, 'f', 6, 64), ""}
		if cluster[p.Left] == cluster[p.Right] {
			row[3] = strconv.Itoa(cluster[p.Left])
		}
		require.Equal(t, row, rows[i+1])
	}

	sure := callJSON(t, "", "-threshold", "0.999")
	require.Less(t, len(sure.Pairs), len(f.Pairs))
	require.NotNil(t, sure.Metrics)
	require.GreaterOrEqual(t, len(callJSON(t, "", "-threshold", "0").Pairs), len(f.Pairs))
	for _, p := range callJSON(t, "", "-threshold", "1").Pairs {
		require.Equal(t, 1.0, p.Probability)
	}
}

// two returns the invented people as two files: those of odd and of even rows.
func two(t *testing.T) (a, b string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(invented), "\n")
	texts := [2]string{lines[0] + "\n", lines[0] + "\n"}
	for i, line := range lines[1:] {
		texts[i%2] += " " + strings.ReplaceAll(line, ",", " , ") + "\n"
	}
	return fileOf(t, "a.csv", texts[0]), fileOf(t, "b.csv", texts[1])
}

func TestTwoFiles(t *testing.T) {
	a, b := two(t)
	f := callJSON(t, "", "-a", a, "-b", b, "-entity", "person")
	require.Greater(t, *f.Metrics.Pairwise.F1, 0.9)
	require.NotEmpty(t, f.Pairs)
	var labels strings.Builder
	labels.WriteString("right_id, left_id\n")
	person := make(map[string]string)
	left := make(map[string][]string)
	for i, line := range strings.Split(strings.TrimSpace(invented), "\n")[1:] {
		cells := strings.Split(line, ",")
		id, who := cells[0], cells[len(cells)-1]
		person[id] = who
		if i%2 == 0 {
			left[who] = append(left[who], id)
		}
	}
	for i, line := range strings.Split(strings.TrimSpace(invented), "\n")[1:] {
		if id := strings.Split(line, ",")[0]; i%2 == 1 {
			for _, l := range left[person[id]] {
				fmt.Fprintf(&labels, "%s , %s\n", id, l)
			}
		}
	}
	byLabels := callJSON(t, "", "-a", a, "-b", b, "-labels", fileOf(t, "labels.csv", labels.String()), "-spec",
		fileOf(t, "spec.json", `{"id": "id", "fields": [{"column": "name", "kind": "name"}, {"column": "born", "kind": "date"}, {"column": "phone", "kind": "phone"},
			{"column": "email", "kind": "email"}, {"column": "address", "kind": "address"}, {"column": "city", "kind": "name"}]}`))
	require.Equal(t, f, byLabels, "entities and labels say the same, and the spec what was recognised")
}

func TestRowsAreIdsWhereNothingElseIs(t *testing.T) {
	var text strings.Builder
	text.WriteString("name,phone\n")
	for i := range 40 {
		text.WriteString(fmt.Sprintf("Mei Sample%d,212 555 %04d\n", i%20, 7*(i%20)))
	}
	few, _, _ := call(strings.Join(strings.SplitAfter(text.String(), "\n")[:25], ""), "-a", "-")
	require.Contains(t, few, "4 pairs")
	require.NotContains(t, few, "more pairs", "all are shown")
	out, problems, code := call(text.String(), "-a", "-", "-format", "csv")
	require.Zero(t, code, problems)
	require.Contains(t, problems, "the ids are the numbers of the rows")
	require.Contains(t, out, "\n2,22,", "rows 2 and 22 are equal")
}

func TestBadInput(t *testing.T) {
	good := "id,name,city\n1,Mei Li,Northford\n2,Mei Lee,Northford\n3,Jane Sample,Eastmere\n"
	spec := func(text string) []string { return []string{"-spec", fileOf(t, "spec.json", text)} }
	labels := func(text string) []string { return []string{"-labels", fileOf(t, "labels.csv", text)} }
	for _, c := range []struct {
		name, text string
		args       []string
		want       []string
	}{
		{"empty file", "", nil, []string{"standard input", "empty"}},
		{"no rows", "id,name\n", nil, []string{"no rows"}},
		{"short row", good + "4,Mei\n", nil, []string{"row 5", "2 fields where the header has 3"}},
		{"open quote", good + "\"4,Mei,\n", nil, []string{"row 5", "quote"}},
		{"not UTF-8", good + "4,Mei\xff,x\n", nil, []string{"row 5", "name", "not UTF-8"}},
		{"header not UTF-8", "id,n\xff\n1,a\n", nil, []string{"row 1", "column 2", "not UTF-8"}},
		{"column twice", "id,name,name\n1,a,b\n", nil, []string{"row 1", `"name" twice`}},
		{"too long", good + "4," + strings.Repeat("a", 1<<15) + ",x\n", nil, []string{"row 5", "name", "cannot be compared: identity: a value has 32768 bytes"}},
		{"ids twice", good + "2,Mei,x\n", nil, []string{"row 5", `id "2"`, "row 3"}},
		{"ids twice in -id", good, []string{"-id", "city"}, []string{"row 3", `city "Northford"`, "row 2"}},
		{"id missing", good + " ,Mei,x\n", []string{"-id", "id"}, []string{"row 5", "id", "empty"}},
		{"no -id column", good, []string{"-id", "key"}, []string{"row 1", `no column "key"`, "-id", `found "id"`}},
		{"no -entity column", good, []string{"-entity", "who"}, []string{"row 1", `no column "who"`, "-entity"}},
		{"nothing to compare", "id,name\n1,Mei\n2,Mei\n", nil, []string{`no column to compare: "name" is skipped (constant)`}},
		{"other separator", "id;name\n1;Mei\n2;Ann\n", nil, []string{"no column to compare besides the ids", "commas"}},
		{"nothing but nothing", "id,a,b,c,d,e,f\n1,,,,,,\n2,,,,,,\n", nil, []string{`"e" is skipped (empty), 1 more`}},
		{"no JSON", good, spec("{"), []string{"spec.json", "unexpected"}},
		{"unknown key", good, spec(`{"fields":[],"more":1}`), []string{"spec.json", "more"}},
		{"more than one object", good, spec(`{"fields":[{"column":"name","kind":"name"}]} {}`), []string{"spec.json", "more follows"}},
		{"no fields", good, spec(`{"fields":[]}`), []string{"spec.json", "fields is empty"}},
		{"unknown kind", good, spec(`{"fields":[{"column":"name","kind":"surname"}]}`), []string{"spec.json", `"surname"`, "organisation"}},
		{"no kind", good, spec(`{"fields":[{"column":"name"}]}`), []string{"spec.json", `"name"`, "no kind"}},
		{"no column", good, spec(`{"fields":[{"kind":"name"}]}`), []string{"spec.json", "field 1 has no column"}},
		{"spec column twice", good, spec(`{"fields":[{"column":"name","kind":"name"},{"column":"name","kind":"text"}]}`), []string{"spec.json", `"name"`, "twice"}},
		{"missing column", good, spec(`{"fields":[{"column":"town","kind":"name"}]}`), []string{"standard input", `no column "town"`, "spec.json"}},
		{"ids compared", good, spec(`{"id":"id","fields":[{"column":"id","kind":"code"}]}`), []string{"spec.json", `"id"`, "never compared"}},
		{"truth compared", good, append(spec(`{"fields":[{"column":"city","kind":"name"}]}`), "-entity", "city"), []string{"spec.json", `"city"`, "never compared"}},
		{"labels without column", good, labels("left_id,right\n1,2\n"), []string{"labels.csv: row 1", `no column "right_id"`}},
		{"unknown label", good, labels("left_id,right_id\n1,9\n"), []string{"labels.csv: row 2", `right_id "9"`, "standard input"}},
		{"label of itself", good, labels("left_id,right_id\n1,1\n"), []string{"labels.csv: row 2", "same record"}},
		{"broken labels", good, labels("left_id,right_id\n1\n"), []string{"labels.csv: row 2", "1 fields"}},
		{"no second file", good, []string{"-b", filepath.Join(t.TempDir(), "none.csv")}, []string{"none.csv"}},
		{"folder", good, []string{"-b", t.TempDir()}, []string{"directory"}},
		{"no labels file", good, []string{"-labels", filepath.Join(t.TempDir(), "none.csv")}, []string{"none.csv"}},
		{"no spec file", good, []string{"-spec", filepath.Join(t.TempDir(), "none.json")}, []string{"none.json"}},
		{"nothing in common", good, []string{"-b", fileOf(t, "b.csv", "id,street\n1,Mill Street\n")}, []string{`"name" is in one file only, "city" is in one file only, "street" is in one file only`}},
		{"ids in two columns", good, []string{"-b", fileOf(t, "b.csv", "name,id\nMei,1\n")}, []string{"b.csv", `"name"`, "-id names one column", "rename"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, format := range []string{"table", "csv", "json"} {
				out, problems, code := call(c.text, append([]string{"-a", "-", "-format", format}, c.args...)...)
				require.Equal(t, 1, code, problems)
				require.Empty(t, out)
				require.Equal(t, 1, strings.Count(problems, "\n"), problems)
				require.True(t, strings.HasPrefix(problems, "dedupe: "), problems)
				for _, part := range c.want {
					require.Contains(t, problems, part)
				}
			}
		})
	}
	out, problems, code := call("\ufeff"+good, "-a", "-")
	require.Zero(t, code, problems)
	require.Contains(t, out, "3 records")
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{
		{"-threshold", "1.1"}, {"-threshold", "-0.1"}, {"-threshold", "NaN"}, {"-threshold", "half"}, {"-format", "xml"}, {"-b", "b.csv"}, {"-a", ""}, {"-id", ""},
		{"-a", "-", "-b", "-"}, {"-a", "a.csv", "-entity", "x", "-labels", "y"}, {"-a", "a.csv", "-entity", "x", "-id", "x"}, {"more"}, {"-nothing"},
	} {
		out, problems, code := call("", args...)
		require.Equal(t, 2, code, args)
		require.Empty(t, out)
		require.Equal(t, 1, strings.Count(problems, "\n"), problems)
	}
	out, problems, code := call("", "-h")
	require.Zero(t, code)
	require.Empty(t, problems)
	require.Contains(t, out, "-threshold")
}

// A single record, and records of which nothing is known, pair with nobody.
func TestNobody(t *testing.T) {
	for _, text := range []string{"id,name,city\n1,Mei Li,Northford\n", "id,name,city\n1,Mei,\n2,,Northford\n3,,\n"} {
		f := callJSON(t, text, "-a", "-", "-spec", fileOf(t, "spec.json", `{"fields":[{"column":"name","kind":"name"},{"column":"city","kind":"name"}]}`))
		require.Empty(t, f.Pairs)
		require.NotNil(t, f.Pairs, "an empty list, not null")
		require.Empty(t, f.Clusters)
		require.Nil(t, f.Metrics)
	}
}
