package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// call runs the program on a text as standard input.
func call(t *testing.T, stdin string, args ...string) (out, problems string, code int) {
	t.Helper()
	var o, p bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &o, &p)
	return o.String(), p.String(), code
}

func documentOf(t *testing.T, stdin string, args ...string) document {
	t.Helper()
	if stdin != "" {
		args = append(args, "-responses", "-")
	}
	out, problems, code := call(t, stdin, append(args, "-format", "json")...)
	require.Empty(t, problems)
	require.Zero(t, code)
	var d document
	decoder := json.NewDecoder(strings.NewReader(out))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&d))
	return d
}

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

// divisors takes a score of variance 1 with divisor n to one with n−1.
func divisors(n float64) float64 { return math.Sqrt((n - 1) / n) }

func TestInvented(t *testing.T) {
	out, problems, code := call(t, "", "-bootstrap", "400")
	require.Empty(t, problems)
	require.Zero(t, code)
	golden(t, "invented.txt", out)
}

// README shows what [TestInvented] holds the program to.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	_, after, found := strings.Cut(string(readme), "go run ./examples/satisfaction -bootstrap 400\n```\n")
	require.True(t, found)
	_, after, _ = strings.Cut(after, "```text\n")
	shown, _, _ := strings.Cut(after, "```")
	printed, err := os.ReadFile(filepath.Join("testdata", "invented.txt"))
	require.NoError(t, err)
	require.Contains(t, string(printed), shown)
	require.Contains(t, shown, "Satisfaction")
}

// The page holds its pictures, and nothing of it comes from elsewhere.
func TestPage(t *testing.T) {
	for _, args := range [][]string{nil, {"-bootstrap", "50"}, {"-consistent"}, {"-model", "scsb", "-missing", "casewise"}} {
		out, problems, code := call(t, "", append(args, "-format", "html")...)
		require.Empty(t, problems)
		require.Zero(t, code)
		for _, odd := range []string{"NaN", "http:", "https:", "src=", "href="} {
			require.False(t, strings.Contains(out, odd), odd)
		}
		decoder := xml.NewDecoder(strings.NewReader(out))
		decoder.Entity = xml.HTMLEntity
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
		}
	}
	out, _, _ := call(t, "", "-bootstrap", "50", "-format", "html")
	require.Equal(t, 7, strings.Count(out, `<rect class="node`), "a node for each construct")
	require.Equal(t, 12, strings.Count(out, `<path class="way`), "an arrow for each path")
	require.Equal(t, 7, strings.Count(out, `<rect class="track"`), "a gauge for each construct")
	require.Equal(t, 7*3, strings.Count(out, `<line class="whisker"`), "each with its interval")
	require.Equal(t, 4, strings.Count(out, `<circle class="dot`), "a point for each construct that acts on satisfaction")
}

func TestBootstrapIsSeeded(t *testing.T) {
	args := []string{"-bootstrap", "100", "-seed", "7", "-format", "json"}
	one, _, _ := call(t, "", args...)
	again, _, _ := call(t, "", args...)
	require.Equal(t, one, again, "the same seed gives the same bytes")
	other, _, _ := call(t, "", "-bootstrap", "100", "-seed", "8", "-format", "json")
	require.NotEqual(t, one, other)

	got := documentOf(t, "", args[:4]...)
	for construct, index := range got.Index {
		require.NotNil(t, index.SE, construct)
		require.Less(t, *index.Low, index.Score)
		require.Greater(t, *index.High, index.Score)
	}
	for path, interval := range got.PathIntervals {
		require.Less(t, interval["low"], got.Paths[path])
		require.Greater(t, interval["high"], got.Paths[path])
	}
	require.Len(t, got.PathIntervals, len(got.Paths))
	require.Len(t, got.TotalIntervals, len(got.Effects))

	plain := documentOf(t, "")
	require.Nil(t, plain.PathIntervals)
	require.Nil(t, plain.Index["Satisfaction"].Low)
	require.NotNil(t, plain.Index["Satisfaction"].SE)
}

