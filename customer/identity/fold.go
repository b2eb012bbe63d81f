package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold returns a text in the characters that are compared: NFKC, in lower case by
// Unicode's full case folding, without invisible characters and marks on Latin
// letters, with single blanks and none at the ends. Punctuation stays. A text that is so
// already is returned as it is.
func fold(text string) string {
	if isASCII(text) {
		return foldASCII(text)
	}
	return foldUnicode(text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldASCII is fold for ASCII: lower case, single blanks, no control characters.
func foldASCII(text string) string {
	text = strings.Trim(text, " ")
	if isFoldedASCII(text) {
		return text
	}
	out := make([]byte, 0, 64)
	for i := range len(text) {
		c := text[i]
		switch {
		case c == ' ' || c >= '\t' && c <= '\r':
			if len(out) > 0 && out[len(out)-1] != ' ' {
				out = append(out, ' ')
			}
		case c < ' ' || c == 0x7f:
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	if len(out) > 0 && out[len(out)-1] == ' ' {
		out = out[:len(out)-1]
	}
	return string(out)
}

// isFoldedASCII tells trimmed ASCII that fold leaves as it is.
func isFoldedASCII(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c == 0x7f || c >= 'A' && c <= 'Z' || c == ' ' && text[i+1] == ' ' {
			return false
		}
	}
	return true
}

// foldUnicode is fold for any text. One pass settles nearly all texts; a few rare
// characters need another, since case folding and normalisation bring out more
// of each other.
func foldUnicode(text string) string {
	if folded, ok := foldCommon(text); ok {
		return folded
	}
	caser := cases.Fold()
	for range 8 {
		folded := blanksFolded(plainLatin(caser.String(norm.NFKC.String(text))))
		if folded == text {
			break
		}
		text = folded
	}
	return text
}

// foldMarked is fold for texts that name one thing and no other: letters keep their marks
// and are themselves in lower case, so that é is not e and ß not ss.
func foldMarked(text string) string {
	if isASCII(text) {
		return foldASCII(text)
	}
	for range 8 {
		folded := blanksFolded(norm.NFKC.String(strings.ToLower(norm.NFKC.String(text))))
		if folded == text {
			break
		}
		text = folded
	}
	return text
}

// foldCommon is fold for texts of common Chinese characters, Latin letters with
// marks and ASCII of half or full width, in one pass; false for a text with any other character.
func foldCommon(text string) (folded string, ok bool) {
	changed, blank := false, true
	for _, r := range text {
		switch {
		case isCommonHan(r), r == '·', r == '、', r == '。':
			blank = false
		case latinBase(r) != 0:
			changed, blank = true, false
		case r == ' ':
			changed = changed || blank
			blank = true
		case r > ' ' && r < 0x7f:
			changed = changed || r >= 'A' && r <= 'Z'
			blank = false
		case isFullWidth(r):
			changed = true
		default:
			return "", false
		}
	}
	if !changed && !blank {
		return text, true
	}
	out := make([]byte, 0, 96)
	blank = false
	for _, r := range text {
		if isFullWidth(r) {
			r = halfWidth(r)
		} else if base := latinBase(r); base != 0 {
			r = base
		}
		if r == ' ' {
			blank = len(out) > 0
			continue
		}
		if blank {
			out = append(out, ' ')
			blank = false
		}
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out), true
}

// latinBase returns the letter without marks, in lower case, of a letter of the
// blocks Latin-1 and Latin Extended-A that has a single one; 0 for any other character.
func latinBase(r rune) rune {
	const (
		first = 0xC0
		bases = "aaaaaa*ceeeeiiiidnooooo*ouuuuy**aaaaaa*ceeeeiiiidnooooo*ouuuuy*y" +
			"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkk*llllll*" +
			"*llnnnnnn***oooooo**rrrrrrsssssssstttt**uuuuuuuuuuuuwwyyyzzzzzzs"
	)
	if r < first || r >= first+rune(len(bases)) || bases[r-first] == '*' {
		return 0
	}
	return rune(bases[r-first])
}

// isFullWidth tells visible ASCII in full width, and the blank as wide as a Chinese character.
func isFullWidth(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E || r == 0x3000 }

func halfWidth(r rune) rune {
	if r == 0x3000 {
		return ' '
	}
	return r - 0xFF01 + '!'
}

// isCommonHan tells the block of unified ideographs, which NFKC leaves alone.
func isCommonHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

// plainLatin takes the marks off Latin letters and writes the Latin letters that
// have no decomposition in ASCII, as passports do.
func plainLatin(text string) string {
	if isASCII(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	bare := true // a mark here belongs to no letter that keeps it
	for _, r := range norm.NFD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
			if bare || r >= 0xFE00 && r <= 0xFE0F { // marks, and choices of a glyph
				continue
			}
			out.WriteRune(r)
			continue
		case isInvisible(r):
			continue
		}
		bare = !unicode.IsLetter(r) || unicode.Is(unicode.Latin, r)
		if plain := asciiOf(r); plain != "" {
			out.WriteString(plain)
		} else {
			out.WriteRune(r)
		}
	}
	return norm.NFKC.String(out.String())
}

// asciiOf returns the spelling of a Latin letter that Unicode does not decompose,
// "" for any other character.
func asciiOf(r rune) string {
	switch r {
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ł':
		return "l"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	}
	return ""
}

// isInvisible tells characters that leave no trace on paper: formatting and
// control characters that are no blanks, such as zero-width joiners and byte order marks.
func isInvisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r)
}

// blanksFolded makes single blanks of all white space and takes it off the ends.
func blanksFolded(text string) string {
	folded := true
	for i, r := range text {
		if unicode.IsSpace(r) && (r != ' ' || i == 0 || i == len(text)-1 || text[i-1] == ' ') || isInvisible(r) {
			folded = false
			break
		}
	}
	if folded {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	blank := false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			blank = out.Len() > 0
		case isInvisible(r):
		default:
			if blank {
				out.WriteByte(' ')
				blank = false
			}
			out.WriteRune(r)
		}
	}
	return out.String()
}
