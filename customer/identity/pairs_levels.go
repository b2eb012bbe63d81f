package identity

// pattern is the levels of all comparisons of a pair, 3 bits each.
type pattern [2]uint64

const (
	levelBits   = 3
	levelsAWord = 64 / levelBits
	maxCompared = 2 * levelsAWord // comparisons that a pattern holds
)

func (p *pattern) set(comparison int, l level) {
	p[comparison/levelsAWord] |= uint64(l) << (levelBits * (comparison % levelsAWord))
}

func (p *pattern) at(comparison int) level {
	return level(p[comparison/levelsAWord] >> (levelBits * (comparison % levelsAWord)) & (1<<levelBits - 1))
}

func (p *pattern) hash() uint64 { return mix(p[0] ^ mix(p[1])) }

// exchange is two fields of one kind whose values are found in each other's place: a
// family name where the given name belongs.
type exchange struct {
	Field int `json:"field"`
	With  int `json:"with"`
}

// The levels of how the values of an exchange are arranged.
const (
	straight  level = 1
	exchanged level = 2
	unclear   level = 3 // exchanged, and not well

	arrangements = 4 // levels, with missing
)

// goodLevel is the last level that speaks for equality, of the kinds that can be
// exchanged.
const goodLevel = 3

// closeNames is the level of names that have a further key in common.
const closeNames level = 3

// comparer finds the patterns of pairs, one goroutine at a time. It remembers the
// levels of values that it has compared, unless there are too few pairs for that to pay.
type comparer struct {
	j         *joint
	exchanges []exchange
	caches    []cache // by field; nil: none
}

// cache remembers the levels of pairs of values, as many as fit.
type cache struct {
	keys   []uint64
	levels []level
}

const cacheSize = 1 << 11

func newComparer(j *joint, exchanges []exchange) *comparer {
	c := &comparer{j: j, exchanges: exchanges, caches: make([]cache, len(j.cols))}
	for f := range c.caches {
		c.caches[f] = cache{keys: make([]uint64, cacheSize), levels: make([]level, cacheSize)}
	}
	return c
}

// compare returns the level of two values of a field.
func (c *comparer) compare(f int, a, b uint32) level {
	if a == 0 || b == 0 {
		return missing
	}
	if a == b {
		return exact
	}
	if a > b {
		a, b = b, a
	}
	if c.caches == nil {
		return c.look(f, a, b)
	}
	key := uint64(a)<<32 | uint64(b)
	k := &c.caches[f]
	slot := key * 0x9e3779b97f4a7c15 >> (64 - 11)
	if k.keys[slot] == key {
		return k.levels[slot]
	}
	l := c.look(f, a, b)
	k.keys[slot], k.levels[slot] = key, l
	return l
}

// look returns the level of two values that are not equal.
func (c *comparer) look(f int, a, b uint32) level {
	column := &c.j.cols[f]
	l := column.last
	if column.bags == nil || !column.bags[a].apart(&column.bags[b], column.kind) {
		l = column.compare(a, b)
	}
	if column.spelt != nil && l > closeNames && column.spelt.share(a, b) {
		return closeNames
	}
	return l
}

// pattern returns how two records agree.
func (c *comparer) pattern(x, y int) pattern {
	var p pattern
	var levels [MaxFields]level
	rowX, rowY := c.j.row(x), c.j.row(y)
	for f, v := range rowX {
		levels[f] = c.compare(f, v, rowY[f])
	}
	for i, e := range c.exchanges {
		f, g := e.Field, e.With
		arranged := missing
		as := tally(levels[f], levels[g])
		if as.good > 0 {
			arranged = straight
		}
		if as.bad > 0 || as.good < 2 {
			lf := c.compare(f, rowX[f], rowY[g])
			lg := c.compare(g, rowX[g], rowY[f])
			switch other := tally(lf, lg); {
			case other.score <= as.score || other.worst:
			case other.good > 0 && other.bad == 0:
				arranged, levels[f], levels[g] = exchanged, lf, lg
			case other.good > as.good || other.score > as.score+1:
				arranged, levels[f], levels[g] = unclear, lf, lg
			}
		}
		p.set(len(rowX)+i, arranged)
	}
	for f := range rowX {
		p.set(f, levels[f])
	}
	return p
}

// arrangement is how well two fields agree.
type arrangement struct {
	good, bad int // levels for and against equality
	score     int
	worst     bool // one is different
}

func tally(a, b level) arrangement {
	var t arrangement
	for _, l := range [2]level{a, b} {
		switch {
		case l == missing:
		case l <= goodLevel:
			t.good++
			t.score += 5 - int(l)
		default:
			t.bad++
			t.score += max(6-int(l), -1)
			t.worst = t.worst || l == 7
		}
	}
	return t
}

// counter counts patterns: an open hash table.
type counter struct {
	used     []bool
	patterns []pattern
	counts   []float64
	size     int
}

func (c *counter) add(p pattern, n float64) {
	if 2*(c.size+1) > len(c.used) {
		old := *c
		size := max(1024, 2*len(c.used))
		*c = counter{used: make([]bool, size), patterns: make([]pattern, size), counts: make([]float64, size)}
		for i, used := range old.used {
			if used {
				c.add(old.patterns[i], old.counts[i])
			}
		}
	}
	i := int(p.hash()) & (len(c.used) - 1)
	for c.used[i] && c.patterns[i] != p {
		i = (i + 1) & (len(c.used) - 1)
	}
	if !c.used[i] {
		c.used[i], c.patterns[i] = true, p
		c.size++
	}
	c.counts[i] += n
}
