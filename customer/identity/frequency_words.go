package identity

import (
	"math"
	"slices"
)

// wordList holds the words of the values of a column with their weights, found once
// a value.
type wordList struct {
	texts  []string // distinct words
	starts []uint32 // of each value in words; one more than values
	words  []uint32 // the words of the values, one value after the other
	weight []float32
	length []float32 // √Σ weight², by value
}

// newWordList splits the values of a column into words weighed by tokens.
func newWordList(values []string, tokens *Tokens) *wordList {
	l := &wordList{starts: make([]uint32, 1, len(values)+1), length: make([]float32, 0, len(values))}
	known := make(map[string]uint32)
	for _, value := range values {
		square := 0.0
		for from := 0; from < len(value); {
			to := from
			for to < len(value) && value[to] != ' ' {
				to++
			}
			if to > from {
				word := value[from:to]
				id, ok := known[word]
				if !ok {
					id = uint32(len(l.texts))
					known[word] = id
					l.texts = append(l.texts, word)
					l.weight = append(l.weight, float32(tokens.Weight(word)))
				}
				l.words = append(l.words, id)
				w := float64(l.weight[id])
				square += w * w
			}
			from = to + 1
		}
		l.starts = append(l.starts, uint32(len(l.words)))
		l.length = append(l.length, float32(math.Sqrt(square)))
	}
	return l
}

// of returns the words of a value.
func (l *wordList) of(value uint32) []uint32 {
	return l.words[l.starts[value]:l.starts[value+1]]
}

// similarity is [Tokens.Similarity] of two values, with the words of one matched
// in their order: a word that has no equal takes the likest word that is left.
func (l *wordList) similarity(a, b uint32) float64 {
	wordsA, wordsB := l.of(a), l.of(b)
	const most = 64
	if len(wordsA) == 0 || len(wordsB) == 0 {
		return 0
	}
	wordsA, wordsB = wordsA[:min(len(wordsA), most)], wordsB[:min(len(wordsB), most)]
	var usedA, usedB uint64
	common := 0.0
	for i, word := range wordsA {
		for k, other := range wordsB {
			if word == other && usedB>>k&1 == 0 {
				usedA |= 1 << i
				usedB |= 1 << k
				w := float64(l.weight[word])
				common += w * w
				break
			}
		}
	}
	for i, word := range wordsA {
		if usedA>>i&1 != 0 {
			continue
		}
		best, at := alike, -1
		for k, other := range wordsB {
			if usedB>>k&1 != 0 || !mayBeAlike(l.texts[word], l.texts[other]) {
				continue
			}
			if like := JaroWinkler(l.texts[word], l.texts[other]); like >= best {
				best, at = like, k
			}
		}
		if at >= 0 {
			usedB |= 1 << at
			common += best * float64(l.weight[word]) * float64(l.weight[wordsB[at]])
		}
	}
	return min(1, common/(float64(l.length[a])*float64(l.length[b])))
}

// mayBeAlike rules out words that cannot have a similarity of [alike]: numbers, which
// are equal or not, and words of lengths too different. A Jaro similarity is at most
// (2 + shorter/longer)/3, raised by .4 of what is missing to 1.
func mayBeAlike(a, b string) bool {
	if isDigit(a[0]) || isDigit(b[0]) {
		return false
	}
	return 2*min(len(a), len(b)) >= max(len(a), len(b))
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// mostWords is how many words of a field a model knows one by one.
const mostWords = 1 << 15

// frequent returns the weights without those of words that were seen once, which are
// those of words never seen, and of the rarest where there are too many.
func (t *Tokens) frequent() *Tokens {
	var weights []float64
	for _, w := range t.weights {
		if w < t.unseen {
			weights = append(weights, w)
		}
	}
	least := t.unseen
	if len(weights) > mostWords {
		slices.Sort(weights)
		least = weights[mostWords]
	}
	few := &Tokens{weights: make(map[string]float64), unseen: t.unseen}
	for word, w := range t.weights {
		if w < least {
			few.weights[word] = w
		}
	}
	return few
}
