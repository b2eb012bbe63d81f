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

	"github.com/rapport-crm/rapport/internal/refdata"
)

var update = flag.Bool("update", false, "write the golden files anew")

// call runs the program on a text as standard input.
func call(stdin string, args ...string) (out, problems string, code int) {
	var o, p bytes.Buffer
	code = run(args, strings.NewReader(stdin), &o, &p)
	return o.String(), p.String(), code
}

func TestInvented(t *testing.T) {
	got, problems, code := call("")
	require.Empty(t, problems)
	require.Zero(t, code)
	path := filepath.Join("testdata", "invented.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), got), "%s: run with -update if that is right", path)

	var kinds strings.Builder
	for _, name := range []string{"brakes", "on-time", "loan-bike", "stamp-card", "paper-bill"} {
		kinds.WriteString(features(t, "")[name]["category"].(string))
	}
	require.Equal(t, "MOAIR", kinds.String())
}

func reference(t *testing.T, name string) string {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	return path
}

// features reads what the program wrote as JSON.
func features(t *testing.T, stdin string, args ...string) map[string]map[string]any {
	t.Helper()
	out, problems, code := call(stdin, append(args, "-format", "json")...)
	require.Empty(t, problems)
	require.Zero(t, code)
	var written struct {
		Table, Rule string
		Features    map[string]map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(out), &written))
	require.NotEmpty(t, written.Table)
	require.NotEmpty(t, written.Rule)
	return written.Features
}

// Every number of the reference results, by the keys that both have.
func TestTransfers(t *testing.T) {
	text, err := os.ReadFile(reference(t, "reference/satisfaction/kano_transfers.json"))
	require.NoError(t, err)
	var want struct{ Features map[string]map[string]any }
	require.NoError(t, json.Unmarshal(text, &want))
	got := features(t, "", "-answers", reference(t, "data/kano_transfers.csv"))
	require.Len(t, got, len(want.Features))
	for name, w := range want.Features {
		g := got[name]
		for _, key := range []string{"n", "counts", "mode", "category_oam_vs_irq"} {
			require.Equal(t, w[key], g[key], "%s of %s", key, name)
		}
		require.Equal(t, w["mode"], g["category"])
		require.Equal(t, w["rows_skipped_missing"], g["skipped"])
		near := func(want, got any, what string) {
			t.Helper()
			require.InEpsilon(t, want, got, 1e-12, "%s of %s", what, name)
		}
		for _, key := range []string{"category_strength", "total_strength", "importance_mean"} {
			near(w[key], g[key], key)
		}
		continuous := g["continuous"].(map[string]any)
		for _, key := range []string{"functional_mean", "dysfunctional_mean", "functional_sd", "dysfunctional_sd"} {
			near(w["continuous_"+key], continuous[key], key)
		}
		for _, key := range []string{"importance_weighted_functional", "importance_weighted_dysfunctional"} {
			near(w[key], continuous[key], key)
		}
		near(w["better"], g["better"].(map[string]any)["value"], "better")
		near(w["worse"], g["worse"].(map[string]any)["value"], "worse")
		near(w["chi2_MOAI_equal_df3"], g["chi2"], "chi2")
		published, fong := w["fong_alpha_0.10"].(map[string]any), g["fong"].(map[string]any)
		require.Equal(t, published["difference"], fong["difference"])
		require.Equal(t, published["significant"], fong["significant"])
		near(published["threshold"], fong["threshold"], "threshold")
	}
	pouliot := features(t, "", "-answers", reference(t, "data/kano_transfers.csv"), "-table", "pouliot", "-rule", "berger")
	for name, w := range want.Features {
		require.Equal(t, w["pouliot_table_counts"], pouliot[name]["counts"])
	}
	require.Equal(t, "O", pouliot["F11"]["category"])
}

const small = "\ufefffeature, respondent,functional,dysfunctional,note\n" +
	"key,1,like,5,x\nkey,2,1,dislike,\nkey,3,NA,3,\nbox,3,,,\n"

func TestSmallFile(t *testing.T) {
	got := features(t, small, "-answers", "-", "-rule", "priority")
	require.Equal(t, "O", got["key"]["category"])
	require.Equal(t, 2.0, got["key"]["n"])
	require.Equal(t, 1.0, got["key"]["skipped"])
	require.Equal(t, 1.0, got["key"]["better"].(map[string]any)["value"])
	require.Nil(t, got["key"]["importance_mean"])
	require.Nil(t, got["key"]["label"])
	for _, key := range []string{"category", "mode", "priority", "category_oam_vs_irq", "category_strength", "total_strength", "chi2", "p_value"} {
		value, there := got["box"][key]
		require.True(t, there, key)
		require.Nil(t, value, key)
	}
	for _, key := range []string{"better", "worse", "fong", "continuous"} {
		for name, value := range got["box"][key].(map[string]any) {
			require.Nil(t, value, "%s.%s", key, name)
		}
	}
	out, problems, code := call(small, "-answers", "-")
	require.Empty(t, problems)
	require.Zero(t, code)
	require.Contains(t, out, "standard input: 3 respondents, 2 features; table berger, rule mode")
	require.NotContains(t, out, "NaN")
}

