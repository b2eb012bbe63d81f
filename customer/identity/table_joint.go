package identity

import "github.com/rapport-crm/rapport/internal/numeric"

// joint is one or two tables whose values are known by the same numbers. Records of
// the left table come first, then those of the right one.
type joint struct {
	fields []Field
	n      int  // records of both
	split  int  // the records of the left table; n if there is one table only
	two    bool // there is a right table, perhaps without records
	cols   []jointColumn
	rows   []uint32 // the codes of all columns, record by record
}

// jointColumn is a field of all records.
type jointColumn struct {
	kind   Kind
	texts  []string // distinct standard forms; texts[0] is ""
	codes  []uint32 // by record
	counts []uint32 // records, by value
	days   []int32  // of dates: the day's number, 0 for what is no full date
	bags   []bag    // of names and telephone numbers
	last   level    // the level of different values
	words  *wordList
	spelt  *spellings // of names, with the option Keys
}

// newJoint joins a table with another; right is nil for one table.
func newJoint(left, right *Table, workers int) *joint {
	j := &joint{fields: left.schema.Fields, n: left.Len(), split: left.Len(), cols: make([]jointColumn, len(left.columns))}
	if right != nil {
		j.n += right.Len()
		j.two = true
	}
	numeric.Parallel(workers, len(j.cols), func(f int) {
		c := &j.cols[f]
		c.texts, c.codes = left.columns[f].forms, left.columns[f].codes
		if right != nil {
			c.texts, c.codes = joinColumns(&left.columns[f], &right.columns[f])
		}
		c.finish(j.fields[f].Kind)
	})
	return j
}

// finish finds what is kept of the values beside their texts.
func (c *jointColumn) finish(kind Kind) {
	c.kind = kind
	c.counts = make([]uint32, len(c.texts))
	for _, code := range c.codes {
		c.counts[code]++
	}
	if kind == Date {
		c.days = make([]int32, len(c.texts))
		for i, text := range c.texts {
			c.days[i] = dayNumber(text)
		}
	}
	c.last = level(len(levelNames(kind)) - 1)
	if kind == Name || kind == Phone {
		c.bags = make([]bag, len(c.texts))
		for i, text := range c.texts {
			c.bags[i] = newBag(kind, text)
		}
	}
}

// align puts the codes of a record next to each other, after columns were unified: a
// comparison then fetches one piece of memory and not one for each field.
func (j *joint) align() {
	j.rows = make([]uint32, j.n*len(j.cols))
	for f := range j.cols {
		for i, code := range j.cols[f].codes {
			j.rows[i*len(j.cols)+f] = code
		}
	}
}

// row returns the codes of a record.
func (j *joint) row(place int) []uint32 {
	k := len(j.cols)
	return j.rows[place*k : place*k+k]
}

// joinColumns numbers the values of two columns alike, those of the left one first.
func joinColumns(left, right *column) (texts []string, codes []uint32) {
	texts = append(make([]string, 0, len(left.forms)+len(right.forms)), left.forms...)
	known := make(map[string]uint32, len(left.forms))
	for code, text := range left.forms {
		known[text] = uint32(code)
	}
	renamed := make([]uint32, len(right.forms))
	for code, text := range right.forms {
		place, ok := known[text]
		if !ok {
			place = uint32(len(texts))
			texts = append(texts, text)
		}
		renamed[code] = place
	}
	codes = append(make([]uint32, 0, len(left.codes)+len(right.codes)), left.codes...)
	for _, code := range right.codes {
		codes = append(codes, renamed[code])
	}
	return texts, codes
}

// linking reports whether pairs are made of one record of each table, which may have
// none.
func (j *joint) linking() bool { return j.two }

// pairCount returns how many pairs there are.
func (j *joint) pairCount() float64 {
	if j.linking() {
		return float64(j.split) * float64(j.n-j.split)
	}
	return float64(j.n) * float64(max(j.n-1, 0)) / 2
}

// dayNumber returns the number of a day "1980-06-19" since the year 0 of the
// proleptic Gregorian calendar, 0 for other texts. (The count of days of Fliegel and
// Van Flandern, Communications of the ACM 11, 1968, with the year from March.)
func dayNumber(text string) int32 {
	if len(text) != 10 || !isDateForm(text) {
		return 0
	}
	y, m, d := atoi(text[:4]), atoi(text[5:7]), atoi(text[8:])
	if m < 3 {
		y--
		m += 12
	}
	return int32(365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d)
}

// atoi reads a text that is all digits.
func atoi(text string) int {
	n := 0
	for i := range len(text) {
		n = 10*n + int(text[i]-'0')
	}
	return n
}
