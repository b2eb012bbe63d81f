package identity

import (
	"math/bits"
)

// Winkler says how [Winkler.Similarity] raises the similarity of two texts that
// begin alike. The zero value stands for Winkler's own choice: up to 4 letters,
// each a tenth of what is missing to 1, and only above .7.
type Winkler struct {
	Prefix int     // how many letters of the common beginning count; 0: 4, negative: none
	Scale  float64 // what each of them adds; 0: 0.1; Prefix × Scale above 1 counts as 1
	// Above is the Jaro similarity that must be exceeded for the beginning to count.
	// 0: 0.7, as Winkler (1990) has it; negative: it always counts, as in some tools.
	Above float64
}

// JaroWinkler returns the similarity of two texts by Jaro (1989) and Winkler (1990),
// from 0 for nothing in common to 1 for equal texts: MARTHA and MARHTA have .9611.
// Letters are Unicode code points, and case counts, so it belongs after a standard
// form. Two empty texts are equal; an empty one has nothing in common with any other.
//
// A letter of one text matches an equal one of the other that is not matched yet and
// at most ⌊max/2⌋−1 places away; the first such letter is taken. Implementations that
// leave out the −1 give other figures. Bytes that are no UTF-8 count as U+FFFD.
func JaroWinkler(a, b string) float64 { return Winkler{}.Similarity(a, b) }

// Jaro returns the similarity without regard to the beginning: MARTHA and MARHTA
// have .9444.
func Jaro(a, b string) float64 { return Winkler{Prefix: -1}.Similarity(a, b) }

// Similarity returns the similarity of two texts, see [JaroWinkler]. Texts of up to
// 64 letters cost no allocation; the time for longer ones grows with their length.
func (w Winkler) Similarity(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) <= maxLetters && len(b) <= maxLetters && isASCII(a) && isASCII(b) {
		var bytesA, bytesB [maxLetters]byte
		return jaro(w, bytesA[:copy(bytesA[:], a)], bytesB[:copy(bytesB[:], b)])
	}
	var bufferA, bufferB [maxLetters]rune
	lettersA, shortA := letters(bufferA[:0], a)
	lettersB, shortB := letters(bufferB[:0], b)
	if shortA && shortB {
		return jaro(w, lettersA, lettersB)
	}
	return longJaro(w, []rune(a), []rune(b))
}

// maxLetters is how many letters fit the bits of a word.
const maxLetters = 64

// letters appends the letters of a text to an empty buffer as long as they fit.
func letters(buffer []rune, text string) ([]rune, bool) {
	for _, r := range text {
		if len(buffer) == cap(buffer) {
			return nil, false
		}
		buffer = append(buffer, r)
	}
	return buffer, true
}

// jaro compares two texts of up to 64 letters. The places of each letter of b are
// bits of a word, found by the letter's last seven bits; a letter beyond ASCII may
// share the word with others, so what is found is looked at again.
func jaro[L byte | rune](w Winkler, a, b []L) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	var places [128]uint64
	for j := range b {
		places[b[j]&127] |= 1 << j
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var usedA, usedB uint64
	for i := range a {
		near := places[a[i]&127] &^ usedB & span(i-window, i+window)
		for near != 0 {
			j := bits.TrailingZeros64(near)
			if a[i] == b[j] {
				usedA |= 1 << i
				usedB |= 1 << j
				break
			}
			near &= near - 1
		}
	}
	matches := bits.OnesCount64(usedA)
	if matches == 0 {
		return 0
	}
	swapped := 0
	for ; usedA != 0; usedA, usedB = usedA&(usedA-1), usedB&(usedB-1) {
		if a[bits.TrailingZeros64(usedA)] != b[bits.TrailingZeros64(usedB)] {
			swapped++
		}
	}
	return w.raise(similarity(len(a), len(b), matches, swapped), beginning(a, b))
}

// span returns a word with the bits of the places from first to last.
func span(first, last int) uint64 {
	below := ^uint64(0) << max(first, 0)
	if last >= maxLetters-1 {
		return below
	}
	return below & (1<<(last+1) - 1)
}

// beginning returns how many letters two texts have in common at their beginning.
func beginning[L byte | rune](a, b []L) int {
	common := 0
	for common < min(len(a), len(b)) && a[common] == b[common] {
		common++
	}
	return common
}

// similarity is Jaro's: the mean of the shares of matched letters and of matched
// letters in the same order.
func similarity(lengthA, lengthB, matches, swapped int) float64 {
	m := float64(matches)
	return (m/float64(lengthA) + m/float64(lengthB) + (m-float64(swapped/2))/m) / 3
}

// raise adds what Winkler gives for a common beginning.
func (w Winkler) raise(jaro float64, common int) float64 {
	prefix, scale, above := w.Prefix, w.Scale, w.Above
	if prefix == 0 {
		prefix = 4
	}
	if !(scale > 0) {
		scale = 0.1
	}
	if above == 0 {
		above = 0.7
	}
	if prefix < 0 || jaro <= above {
		return jaro
	}
	return jaro + min(1, float64(min(common, prefix))*scale)*(1-jaro)
}

// longJaro is jaro for texts of any length. The unused places of a letter of b are
// taken in their order, so one list per letter with its first place is enough.
func longJaro(w Winkler, a, b []rune) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	first := make(map[rune]int, 64) // 1 + the first place of b that is not passed; 0: none
	next := make([]int, len(b))     // the next place of the same letter, likewise
	for j := len(b) - 1; j >= 0; j-- {
		next[j] = first[b[j]]
		first[b[j]] = j + 1
	}
	window := max(len(a), len(b))/2 - 1
	var matchedA []rune
	usedB := make([]bool, len(b))
	for i, letter := range a {
		at := first[letter]
		for at != 0 && at-1 < i-window {
			at = next[at-1]
		}
		if at != 0 && at-1 <= i+window {
			matchedA = append(matchedA, letter)
			usedB[at-1] = true
			at = next[at-1]
		}
		first[letter] = at
	}
	if len(matchedA) == 0 {
		return 0
	}
	swapped, k := 0, 0
	for j, letter := range b {
		if usedB[j] {
			if matchedA[k] != letter {
				swapped++
			}
			k++
		}
	}
	return w.raise(similarity(len(a), len(b), len(matchedA), swapped), beginning(a, b))
}
