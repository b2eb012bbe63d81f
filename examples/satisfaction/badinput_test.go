package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// survey is a file of answers to two constructs; cells replaces what stands in a row,
// counted as in the file, and column.
func survey(cells map[[2]int]string) string {
	rows := [][]string{{"a1", "a2", "b1", "b2", "w"}}
	for i := range 12 {
		rows = append(rows, []string{fmt.Sprint(1 + i%7), fmt.Sprint(1 + (i+i/3)%8), fmt.Sprint(1 + (i*3+1)%9), fmt.Sprint(1 + (i*2+i%2)%9), "1"})
	}
	for at, text := range cells {
		rows[at[0]-1][at[1]] = text
	}
	var out strings.Builder
	for _, row := range rows {
		out.WriteString(strings.Join(row, ",") + "\n")
	}
	return out.String()
}

const twoBlocks = `{"constructs": [{"name": "A", "indicators": ["a1", "a2"]}, {"name": "B", "indicators": ["b1", "b2"]}],
	"paths": [["A", "B"]], "scale": [1, 10], "target": "B"}`

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func column(at int, text string) map[[2]int]string {
	cells := map[[2]int]string{}
	for row := 2; row <= 13; row++ {
		cells[[2]int{row, at}] = text
	}
	return cells
}

func TestBadData(t *testing.T) {
	good := survey(nil)
	replaced := func(old, with string) string { return strings.Replace(twoBlocks, old, with, 1) }
	for _, c := range []struct {
		name, text, spec string
		args             []string
		want             []string
	}{
		{"word for a number", survey(map[[2]int]string{{5, 2}: "seven"}), "", nil, []string{"standard input: row 5: b1", `"seven"`, "not a number"}},
		{"hexadecimal", survey(map[[2]int]string{{5, 2}: "0x7"}), "", nil, []string{"row 5: b1", `"0x7"`}},
		{"infinity", survey(map[[2]int]string{{5, 2}: "Inf"}), "", nil, []string{"row 5: b1", `"Inf"`}},
		{"beyond the scale", survey(map[[2]int]string{{9, 3}: "11"}), "", nil, []string{"row 9: b2", `"11"`, "scale from 1 to 10"}},
		{"short row", good + "1,2\n", "", nil, []string{"row 14", "2 fields where the header has 5"}},
		{"open quote", good + "\"1,2,3,4,1\n", "", nil, []string{"row 14", "quote"}},
		{"no rows", "a1,a2,b1,b2\n", "", nil, []string{"no rows"}},
		{"empty file", " ", "", nil, []string{"row 1", `no column "a1"`}},
		{"column absent", strings.Replace(good, "b2", "b3", 1), "", nil, []string{"row 1", `no column "b2"`, `found "a1"`}},
		{"column twice", strings.Replace(good, "w", "b2", 1), "", nil, []string{"row 1", `"b2" twice`}},
		{"constant column", survey(column(1, "4")), "", nil, []string{`column "a2"`, "all answers are equal"}},
		{"empty column", survey(column(1, "NA")), "", nil, []string{`column "a2"`, "there is no answer"}},
		{"too few rows", strings.Join(strings.SplitAfter(good, "\n")[:4], ""), "", nil, []string{"3 rows", "4"}},
		{"no weight column", good, "", []string{"-weight-col", "weight"}, []string{"row 1", `no column "weight"`, "-weight-col"}},
		{"weight column of answers", good, "", []string{"-weight-col", "b1"}, []string{`"b1"`, "-weight-col"}},
		{"negative weight", survey(map[[2]int]string{{3, 4}: "-1"}), "", []string{"-weight-col", "w"}, []string{"row 3: w", `"-1"`, "above 0"}},
		{"weight 0", survey(map[[2]int]string{{3, 4}: "0"}), "", []string{"-weight-col", "w"}, []string{"row 3: w", `"0"`}},
		{"no weight", survey(map[[2]int]string{{3, 4}: ""}), "", []string{"-weight-col", "w"}, []string{"row 3: w", "is empty"}},
		{"items that repeat each other", survey(nil), replaced(`"A", "indicators": ["a1", "a2"]`, `"A", "mode": "B", "indicators": ["a1", "a3"]`), nil, []string{`"A"`, "singular"}},
		{"no JSON", good, "{", nil, []string{"spec.json", "JSON"}},
		{"no indicators", good, replaced(`["b1", "b2"]`, `[]`), nil, []string{"spec.json", `"B"`, "no_items"}},
		{"item in two places", good, replaced(`["b1", "b2"]`, `["b1", "a2"]`), nil, []string{"spec.json", "repeated_item", `"a2"`}},
		{"unknown construct", good, replaced(`[["A", "B"]]`, `[["A", "C"]]`), nil, []string{"spec.json", "unknown_construct", `"C"`}},
		{"cycle", good, replaced(`[["A", "B"]]`, `[["A", "B"], ["B", "A"]]`), nil, []string{"spec.json", "cyclic_paths"}},
		{"unknown mode", good, replaced(`"name": "A"`, `"name": "A", "mode": "C"`), nil, []string{"spec.json", "mode"}},
		{"no scale", good, replaced(`"scale": [1, 10], `, ``), nil, []string{"spec.json", "scale"}},
		{"unknown target", good, replaced(`"target": "B"`, `"target": "C"`), nil, []string{"spec.json", `"C"`}},
		{"unknown treatment", good, replaced(`"target": "B"`, `"target": "B", "missing": "guess"`), nil, []string{"spec.json", "missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.spec == "" {
				c.spec = twoBlocks
			}
			if c.name == "items that repeat each other" {
				c.text = doubled(c.text)
			}
			args := append([]string{"-responses", "-", "-model", fileOf(t, "spec.json", c.spec)}, c.args...)
			for _, format := range []string{"table", "json", "html"} {
				out, problems, code := call(t, c.text, append(args, "-format", format)...)
				require.Equal(t, 1, code)
				require.Empty(t, out)
				require.Equal(t, 1, strings.Count(problems, "\n"), problems)
				require.True(t, strings.HasPrefix(problems, "satisfaction: "), problems)
				for _, part := range c.want {
					require.Contains(t, problems, part)
				}
			}
		})
	}
	out, problems, code := call(t, good, "-responses", "-", "-model", fileOf(t, "spec.json", twoBlocks))
	require.Zero(t, code, problems)
	require.Contains(t, out, "A → B")
}

