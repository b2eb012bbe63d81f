package house_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// drawn reads the rooms in the picture of docs/architecture.md, its first
// fenced block: the value is true for rooms that stand, false for those in
// brackets, which are to come.
func drawn(markdown string, table map[string]room) map[string]bool {
	_, after, _ := strings.Cut(markdown, "```\n")
	picture, _, _ := strings.Cut(after, "```")
	found := make(map[string]bool)
	bracket := false
	for word := range strings.FieldsSeq(picture) {
		open := strings.HasPrefix(word, "(")
		bracket = bracket || open
		name := strings.TrimSuffix(strings.Trim(word, "(),:"), "/")
		if name == "rapport" {
			name = "."
		}
		if _, known := table[name]; known {
			found[name] = !bracket
		}
		if strings.HasSuffix(strings.TrimRight(word, ",:"), ")") {
			bracket = false
		}
	}
	return found
}

// misdrawn lists rooms that stand and are not drawn so, and rooms that are
// drawn as standing and do not.
func misdrawn(t *tree, table map[string]room, markdown string) []string {
	picture := drawn(markdown, table)
	var found []string
	for _, name := range slices.Sorted(maps.Keys(table)) {
		stands := slices.ContainsFunc(t.Folders, func(dir folder) bool {
			return dir.Path == name || nested(name) && under(dir.Path, name)
		})
		drawnStanding, mentioned := picture[name]
		switch {
		case stands && !mentioned:
			found = append(found, name+" is not in the picture")
		case stands != drawnStanding:
			found = append(found, fmt.Sprintf("%s stands: %v, drawn as standing: %v", name, stands, drawnStanding))
		}
	}
	return found
}

func TestPicture(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(), "docs", "architecture.md"))
	require.NoError(t, err)
	requireNone(t, "docs/architecture.md draws the rooms that stand, and those to come in brackets",
		misdrawn(house(t), rooms(), string(text)))
}

func TestPictureSeesViolations(t *testing.T) {
	table := map[string]room{".": {}, "customer": {}, "scoring": {}, "segment": {}, "store": {}, "examples": {}, "internal/stats": {}}
	bad := fixture(t, map[string]string{
		"r.go": "package rapport\n", "customer/c.go": "package customer\n", "segment/s.go": "package segment\n",
		"examples/a/main.go": "package main\n", "internal/stats/s.go": "package stats\n",
	})
	requireSeen(t, []string{
		"customer is not in the picture",
		"internal/stats stands: true, drawn as standing: false",
		"store stands: false, drawn as standing: true",
	}, misdrawn(bad, table, "Rooms.\n```\nexamples/ programs\nstore  segment  (scoring)\nrapport (words) (internal/market internal/stats)\n```\ncustomer\n"))
}
