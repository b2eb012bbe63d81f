package identity

import (
	"unicode"
	"unicode/utf8"
)

// initials says what becomes of the dots of P.F. or S.A.
type initials bool

const (
	splitInitials initials = false // "p f": given names
	joinInitials  initials = true  // "pf": all others, where the dots are a matter of taste
)

// words folds a text and leaves its words alone: letters, digits and marks, with single
// blanks between them. An apostrophe joins what stands on its sides, & is the
// word and; Chinese characters are not parted by blanks.
func words(text string, dots initials) string {
	if isWords(text) {
		return text
	}
	if !isASCII(text) {
		text = foldUnicode(text)
	}
	out := make([]byte, 0, 96)
	var last rune // written
	blank := false
	run := 0 // letters since the last other character
	for i, r := range text {
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || isCommonHan(r):
		case r == '.' && run == 1 && bool(dots) && isInitial(text[i+1:]):
			run = 0
			continue
		case r == '\'' || r == '’' || r == '‘' || r == '`' || r == 'ʼ' || isInvisible(r):
			continue
		case r == '&':
			out = append(parted(out, len(out) > 0), "and"...)
			last, blank, run = 'd', true, 0
			continue
		case r < utf8.RuneSelf || !isWordRune(r):
			blank, run = true, 0
			continue
		}
		if blank {
			out = parted(out, len(out) > 0 && !(isIdeograph(last) && isIdeograph(r)))
			blank = false
		}
		out = utf8.AppendRune(out, r)
		last = r
		run++
	}
	if string(out) == text {
		return text
	}
	return string(out)
}

// parted appends a blank, if wanted and there is none.
func parted(out []byte, wanted bool) []byte {
	if wanted && out[len(out)-1] != ' ' {
		return append(out, ' ')
	}
	return out
}

// isWords tells ASCII in the form that words returns.
func isWords(text string) bool {
	blank := true
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			blank = false
		case c == ' ' && !blank:
			blank = true
		default:
			return false
		}
	}
	return !blank || text == ""
}

// isInitial tells what follows the dot of an initial if another initial does: one
// letter that ends there.
func isInitial(rest string) bool {
	r, size := utf8.DecodeRuneInString(rest)
	if !unicode.IsLetter(r) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest[size:])
	return !unicode.IsLetter(next) && !unicode.IsDigit(next)
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
}

// isIdeograph tells characters of scripts written without blanks.
func isIdeograph(r rune) bool {
	return isCommonHan(r) || r >= utf8.RuneSelf && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// codeText returns the letters and digits of a text in upper case.
func codeText(text string) string {
	if !isASCII(text) {
		text = foldUnicode(text)
	}
	plain := true
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	out := make([]byte, 0, 64)
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z':
			out = append(out, byte(r)-'a'+'A')
		case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			out = append(out, byte(r))
		case r >= utf8.RuneSelf && isWordRune(r):
			out = utf8.AppendRune(out, unicode.ToUpper(r))
		}
	}
	return string(out)
}
