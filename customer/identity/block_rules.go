package identity

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// blockingRule says which records are compared: those with equal keys in all its
// parts.
type blockingRule struct {
	Atoms []atom `json:"atoms"`
}

// Simulated matches by which rules are chosen before anything is known about the
// errors in the data: most records have few errors, some many.
const (
	simulated    = 4096
	maxRules     = 24
	ruleSample   = 1 << 15 // records by which the size of rules is judged
	enoughGain   = 1.0 / simulated
	refinerLeast = 8 // least distinct keys of an atom that refines blocks
)

// agreement is which simulated matches agree on an atom or a rule.
type agreement [simulated / 64]uint64

func (a *agreement) count() int {
	n := 0
	for _, word := range a {
		n += bits.OnesCount64(word)
	}
	return n
}

// chooseRules picks rules greedily: the one that finds most simulated matches not
// found yet for the pairs that it costs, until hardly any is left or the budget of
// pairs a record is spent.
func (j *joint) chooseRules(seed uint64, budget float64, maxBlock, workers int) ([]blockingRule, []atom) {
	atoms := j.atoms()
	keys := make([][]uint64, len(atoms))
	places := j.sample(ruleSample)
	numeric.Parallel(workers, len(atoms), func(a int) {
		all := j.atomKeys(atoms[a])
		keys[a] = make([]uint64, len(places))
		for i, place := range places {
			keys[a][i] = all[place]
		}
	})
	agree := j.simulateAgreement(atoms, keys, seed)

	type candidate struct {
		atoms []int
		agree agreement
		cost  float64 // pairs a record
	}
	var candidates []candidate
	add := func(parts ...int) {
		c := candidate{atoms: parts, agree: agree[parts[0]]}
		for _, p := range parts[1:] {
			for w := range c.agree {
				c.agree[w] &= agree[p][w]
			}
		}
		candidates = append(candidates, c)
	}
	for a := range atoms {
		add(a)
		for b := a + 1; b < len(atoms); b++ {
			if atoms[a].disjoint(atoms[b]) {
				add(a, b)
			}
		}
	}
	scale := float64(j.n) / float64(max(len(places), 1))
	split := 0
	for split < len(places) && int(places[split]) < j.split {
		split++
	}
	numeric.Parallel(workers, len(candidates), func(c int) {
		candidates[c].cost = scale * sampledPairs(keys, candidates[c].atoms, split, maxBlock, scale) / float64(max(len(places), 1))
	})

	var rules []blockingRule
	var found agreement // as often as there were rounds
	chosen := make([]bool, len(candidates))
	spent := 0.0
	fresh := false
	for len(rules) < maxRules {
		best, value := -1, 0.0
		for i := range candidates {
			c := &candidates[i]
			if chosen[i] || c.cost > budget-spent {
				continue
			}
			gain := 0
			for w := range found {
				gain += bits.OnesCount64(c.agree[w] &^ found[w])
			}
			if v := float64(gain) / (c.cost + budget/8); float64(gain) >= enoughGain*simulated && v > value {
				best, value = i, v
			}
		}
		if best < 0 && !fresh {
			break
		}
		if best < 0 {
			found, fresh = agreement{}, false // find them all once more, by other rules
			continue
		}
		c := &candidates[best]
		chosen[best], fresh = true, true
		spent += c.cost
		for w := range found {
			found[w] |= c.agree[w]
		}
		var rule blockingRule
		for _, p := range c.atoms {
			rule.Atoms = append(rule.Atoms, atoms[p])
		}
		rules = append(rules, rule)
	}
	return rules, j.refiners(atoms, keys, agree)
}

// disjoint reports whether two atoms are of different fields.
func (a atom) disjoint(b atom) bool {
	touches := func(x atom, f int) bool { return x.Field == f || x.Kind == atomBoth && x.With == f }
	return !touches(b, a.Field) && !(a.Kind == atomBoth && touches(b, a.With))
}

// sample returns the places of records, at most about most of them, evenly.
func (j *joint) sample(most int) []int32 {
	step := max(1, (j.n+most-1)/most)
	places := make([]int32, 0, j.n/step+1)
	for i := 0; i < j.n; i += step {
		places = append(places, int32(i))
	}
	return places
}

// refiners are the atoms by which blocks that are too large are split, the most
// reliable first.
func (j *joint) refiners(atoms []atom, keys [][]uint64, agree []agreement) []atom {
	type ranked struct {
		atom
		agree int
	}
	var list []ranked
	for a := range atoms {
		distinct := slices.Clone(keys[a])
		slices.Sort(distinct)
		if len(slices.Compact(distinct)) >= refinerLeast {
			list = append(list, ranked{atoms[a], agree[a].count()})
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return b.agree - a.agree })
	var refiners []atom
	for _, r := range list {
		if !slices.ContainsFunc(refiners, func(o atom) bool { return !r.disjoint(o) }) {
			refiners = append(refiners, r.atom)
		}
	}
	return refiners
}

