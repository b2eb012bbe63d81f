package htmlreport

import (
	"math"
	"strconv"
	"strings"
)

// Missing is what stands where a number does not exist.
const Missing = "–"

// Number writes v with the given number of decimals and a comma between
// thousands: Number(1653.4087, 1) is "1,653.4". A value that is not finite
// gives [Missing].
func Number(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Missing
	}
	text := strconv.FormatFloat(v, 'f', max(decimals, 0), 64)
	sign := ""
	if text[0] == '-' {
		sign, text = "−", text[1:]
		if strings.Trim(text, "0.") == "" {
			sign = "" // a rounded −0.001 is plain zero
		}
	}
	whole, fraction, hasFraction := strings.Cut(text, ".")
	var out strings.Builder
	out.WriteString(sign)
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(digit)
	}
	if hasFraction {
		out.WriteByte('.')
		out.WriteString(fraction)
	}
	return out.String()
}

// Percent writes a share as a percentage: Percent(0.123, 1) is "12.3 %", with a
// thin no-break space. A value that is not finite gives [Missing].
func Percent(share float64, decimals int) string {
	text := Number(100*share, decimals)
	if text == Missing {
		return text
	}
	return text + "\u202f%"
}

// compact writes an axis number in few characters: 0.05, 12, 1,500, 25k, 3M.
func compact(v float64) string {
	size := math.Abs(v)
	switch {
	case size >= 1e12:
		return strings.Replace(strconv.FormatFloat(v, 'e', 1, 64), "-", "−", 1)
	case size >= 1e9:
		return shortest(v/1e9) + "B"
	case size >= 1e6:
		return shortest(v/1e6) + "M"
	case size >= 1e4:
		return shortest(v/1e3) + "k"
	case size >= 1e3:
		return Number(v, 0)
	case size > 0 && size < 1e-4:
		return strings.Replace(strconv.FormatFloat(v, 'e', 0, 64), "-", "−", 1)
	}
	return shortest(v)
}

// shortest writes v rounded to four significant digits without trailing zeros.
func shortest(v float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return Missing
	}
	text := strconv.FormatFloat(rounded, 'f', -1, 64)
	return strings.Replace(text, "-", "−", 1)
}

// coordinate writes a position in a chart with two decimals at most.
func coordinate(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" || text == "" {
		return "0"
	}
	return text
}
