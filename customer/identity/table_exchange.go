package identity

// findExchanges looks for pairs of fields that have each other's values: where (a, b)
// and (b, a) are found among the pairs of records that agree on both.
func (j *joint) findExchanges() []exchange {
	type found struct {
		exchange
		share float64
	}
	var best []exchange
	taken := make([]bool, len(j.fields))
	for {
		top := found{share: leastExchanged}
		for f := range j.fields {
			for g := f + 1; g < len(j.fields); g++ {
				if taken[f] || taken[g] || j.fields[f].Kind != j.fields[g].Kind || !exchangeable(j.fields[f].Kind) {
					continue
				}
				if share := j.exchanged(f, g); share > top.share {
					top = found{exchange{f, g}, share}
				}
			}
		}
		if top.share == leastExchanged {
			return best
		}
		best = append(best, top.exchange)
		taken[top.Field], taken[top.With] = true, true
	}
}

// leastExchanged is the share of pairs of records with the same two values that have
// them exchanged from which on exchanges are looked for.
const leastExchanged = 0.002

func exchangeable(kind Kind) bool {
	return kind == Name || kind == Organisation || kind == Text || kind == Address
}

// exchanged returns the share of exchanged pairs among those with the same two
// values; 0 if there are not even three.
func (j *joint) exchanged(f, g int) float64 {
	const few = 3
	common := make(map[string]bool)
	for v, text := range j.cols[g].texts {
		if v > 0 {
			common[text] = false
		}
	}
	for v, text := range j.cols[f].texts {
		if _, ok := common[text]; ok && v > 0 {
			common[text] = true
		}
	}
	type two struct{ a, b string }
	counts := make(map[two]float64)
	order := []two{}
	same := make(map[[2]uint32]float64)
	for i := range j.n {
		a, b := j.cols[f].codes[i], j.cols[g].codes[i]
		if a == 0 || b == 0 {
			continue
		}
		same[[2]uint32{a, b}]++
		if x, y := j.cols[f].texts[a], j.cols[g].texts[b]; x != y && common[x] && common[y] {
			if counts[two{x, y}]++; counts[two{x, y}] == 1 {
				order = append(order, two{x, y})
			}
		}
	}
	swapped, equal := 0.0, 0.0
	for _, t := range order {
		if t.a < t.b {
			swapped += counts[t] * counts[two{t.b, t.a}]
		}
	}
	for _, n := range same {
		equal += n * (n - 1) / 2
	}
	if swapped < few {
		return 0
	}
	return swapped / (swapped + equal)
}

// unify numbers the values of two columns alike, so that they can be compared.
func (j *joint) unify(f, g int) {
	a, b := &j.cols[f], &j.cols[g]
	texts, codes := joinColumns(&column{forms: a.texts, codes: a.codes}, &column{forms: b.texts, codes: b.codes})
	a.codes, b.codes = codes[:j.n:j.n], codes[j.n:]
	a.texts, b.texts = texts, texts
	for _, c := range []*jointColumn{a, b} {
		c.finish(c.kind)
	}
}