// A respondent with weight 2 counts as two.
func TestWeightsCount(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(invented()), "\n")
	var weighted, repeated strings.Builder
	weighted.WriteString(lines[0] + ",w\n")
	repeated.WriteString(lines[0] + "\n")
	for i, line := range lines[1:] {
		repeated.WriteString(line + "\n")
		w := "1"
		if i%3 == 0 {
			repeated.WriteString(line + "\n")
			w = "2"
		}
		weighted.WriteString(line + "," + w + "\n")
	}
	one, two := documentOf(t, weighted.String(), "-weight-col", "w", "-tol", "1e-13"), documentOf(t, repeated.String(), "-tol", "1e-13")
	c := comparison{t: t, tolerance: 1e-10}
	c.all(two.Paths, one.Paths, "paths")
	c.blocks(two.Loadings, one.Loadings, "loadings")
	for construct, index := range two.Index {
		c.near(index.Score, one.Index[construct].Score, "index", construct)
	}
	require.NotEqual(t, documentOf(t, "").Paths, one.Paths)
}

// The keys come in the agreed order, and what the program adds comes after them.
func TestDocumentKeys(t *testing.T) {
	out, _, _ := call(t, "", "-format", "json")
	decoder := json.NewDecoder(strings.NewReader(out))
	var keys []string
	_, err := decoder.Token()
	require.NoError(t, err)
	for decoder.More() {
		key, err := decoder.Token()
		require.NoError(t, err)
		keys = append(keys, key.(string))
		var value any
		require.NoError(t, decoder.Decode(&value))
	}
	require.Equal(t, []string{
		"weights", "loadings", "paths", "total_effects", "r2", "reliability", "htmt", "f2", "gof", "srmr", "index",
		"iterations", "converged", "warnings", "settings", "index_weights", "importance", "path_intervals", "total_effect_intervals",
	}, keys)
	require.Contains(t, out, `"Image->Expectation": 0.`, "not escaped")

	got := documentOf(t, "", "-model", fileOf(t, "spec.json", `{"constructs": [
		{"name": "Quality", "mode": "B", "indicators": ["PERQ1", "PERQ2"]}, {"name": "Satisfaction", "mode": "unit", "indicators": ["CUSA1", "CUSA2"]}],
		"paths": [["Quality", "Satisfaction"]], "scale": {"PERQ1": [1, 10], "PERQ2": [0, 10], "CUSA1": [1, 10], "CUSA2": [0, 20]}, "missing": "casewise"}`))
	require.Equal(t, "casewise", got.Settings["missing"])
	require.Nil(t, got.Reliability["Quality"]["alpha"], "items of mode B need not correlate")
	require.Nil(t, got.Reliability["Satisfaction"]["rho_a"])
	require.NotNil(t, got.Reliability["Satisfaction"]["ave"])
}

func TestIndexRules(t *testing.T) {
	normalised, unstandardised, equal := documentOf(t, ""), documentOf(t, "", "-index", "unstandardised"), documentOf(t, "", "-index", "equal")
	require.Equal(t, normalised.Index, unstandardised.Index, "a multiple of the weights changes nothing")
	for construct, items := range unstandardised.IndexWeights {
		sum := 0.0
		for _, weight := range items {
			sum += weight
		}
		for item, weight := range items {
			require.InDelta(t, weight/sum, normalised.IndexWeights[construct][item], 1e-12, item)
			require.Equal(t, 1/float64(len(items)), equal.IndexWeights[construct][item], item)
		}
	}
	require.NotEqual(t, normalised.Index, equal.Index)
	require.Equal(t, normalised.Paths, equal.Paths)
}

// What cannot be reached or resampled is said, and the rest is reported.
func TestShortcomingsAreWarnings(t *testing.T) {
	got := documentOf(t, "", "-tol", "1e-300", "-bootstrap", "10")
	require.False(t, got.Converged)
	require.Nil(t, got.PathIntervals)
	require.Contains(t, got.Warnings[0], "no_intervals")
	require.Contains(t, strings.Join(got.Warnings, "\n"), "not_converged: ")

	mobi := refPath(t, "data/mobi.csv")
	got = documentOf(t, "", "-responses", mobi, "-consistent", "-bootstrap", "100")
	require.Contains(t, got.Warnings[0], "failed_resamples: ")
	require.Contains(t, got.Warnings[1], "constructs_indefinite: ")
	require.Contains(t, strings.Join(got.Warnings, "\n"), "wrong_sign: Image->Loyalty should be positive, and is -0.091")
}
