package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the files of testdata anew that say what is printed")

// job runs the program and returns what it prints.
func job(t *testing.T, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	require.Zero(t, command(t.Context(), args, &out, &problems), problems.String())
	require.Empty(t, problems.String())
	return out.String()
}

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "to accept it: go test ./customer360 -update")
}

func TestOutput(t *testing.T) {
	golden(t, "output.txt", job(t))
	golden(t, "company.txt", job(t, "-customer", "callcentre:C313"))
	golden(t, "single.txt", job(t, "-customer", "shop:S121"))
}

// Both stores say the same, and so does each run.
func TestStoresAgree(t *testing.T) {
	inMemory := job(t, "-format", "json")
	require.Equal(t, inMemory, job(t, "-format", "json"))
	path := filepath.Join(t.TempDir(), "tea 100%.db")
	require.Equal(t, inMemory, job(t, "-format", "json", "-db", path))
	require.FileExists(t, path)
}

// The keys of the JSON, list entries joined, are the form that is promised.
func TestJSON(t *testing.T) {
	text := job(t, "-format", "json")
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	require.EqualValues(t, documentFormat, document["format"])
	paths := map[string]bool{}
	collect(document, "", paths)
	golden(t, "json-paths.txt", strings.Join(slices.Sorted(maps.Keys(paths)), "\n")+"\n")
	unmerge := document["unmerge"].(map[string]any)
	require.Equal(t, true, unmerge["whole"])
	require.Equal(t, unmerge["sources"], unmerge["sources_same_bytes"])

	single := job(t, "-format", "json", "-customer", "shop:S121")
	require.NotContains(t, single, `"unmerge"`)
	require.NotContains(t, single, "null,\n    \"", "lists are empty, not null")
}

// collect notes the paths of all keys; of records, whose form is their own, only that
// they are there.
func collect(value any, path string, paths map[string]bool) {
	switch v := value.(type) {
	case map[string]any:
		if own, ok := v["format"]; ok && path != "" && own != nil {
			paths[path+" (versioned)"] = true
			return
		}
		for key, inner := range v {
			collect(inner, strings.TrimPrefix(path+"."+key, "."), paths)
		}
	case []any:
		for _, inner := range v {
			collect(inner, path+"[]", paths)
		}
	default:
		paths[path] = true
	}
}

func TestBadFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-format html", `unknown format "html"`},
		{"more", `unexpected argument "more"`},
		{"-nothing", "flag provided but not defined"},
	} {
		var out, problems bytes.Buffer
		require.Equal(t, 2, command(t.Context(), strings.Fields(c.args), &out, &problems), c.args)
		require.Contains(t, problems.String(), c.want)
		require.Empty(t, out.String())
	}
	var out, help bytes.Buffer
	require.Zero(t, command(t.Context(), []string{"-h"}, &out, &help))
	require.Contains(t, help.String(), "Usage: customer360")
}

// folder returns a copy of the files of the story, one of them with an old text replaced.
func folder(t *testing.T, name, old, text string) string {
	t.Helper()
	dir := t.TempDir()
	inside, err := fs.Sub(invented, "testdata")
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(dir, inside))
	path := filepath.Join(dir, name)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(content), old)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(content), old, text, 1)), 0o600))
	return dir
}