func TestFilesRefused(t *testing.T) {
	const header = "respondent,feature,label,functional,dysfunctional,importance\n1,a,A,1,5,9\n"
	for text, message := range map[string]string{
		"":                                     "the file is empty: want a header row and one answered feature a row",
		header[:61]:                            "the file has a header and no rows",
		"respondent,feature\n":                 `row 1: the header has no column "functional"; found "respondent", "feature"`,
		"respondent,respondent\n":              `row 1: the header has the column "respondent" twice`,
		header + "2,a,A,6,5,9\n":               `row 3: functional "6" is no answer: want like, must-be, neutral, live-with, dislike, 1 to 5, or nothing`,
		header + "2,a,A,1,love,9\n":            `row 3: dysfunctional "love" is no answer: want like, must-be, neutral, live-with, dislike, 1 to 5, or nothing`,
		header + "2,a,A,1,5,10\n":              `row 3: importance "10" is not a whole number from 1 to 9`,
		header + "2,a,A,1,5,0\n":               `row 3: importance "0" is not a whole number from 1 to 9`,
		header + "2,a,A,1,5,2.5\n":             `row 3: importance "2.5" is not a whole number from 1 to 9`,
		header + "2,a,B,1,5,9\n":               `row 3: label "B" of feature "a" was "A" before`,
		header + "\n1,a,A,1,5,9\n":             `row 4: respondent "1" has an answer to feature "a" in row 2 already`,
		header + "\n 1, a ,A,1,5,9\n":          `row 4: respondent "1" has an answer to feature "a" in row 2 already`,
		header + ",a,A,1,5,9\n":                `row 3: respondent "" is empty`,
		header + "2,,A,1,5,9\n":                `row 3: feature "" is empty`,
		header + "2,a,A,1,5\n":                 `row 3: 5 fields where the header has 6 (is the file truncated?)`,
		header + "2,a,\"A,1,5,9\n":             "row 3: a quoted field is not closed, or text follows its closing quote",
		header + "2,a,A,1,5,9\n\xff,a,A,1,1,1": "row 4: respondent \"\\xff\" is not UTF-8",
	} {
		out, problems, code := call(text, "-answers", "-")
		require.Equal(t, "kano: standard input: "+message+"\n", problems)
		require.Equal(t, 1, code)
		require.Empty(t, out)
	}
	_, problems, code := call(header+"2,a,A,2,5,9\n", "-answers", "-", "-table", "short")
	require.Equal(t, 1, code)
	require.Contains(t, problems, `functional "2" is no answer: want like, neutral, dislike, 1, 3, 5, or nothing`)

	_, problems, code = call("", "-answers", filepath.Join(t.TempDir(), "none.csv"))
	require.Equal(t, 1, code)
	require.Contains(t, problems, "none.csv")
	_, problems, code = call("", "-answers", t.TempDir())
	require.Equal(t, 1, code)
	require.Contains(t, problems, "is a directory, not a CSV file")
}

func TestFlagsRefused(t *testing.T) {
	for want, args := range map[string][]string{
		`unknown -table "kano": want berger, pouliot or short`: {"-table", "kano"},
		`unknown -rule "max": want mode, priority or berger`:   {"-rule", "max"},
		`unknown -format "html": want table or json`:           {"-format", "html"},
		`-table is empty`:                   {"-table="},
		`unexpected argument "answers.csv"`: {"answers.csv"},
		`flag provided but not defined: -x`: {"-x"},
	} {
		out, problems, code := call("", args...)
		require.Equal(t, 2, code)
		require.Empty(t, out)
		require.Equal(t, "kano: "+want+" (kano -h lists the flags)\n", problems)
	}
	out, problems, code := call("", "-h")
	require.Zero(t, code)
	require.Empty(t, problems)
	require.Contains(t, out, "Usage: kano")
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestOutputThatFails(t *testing.T) {
	var problems bytes.Buffer
	require.Equal(t, 1, run(nil, nil, full{}, &problems))
	require.Equal(t, "kano: file already closed\n", problems.String())
}
