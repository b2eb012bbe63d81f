package identity

import (
	"math"
	"strconv"
)

// DateAgreement says how two dates agree.
type DateAgreement uint8

// How dates agree: not at all, then from the closest on.
const (
	DatesDiffer    DateAgreement = iota // nothing of what follows
	DatesSame                           // the same day
	DatesFit                            // the same as far as both say: 1980 and 1980-06-19
	DatesSwapped                        // the same with day and month exchanged
	DatesSlip                           // one digit wrong, or two neighbours exchanged
	DatesSameMonth                      // the same year and month
	DatesSameDay                        // the same month and day of another year
	DatesSameYear                       // the same year
)

// CompareDates says how two standard forms of [Date] agree. Forms that are no dates,
// such as the digits of an impossible one, can only be the same or a slip apart.
func CompareDates(a, b string) DateAgreement {
	if a == b {
		return DatesSame
	}
	isDateA, isDateB := isDateForm(a), isDateForm(b)
	if isDateA && isDateB {
		shorter := min(len(a), len(b))
		if a[:shorter] == b[:shorter] {
			return DatesFit
		}
		if len(a) == len(b) && len(a) == 10 && a[:4] == b[:4] && a[5:7] == b[8:] && a[8:] == b[5:7] {
			return DatesSwapped
		}
	}
	if slip(a, b) {
		return DatesSlip
	}
	if !isDateA || !isDateB {
		return DatesDiffer
	}
	switch {
	case len(a) >= 7 && len(b) >= 7 && a[:7] == b[:7]:
		return DatesSameMonth
	case len(a) == 10 && len(b) == 10 && a[5:] == b[5:]:
		return DatesSameDay
	case a[:4] == b[:4]:
		return DatesSameYear
	}
	return DatesDiffer
}

// isDateForm tells 1980, 1980-06 and 1980-06-19 from other forms.
func isDateForm(text string) bool {
	if len(text) != 4 && len(text) != 7 && len(text) != 10 {
		return false
	}
	for i := range len(text) {
		if i == 4 || i == 7 {
			if text[i] != '-' {
				return false
			}
		} else if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// slip reports one wrong digit, or two exchanged neighbours, the dashes left out.
func slip(a, b string) bool {
	var bufferA, bufferB [10]byte
	if len(a) > len(bufferA) || len(b) > len(bufferB) {
		return false
	}
	return damerau(digits(bufferA[:0], a), digits(bufferB[:0], b), 1) == 1
}

func digits(buffer []byte, text string) []byte {
	for i := range len(text) {
		if text[i] != '-' {
			buffer = append(buffer, text[i])
		}
	}
	return buffer
}

// NumberDistance returns how far two standard forms of [Number] are apart, as a
// share of the larger one: 0 for equal numbers, 0.1 for 90 and 100, and up to 2 where
// the signs differ. It is false if one is no number.
func NumberDistance(a, b string) (float64, bool) {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil || math.IsNaN(x) || math.IsNaN(y) || math.IsInf(x, 0) || math.IsInf(y, 0) {
		return 0, false
	}
	if x == y {
		return 0, true
	}
	larger := max(math.Abs(x), math.Abs(y))
	return math.Abs(x/larger - y/larger), true
}
