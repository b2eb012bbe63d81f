package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/output.txt anew")

// job runs the program in a folder of its own and returns what it prints, with
// the folder's name replaced, and its page.
func job(t *testing.T) (out, page string) {
	t.Helper()
	dir := t.TempDir()
	var text bytes.Buffer
	require.NoError(t, run(t.Context(), &text, dir))
	html, err := os.ReadFile(filepath.Join(dir, "report.html"))
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "shop.db"))
	return strings.ReplaceAll(text.String(), dir+string(filepath.Separator), "DIR/"), string(html)
}

func TestOutput(t *testing.T) {
	out, page := job(t)
	const golden = "testdata/output.txt"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(out), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), out, "to accept it: go test ./quickstart -update")
	checkPage(t, page)

	again, samePage := job(t)
	require.Equal(t, out, again)
	require.True(t, page == samePage, "the pages of two runs differ")
}

// checkPage looks for what the page must have and must not have.
func checkPage(t *testing.T, page string) {
	t.Helper()
	require.NotContains(t, page, "<script")
	require.NotRegexp(t, regexp.MustCompile(`(?i)(src|href|url)\s*[=(]`), page, "the page asks for nothing else")
	require.NotContains(t, page, "NaN")
	for _, text := range []string{
		"Who is worth what", "Who is slipping away", "How sure we are",
		"How the value is distributed", "Chance of still being a customer", "Repeat purchases by week", "forecast from here",
	} {
		require.Contains(t, page, text)
	}
	require.Equal(t, strings.Count(page, `<svg class="chart"`), strings.Count(page, "<desc "), "every chart has a description")
}

func TestSecondRunInOneFolder(t *testing.T) {
	for _, name := range []string{"shop.db", "report.html"} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("somebody's work"), 0o600))
		require.ErrorContains(t, run(t.Context(), &bytes.Buffer{}, dir), name+" is there already")
		kept, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, "somebody's work", string(kept))
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, left, 1, "%v", left)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// A run that fails or is interrupted leaves nothing: the same command can be
// given again.
func TestFailedRunLeavesNothing(t *testing.T) {
	// Interrupted at some row of the history.
	dir := filepath.Join(t.TempDir(), "new folder #1")
	database := filepath.Join(dir, "shop.db")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(database); err == nil {
				cancel()
			}
		}
	}()
	require.ErrorIs(t, run(ctx, &bytes.Buffer{}, dir), context.Canceled)
	requireEmpty(t, dir)

	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary)
	require.ErrorIs(t, run(ctx, &bytes.Buffer{}, ""), context.Canceled)
	requireEmpty(t, temporary)
}

func TestFullOutputIsAnError(t *testing.T) {
	dir := t.TempDir()
	require.ErrorContains(t, run(t.Context(), fullDisk{}, dir), "no space left")
	requireEmpty(t, dir)
}

func requireEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}
