package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// Pairs as sure as certain are taken for one customer, those from doubtful on wait for a
// person, the others are two customers.
const (
	certain  = 0.9
	doubtful = 0.1
)

// matching is what was found in the files.
type matching struct {
	Records  []identity.Record
	All      []identity.Pair // at least doubtful
	Pairs    []identity.Pair // as sure as certain
	Queue    []reviewed
	Clusters [][]rapport.ID // of two or more records
	Explain  identity.Explanation
	Of       [2]rapport.ID // the pair that is explained
	decided  []decision
}

// reviewed is a pair that a person looked at.
type reviewed struct {
	identity.Pair
	Left, Right rapport.ID
	Why         string // "doubtful", or "births-differ"
	Decision    string // "same", "different", or "" for one that still waits
}

// match finds who is one customer. One file of twenty rows is too small to learn from
// what agreement is worth, so all files are put into one table and the model is fitted on
// that: it sees each customer of two branches twice. What it is not sure of goes to a
// person, whose word counts more than the model's.
func match(ctx context.Context, files []branchFile, decisions []decision, standard *identity.Standardiser) (*matching, error) {
	m := &matching{decided: decisions}
	kinds := make(map[rapport.ID]customer.Kind)
	for _, f := range files {
		m.Records = append(m.Records, f.Rows...)
		for _, s := range f.Sources {
			kinds[s.ID] = s.Record.Kind()
		}
	}
	table, err := identity.NewTable(schema(), m.Records, &identity.TableOptions{Standardiser: standard})
	if err != nil {
		return nil, err
	}
	model, err := identity.Fit(ctx, table, nil, &identity.Options{MinProbability: doubtful})
	if err != nil {
		return nil, err
	}
	pairs, err := model.Pairs(ctx, table, nil)
	if err != nil {
		return nil, err
	}
	// A company and a person who answers its telephone are never one customer.
	pairs = slices.DeleteFunc(pairs, func(p identity.Pair) bool { return kinds[table.ID(p.Left)] != kinds[table.ID(p.Right)] })
	m.All = pairs
	if err := m.review(table); err != nil {
		return nil, err
	}
	if err := m.cluster(table); err != nil {
		return nil, err
	}
	if len(m.Pairs) == 0 {
		return m, nil
	}
	shown := m.mostDifferent(table)
	m.Of = [2]rapport.ID{table.ID(shown.Left), table.ID(shown.Right)}
	m.Explain, err = model.Explain(m.Records[shown.Left], m.Records[shown.Right])
	return m, err
}

// review sorts the pairs into those that are certain and the queue.
//
// The model adds evidence up, and relatives of one name share name, address and telephone.
// So whatever it says, two dates of birth that contradict each other are for a person.
func (m *matching) review(table *identity.Table) error {
	var sure []identity.Pair
	for _, p := range m.All {
		if contradict(table.Form(p.Left, born), table.Form(p.Right, born)) {
			m.Queue = append(m.Queue, reviewed{Pair: p, Why: "births-differ"})
		} else {
			sure = append(sure, p)
		}
	}
	queue, err := identity.Review(sure, &identity.ReviewOptions{Low: doubtful, High: certain})
	if err != nil {
		return err
	}
	waiting := make(map[int]bool)
	for _, item := range queue {
		waiting[item.Place] = true
		m.Queue = append(m.Queue, reviewed{Pair: item.Pair, Why: "doubtful"})
	}
	for i, p := range sure {
		if !waiting[i] && p.Probability >= certain {
			m.Pairs = append(m.Pairs, p)
		}
	}
	for i := range m.Queue {
		r := &m.Queue[i]
		r.Left, r.Right = table.ID(r.Pair.Left), table.ID(r.Pair.Right)
		for _, d := range m.decided {
			if d.left == r.Left && d.right == r.Right || d.left == r.Right && d.right == r.Left {
				r.Decision = d.verdict
			}
		}
	}
	return nil
}

// born is the place of the date of birth in the schema.
const born = 2

// contradict reports whether two dates cannot be one that was misread.
func contradict(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	switch identity.CompareDates(a, b) {
	case identity.DatesSame, identity.DatesFit, identity.DatesSwapped, identity.DatesSlip:
		return false
	}
	return true
}

// cluster unites the pairs. What a person said counts more: those held apart stay apart,
// over others too, and those said to be one are one.
func (m *matching) cluster(table *identity.Table) error {
	place := make(map[rapport.ID]int)
	for i := range table.Len() {
		place[table.ID(i)] = i
	}
	var options identity.ClusterOptions
	for _, d := range m.decided {
		pair := [2]int{place[d.left], place[d.right]}
		if d.verdict == same {
			options.Always = append(options.Always, pair)
		} else {
			options.Never = append(options.Never, pair)
		}
	}
	clustering, err := identity.Clusters(table.Len(), m.Pairs, &options)
	if err != nil {
		return err
	}
	for _, members := range clustering.Members() {
		if len(members) < 2 {
			continue
		}
		var ids []rapport.ID
		for _, i := range members {
			ids = append(ids, table.ID(i))
		}
		slices.Sort(ids)
		m.Clusters = append(m.Clusters, ids)
	}
	slices.SortFunc(m.Clusters, slices.Compare)
	return nil
}

// mostDifferent returns the weakest of the pairs that are certain, whose explanation says
// most.
func (m *matching) mostDifferent(table *identity.Table) identity.Pair {
	return slices.MinFunc(m.Pairs, func(a, b identity.Pair) int {
		return cmp.Or(cmp.Compare(a.Weight, b.Weight), cmp.Compare(table.ID(a.Left), table.ID(b.Left)), cmp.Compare(table.ID(a.Right), table.ID(b.Right)))
	})
}
