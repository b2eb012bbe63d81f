package identity

import (
	"iter"
	"math"
	"slices"
	"strings"
)

// Tokens knows how much the words of a column tell: a word in few values counts
// more than one in many. It is immutable and safe to share.
//
// The weight of a word in d of N values is ln(1 + N/d), the inverse document
// frequency of Spärck Jones (1972); a word never seen counts as one seen once.
type Tokens struct {
	weights map[string]float64
	unseen  float64
}

// NewTokens counts the words of standard forms, which blanks separate. A word
// counts once a value.
func NewTokens(forms iter.Seq[string]) *Tokens {
	counts := make(map[string]int)
	values := 0
	var words []string
	for form := range forms {
		values++
		words = words[:0]
		for word := range strings.FieldsSeq(form) {
			if !slices.Contains(words, word) {
				words = append(words, word)
				counts[word]++
			}
		}
	}
	t := &Tokens{weights: make(map[string]float64, len(counts)), unseen: math.Log1p(float64(max(values, 1)))}
	for word, count := range counts {
		t.weights[word] = math.Log1p(float64(values) / float64(count))
	}
	return t
}

// Weight returns what a word tells, above 0.
func (t *Tokens) Weight(word string) float64 {
	if weight, ok := t.weights[word]; ok {
		return weight
	}
	return t.unseen
}

// alike is the least similarity of two words that are taken for spellings of one.
// Cohen, Ravikumar and Fienberg (2003) use the same.
const alike = 0.9

// fewWords is how many words of a text cost no allocation.
const fewWords = 16

// Similarity returns how much of what two texts say they have in common, from 0 to
// 1, whatever the order of the words: the cosine of their weights, where words that
// are alike by [JaroWinkler] (.9 or more) count by their similarity, the soft TF-IDF
// of Cohen, Ravikumar and Fienberg (2003). Each word is matched once, equal words
// first. Two texts without words are equal; one has nothing in common with any other.
func (t *Tokens) Similarity(a, b string) float64 {
	if a == b {
		return 1
	}
	var bufferA, bufferB [fewWords]weighed
	wordsA, lengthA := t.weigh(bufferA[:0], a)
	wordsB, lengthB := t.weigh(bufferB[:0], b)
	if len(wordsA) == 0 || len(wordsB) == 0 {
		if len(wordsA) == len(wordsB) {
			return 1
		}
		return 0
	}
	common := 0.0
	for i := range wordsA {
		for j := range wordsB {
			if !wordsB[j].used && wordsA[i].word == wordsB[j].word {
				common += wordsA[i].weight * wordsB[j].weight
				wordsA[i].used, wordsB[j].used = true, true
				break
			}
		}
	}
	for {
		i, j, best := closest(wordsA, wordsB)
		if best < alike {
			break
		}
		common += best * wordsA[i].weight * wordsB[j].weight
		wordsA[i].used, wordsB[j].used = true, true
	}
	return min(1, common/math.Sqrt(lengthA*lengthB))
}

// weighed is a word of a text that is compared.
type weighed struct {
	word   string
	weight float64
	used   bool
	like   float64 // similarity to the closest unused word of the other text, 0: not known
	likeAt int
}

// weigh appends the words of a text, and returns the sum of their squared weights.
func (t *Tokens) weigh(words []weighed, text string) ([]weighed, float64) {
	length := 0.0
	for word := range strings.FieldsSeq(text) {
		weight := t.Weight(word)
		words = append(words, weighed{word: word, weight: weight})
		length += weight * weight
	}
	return words, length
}

// closest returns the unused words that are most alike, the first of those that are
// equally so, and their similarity, 0 if there are none. What it found out about a
// word stays with it until its counterpart is used.
func closest(a, b []weighed) (i, j int, best float64) {
	for k := range a {
		if a[k].used {
			continue
		}
		if a[k].like == 0 || b[a[k].likeAt].used {
			a[k].like = 0
			for l := range b {
				if b[l].used {
					continue
				}
				if like := JaroWinkler(a[k].word, b[l].word); like > a[k].like {
					a[k].like, a[k].likeAt = like, l
				}
			}
		}
		if a[k].like > best {
			i, j, best = k, a[k].likeAt, a[k].like
		}
	}
	return i, j, best
}
