package identity

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Truth is what is known to be one entity, to hold found pairs and clusters against.
// It is immutable and safe to share.
type Truth struct {
	left  int             // records of the left table, where two are linked; 0: one table
	nodes int             // records in all
	of    []int           // entity of each node; nil if only pairs are known
	pairs map[[2]int]bool // nodes of the true pairs, where only those are known
	count int             // true pairs
}

// EntityTruth is the truth where the entity of every record is known: left and right
// give a label for each record; right is nil within one table. A record with the
// label "" is nobody's second record.
func EntityTruth(left, right []string) *Truth {
	t := &Truth{nodes: len(left) + len(right), of: make([]int, 0, len(left)+len(right))}
	if right != nil {
		t.left = len(left)
	}
	numbers := make(map[string]int)
	var lefts, rights []int // records of each entity
	for node, label := range slices.Concat(left, right) {
		number, ok := numbers[label]
		if !ok || label == "" {
			number = len(lefts)
			lefts, rights = append(lefts, 0), append(rights, 0)
			numbers[label] = number
		}
		t.of = append(t.of, number)
		if node < len(left) {
			lefts[number]++
		} else {
			rights[number]++
		}
	}
	for number := range lefts {
		t.count += t.among(lefts[number], rights[number])
	}
	return t
}

// among returns how many pairs there are among records: across the tables where two
// are linked.
func (t *Truth) among(left, right int) int {
	if t.left > 0 {
		return left * right
	}
	return left * (left - 1) / 2
}

// PairTruth is the truth where the true pairs are known, by the places of records in
// their tables: left is the number of records of the left table and right that of the
// right one, 0 within one table. A pair given twice counts once; within one table
// either record may come first. The error is a [*PairError].
func PairTruth(left, right int, pairs [][2]int) (*Truth, error) {
	t := &Truth{nodes: left + right, pairs: make(map[[2]int]bool, len(pairs))}
	limit := left
	if right > 0 {
		t.left, limit = left, right
	}
	for i, pair := range pairs {
		a, b := pair[0], pair[1]
		if a < 0 || b < 0 || a >= left || b >= limit || t.left == 0 && a == b {
			return nil, &PairError{Index: i, Left: a, Right: b, Reason: "is no pair of these tables"}
		}
		if t.left == 0 {
			a, b = min(a, b), max(a, b)
		}
		t.pairs[[2]int{a, b + t.left}] = true
	}
	t.count = len(t.pairs)
	return t, nil
}

// Pairs returns the number of true pairs.
func (t *Truth) Pairs() int { return t.count }

// Same reports whether two records, by their places, are known to be of one entity.
func (t *Truth) Same(left, right int) bool {
	right += t.left
	if left < 0 || right < 0 || left >= t.nodes || right >= t.nodes {
		return false
	}
	if t.of != nil {
		return t.of[left] == t.of[right]
	}
	if t.left == 0 {
		left, right = min(left, right), max(left, right)
	}
	return t.pairs[[2]int{left, right}]
}

// Quality says how good found pairs are. The denominators are the pairs found and
// the true pairs; a ratio without any has no value.
type Quality struct {
	Precision rapport.Ratio // true among those found
	Recall    rapport.Ratio // found among the true ones
}

// F1 returns the harmonic mean of precision and recall, 2·TP/(found + true); false if
// there is neither a found nor a true pair.
func (q Quality) F1() (float64, bool) {
	return rapport.Ratio{Num: 2 * q.Precision.Num, Den: q.Precision.Den + q.Recall.Den}.Value()
}

func (t *Truth) quality(right, found int) Quality {
	return Quality{
		Precision: rapport.Ratio{Num: float64(right), Den: float64(found), N: found},
		Recall:    rapport.Ratio{Num: float64(right), Den: float64(t.count), N: t.count},
	}
}

