// Package texttable lays tables out for a terminal; examples/quickstart and
// examples/valuereport print theirs with it.
package texttable

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Lines lays rows of cells out in columns as wide as their widest cell, each behind
// two spaces. right says which columns are flush right, as numbers are; it has an
// entry for every column. No row has more cells than that.
func Lines(right []bool, rows [][]string) []string {
	widths := make([]int, len(right))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], Width(cell))
		}
	}
	lines := make([]string, 0, len(rows))
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-Width(cell))
			if right[i] {
				cell = space + cell
			} else {
				cell += space
			}
			line.WriteString("  " + cell)
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
}

// Width is the number of columns that a text takes on a terminal, where the
// characters of East Asia take two.
func Width(text string) int { return uniseg.StringWidth(text) }
