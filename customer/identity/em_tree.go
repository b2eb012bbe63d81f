package identity

import "math"

// leastInformation is the share of what one comparison leaves open that another must
// tell for a dependence to be taken up.
const leastInformation = 0.01

// depend finds for each comparison the one that it depends on most among others: the
// tree of the greatest mutual information (Chow and Liu, IEEE Transactions on
// Information Theory 14, 1968), as a share of what can be told.
func (e *evidence) depend(p *parameters, q posterior) {
	k := e.fields
	score := grow(nil, k, k)
	for c := range k {
		for d := range c {
			score[c][d] = e.information(c, d, q)
			score[d][c] = score[c][d]
		}
	}
	in := make([]bool, k)
	var tree []int
	for len(tree) < k {
		best, from, value := -1, -1, leastInformation
		for c := range k {
			if in[c] {
				continue
			}
			for _, d := range tree {
				if score[c][d] > value {
					best, from, value = c, d, score[c][d]
				}
			}
		}
		if best < 0 { // the next tree begins with the comparison that tells most about others
			most := -1.0
			for c := range k {
				sum := 0.0
				for d := range k {
					sum += score[c][d]
				}
				if !in[c] && sum > most {
					best, most = c, sum
				}
			}
		}
		p.parent[best] = from
		in[best] = true
		tree = append(tree, best)
	}
}

// information is how much two comparisons tell about each other among others, as a
// share of what the one that leaves less open does.
func (e *evidence) information(c, d int, q posterior) float64 {
	kc, kd := e.kinds[c], e.kinds[d]
	table := make([]float64, kc*kd)
	total, square := 0.0, 0.0
	for i := range e.weight {
		a, b := e.rows[c][i], e.rows[d][i]
		if a == missing || b == missing {
			continue
		}
		other := 1 - q.match[i] - q.related[i]
		table[int(a)*kd+int(b)] += other * e.weight[i]
		total += other * e.weight[i]
		square += other * other * e.square[i]
	}
	if total <= 0 {
		return 0
	}
	rows, cols := make([]float64, kc), make([]float64, kd)
	for a := range kc {
		for b := range kd {
			table[a*kd+b] /= total
			rows[a] += table[a*kd+b]
			cols[b] += table[a*kd+b]
		}
	}
	mutual := 0.0
	for a := range kc {
		for b := range kd {
			if x := table[a*kd+b]; x > 0 {
				mutual += x * math.Log(x/(rows[a]*cols[b]))
			}
		}
	}
	// Less what chance gives: degrees of freedom over twice the pairs seen.
	mutual -= float64((kc-2)*(kd-2)) * square / (2 * total * total)
	if h := min(openness(rows), openness(cols)); h > 0 && mutual > 0 {
		return mutual / h
	}
	return 0
}

func openness(shares []float64) float64 {
	sum := 0.0
	for _, x := range shares {
		if x > 0 {
			sum -= x * math.Log(x)
		}
	}
	return sum
}