// OfPairs returns how good the pairs are. A pair given twice counts twice: leave out
// repetitions first.
func (t *Truth) OfPairs(pairs []Pair) Quality {
	right := 0
	for _, p := range pairs {
		if t.Same(p.Left, p.Right) {
			right++
		}
	}
	return t.quality(right, len(pairs))
}

// OfClusters returns how good the pairs are that clusters stand for: all pairs of
// records of one cluster, across the tables where two are linked. The clustering has
// to be of the same tables, else the error is an [*OptionError].
func (t *Truth) OfClusters(c Clustering) (Quality, error) {
	if len(c.Of) != t.nodes {
		return Quality{}, &OptionError{Name: "nodes of the clustering", Value: float64(len(c.Of)), Range: "as many as the truth has"}
	}
	found := t.pairsWithin(func(node int) [2]int { return [2]int{c.Of[node], 0} })
	if t.of != nil {
		return t.quality(t.pairsWithin(func(node int) [2]int { return [2]int{c.Of[node], t.of[node]} }), found), nil
	}
	right := 0
	for pair := range t.pairs {
		if c.Of[pair[0]] == c.Of[pair[1]] {
			right++
		}
	}
	return t.quality(right, found), nil
}

// pairsWithin counts the pairs of nodes that fall into one group.
func (t *Truth) pairsWithin(group func(node int) [2]int) int {
	counts := make(map[[2]int][2]int)
	for node := range t.nodes {
		count := counts[group(node)]
		if t.left > 0 && node >= t.left {
			count[1]++
		} else {
			count[0]++
		}
		counts[group(node)] = count
	}
	pairs := 0
	for _, count := range counts {
		pairs += t.among(count[0], count[1])
	}
	return pairs
}

// CalibrationBin compares stated with true probabilities of pairs that were given
// similar ones.
type CalibrationBin struct {
	Low, High float64       // the bin: Low ≤ probability < High, the last one up to 1
	Stated    rapport.Ratio // sum of the probabilities over the pairs
	True      rapport.Ratio // true pairs over the pairs
}

// Calibration says how honest the probabilities of pairs are.
type Calibration struct {
	Bins   []CalibrationBin // of equal width, those without pairs included
	Stated rapport.Ratio    // expected precision: the mean probability of all pairs
	True   rapport.Ratio    // their precision
	Brier  rapport.Ratio    // mean squared difference of probability and truth, 0 is best
}

// MaxBins is the most bins of a calibration.
const MaxBins = 1000

// Calibrate holds the probabilities of pairs against the truth in a number of bins,
// 1 to [MaxBins]; 0: 10. The errors are an [*OptionError] and a [*PairError] for a
// probability outside of 0 to 1.
func (t *Truth) Calibrate(pairs []Pair, bins int) (Calibration, error) {
	if bins == 0 {
		bins = 10
	}
	if bins < 1 || bins > MaxBins {
		return Calibration{}, &OptionError{Name: "bins", Value: float64(bins), Range: "1 to 1000"}
	}
	c := Calibration{Bins: make([]CalibrationBin, bins)}
	for i := range c.Bins {
		c.Bins[i].Low, c.Bins[i].High = float64(i)/float64(bins), float64(i+1)/float64(bins)
	}
	for i, p := range pairs {
		if !(p.Probability >= 0 && p.Probability <= 1) {
			return Calibration{}, &PairError{Index: i, Left: p.Left, Right: p.Right, Reason: "has a probability outside of 0 to 1"}
		}
		same := 0.0
		if t.Same(p.Left, p.Right) {
			same = 1
		}
		bin := &c.Bins[min(bins-1, int(math.Floor(p.Probability*float64(bins))))]
		for _, r := range []struct {
			ratio *rapport.Ratio
			value float64
		}{{&bin.Stated, p.Probability}, {&bin.True, same}, {&c.Stated, p.Probability}, {&c.True, same}, {&c.Brier, (p.Probability - same) * (p.Probability - same)}} {
			r.ratio.Num += r.value
			r.ratio.Den++
			r.ratio.N++
		}
	}
	return c, nil
}
