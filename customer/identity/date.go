package identity

import (
	"strings"
	"unicode/utf8"
)

// calendarDate is a day, a month (Day 0) or a year (Month 0 too), possible or not.
type calendarDate struct {
	year, month, day int
}

// dateForm returns a date as ISO 8601 writes it. It reads 1980-06-19 and 1980/6/19 (with a
// time behind it, which goes), 19800619, 19/06/1980 and 19.6.80, 19 June 1980 and Jun
// 19th, 1980, 1980年6月19日 and 一九八〇年六月十九日, and the same without the day, or year alone.
// Years of two digits are those from 1930 to 2029, as spreadsheets read them. A date that
// is not in the calendar is not valid, and its digits stand where those of a date would:
// 1980-02-31. What is no date at all is folded text.
func dateForm(value string, dayFirst bool) Form {
	if d, ok := isoDate(value); ok {
		return Form{Text: value, Valid: d.exists()}
	}
	text := unquoted(value)
	d, ok := readDate(text, dayFirst)
	if !ok {
		return Form{Text: text}
	}
	return Form{Text: d.String(), Valid: d.exists()}
}

// isoDate reads yyyy-mm-dd and nothing else.
func isoDate(text string) (calendarDate, bool) {
	if len(text) != len("1980-06-19") || text[4] != '-' || text[7] != '-' || !isDigits(text[:4]) || !isDigits(text[5:7]) || !isDigits(text[8:]) {
		return calendarDate{}, false
	}
	if text[5:7] == "00" || text[8:] == "00" || text[:4] == "0000" {
		return calendarDate{}, false
	}
	return calendarDate{number(text[:4]), number(text[5:7]), number(text[8:])}, true
}

// String writes the date in digits; what is not known is left out.
func (d calendarDate) String() string {
	out := make([]byte, 0, len("1980-06-19"))
	out = append(out, byte('0'+d.year/1000%10), byte('0'+d.year/100%10), byte('0'+d.year/10%10), byte('0'+d.year%10))
	if d.month > 0 || d.day > 0 {
		out = append(out, '-', byte('0'+d.month/10), byte('0'+d.month%10))
	}
	if d.day > 0 {
		out = append(out, '-', byte('0'+d.day/10), byte('0'+d.day%10))
	}
	return string(out)
}

// exists tells whether the date is in the Gregorian calendar, years 1 to 9999.
func (d calendarDate) exists() bool {
	if d.year < 1 || d.year > 9999 {
		return false
	}
	if d.month == 0 {
		return d.day == 0
	}
	return d.month <= 12 && d.day <= monthDays(d.year, d.month)
}

