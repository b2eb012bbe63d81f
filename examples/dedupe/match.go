package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/examples/sheet"
)

// result is what was found.
type result struct {
	sources   *sources
	fields    []field
	threshold float64
	model     *identity.Model
	records   [2][]identity.Record // of the files; of one file both are the same
	pairs     []identity.Pair      // in the order of left and right id
	of        []int                // the cluster of each node from 1, 0: none
	clusters  [][]int              // nodes of each
	metrics   *metrics             // nil: the truth is not known
}

// metrics holds the result against the truth.
type metrics struct {
	pairwise, clustered identity.Quality
	calibration         identity.Calibration
}

// match compares the records.
func match(ctx context.Context, s *sources, f fields, threshold float64) (*result, error) {
	r := &result{sources: s, fields: f.list, threshold: threshold}
	standard, err := identity.NewStandardiser(&identity.StandardOptions{DayFirst: f.dayFirst, Keys: keyer(s, f)})
	if err != nil {
		return nil, err
	}
	var schema identity.Schema
	for _, field := range f.list {
		schema.Fields = append(schema.Fields, identity.Field{Name: field.Column, Kind: field.Kind})
	}
	var tables [2]*identity.Table
	for k, file := range s.files() {
		r.records[k] = file.of(f.list)
		tables[k], err = identity.NewTable(schema, r.records[k], &identity.TableOptions{Standardiser: standard})
		if err != nil {
			return nil, file.wrong(file.explain(err))
		}
	}
	if s.b == nil {
		r.records[1] = r.records[0]
	}
	// The option takes 0 for its default and excludes 1.
	least := min(max(threshold, math.SmallestNonzeroFloat64), math.Nextafter(1, 0))
	if r.model, err = identity.Fit(ctx, tables[0], tables[1], &identity.Options{MinProbability: least}); err != nil {
		return nil, err
	}
	if r.pairs, err = r.model.Pairs(ctx, tables[0], tables[1]); err != nil {
		return nil, err
	}
	r.pairs = slices.DeleteFunc(r.pairs, func(p identity.Pair) bool { return p.Probability < threshold })
	slices.SortFunc(r.pairs, func(x, y identity.Pair) int {
		xl, xr := r.ids(x)
		yl, yr := r.ids(y)
		return cmp.Or(cmp.Compare(xl, yl), cmp.Compare(xr, yr))
	})
	return r, r.cluster()
}

// cluster unites the pairs, and holds all against the truth.
func (r *result) cluster() error {
	s := r.sources
	var options identity.ClusterOptions
	nodes := len(s.a.rows)
	if s.b != nil {
		options.Left = nodes
		nodes += len(s.b.rows)
	}
	clustering, err := identity.Clusters(nodes, r.pairs, &options)
	if err != nil {
		return err
	}
	r.of = make([]int, nodes)
	for _, members := range clustering.Members() {
		if len(members) < 2 {
			continue
		}
		r.clusters = append(r.clusters, members)
		for _, node := range members {
			r.of[node] = len(r.clusters)
		}
	}
	truth, err := s.truth()
	if err != nil || truth == nil {
		return err
	}
	r.metrics = &metrics{pairwise: truth.OfPairs(r.pairs)}
	if r.metrics.clustered, err = truth.OfClusters(clustering); err != nil {
		return err
	}
	r.metrics.calibration, err = truth.Calibrate(r.pairs, 0)
	return err
}

// of returns the values of fields.
func (r *records) of(list []field) []identity.Record {
	columns := make([]int, len(list))
	for k, f := range list {
		columns[k] = slices.Index(r.header, f.Column)
	}
	all := make([]identity.Record, len(r.rows))
	for i, row := range r.rows {
		values := make([]string, len(columns))
		for k, at := range columns {
			values[k] = row[at]
		}
		all[i] = identity.Record{ID: r.ids[i], Values: values}
	}
	return all
}

// explain says in which row a record is at fault.
func (r *records) explain(err error) error {
	bad, ok := errors.AsType[*identity.RecordError](err)
	if !ok || bad.Record < 0 {
		return err
	}
	row := &sheet.RowError{Row: r.lines[bad.Record], Err: bad.Err}
	if at := slices.Index(r.header, bad.Field); at >= 0 {
		row.Field, row.Text = bad.Field, r.rows[bad.Record][at]
		row.Err = fmt.Errorf("cannot be compared: %w", bad.Err)
	}
	return row
}

// nodes returns the two records of a pair as nodes of clusters.
func (r *result) nodes(p identity.Pair) (left, right int) {
	if r.sources.b != nil {
		return p.Left, len(r.sources.a.rows) + p.Right
	}
	return p.Left, p.Right
}

// ids returns the ids of a pair in the order in which they are written.
func (r *result) ids(p identity.Pair) (left, right rapport.ID) {
	l, k := r.pair(p)
	return l.ID, k.ID
}

// pair returns the records of a pair in that order.
func (r *result) pair(p identity.Pair) (left, right identity.Record) {
	left, right = r.records[0][p.Left], r.records[1][p.Right]
	if r.sources.b == nil && right.ID < left.ID {
		left, right = right, left
	}
	return left, right
}

// id returns the id of a node.
func (r *result) id(node int) rapport.ID {
	if n := len(r.sources.a.ids); node >= n {
		return r.sources.b.ids[node-n]
	}
	return r.sources.a.ids[node]
}
