package assess

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rapport-crm/rapport"
)

// page writes Markdown (CommonMark with the tables of GFM). All text goes through
// escape, but for what page itself writes.
type page struct {
	strings.Builder
	words Words
	said  Words // the default words, made once
}

func newPage(words Words) *page { return &page{words: words, said: DefaultWords()} }

// say returns a word as it is, for escape.
func (p *page) say(key string) string {
	if word, ok := p.words[key]; ok {
		return word
	}
	if word, ok := p.said[key]; ok {
		return word
	}
	return key
}

// name returns a name or code of the host's: its own word for it, or as it is. The
// default words are not asked, as a tier may be called like a word of the report.
func (p *page) name(name string) string {
	if word, ok := p.words[name]; ok {
		return word
	}
	return name
}

func (p *page) heading(level int, texts ...string) {
	if p.Len() > 0 {
		p.WriteByte('\n')
	}
	p.WriteString(strings.Repeat("#", level) + " " + escape(strings.Join(texts, ": ")) + "\n\n")
}

// paragraph writes one line; a sign at its start that would begin a list, a rule or a
// heading gets a backslash, and so does the point or bracket after a number.
func (p *page) paragraph(text string) {
	text = strings.TrimLeft(escape(text), " ") // four blanks would begin code
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	switch rest := text[digits:]; {
	case digits == 0 && strings.IndexAny(rest, "-+=>") == 0, digits > 0 && strings.IndexAny(rest, ".)") == 0:
		text = text[:digits] + "\\" + rest
	}
	p.WriteString(text + "\n")
}

// table writes rows under headings given by their keys.
func (p *page) table(keys []string, rows [][]string) {
	heads := make([]string, len(keys))
	for i, key := range keys {
		heads[i] = p.say(key)
	}
	p.row(heads)
	p.WriteString(strings.Repeat("|---", len(keys)) + "|\n")
	for _, row := range rows {
		p.row(row)
	}
}

func (p *page) row(cells []string) {
	for _, cell := range cells {
		p.WriteString("| " + escape(cell) + " ")
	}
	p.WriteString("|\n")
}

// list writes a section with a table, or says that there is nothing in it. A part
// without data is said so.
func (p *page) list(title string, absent Absence, keys []string, rows [][]string) {
	p.heading(2, p.say(title))
	switch {
	case absent != "":
		p.paragraph(p.noData(absent))
	case len(rows) == 0:
		p.paragraph(p.say("none"))
	default:
		p.table(keys, rows)
	}
}

func (p *page) noData(absent Absence) string {
	if absent == "" {
		return p.say("no_data")
	}
	return p.say("no_data") + " (" + p.say(string(absent)) + ")"
}

func (p *page) yesNo(yes bool) string {
	if yes {
		return p.say("yes")
	}
	return p.say("no")
}

// sure says how sure an estimate is.
func (p *page) sure(c Certainty, e rapport.Estimate, digits int) string {
	text := p.say(string(c))
	if e.HasInterval() {
		text += ", " + percent(e.Level) + " " + p.say("interval") + " " + number(e.Low, digits) + " " + p.say("to") + " " + number(e.High, digits)
	}
	if e.HasValue() {
		text += ", " + strconv.Itoa(e.N) + " " + p.say("observations")
	}
	return text
}

// rated writes an estimate with how sure it is, for a cell of its own.
func (p *page) rated(e rapport.Estimate) string {
	text := strconv.FormatFloat(e.Value, 'g', 4, 64) + " ("
	if e.HasInterval() {
		text += percent(e.Level) + " " + p.say("interval") + " " + strconv.FormatFloat(e.Low, 'g', 4, 64) + " " + p.say("to") + " " + strconv.FormatFloat(e.High, 'g', 4, 64) + ", "
	}
	return text + strconv.Itoa(e.N) + " " + p.say("observations") + ")"
}

// because writes a reason; what was found only where the condition does not say it.
func (p *page) because(r Reason) string {
	switch {
	case r.Condition == NoRule || r.Condition == Always:
		return p.say(r.Condition)
	case r.Found == "" || strings.HasSuffix(r.Condition, "="+r.Found) && !strings.HasSuffix(r.Condition, ">="+r.Found) && !strings.HasSuffix(r.Condition, "<="+r.Found):
		return r.Condition
	}
	return r.Condition + " (" + p.say("found") + " " + r.Found + ")"
}

func (p *page) method(code string) string { return p.coded("method_", code) }

// coded returns the words for a code of a kind, or the name that it is.
func (p *page) coded(kind, code string) string {
	if key := kind + code; p.say(key) != key {
		return p.say(key)
	}
	return p.name(code)
}

// legend says what the words for certainties mean.
func (p *page) legend() {
	p.WriteByte('\n')
	p.paragraph(p.say("legend"))
}

// share writes a ratio.
func (p *page) share(r rapport.Ratio) string {
	v, ok := r.Value()
	if !ok {
		return p.say("no_data")
	}
	return percent(v)
}

// level writes a mean level with the highest there is.
func (p *page) level(r rapport.Ratio, highest int) string {
	v, ok := r.Value()
	switch {
	case !ok:
		return p.say("no_data")
	case highest == 0:
		return number(v, 1)
	}
	return number(v, 1) + " " + p.say("of") + " " + strconv.Itoa(highest)
}

// counted writes a ratio of customers.
func (p *page) counted(r rapport.Ratio) string {
	text := number(r.Num, 0) + " " + p.say("of") + " " + number(r.Den, 0)
	if v, ok := r.Value(); ok {
		text += " (" + percent(v) + ")"
	}
	return text
}

func number(v float64, digits int) string {
	text := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-") // no negative nothing
	}
	return text
}

func percent(v float64) string {
	text := number(100*v, 1)
	return strings.TrimSuffix(text, ".0") + " %"
}

// date writes a time in UTC, without its clock at midnight.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04:05 UTC")
}

// amount writes money, nothing for none.
func amount(m rapport.Money) string {
	if m.Currency() == 0 {
		return ""
	}
	return m.String()
}

// escape makes text harmless inside a table, a heading or a paragraph: control
// characters, line ends and marks that turn the direction of writing (which would run
// on into the next cell) become blanks, and what Markdown could read as markup gets a
// backslash (CommonMark 0.31, section 2.4). An underscore within a word is no markup.
func escape(text string) string {
	var b strings.Builder
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	for i, c := range runes {
		switch {
		case unicode.IsControl(c), c >= '\u2028' && c <= '\u202e', c >= '\u2066' && c <= '\u2069':
			c = ' '
		case c == '_' && i > 0 && i+1 < len(runes) && inWord(runes[i-1]) && inWord(runes[i+1]):
		case strings.ContainsRune("\\`*_[]<#|~&$", c):
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func inWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
