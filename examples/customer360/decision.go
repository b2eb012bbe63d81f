package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/sheet"
)

// decision is what a person said of two records in the queue.
type decision struct {
	left, right         rapport.ID
	verdict, by, reason string
}

// The verdicts.
const (
	same      = "same"
	different = "different"
)

// readDecisions reads the file of decisions, which are about customers of branch files.
func readDecisions(file io.Reader, known map[rapport.ID]bool) ([]decision, error) {
	s, err := sheet.Open(file, "one decision a row")
	if err != nil {
		return nil, err
	}
	at, err := columns(s, "left", "right", "decision", "by", "reason")
	if err != nil {
		return nil, err
	}
	var all []decision
	first := make(map[[2]rapport.ID]int) // the line of each pair
	for record, err := range s.Records() {
		if err != nil {
			return nil, err
		}
		cell := func(i int) string { return strings.TrimSpace(record[at[i]]) }
		d := decision{left: rapport.ID(cell(0)), right: rapport.ID(cell(1)), verdict: cell(2), by: cell(3), reason: cell(4)}
		if d.verdict != same && d.verdict != different {
			return nil, s.Wrong("decision", d.verdict, fmt.Errorf("is not %q or %q", same, different))
		}
		for i, id := range []rapport.ID{d.left, d.right} {
			if !known[id] {
				return nil, s.Wrong(s.Header[at[i]], string(id), errors.New("is in no branch file"))
			}
		}
		if d.left == d.right {
			return nil, s.Wrong("right", string(d.right), errors.New("is the same record"))
		}
		pair := [2]rapport.ID{min(d.left, d.right), max(d.left, d.right)}
		if line, twice := first[pair]; twice {
			return nil, s.Wrong("", "", fmt.Errorf("the pair was decided in row %d", line))
		}
		first[pair] = s.Line()
		all = append(all, d)
	}
	return all, nil
}

// columns finds the columns of a file, all of them required.
func columns(s *sheet.Sheet, names ...string) ([]int, error) {
	at := make([]int, len(names))
	for i, name := range names {
		var err error
		if at[i], err = s.Column(name, true, ""); err != nil {
			return nil, err
		}
	}
	return at, nil
}