// doubled adds a column a3 that says what a1 says.
func doubled(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		first, _, _ := strings.Cut(line, ",")
		if i == 0 {
			first = "a3"
		}
		lines[i] = line + "," + first
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestPresetsNeedTheirColumns(t *testing.T) {
	_, problems, code := call(t, survey(nil), "-responses", "-", "-model", "acsi")
	require.Equal(t, 1, code)
	require.Contains(t, problems, "standard input: row 1")
	require.Contains(t, problems, "construct Expectation of -model acsi")
}

func TestFilesThatAreNot(t *testing.T) {
	for _, args := range [][]string{
		{"-responses", filepath.Join(t.TempDir(), "none.csv")}, {"-responses", t.TempDir()}, {"-model", filepath.Join(t.TempDir(), "none.json")},
		{"-out", filepath.Join(t.TempDir(), "none", "report.html")},
	} {
		out, problems, code := call(t, "", args...)
		require.Equal(t, 1, code, args)
		require.Empty(t, out)
		require.Regexp(t, "^satisfaction: .*none|directory", problems)
	}
	path := fileOf(t, "survey.csv", invented())
	_, problems, code := call(t, "", "-responses", path, "-out", path)
	require.Equal(t, 2, code)
	require.Contains(t, problems, "overwrite")
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{
		{"-model", "csat"}, {"-scheme", "pca"}, {"-metric", "log"}, {"-missing", "guess"}, {"-index", "sum"}, {"-format", "xml"},
		{"-bootstrap", "1"}, {"-bootstrap", "-5"}, {"-bootstrap", "1e3"}, {"-seed", "-1"}, {"-tol", "0"}, {"-tol", "NaN"}, {"-tol", "2"},
		{"-consistent", "-metric", "raw"}, {"-consistent", "-missing", "pairwise"}, {"more"}, {"-nothing"},
	} {
		out, problems, code := call(t, "", args...)
		require.Equal(t, 2, code, args)
		require.Empty(t, out)
		require.Equal(t, 1, strings.Count(problems, "\n"), problems)
	}
	out, problems, code := call(t, "", "-h")
	require.Zero(t, code)
	require.Empty(t, problems)
	require.Contains(t, out, "-weight-col")
}

func TestOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	printed, _, _ := call(t, "", "-format", "json")
	out, problems, code := call(t, "", "-format", "json", "-out", path)
	require.Zero(t, code, problems)
	require.Empty(t, out)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, printed, string(text))
}
