package identity

import (
	"cmp"
	"slices"
)

// indexRule is the records by their keys under a blocking rule.
type indexRule struct {
	atoms   []atom
	refine  []atom
	sorted  []keyed             // of the table
	added   map[uint64][]uint32 // since
	refined map[uint64]bool     // keys of too many records, which a further key splits
}

// newIndexRule sorts the records of a table by their keys.
func newIndexRule(j *joint, rule blockingRule, refiners []atom, keys map[atom][]uint64, cut int) indexRule {
	r := indexRule{atoms: rule.Atoms, refine: rule.refiners(refiners), added: make(map[uint64][]uint32), refined: make(map[uint64]bool)}
	for i := range j.n {
		if key := rule.key(func(a atom) uint64 { return keys[a][i] }); key != 0 {
			r.sorted = append(r.sorted, keyed{key, uint32(i)})
		}
	}
	group := slices.Clone(r.sorted)
	for depth := 0; len(group) > 0; depth++ {
		group = sortKeyed(group)
		var finer []keyed
		for from := 0; from < len(group); {
			to := from
			for to < len(group) && group[to].key == group[from].key {
				to++
			}
			if to-from > cut {
				r.refined[group[from].key] = true
				if depth < len(r.refine) {
					for _, e := range group[from:to] {
						if k := keys[r.refine[depth]][e.record]; k != 0 {
							finer = append(finer, keyed{sortable(e.key ^ k), e.record})
						}
					}
				}
			}
			from = to
		}
		r.sorted = append(r.sorted, finer...)
		group = finer
	}
	r.sorted = slices.DeleteFunc(r.sorted, func(e keyed) bool { return r.refined[e.key] })
	r.sorted = slices.Clip(sortKeyed(r.sorted))
	return r
}

// key returns the key of a record under the rule, refined where needed; 0: none.
func (r *indexRule) key(keys func(a atom) uint64) uint64 {
	key := blockingRule{r.atoms}.key(keys)
	for depth := 0; key != 0 && r.refined[key]; depth++ {
		if depth == len(r.refine) {
			return 0
		}
		k := keys(r.refine[depth])
		if k == 0 {
			return 0
		}
		key = sortable(key ^ k)
	}
	return key
}

// find appends the records that are filed under a key.
func (r *indexRule) find(found []uint32, key uint64) []uint32 {
	from, _ := slices.BinarySearchFunc(r.sorted, key, func(e keyed, key uint64) int { return cmp.Compare(e.key, key) })
	for ; from < len(r.sorted) && r.sorted[from].key == key; from++ {
		found = append(found, r.sorted[from].record)
	}
	return append(found, r.added[key]...)
}

// file puts a record under its key of a rule. A key that has too many records then is
// split by a further one, as in a new index.
func (x *Index) file(rule int, place uint32, keys func(a atom) uint64) {
	r := &x.rules[rule]
	key := r.key(keys)
	if key == 0 {
		return
	}
	r.added[key] = append(r.added[key], place)
	held := r.find(nil, key)
	if len(held) <= x.cut {
		return
	}
	isGone := func(place uint32) bool { return x.gone[place] }
	r.added[key] = slices.DeleteFunc(r.added[key], isGone)
	if held = slices.DeleteFunc(held, isGone); len(held) <= x.cut {
		return
	}
	delete(r.added, key)
	r.refined[key] = true
	for _, p := range held {
		x.file(rule, p, x.model.probe(x.texts(p)))
	}
}

// texts returns the standard forms of the record at a place.
func (x *Index) texts(place uint32) []string {
	texts := make([]string, len(x.cols))
	for f := range x.cols {
		texts[f] = x.cols[f].forms[x.cols[f].codes[place]]
	}
	return texts
}
