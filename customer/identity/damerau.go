package identity

import "slices"

// Damerau returns the number of single letters inserted, left out, replaced or
// swapped with their neighbour that turn one text into the other: Damerau's errors
// (1964) as the optimal string alignment counts them, where no part is edited twice.
// So "ca" and "abc" are 3 apart. Letters are Unicode code points; bytes that are no
// UTF-8 count as U+FFFD.
//
// The search ends as soon as the distance exceeds the limit, and limit+1 is returned
// then; comparisons with a small limit are several times faster. A negative limit
// stands for none. Texts of up to 64 letters cost no allocation.
func Damerau(a, b string, limit int) int {
	if a == b {
		return 0
	}
	if len(a) <= maxLetters && len(b) <= maxLetters && isASCII(a) && isASCII(b) {
		var bytesA, bytesB [maxLetters]byte
		return damerau(bytesA[:copy(bytesA[:], a)], bytesB[:copy(bytesB[:], b)], limit)
	}
	var bufferA, bufferB [maxLetters]rune
	lettersA, shortA := letters(bufferA[:0], a)
	lettersB, shortB := letters(bufferB[:0], b)
	if shortA && shortB {
		return damerau(lettersA, lettersB, limit)
	}
	return damerau([]rune(a), []rune(b), limit)
}

func damerau[L byte | rune](a, b []L, limit int) int {
	common := beginning(a, b)
	a, b = a[common:], b[common:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if limit < 0 {
		limit = len(b)
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	if len(a) == 0 {
		return len(b)
	}
	var stack [3 * (maxLetters + 1)]int
	rows := stack[:]
	if need := 3 * (len(b) + 1); need > len(rows) {
		rows = make([]int, need)
	}
	width := len(b) + 1
	before, above, row := rows[:width], rows[width:2*width], rows[2*width:3*width]
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		// What follows is built on this row or, by a swap, on the one above.
		if least > limit && slices.Min(above) >= limit {
			return limit + 1
		}
		before, above, row = above, row, before
	}
	return min(above[len(b)], limit+1)
}