// sampledPairs returns how many pairs of the sampled records a rule makes, at most
// those of blocks of the greatest size.
func sampledPairs(keys [][]uint64, parts []int, split, maxBlock int, scale float64) float64 {
	type entry struct {
		key  uint64
		left bool
	}
	entries := make([]entry, 0, len(keys[parts[0]]))
	for i := range keys[parts[0]] {
		hash := uint64(0)
		for _, p := range parts {
			if keys[p][i] == 0 {
				hash = 0
				break
			}
			hash = mix(hash^keys[p][i]) | 1
		}
		if hash != 0 {
			entries = append(entries, entry{hash, i < split})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.key < b.key {
			return -1
		}
		if a.key > b.key {
			return 1
		}
		return 0
	})
	linking := split < len(keys[parts[0]])
	pairs := 0.0
	for from := 0; from < len(entries); {
		to, left := from, 0
		for to < len(entries) && entries[to].key == entries[from].key {
			if entries[to].left {
				left++
			}
			to++
		}
		size := to - from
		if float64(size)*scale > 2*float64(maxBlock) {
			pairs += float64(size) * float64(maxBlock) / (2 * scale) // it will be refined
		} else if linking {
			pairs += float64(left) * float64(size-left)
		} else {
			pairs += float64(size) * float64(size-1) / 2
		}
		from = to
	}
	return pairs
}

// simulateAgreement draws which atoms agree in matches with typical errors, fields
// missing as often as they are.
func (j *joint) simulateAgreement(atoms []atom, keys [][]uint64, seed uint64) []agreement {
	present := make([]float64, len(j.fields))
	for f := range j.cols {
		if j.n > 0 {
			present[f] = 1 - float64(j.cols[f].counts[0])/float64(j.n)
		}
	}
	keyed := make([]float64, len(atoms)) // share of the values that give the atom a key
	for i, a := range atoms {
		n := 0
		for _, key := range keys[i] {
			if key != 0 {
				n++
			}
		}
		keyed[i] = 0
		if p := present[a.Field]; p > 0 && len(keys[i]) > 0 {
			keyed[i] = min(1, float64(n)/float64(len(keys[i]))/p)
		}
	}
	random := numeric.Stream(seed, 1)
	agree := make([]agreement, len(atoms))
	type damage struct {
		ok, swapped bool
		wrong       float64 // where in the value the error is; 1 and more: none
		respelt     bool    // in another script
	}
	spelt := slices.ContainsFunc(atoms, func(a atom) bool { return a.Kind == atomSpelling })
	states := make([]damage, len(j.fields))
	for s := range simulated {
		rate := 0.1
		switch x := random.Float64(); {
		case x > 0.85:
			rate = 0.6
		case x > 0.5:
			rate = 0.3
		}
		swapped := random.Float64() < 0.03
		respelt := spelt && random.Float64() < 0.15
		for f := range states {
			both := random.Float64() < present[f]*present[f]
			wrong := 2.0
			if random.Float64() < rate {
				wrong = random.Float64()
			}
			states[f] = damage{ok: both, wrong: wrong, swapped: swapped && j.fields[f].Kind == Name,
				respelt: respelt && j.cols[f].spelt != nil}
		}
		for i, a := range atoms {
			d := states[a.Field]
			good := d.ok && !d.swapped && (!d.respelt || a.Kind == atomSpelling)
			switch a.Kind {
			case atomExact:
				good = good && d.wrong > 1
			case atomBoth:
				w := states[a.With]
				good = d.ok && w.ok && !d.respelt && !w.respelt && d.wrong > 1 && w.wrong > 1
			case atomPrefix, atomLocal, atomRare:
				good = good && (d.wrong > 0.45)
			case atomYear:
				good = good && (d.wrong > 0.55)
			case atomMonthDay:
				good = good && (d.wrong < 0.45 || d.wrong > 1)
			default:
				good = good && (d.wrong < 0.4 || d.wrong > 1)
			}
			if good && (a.Kind == atomBoth || keyed[i] == 1 || random.Float64() < keyed[i]) {
				agree[i][s/64] |= 1 << (s % 64)
			}
		}
	}
	return agree
}

// describe names the atom in a report, such as "surname exact".
func (a atom) describe(fields []Field) string {
	if a.Kind == atomBoth {
		return fields[a.Field].Name + "+" + fields[a.With].Name + " in any order"
	}
	return strings.TrimSpace(fields[a.Field].Name + " " + string(a.Kind))
}
