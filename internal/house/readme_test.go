package house_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// block returns the text of the first fenced block of a language.
func block(markdown, language string) (text string, ok bool) {
	_, after, found := strings.Cut(markdown, "```"+language+"\n")
	if !found {
		return "", false
	}
	text, _, ok = strings.Cut(after, "```")
	return text, ok
}

// TestReadmeProgram runs the program of README as a host would and compares
// what it prints with what README says.
func TestReadmeProgram(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(), "README.md"))
	require.NoError(t, err)
	program, ok := block(string(text), "go")
	require.True(t, ok, "README.md has a Go block")
	want, ok := block(string(text), "text")
	require.True(t, ok, "README.md says what the program prints")
	dir := consumer(t, map[string]string{"main.go": program})
	got := goCommand(t, dir, "run", "-mod=mod", ".")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("README's program prints (-README +run):\n%s", diff)
	}
}

// TestReadmeOpening holds the first screen to the two commands that .ci/run
// takes from there.
func TestReadmeOpening(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(), "README.md"))
	require.NoError(t, err)
	commands, ok := block(string(text), "sh")
	require.True(t, ok, "README.md opens with its commands")
	require.Equal(t, "go run ./examples/quickstart\ngo test work\n", commands)
}

func TestBlock(t *testing.T) {
	text := "a\n```sh\nls\n```\nb\n```go\npackage main\n```\n```go\nother\n```\n```text\nopen"
	got, ok := block(text, "go")
	require.True(t, ok)
	require.Equal(t, "package main\n", got)
	for _, language := range []string{"text", "yaml"} {
		_, ok = block(text, language)
		require.False(t, ok, language)
	}
}

// brokenLinks lists links of Markdown files to files that do not exist, and
// to places outside the repository.
func brokenLinks(fsys fs.FS) ([]string, error) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	var found []string
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skippedFolder(entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".md":
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		for _, match := range link.FindAllStringSubmatch(string(text), -1) {
			target, _, _ := strings.Cut(match[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			target = path.Join(path.Dir(name), target)
			if _, err := fs.Stat(fsys, target); err != nil {
				found = append(found, fmt.Sprintf("%s links to %s", name, target))
			}
		}
		return nil
	})
	slices.Sort(found)
	return found, err
}

func TestLinks(t *testing.T) {
	found, err := brokenLinks(house(t).FS)
	require.NoError(t, err)
	requireNone(t, "links of documents lead to files of the repository", found)
}

func TestLinksSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"README.md":    "[a](docs/a.md) [b](docs/b.md#top) [c](https://example.com/c) [d](#here) [e](../e.md)",
		"docs/a.md":    "[home](../README.md) [gone](gone.md)",
		".git/note.md": "[x](x.md)",
	})
	found, err := brokenLinks(bad.FS)
	require.NoError(t, err)
	requireSeen(t, []string{"README.md links to ../e.md", "README.md links to docs/b.md", "docs/a.md links to docs/gone.md"}, found)
}