// What cannot be read is named by file, row and column, and nothing is printed.
func TestBadInput(t *testing.T) {
	for _, c := range []struct{ name, file, old, text, want string }{
		{"missing column", "shop.csv", "mobile", "phone", `shop.csv: row 1: the header has no column "mobile"`},
		{"column twice", "shop.csv", "street,town", "mobile,town", `shop.csv: row 1: the header has the column "mobile" twice`},
		{"duplicate id", "website.csv", "W203,", "W202,", `website.csv: row 4: user_id "W202" is the id of row 3 too`},
		{"no id", "callcentre.csv", "C303,", ",", `callcentre.csv: row 4: caller "" is empty`},
		{"control character in an id", "callcentre.csv", "C303,", "C\a3,", `row 4: caller "C\a3" has a control character`},
		{"open quote", "website.csv", `"3 Mill Ln., Portmere"`, `"3 Mill Ln., Portmere`, "website.csv: row 2: "},
		{"too few fields", "shop.csv", ",2021-03-08", "", "shop.csv: row 2: 6 fields where the header has 7"},
		{"impossible date", "shop.csv", "1979-02-11", "1979-02-30", `shop.csv: row 2: birthday "1979-02-30" is not a day`},
		{"no telephone", "shop.csv", "07700 900101", "call me", `shop.csv: row 2: mobile "call me" is not a valid phone`},
		{"no e-mail", "website.csv", "harriet.bell@mail.example", "harriet.bell", `website.csv: row 2: email "harriet.bell" is not a valid email`},
		{"not UTF-8", "shop.csv", "Harriet", "\xff", `is not UTF-8`},
		{"too long", "shop.csv", "Harriet", strings.Repeat("x", 20_000), "shop.csv: row 2: "},
		{"nobody's event", "activity.csv", "shop:S101,", "shop:S999,", `activity.csv: row 2: customer "shop:S999" is in no branch file`},
		{"unknown event", "activity.csv", ",purchase,", ",present,", `activity.csv: row 2: what "present" cannot be`},
		{"no amount", "activity.csv", "32.00", "much", `activity.csv: row 2: what "purchase" cannot be`},
		{"overspent points", "activity.csv", "shop,-50,redeem", "shop,-5000,redeem", "there are not enough points"},
		{"backwards", "activity.csv", "shop:S104,purchase,2025-01-18", "shop:S104,purchase,2011-01-18", "is before the row above"},
		{"decision on nobody", "decisions.csv", "shop:S109", "shop:S999", `decisions.csv: row 2: left "shop:S999" is in no branch file`},
		{"no verdict", "decisions.csv", "different", "perhaps", `decisions.csv: row 2: decision "perhaps" is not`},
		{"decided twice", "decisions.csv", "callcentre:C309,website:W209", "website:W209,shop:S109", "decisions.csv: row 3: the pair was decided in row 2"},
		{"one record", "decisions.csv", "shop:S109,website:W209", "website:W209,website:W209", "is the same record"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, problems bytes.Buffer
			require.Equal(t, 1, command(t.Context(), []string{"-dir", folder(t, c.file, c.old, c.text)}, &out, &problems))
			require.Contains(t, problems.String(), c.want)
			require.Equal(t, 1, strings.Count(problems.String(), "\n"), "one line")
			require.Empty(t, out.String())
		})
	}
}

func TestNoDatabaseIsLeft(t *testing.T) {
	db := filepath.Join(t.TempDir(), "tea.db")
	var out, problems bytes.Buffer
	require.Equal(t, 1, command(t.Context(), []string{"-db", db, "-customer", "nobody"}, &out, &problems))
	left, err := os.ReadDir(filepath.Dir(db))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestBadPlaces(t *testing.T) {
	db := filepath.Join(t.TempDir(), "mine.db")
	require.NoError(t, os.WriteFile(db, []byte("somebody's work"), 0o600))
	empty := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(empty, "shop.csv"), nil, 0o600))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-db", db}, "is there already: choose another file"},
		{[]string{"-dir", filepath.Join(empty, "nowhere")}, "nowhere"},
		{[]string{"-dir", empty}, "shop.csv: the file is empty"},
		{[]string{"-customer", "nobody"}, `-customer "nobody" is in no branch file`},
	} {
		var out, problems bytes.Buffer
		require.Equal(t, 1, command(t.Context(), c.args, &out, &problems), c.args)
		require.Contains(t, problems.String(), c.want)
	}
	kept, err := os.ReadFile(db)
	require.NoError(t, err)
	require.Equal(t, "somebody's work", string(kept))
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestFullDisk(t *testing.T) {
	var problems bytes.Buffer
	require.Equal(t, 1, command(t.Context(), nil, fullDisk{}, &problems))
	require.Contains(t, problems.String(), "no space left")
}

// A person's word counts more than the model's: what it doubts is merged, and a person and
// a company are not, whatever anybody says.
func TestDecisions(t *testing.T) {
	const none = "callcentre:C309,website:W209,different,maud.finch,father and son at one address\n"
	out := job(t, "-dir", folder(t, "decisions.csv", none, none+
		"callcentre:C315,shop:S123,same,maud.finch,moved house\ncallcentre:C307,callcentre:C306,same,maud.finch,\n"))
	require.Contains(t, out, "doubtful       same\n")
	require.Contains(t, out, `Not merged: identity: `)
	require.Contains(t, out, "different-kinds")
	require.Equal(t, out, strings.ReplaceAll(out, "waits", ""), "nothing waits")
}

// Without decisions and events the story is shorter, and a person is asked more.
func TestFilesThatMayBeMissing(t *testing.T) {
	dir := folder(t, "shop.csv", "S101", "S101")
	require.NoError(t, os.Remove(filepath.Join(dir, "activity.csv")))
	require.NoError(t, os.Remove(filepath.Join(dir, "decisions.csv")))
	out := job(t, "-dir", dir)
	require.Equal(t, 3, strings.Count(out, "waits\n"), out)
	require.Contains(t, out, "No case is open.")
	require.Contains(t, out, "Everything is as if the merge had never been.")
}
