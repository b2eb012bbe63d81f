package identity

import (
	"math/bits"
	"unicode/utf8"
)

// bag is the letters of a value without their order. What the bags of two values do
// not have in common tells cheaply that the values are different; see [bag.apart].
type bag struct {
	counts  uint64 // how often each letter occurs, as that many bits, up to the width of its place
	letters uint16 // number of letters, all of them
	tail    uint32 // of telephone numbers: a hash of the last seven digits
}

// tailDigits is how many last digits of telephone numbers tell that they agree but for
// the prefix.
const tailDigits = 7

// newBag counts the digits of a telephone number, six of each at most, or the letters
// of a name, two of each at most; letters beyond a to z share six places.
func newBag(kind Kind, text string) bag {
	var b bag
	b.letters = uint16(min(utf8.RuneCountInString(text), 1<<16-1))
	if kind == Phone {
		b.tail = uint32(hashText(text[max(0, len(text)-tailDigits):]))
	}
	for _, r := range text {
		place, width := 0, 2
		switch {
		case kind == Phone && (r < '0' || r > '9'), r == ' ':
			continue
		case kind == Phone:
			place, width = int(r-'0'), 6
		case r >= 'a' && r <= 'z':
			place = int(r - 'a')
		default:
			place = 26 + int(r%6)
		}
		mask := uint64(1)<<width - 1
		count := b.counts >> (place * width) & mask
		b.counts |= (count<<1 | 1) & mask << (place * width)
	}
	return b
}

// apart reports whether values are as different as their kind knows without a look at
// them: telephone numbers that do not end alike and need more than two edits; names
// more than one edit apart, whose words are not among each other's, and whose
// similarity by Jaro is below .7 even if all common letters stood at the same places.
func (b *bag) apart(o *bag, kind Kind) bool {
	here, there := b.counts&^o.counts, o.counts&^b.counts
	more, less := bits.OnesCount64(here), bits.OnesCount64(there)
	if kind == Phone {
		return b.tail != o.tail && max(more, less) > 2
	}
	const first = 0x5555555555555555 // the bits that say whether a letter occurs at all
	if max(more, less) < 2 || here&first == 0 || there&first == 0 {
		return false
	}
	common := min(int(b.letters)-more, int(o.letters)-less)
	return 10*common*(int(b.letters)+int(o.letters)) < 11*int(b.letters)*int(o.letters)
}
