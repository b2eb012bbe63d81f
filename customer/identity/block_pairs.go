package identity

import (
	"context"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// blocks are the records that share keys, by rule.
type blocks struct {
	j      *joint
	all    bool // every pair
	rules  int
	member []uint32 // the block of record i under rule r, at i*rules+r, counted from 1; 0: none
	lists  [][]block
	order  [][]uint32 // records by rule, those of a block together
	report []RuleReport
}

// block is a range of blocks.order of a rule.
type block struct{ from, split, to uint32 }

// RuleReport says what one blocking rule makes.
type RuleReport struct {
	Rule    string  `json:"rule"`    // such as "surname exact + birth year"
	Blocks  int     `json:"blocks"`  // with at least one pair
	Pairs   float64 `json:"pairs"`   // that it makes, those of other rules among them
	Largest int     `json:"largest"` // records of the largest block
	Refined int     `json:"refined"` // blocks too large, split by a further key
	Skipped int     `json:"skipped"` // blocks too large that no key split
	Dropped int     `json:"dropped"` // records of those
}

// newBlocks sorts the records into blocks of at most maxBlock (in linking, of
// maxBlock² pairs/4).
func newBlocks(j *joint, rules []blockingRule, refiners []atom, maxBlock, workers int) *blocks {
	b := &blocks{j: j, rules: len(rules), member: make([]uint32, j.n*len(rules)),
		lists: make([][]block, len(rules)), order: make([][]uint32, len(rules)), report: make([]RuleReport, len(rules))}
	needed := newAtomKeys(j, rules, refiners, workers)
	numeric.Parallel(workers, len(rules), func(r int) {
		for i, a := range rules[r].Atoms {
			if i > 0 {
				b.report[r].Rule += " + "
			}
			b.report[r].Rule += a.describe(j.fields)
		}
		var refine [][]uint64
		for _, a := range rules[r].refiners(refiners) {
			refine = append(refine, needed[a])
		}
		b.build(r, rules[r], needed, refine, maxBlock)
	})
	return b
}

// keyed is a record under its key.
type keyed struct {
	key    uint64
	record uint32
}

// newAtomKeys finds the keys of the records that rules need.
func newAtomKeys(j *joint, rules []blockingRule, refiners []atom, workers int) map[atom][]uint64 {
	list := slices.Clone(refiners)
	for _, r := range rules {
		for _, a := range r.Atoms {
			if !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
	made := make([][]uint64, len(list))
	numeric.Parallel(workers, len(list), func(i int) { made[i] = j.atomKeys(list[i]) })
	keys := make(map[atom][]uint64, len(list))
	for i, a := range list {
		keys[a] = made[i]
	}
	return keys
}

// key combines the keys of the parts; 0 if one has none.
func (r blockingRule) key(keys func(a atom) uint64) uint64 {
	hash := uint64(0)
	for _, a := range r.Atoms {
		k := keys(a)
		if k == 0 {
			return 0
		}
		hash = sortable(hash ^ k)
	}
	return hash
}

// refiners returns the atoms that split blocks of the rule which are too large.
func (r blockingRule) refiners(all []atom) []atom {
	var list []atom
	for _, a := range all {
		if !slices.ContainsFunc(r.Atoms, func(o atom) bool { return !a.disjoint(o) }) {
			list = append(list, a)
		}
	}
	return list
}

// build sorts the records by their keys under a rule.
func (b *blocks) build(r int, rule blockingRule, keys map[atom][]uint64, refine [][]uint64, maxBlock int) {
	parts := make([][]uint64, len(rule.Atoms))
	for i, a := range rule.Atoms {
		parts[i] = keys[a]
	}
	entries := make([]keyed, 0, b.j.n)
	for i := range b.j.n {
		hash := uint64(0)
		for _, part := range parts {
			if part[i] == 0 {
				hash = 0
				break
			}
			hash = sortable(hash ^ part[i])
		}
		if hash != 0 {
			entries = append(entries, keyed{hash, uint32(i)})
		}
	}
	report := &b.report[r]
	b.take(r, sortKeyed(entries), refine, maxBlock, report)
}

// take makes blocks of sorted entries and refines those that are too large.
func (b *blocks) take(r int, entries []keyed, refine [][]uint64, maxBlock int, report *RuleReport) {
	for from := 0; from < len(entries); {
		to := from
		for to < len(entries) && entries[to].key == entries[from].key {
			to++
		}
		group := entries[from:to]
		from = to
		left := 0
		for left < len(group) && int(group[left].record) < b.j.split {
			left++
		}
		pairs := float64(len(group)) * float64(len(group)-1) / 2
		if b.j.linking() {
			pairs = float64(left) * float64(len(group)-left)
		}
		if pairs == 0 {
			continue
		}
		if pairs > float64(maxBlock)*float64(maxBlock)/2 {
			if len(refine) == 0 {
				report.Skipped++
				report.Dropped += len(group)
				continue
			}
			report.Refined++
			finer := make([]keyed, 0, len(group))
			for _, e := range group {
				if k := refine[0][e.record]; k != 0 {
					finer = append(finer, keyed{sortable(e.key ^ k), e.record})
				}
			}
			b.take(r, sortKeyed(finer), refine[1:], maxBlock, report)
			continue
		}
		start := uint32(len(b.order[r]))
		number := uint32(len(b.lists[r]) + 1)
		for _, e := range group {
			b.order[r] = append(b.order[r], e.record)
			b.member[int(e.record)*b.rules+r] = number
		}
		split := start
		if b.j.linking() {
			split = start + uint32(left)
		}
		b.lists[r] = append(b.lists[r], block{start, split, uint32(len(b.order[r]))})
		report.Blocks++
		report.Pairs += pairs
		report.Largest = max(report.Largest, len(group))
	}
}

// sortable hashes a key to one that four passes of 11 bits sort. Two keys that come out
// the same join two blocks, which costs comparisons and nothing else.
func sortable(key uint64) uint64 { return mix(key)&^(1<<20-1) | 1<<20 }

// sortKeyed sorts by key; records of a key keep their order. It uses the entries'
// memory.
func sortKeyed(entries []keyed) []keyed {
	if len(entries) < 256 {
		slices.SortStableFunc(entries, func(a, b keyed) int {
			switch {
			case a.key < b.key:
				return -1
			case a.key > b.key:
				return 1
			}
			return 0
		})
		return entries
	}
	other := make([]keyed, len(entries))
	for shift := 20; shift < 64; shift += 11 {
		var counts [1 << 11]int
		for i := range entries {
			counts[entries[i].key>>shift&(1<<11-1)]++
		}
		sum := 0
		for i, c := range counts {
			counts[i] = sum
			sum += c
		}
		for i := range entries {
			digit := entries[i].key >> shift & (1<<11 - 1)
			other[counts[digit]] = entries[i]
			counts[digit]++
		}
		entries, other = other, entries
	}
	return entries
}

// share reports whether two records are in one block of a rule before the given one.
func (b *blocks) share(x, y, before int) bool {
	here, there := b.member[x*b.rules:][:before], b.member[y*b.rules:][:before]
	for r, number := range here {
		if number == there[r] && number != 0 {
			return true
		}
	}
	return false
}

// pairChunk is how many pairs a piece of work has, about.
const pairChunk = 1 << 16

// chunk is a piece of work: blocks of a rule, or rows of the table of all pairs.
type chunk struct{ rule, from, to int }

// chunks cuts the blocks into pieces of work.
func (b *blocks) chunks() []chunk {
	var list []chunk
	if b.all {
		width := max(1, b.j.n-b.j.split)
		if !b.j.linking() {
			width = max(1, b.j.n/2)
		}
		step := max(1, pairChunk/width)
		for from := 0; from < b.j.split; from += step {
			list = append(list, chunk{-1, from, min(from+step, b.j.split)})
		}
		return list
	}
	for r := range b.lists {
		from, pairs := 0, 0
		for i, k := range b.lists[r] {
			size := int(k.to - k.from)
			pairs += size * size / 2
			if pairs >= pairChunk {
				list = append(list, chunk{r, from, i + 1})
				from, pairs = i+1, 0
			}
		}
		if from < len(b.lists[r]) {
			list = append(list, chunk{r, from, len(b.lists[r])})
		}
	}
	return list
}

// each visits the pairs of a piece of work, each pair of all pieces once.
func (b *blocks) each(c chunk, visit func(x, y int)) {
	j := b.j
	if c.rule < 0 {
		for x := c.from; x < c.to; x++ {
			y := j.split
			if !j.linking() {
				y = x + 1
			}
			for ; y < j.n; y++ {
				visit(x, y)
			}
		}
		return
	}
	order := b.order[c.rule]
	for _, k := range b.lists[c.rule][c.from:c.to] {
		last := k.to
		if j.linking() {
			last = k.split
		}
		for i := k.from; i < last; i++ {
			next := i + 1
			if j.linking() {
				next = k.split
			}
			x := int(order[i])
			for ; next < k.to; next++ {
				if y := int(order[next]); !b.share(x, y, c.rule) {
					visit(x, y)
				}
			}
		}
	}
}

// pairs returns the number of pairs at most.
func (b *blocks) pairs() float64 {
	if b.all {
		return b.j.pairCount()
	}
	sum := 0.0
	for _, r := range b.report {
		sum += r.Pairs
	}
	return sum
}

// run does the work of all pieces; it stops early where ctx is done.
func (b *blocks) run(ctx context.Context, workers int, work func(piece int, c chunk)) error {
	pieces := b.chunks()
	numeric.Parallel(workers, len(pieces), func(i int) {
		if ctx.Err() == nil {
			work(i, pieces[i])
		}
	})
	return ctx.Err()
}
