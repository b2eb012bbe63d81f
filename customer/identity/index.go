package identity

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Index finds the records that match a new one, among many. It may be used by several
// goroutines: any number of Match at a time, Add and Remove one after the other.
//
// Add files a record under each rule, and splits a block that has more records than
// [Options.MaxBlock] by a further key, as a new index does; one that no key splits is
// given up, which [Model.Blocking] reports of a table. Remove marks a record, whose
// place is not used again: make a new index after as many removals as it has records.
type Index struct {
	model *Model
	mu    sync.RWMutex
	place map[rapport.ID]uint32
	ids   []rapport.ID
	gone  []bool
	cols  []column            // the values, by field
	codes []map[string]uint32 // places of the values, by field
	rules []indexRule
	cut   int // records that share a key before it is refined
}

// Match is a record of an index that may be of the same customer.
type Match struct {
	ID          rapport.ID
	Weight      float64 // bits
	Probability float64
}

// NewIndex makes an index of a table. Its blocks are those of the model; a model that
// compares all pairs chooses rules here, by the table, and takes each key of each field
// for a rule where the table has no values. The errors are a
// [*SchemaError], and that of a ctx that is done.
func NewIndex(ctx context.Context, m *Model, t *Table) (*Index, error) {
	if err := m.fits(t, nil); err != nil {
		return nil, err
	}
	x := &Index{model: m, place: make(map[rapport.ID]uint32, t.Len()), ids: slices.Clone(t.ids), gone: make([]bool, t.Len()),
		cols: make([]column, len(t.columns)), codes: make([]map[string]uint32, len(t.columns)), cut: m.options.MaxBlock}
	for i, id := range t.ids {
		x.place[id] = uint32(i)
	}
	j := newJoint(t, nil, m.options.Workers)
	m.bind(j)
	rules, refiners := m.rules, m.refiners
	if len(rules) == 0 {
		rules, refiners = j.chooseRules(m.options.Seed, m.options.PairsARecord, m.options.MaxBlock, m.options.Workers)
		if len(rules) == 0 { // no values to choose by: records that are added meet by any key
			refiners = j.atoms()
			for _, a := range refiners {
				rules = append(rules, blockingRule{[]atom{a}})
			}
		}
	}
	numeric.Parallel(m.options.Workers, len(t.columns), func(f int) {
		c := t.columns[f]
		x.cols[f] = column{forms: slices.Clone(c.forms), codes: slices.Clone(c.codes)}
		x.codes[f] = make(map[string]uint32, len(c.forms))
		for code, form := range c.forms {
			x.codes[f][form] = uint32(code)
		}
	})
	x.rules = make([]indexRule, len(rules))
	keys := newAtomKeys(j, rules, refiners, m.options.Workers)
	numeric.Parallel(m.options.Workers, len(rules), func(r int) {
		if ctx.Err() == nil {
			x.rules[r] = newIndexRule(j, rules[r], refiners, keys, x.cut)
		}
	})
	return x, ctx.Err()
}

// Len returns the number of records.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.place)
}

// Match returns the records that match one at least as probably as
// [Options.MinProbability] says, the most probable first and equal ones by id, at most
// limit of them (0: all). A record of the index with the id of the given one is left
// out. The errors are a [*RecordError] and that of a ctx that is done.
func (x *Index) Match(ctx context.Context, record Record, limit int) ([]Match, error) {
	texts, err := x.model.forms(record)
	if err != nil {
		return nil, err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	found := x.candidates(texts)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j := x.gather(texts, found)
	x.model.bind(j)
	s, compare := x.model.scorer(j), comparer{j: j, exchanges: x.model.exchanges}
	least := logit2(x.model.options.MinProbability)
	var out []Match
	for i, place := range found {
		if x.ids[place] == record.ID {
			continue
		}
		if w := s.weight(0, compare.pattern(0, i+1)); w >= least {
			out = append(out, Match{x.ids[place], w, probability(w)})
		}
	}
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.ID, b.ID))
	})
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out, nil
}

// candidates returns the places of the records that share a key with the texts.
func (x *Index) candidates(texts []string) []uint32 {
	keys := x.model.probe(texts)
	var found []uint32
	for i := range x.rules {
		if key := x.rules[i].key(keys); key != 0 {
			found = x.rules[i].find(found, key)
		}
	}
	slices.Sort(found)
	return slices.DeleteFunc(slices.Compact(found), func(place uint32) bool { return x.gone[place] })
}

// gather makes a table of a record, at place 0, and the found ones.
func (x *Index) gather(texts []string, found []uint32) *joint {
	n := len(found) + 1
	j := &joint{fields: x.model.schema.Fields, n: n, split: n, cols: make([]jointColumn, len(texts))}
	for f := range j.cols {
		c := &j.cols[f]
		c.texts, c.codes = []string{""}, make([]uint32, n)
		known := map[uint32]uint32{0: 0}
		if texts[f] != "" {
			c.texts, c.codes[0] = append(c.texts, texts[f]), 1
			if code, ok := x.codes[f][texts[f]]; ok {
				known[code] = 1
			}
		}
		for i, place := range found {
			code := x.cols[f].codes[place]
			local, ok := known[code]
			if !ok {
				local = uint32(len(c.texts))
				c.texts = append(c.texts, x.cols[f].forms[code])
				known[code] = local
			}
			c.codes[i+1] = local
		}
		c.finish(j.fields[f].Kind)
	}
	return j
}

// Add puts a record into the index. An id that it has is [ErrDuplicateRecord] in a
// [*RecordError].
func (x *Index) Add(record Record) error {
	texts, err := x.model.forms(record)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, ok := x.place[record.ID]; ok {
		return &RecordError{Record: -1, ID: record.ID, Err: ErrDuplicateRecord}
	}
	place := uint32(len(x.ids))
	x.place[record.ID] = place
	x.ids, x.gone = append(x.ids, record.ID), append(x.gone, false)
	for f, text := range texts {
		code, ok := x.codes[f][text]
		if !ok {
			code = uint32(len(x.cols[f].forms))
			x.cols[f].forms = append(x.cols[f].forms, text)
			x.codes[f][text] = code
		}
		x.cols[f].codes = append(x.cols[f].codes, code)
	}
	keys := x.model.probe(texts)
	for i := range x.rules {
		x.file(i, place, keys)
	}
	return nil
}

// Remove takes a record out of the index. An id that it does not have is
// [ErrNoRecord] in a [*RecordError].
func (x *Index) Remove(id rapport.ID) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	place, ok := x.place[id]
	if !ok {
		return &RecordError{Record: -1, ID: id, Err: ErrNoRecord}
	}
	delete(x.place, id)
	x.gone[place] = true
	return nil
}
