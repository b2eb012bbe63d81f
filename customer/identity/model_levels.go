package identity

import (
	"strings"
	"unicode/utf8"
)

// level says how two values agree: 0 if one is missing, 1 if they are equal, and
// from there on to different, the last level of the kind.
type level = uint8

const (
	missing level = 0
	exact   level = 1
)

// levelNames returns the stable codes of the levels of a kind, 8 at most, so that they
// fit 3 bits.
func levelNames(kind Kind) []string {
	switch kind {
	case Name:
		return []string{"missing", "exact", "slip", "close", "part", "similar", "distant", "different"}
	case Date:
		return []string{"missing", "exact", "slip", "part", "month", "day", "year", "different"}
	case Phone:
		return []string{"missing", "exact", "tail", "slip", "slips", "different"}
	case Email:
		return []string{"missing", "exact", "local", "slips", "similar", "host", "different"}
	case Code:
		return []string{"missing", "exact", "slip", "slips", "different"}
	case Number:
		return []string{"missing", "exact", "1%", "5%", "20%", "different"}
	}
	return []string{"missing", "exact", "slip", "most", "half", "some", "different"} // Organisation, Text, Address
}

// unequal returns the level from which on two values are not the same: numbers that are
// measured never agree to the last digit.
func unequal(kind Kind) level {
	if kind == Number {
		return 4 // "20%"
	}
	return exact + 1
}

// apart returns the level from which on two values are rather of two customers than of
// one with an error: no slip, abbreviation or part of the other any more.
func apart(kind Kind) level {
	switch kind {
	case Name:
		return 5 // "similar"
	case Date, Email, Number:
		return 4 // "month", "similar", "20%"
	case Phone, Code:
		return level(len(levelNames(kind)) - 1) // "different"
	}
	return 5 // "some", of the words
}

// compare returns the level of two values of a field.
func (c *jointColumn) compare(a, b uint32) level {
	if a == 0 || b == 0 {
		return missing
	}
	if a == b {
		return exact
	}
	x, y := c.texts[a], c.texts[b]
	switch c.kind {
	case Name:
		return compareNames(x, y)
	case Date:
		return compareDays(x, y, c.days[a], c.days[b])
	case Phone:
		return comparePhones(x, y)
	case Email:
		return compareEmails(x, y)
	case Code:
		return compareCodes(x, y)
	case Number:
		return compareNumbers(x, y)
	}
	return compareTexts(x, y, c.words.similarity(a, b))
}

// compareNames: one slip or the same words in another order; Jaro–Winkler of .92, also
// of the names with the last word put first;
// one is an initial or a part of the other; .88; .7.
func compareNames(a, b string) level {
	like := JaroWinkler(a, b)
	if like < 0.92 && strings.IndexByte(a, ' ') >= 0 && strings.IndexByte(b, ' ') >= 0 {
		var bufferA, bufferB [64]byte
		like = max(like, JaroWinkler(turned(bufferA[:0], a), b), JaroWinkler(a, turned(bufferB[:0], b)))
	}
	multi := strings.IndexByte(a, ' ') >= 0 || strings.IndexByte(b, ' ') >= 0
	switch {
	case len(a) >= 3 && len(b) >= 3 && like > 0.5 && Damerau(a, b, 1) <= 1:
		return 2
	case multi && sameWords(a, b):
		return 2
	case like >= 0.92:
		return 3
	case isPart(a, b) || isPart(b, a):
		return 4
	case like >= 0.88:
		return 5
	case like >= 0.7:
		return 6
	}
	return 7
}

// turned puts the last word of a name first, as one written family name first has it.
func turned(buffer []byte, name string) string {
	at := strings.LastIndexByte(name, ' ')
	buffer = append(buffer, name[at+1:]...)
	buffer = append(buffer, ' ')
	return string(append(buffer, name[:at]...))
}

// sameWords reports whether two texts have the same words, or the same letters but
// for blanks.
func sameWords(a, b string) bool {
	if len(a) == len(b) {
		rest := 0
		for word := range strings.FieldsSeq(a) {
			if !hasWord(b, word) {
				rest++
			}
		}
		if rest == 0 {
			return true
		}
	}
	return sameLetters(a, b)
}

// sameLetters compares two texts without their blanks.
func sameLetters(a, b string) bool {
	i, k := 0, 0
	for {
		for i < len(a) && a[i] == ' ' {
			i++
		}
		for k < len(b) && b[k] == ' ' {
			k++
		}
		if i == len(a) || k == len(b) {
			return i == len(a) && k == len(b)
		}
		if a[i] != b[k] {
			return false
		}
		i++
		k++
	}
}

func hasWord(text, word string) bool {
	for other := range strings.FieldsSeq(text) {
		if other == word {
			return true
		}
	}
	return false
}

