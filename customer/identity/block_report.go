package identity

import "github.com/rapport-crm/rapport"

// Blocking says what pairs a model would compare in tables, before it does.
type Blocking struct {
	Pairs rapport.Ratio // candidates, those that several rules make counted by each, over all pairs
	Rules []RuleReport  // none where all pairs are compared
}

// Blocking finds the blocks of tables without comparing any pair: an upper bound of
// the work of [Model.Pairs]. The error is a [*SchemaError].
func (m *Model) Blocking(left, right *Table) (Blocking, error) {
	b, err := m.blocks(left, right)
	if err != nil {
		return Blocking{}, err
	}
	all := b.j.pairCount()
	return Blocking{Pairs: rapport.Ratio{Num: min(b.pairs(), all), Den: all, N: b.j.n}, Rules: b.report}, nil
}

// Completeness returns the share of true pairs that are candidates: pairs completeness,
// exact. The pairs are places in the tables. The errors are a [*SchemaError] and a
// [*PairError].
func (m *Model) Completeness(left, right *Table, truth [][2]int) (rapport.Ratio, error) {
	b, err := m.blocks(left, right)
	if err != nil {
		return rapport.Ratio{}, err
	}
	found := 0
	for i, pair := range truth {
		x, y := pair[0], pair[1]
		if right != nil {
			y += b.j.split
		}
		if x < 0 || y < 0 || x >= b.j.split || y >= b.j.n || right != nil && pair[1] < 0 || x == y {
			return rapport.Ratio{}, &PairError{Index: i, Left: pair[0], Right: pair[1], Reason: "is no pair of these tables"}
		}
		if b.all || b.share(x, y, b.rules) {
			found++
		}
	}
	return rapport.Ratio{Num: float64(found), Den: float64(len(truth)), N: len(truth)}, nil
}

// blocks prepares tables for comparison.
func (m *Model) blocks(left, right *Table) (*blocks, error) {
	if err := m.fits(left, right); err != nil {
		return nil, err
	}
	j := newJoint(left, right, m.options.Workers)
	m.bind(j)
	b := newBlocks(j, m.rules, m.refiners, m.options.MaxBlock, m.options.Workers)
	b.all = m.all
	return b, nil
}
