package identity

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// columnContent counts what the values of a column look like.
type columnContent struct {
	filled   int                 // rows with a value
	distinct map[string]struct{} // values

	wholes      int   // distinct values that are whole numbers without a leading 0
	least, most int64 // of them

	looked int // the first distinct values, of which the counts below are

	emails, phones, dates, organisations, addresses int
	dayFirst, monthFirst                            int // dates that are possible in this order alone
	numbers, decimals, years                        int
	integers, padded                                int         // digits alone, and with a leading 0
	lengths                                         map[int]int // of those digits
	codes                                           int         // one word of letters and digits
	words, characters                               int
	oneWord, manyWords, longTexts                   int
}

// add takes in a value, if it is one.
func (c *columnContent) add(value string) {
	value = strings.TrimSpace(value)
	if value == "" || len(value) > MaxValueLength || !utf8.ValidString(value) || isAbsent(Number, value) {
		return
	}
	c.filled++
	if _, seen := c.distinct[value]; seen {
		return
	}
	c.distinct[value] = struct{}{}
	c.lookForWhole(value)
	if c.looked < enoughValues {
		c.looked++
		c.look(value)
	}
}

// enoughValues is how many distinct values tell of what kind a column is.
const enoughValues = 4000

// lookForWhole counts whole numbers and keeps their range.
func (c *columnContent) lookForWhole(value string) {
	if !isDigits(value) || len(value) > 18 || len(value) > 1 && value[0] == '0' {
		return
	}
	n := int64(0)
	for i := range len(value) {
		n = 10*n + int64(value[i]-'0')
	}
	if c.wholes == 0 {
		c.least, c.most = n, n
	}
	c.wholes++
	c.least, c.most = min(c.least, n), max(c.most, n)
}

// look counts a new value.
func (c *columnContent) look(value string) {
	text := unquoted(value)
	words := 1 + strings.Count(text, " ")
	c.words += words
	c.characters += utf8.RuneCountInString(text)
	switch {
	case words == 1:
		c.oneWord++
	case words >= 4:
		c.manyWords++
	}
	if len(text) > longProse {
		c.longTexts++
		return
	}
	if emailForm(text, false).Valid {
		c.emails++
	}
	c.lookForDate(text)
	c.lookForNumber(text)
	if looksLikePhone(text) {
		c.phones++
	}
	if _, suffix := splitOrganisation(text); suffix != "" {
		c.organisations++
	}
	if looksLikeAddress(text) {
		c.addresses++
	}
	if words == 1 && strings.ContainsAny(text, "0123456789") && strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		c.codes++
	}
}

// longProse is the length in bytes of texts that are no names.
const longProse = 400

// lookForDate counts dates with a month, and in which order those have day and month
// that are possible in one order only. Digits alone are counts and years as well,
// unless there are eight that begin with a year of our time, and so are two numbers; a
// date with a day or with the name of its month may be of any century.
func (c *columnContent) lookForDate(text string) {
	if len(text) <= len("1980") || isDigits(text) && len(text) != len("19800619") {
		return
	}
	form := dateForm(text, false)
	if !form.Valid {
		form = dateForm(text, true)
	}
	if !form.Valid || len(form.Text) < len("1980-06") || form.Text < "1000" {
		return
	}
	var parts [3]datePart
	n, ok := dateParts(text, &parts)
	if ok && (n == 1 || n == 2 && parts[0].digits > 0 && parts[1].digits > 0 && parts[0].han == 0) && !isRecentYear(number(form.Text[:4])) {
		return
	}
	c.dates++
	if !ok || n < 3 || parts[0].digits > 2 || parts[0].digits == 0 || parts[1].digits == 0 {
		return
	}
	switch first, second := parts[0].value, parts[1].value; {
	case first > 12 && second <= 12:
		c.dayFirst++
	case second > 12 && first <= 12:
		c.monthFirst++
	}
}

func (c *columnContent) lookForNumber(text string) {
	if !numberForm(text).Valid {
		return
	}
	c.numbers++
	if !isDigits(text) {
		c.decimals++
		return
	}
	c.integers++
	if len(text) > 1 && text[0] == '0' {
		c.padded++
	}
	if c.lengths == nil {
		c.lengths = make(map[int]int)
	}
	c.lengths[len(text)]++
	if len(text) == 4 && isRecentYear(number(text)) {
		c.years++
	}
}

// looksLikePhone tells numbers written as telephone numbers are: with a plus or
// with blanks, brackets and hyphens between digits, or a Chinese mobile number.
func looksLikePhone(text string) bool {
	text, _ = cutExtension(text)
	digits, plus, ok := dialled(text)
	if !ok || len(digits) < 7 || len(digits) > mostDigits {
		return false
	}
	if isDigits(text) {
		return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3' || len(digits) >= 10 && digits[0] == '0'
	}
	if plus {
		return true
	}
	groups := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	last := groups[len(groups)-1]
	return len(groups) > 1 && len(last) >= 2 && len(last) <= 8 && !dateForm(text, false).Valid && !strings.Contains(text, ".0")
}

