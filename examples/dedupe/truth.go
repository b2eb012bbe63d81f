package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/examples/files"
	"github.com/rapport-crm/rapport/examples/sheet"
)

// label is a true pair: places of records in their files.
type label = [2]int

// readLabels reads the file of true pairs.
func (s *sources) readLabels(path string) ([]label, error) {
	file, err := files.Open(path, "labels", "")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	labels, err := s.labelsOf(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return labels, nil
}

func (s *sources) labelsOf(file interface{ Read([]byte) (int, error) }) ([]label, error) {
	pairs, err := sheet.Open(file, "one true pair a row")
	if err != nil {
		return nil, err
	}
	other := s.a
	if s.b != nil {
		other = s.b
	}
	sides := [2]struct {
		name   string
		column int
		in     *records
		places map[rapport.ID]int
	}{{name: "left_id", in: s.a}, {name: "right_id", in: other}}
	for k := range sides {
		side := &sides[k]
		if side.column, err = pairs.Column(side.name, true, ""); err != nil {
			return nil, err
		}
		side.places = make(map[rapport.ID]int, len(side.in.ids))
		for i, id := range side.in.ids {
			side.places[id] = i
		}
	}
	labels := []label{}
	for record, err := range pairs.Records() {
		if err != nil {
			return nil, err
		}
		var l label
		for k, side := range sides {
			id := strings.TrimSpace(record[side.column])
			place, ok := side.places[rapport.ID(id)]
			if !ok {
				return nil, pairs.Wrong(side.name, id, fmt.Errorf("is not an id of %s", side.in.name))
			}
			l[k] = place
		}
		if s.b == nil && l[0] == l[1] {
			return nil, pairs.Wrong("right_id", strings.TrimSpace(record[sides[1].column]), errors.New("is the same record as left_id"))
		}
		labels = append(labels, l)
	}
	return labels, nil
}

// truth is what is known to belong together, nil if nothing is.
func (s *sources) truth() (*identity.Truth, error) {
	switch {
	case s.entity != "" && s.b != nil:
		return identity.EntityTruth(s.a.entities(s.entity), s.b.entities(s.entity)), nil
	case s.entity != "":
		return identity.EntityTruth(s.a.entities(s.entity), nil), nil
	case s.labels != nil && s.b != nil:
		return identity.PairTruth(len(s.a.rows), len(s.b.rows), s.labels)
	case s.labels != nil:
		return identity.PairTruth(len(s.a.rows), 0, s.labels)
	}
	return nil, nil
}

// entities returns who each record is of.
func (r *records) entities(column string) []string {
	at := slices.Index(r.header, column)
	of := make([]string, len(r.rows))
	for i, row := range r.rows {
		of[i] = row[at]
	}
	return of
}