func monthDays(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// number reads up to four digits.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}

// A datePart is a run of digits, or the name of a month.
type datePart struct {
	value  int
	digits int  // how many; 0: the name of a month
	han    rune // the Chinese unit behind it: 年, 月, 日
}

// readDate reads a folded text as a date.
func readDate(text string, dayFirst bool) (calendarDate, bool) {
	var parts [3]datePart
	n, ok := dateParts(text, &parts)
	if !ok {
		return calendarDate{}, false
	}
	if parts[0].han == '年' {
		return hanDate(parts[:n])
	}
	switch n {
	case 1:
		return compactDate(parts[0], dayFirst)
	case 2:
		return monthDate(parts[0], parts[1])
	}
	return threePartDate(parts, dayFirst)
}

// dateParts cuts a text into at most three numbers and names of months. A time of day
// behind three of them is passed over. It is false for a text with anything else in it.
func dateParts(text string, parts *[3]datePart) (n int, ok bool) {
	for at := 0; at < len(text); {
		c := text[at]
		size := 1
		switch {
		case n == 3 && (c == 't' || c == ' '):
			return n, isTimeOfDay(text[at+1:])
		case c >= '0' && c <= '9':
			for at+size < len(text) && text[at+size] >= '0' && text[at+size] <= '9' {
				size++
			}
			if n == 3 || size > 8 {
				return 0, false
			}
			parts[n] = datePart{value: number(text[at : at+size]), digits: size}
			n++
			at += size
			size = ordinalEnding(text[at:])
		case c >= 'a' && c <= 'z':
			for at+size < len(text) && text[at+size] >= 'a' && text[at+size] <= 'z' {
				size++
			}
			if word := text[at : at+size]; word != "of" && word != "the" {
				month := monthOf(word)
				if n == 3 || month == 0 {
					return 0, false
				}
				parts[n] = datePart{value: month}
				n++
			}
		case c >= utf8.RuneSelf:
			var part datePart
			part, size = hanPart(text[at:])
			switch {
			case size == 0:
				return 0, false
			case part.digits == 0: // a unit behind digits
				if n == 0 || parts[n-1].han != 0 {
					return 0, false
				}
				parts[n-1].han = part.han
			case n == 3:
				return 0, false
			default:
				parts[n] = part
				n++
			}
		case c != '-' && c != '/' && c != '.' && c != ',' && c != ' ':
			return 0, false
		}
		at += size
	}
	return n, n > 0
}

// ordinalEnding returns the length of the ending of 1st, 2nd, 3rd, 4th.
func ordinalEnding(text string) int {
	if len(text) < 2 || len(text) > 2 && text[2] >= 'a' && text[2] <= 'z' {
		return 0
	}
	switch text[:2] {
	case "st", "nd", "rd", "th":
		return 2
	}
	return 0
}

// isTimeOfDay tells what may follow a date: digits, colons, fractions and a zone.
func isTimeOfDay(text string) bool {
	return len(text) >= 2 && text[0] >= '0' && text[0] <= '9' && strings.Trim(text, "0123456789:.,+-zapmutc ") == ""
}

// monthOf returns the month of an English name, whole or cut to three letters or more, 0
// of another word.
func monthOf(word string) int {
	if len(word) < 3 {
		return 0
	}
	for i, name := range [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		if strings.HasPrefix(name, word) {
			return i + 1
		}
	}
	return 0
}

// compactDate reads digits alone: 19800619, 198006, 1980.
func compactDate(p datePart, dayFirst bool) (calendarDate, bool) {
	switch p.digits {
	case 4:
		return calendarDate{year: p.value}, true
	case 6:
		d := calendarDate{year: p.value / 100, month: p.value % 100}
		return d, d.month > 0 && d.exists() && isRecentYear(d.year)
	case 8:
		d := calendarDate{p.value / 1_00_00, p.value / 1_00 % 1_00, p.value % 1_00}
		if d.exists() && d.month > 0 && d.day > 0 {
			return d, true
		}
		if year := p.value % 1_00_00; isRecentYear(year) {
			if last := yearLast(p.value/1_00_00_00, p.value/1_00_00%1_00, year, dayFirst); last.exists() && last.day > 0 && last.month > 0 {
				return last, true
			}
		}
		return d, d.month > 0 && d.day > 0 && d.year > 0
	}
	return calendarDate{}, false
}

// isRecentYear tells years that records about customers are of.
func isRecentYear(year int) bool { return year >= 1800 && year <= 2100 }

// yearLast puts the first two parts of a date in order: the asked one, unless only the
// other is possible.
func yearLast(first, second, year int, dayFirst bool) calendarDate {
	asked, other := calendarDate{year, first, second}, calendarDate{year, second, first}
	if dayFirst {
		asked, other = other, asked
	}
	if !asked.exists() && other.exists() {
		return other
	}
	return asked
}

// monthDate reads a month of a year in either order.
func monthDate(first, second datePart) (calendarDate, bool) {
	switch {
	case first.digits == 4 && (second.digits == 0 || second.digits <= 2) && second.value > 0:
		return calendarDate{year: first.value, month: second.value}, first.value > 0
	case second.digits == 4 && (first.digits == 0 || first.digits <= 2) && first.value > 0:
		return calendarDate{year: second.value, month: first.value}, second.value > 0
	}
	return calendarDate{}, false
}

// threePartDate reads day, month and year in the order that is written or named.
func threePartDate(parts [3]datePart, dayFirst bool) (calendarDate, bool) {
	a, b, c := parts[0], parts[1], parts[2]
	var d calendarDate
	switch {
	case a.digits == 2 && a.value > 31 && b.digits > 0 && b.digits <= 2 && c.digits == 2: // 80-06-19
		d = calendarDate{fullYear(a), b.value, c.value}
	case a.digits == 4 && b.digits <= 2 && c.digits > 0 && c.digits <= 2: // 1980-06-19, 1980 June 19
		d = calendarDate{a.value, b.value, c.value}
	case c.digits != 4 && c.digits != 2 || a.digits > 2 || b.digits > 2 || a.digits == 0 && b.digits == 0:
		return d, false
	case a.digits == 0: // June 19, 1980
		d = calendarDate{fullYear(c), a.value, b.value}
	case b.digits == 0: // 19 June 1980
		d = calendarDate{fullYear(c), b.value, a.value}
	default:
		d = yearLast(a.value, b.value, fullYear(c), dayFirst)
	}
	return d, d.year > 0 && d.month > 0 && d.day > 0
}

// fullYear places a year of two digits from 1930 to 2029.
func fullYear(p datePart) int {
	switch {
	case p.digits == 4:
		return p.value
	case p.value < 30:
		return 2000 + p.value
	}
	return 1900 + p.value
}

// hanDate reads numbers by the Chinese units behind them; that of the day may be missing.
func hanDate(parts []datePart) (calendarDate, bool) {
	if parts[0].digits != 4 && parts[0].digits != 2 {
		return calendarDate{}, false
	}
	d := calendarDate{year: fullYear(parts[0])}
	for i, p := range parts[1:] {
		switch {
		case p.value < 1 || p.value > 99 || i == 0 && p.han != '月' || i == 1 && p.han != '日' && p.han != 0:
			return d, false
		case i == 0:
			d.month = p.value
		default:
			d.day = p.value
		}
	}
	return d, d.year > 0 && d.year <= 9999
}

// hanPart reads what a text begins with: a number in Chinese characters, a unit of dates
// (digits 0), or nothing of the two (size 0). 号 is read as 日.
func hanPart(text string) (p datePart, size int) {
	r, first := utf8.DecodeRuneInString(text)
	switch r {
	case '年', '月', '日':
		return datePart{han: r}, first
	case '号', '號':
		return datePart{han: '日'}, first
	}
	ten := false
	for size < len(text) && p.digits <= 4 {
		r, width := utf8.DecodeRuneInString(text[size:])
		digit, ok := hanDigit(r)
		if !ok && r != '十' {
			break
		}
		switch {
		case r == '十': // 十, 十九, 二十, 二十一
			p.value, ten = 10*max(p.value, 1), true
		case ten:
			p.value += digit
		default:
			p.value = 10*p.value + digit
		}
		p.digits++
		size += width
	}
	if p.digits > 4 || ten && p.value > 99 { // no number: 十十
		return p, 0
	}
	return p, size
}

func hanDigit(r rune) (digit int, ok bool) {
	for i, each := range [...]rune{'〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'} {
		if r == each {
			return i, true
		}
	}
	return 0, r == '零' || r == '○' // often typed for 〇
}