// isPart reports whether each word of short is a word of long, or the initial of
// one: "j", "mei" or "li m" of "li mei".
func isPart(short, long string) bool {
	if len(short) >= len(long) {
		return false
	}
	for word := range strings.FieldsSeq(short) {
		if hasWord(long, word) {
			continue
		}
		_, size := utf8.DecodeRuneInString(word)
		if size < len(word) || size > 1 || !hasInitial(long, word) {
			return false
		}
	}
	return true
}

func hasInitial(text, initial string) bool {
	for word := range strings.FieldsSeq(text) {
		if strings.HasPrefix(word, initial) {
			return true
		}
	}
	return false
}

// compareDays: one is less exact, day and month exchanged, or a slip; one agrees with
// the other as far as it goes; the same month or at most 31 days apart; month and
// day of another year; the same year or at most 366 days apart.
func compareDays(a, b string, dayA, dayB int32) level {
	apart := int32(1 << 30)
	if dayA != 0 && dayB != 0 {
		apart = max(dayA-dayB, dayB-dayA)
		if a[:4] != b[:4] && differing(a, b) > 2 { // neither exchanged nor a slip
			switch {
			case apart <= 31:
				return 4
			case a[5:] == b[5:]:
				return 5
			case apart <= 366:
				return 6
			}
			return 7
		}
	}
	switch agreement := CompareDates(a, b); {
	case agreement == DatesSame:
		return exact
	case agreement == DatesSwapped || agreement == DatesSlip:
		return 2
	case agreement == DatesFit:
		return 3
	case agreement == DatesSameMonth || apart <= 31:
		return 4
	case agreement == DatesSameDay:
		return 5
	case agreement == DatesSameYear || apart <= 366:
		return 6
	}
	return 7
}

// differing counts the places at which two texts of one length differ.
func differing(a, b string) int {
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// comparePhones: the last seven digits; one slip; two.
func comparePhones(a, b string) level {
	const tail = 7
	if len(a) >= tail && len(b) >= tail && a[len(a)-tail:] == b[len(b)-tail:] {
		return 2
	}
	if distance := Damerau(a, b, 2); distance <= 2 {
		return level(2 + distance)
	}
	return 5
}

// compareEmails: the same before the @; two slips; Jaro–Winkler of .88; the same host.
func compareEmails(a, b string) level {
	localA, hostA, okA := strings.Cut(a, "@")
	localB, hostB, okB := strings.Cut(b, "@")
	switch {
	case okA && okB && localA == localB:
		return 2
	case Damerau(a, b, 2) <= 2:
		return 3
	case JaroWinkler(a, b) >= 0.88:
		return 4
	case okA && okB && hostA == hostB:
		return 5
	}
	return 6
}

// compareCodes: one slip where there are three letters or more, two where six.
func compareCodes(a, b string) level {
	switch shorter := min(len(a), len(b)); {
	case shorter >= 6:
		if distance := Damerau(a, b, 2); distance <= 2 {
			return level(1 + distance)
		}
	case max(len(a), len(b)) >= 3:
		if Damerau(a, b, 1) <= 1 {
			return 2
		}
	}
	return 4
}

func compareNumbers(a, b string) level {
	distance, ok := NumberDistance(a, b)
	switch {
	case !ok:
		return 5
	case distance == 0:
		return exact
	case distance <= 0.01:
		return 2
	case distance <= 0.05:
		return 3
	case distance <= 0.2:
		return 4
	}
	return 5
}

// longText is the length in bytes from which on letters are not compared one by one.
const longText = 64

// compareTexts compares by words and, where the numbers in both are the same, by
// letters: 12 and 13 Main Street are two addresses although they are one slip apart.
func compareTexts(a, b string, words float64) level {
	like, slip := 0.0, false
	if len(a) <= longText && len(b) <= longText && sameNumbers(a, b) {
		like = JaroWinkler(a, b)
		slip = like > 0.5 && min(len(a), len(b)) >= 4 && Damerau(a, b, 1) <= 1 || sameLetters(a, b)
	}
	switch {
	case slip || words >= 0.95:
		return 2
	case words >= 0.75 || like >= 0.92:
		return 3
	case words >= 0.5 || like >= 0.88:
		return 4
	case words >= 0.25 || like >= 0.7 && strings.IndexByte(a, ' ') < 0 && strings.IndexByte(b, ' ') < 0:
		return 5
	}
	return 6
}

// sameNumbers reports whether two texts have the same digits in the same order.
func sameNumbers(a, b string) bool {
	i, k := 0, 0
	for {
		for i < len(a) && (a[i] < '0' || a[i] > '9') {
			i++
		}
		for k < len(b) && (b[k] < '0' || b[k] > '9') {
			k++
		}
		if i == len(a) || k == len(b) {
			return i == len(a) && k == len(b)
		}
		if a[i] != b[k] {
			return false
		}
		i++
		k++
	}
}