// looksLikeAddress tells a line that has a number and a word for a street, or two levels of a
// Chinese address.
func looksLikeAddress(text string) bool {
	if !isASCII(text) {
		levels := 0
		for _, r := range text {
			if isAddressLevel(r) {
				levels++
			}
		}
		if levels >= 2 {
			return true
		}
	}
	if !strings.ContainsAny(text, "0123456789") || !strings.Contains(text, " ") {
		return false
	}
	for word := range strings.SplitSeq(addressText(text), " ") {
		switch word {
		case "street", "road", "avenue", "boulevard", "drive", "lane", "court", "circuit", "place", "parade", "parkway", "highway", "square", "terrace", "crescent", "close",
			"way", "unit", "broadway", "box", "strasse", "rue", "via", "calle", "platz", "weg":
			return true
		}
		if strings.HasSuffix(word, "strasse") {
			return true
		}
	}
	return false
}

// isUnique tells a column in which next to no value comes twice.
func (c *columnContent) isUnique() bool {
	return c.filled <= 1 || float64(len(c.distinct)) >= 0.95*float64(c.filled)
}

// isRowNumber tells whole numbers that run through a range, none of them twice.
func (c *columnContent) isRowNumber() bool {
	n := len(c.distinct)
	return n >= 10 && n == c.filled && c.wholes == n && c.most-c.least < int64(n)
}

// per returns a count by value looked at.
func (c *columnContent) per(count int) float64 { return float64(count) / float64(c.looked) }

// kind returns what to compare a column as, and who says so.
func (c *columnContent) kind(header headerReading) (Kind, Recognition) {
	byContent := c.contentKind()
	if c.per(c.longTexts) > 0.2 || c.per(c.characters) > 150 {
		return 0, SkipProse
	}
	switch {
	case byContent == header.kind:
		return byContent, ByHeader
	case byContent == Email || header.kind == 0 || !c.allows(header.kind):
		return byContent, ByContent
	case header.generic:
		return c.nameKind(header.kind), ByHeader
	case header.kind == Name && c.per(c.organisations) >= 0.3:
		return Organisation, ByContent
	case header.kind == Address && c.addresses == 0 && c.per(c.words) <= 1.5 && c.per(c.integers) > 0.9:
		return Code, ByContent // the house number of an address in columns
	}
	return header.kind, ByHeader
}

// allows tells whether the values can be of the kind that the column's name says.
func (c *columnContent) allows(kind Kind) bool {
	switch kind {
	case Email:
		return c.per(c.emails) >= 0.2
	case Phone:
		return c.per(c.phones+c.integers) >= 0.3
	case Date:
		return c.per(c.dates+c.years) >= 0.3 || c.per(c.integers) >= 0.9 && c.lengths[8] > c.integers/2
	case Number:
		return c.per(c.numbers) >= 0.5
	case Name, Organisation: // the last login is no name
		return c.per(c.numbers+c.dates+c.phones) < 0.5
	}
	return true
}

// nameKind tells the name of a person from that of a company and of anything else.
func (c *columnContent) nameKind(said Kind) Kind {
	switch {
	case said == Text:
		return Text
	case c.per(c.organisations) >= 0.05 || said == Organisation:
		return Organisation
	case c.per(c.manyWords) >= 0.05:
		return Text // places, titles and products have longer names than people
	}
	return Name
}

// contentKind is the kind by values alone.
func (c *columnContent) contentKind() Kind {
	switch {
	case c.per(c.emails) >= 0.5:
		return Email
	case c.per(c.dates) >= 0.8:
		return Date
	case c.per(c.phones) >= 0.6:
		return Phone
	case c.per(c.years) >= 0.95 && len(c.distinct) >= 3:
		return Date
	case c.per(c.numbers) >= 0.9:
		return c.numberKind()
	case c.per(c.addresses) >= 0.3:
		return Address
	case c.per(c.codes) >= 0.5:
		return Code
	case c.per(c.organisations) >= 0.1:
		return Organisation
	case c.per(c.manyWords) >= 0.05 || c.per(c.characters) > 40:
		return Text
	}
	return Name
}

// numberKind tells numbers that identify from those that measure: the first have leading
// zeros, or the same number of digits, five or more.
func (c *columnContent) numberKind() Kind {
	if c.decimals > 0 && c.per(c.decimals) >= 0.05 {
		return Number
	}
	lengths := make([]int, 0, len(c.lengths))
	for _, count := range c.lengths {
		lengths = append(lengths, count)
	}
	slices.Sort(lengths)
	usual := lengths[len(lengths)-1]
	if c.padded > 0 || usual > 4*c.integers/5 && c.lengths[1]+c.lengths[2]+c.lengths[3] < usual && c.most >= 10_000 {
		return Code
	}
	return Number
}
