package pinyin

import (
	"strings"
	"unicode/utf8"

	readings "github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	"github.com/rapport-crm/rapport/customer/identity"
)

// longest is the number of characters of the longest Chinese text that gets a key;
// names are shorter.
const longest = 24

// Keys derives keys by Hanyu Pinyin (ISO 7098:2015), without tones. It is immutable
// and safe to share.
type Keys struct {
	syllables map[string]bool // all readings
}

// New returns the deriver of keys. Making it reads the table of readings once, which
// takes a few milliseconds.
func New() *Keys {
	k := &Keys{syllables: make(map[string]bool, 512)}
	known := make(map[string]bool, 2048)
	for _, all := range readings.PinyinDict {
		for reading := range strings.SplitSeq(all, ",") {
			if !known[reading] {
				known[reading] = true
				k.syllables[toneless(reading)] = true
			}
		}
	}
	return k
}

// Keys returns the keys of a standard form of the kinds name, organisation and text, none of any
// other.
//
// A text of Chinese characters alone has its syllables in one piece: "limei". A name
// has a second key with the family name behind, "meili", for names in Western order;
// where a family name is read in a way of its own (曾 is zeng, not ceng), that is its
// reading. Latin words have a key if they can be read as pinyin: "meili" of "mei li".
// ü is u in all keys, whether written so, as v or as yu.
func (k *Keys) Keys(kind identity.Kind, form string) []string {
	switch kind {
	case identity.Name, identity.Organisation, identity.Text:
	default:
		return nil
	}
	if form == "" {
		return nil
	}
	if form[0] < utf8.RuneSelf {
		return k.latin(form)
	}
	characters := []rune(form)
	if len(characters) > longest {
		return nil
	}
	syllables := make([]string, len(characters))
	for i, r := range characters {
		usual, _, _ := strings.Cut(readings.PinyinDict[int(r)], ",")
		if usual == "" {
			return nil // not Chinese
		}
		syllables[i] = toneless(usual)
	}
	if kind != identity.Name || len(characters) < 2 {
		return []string{strings.Join(syllables, "")}
	}
	family := 1
	if isDoubleSurname(string(characters[:2])) && len(characters) > 2 {
		family = 2
	}
	surname, given := strings.Join(syllables[:family], ""), strings.Join(syllables[family:], "")
	if own := surnameReading(string(characters[:family])); own != "" {
		surname = own
	}
	if surname == given {
		return []string{surname + given}
	}
	return []string{surname + given, given + surname}
}

// latin returns the letters of words that can be read as pinyin.
func (k *Keys) latin(form string) []string {
	var key strings.Builder
	for word := range strings.SplitSeq(form, " ") {
		word = plainU(word)
		if !k.isPinyin(word) {
			return nil
		}
		key.WriteString(word)
	}
	return []string{key.String()}
}

// isPinyin tells words that fall into syllables, by the ends that can be reached.
func (k *Keys) isPinyin(word string) bool {
	const longestWord, longestSyllable = 32, len("zhuang")
	if word == "" || len(word) > longestWord {
		return false
	}
	var reached [longestWord + 1]bool
	reached[0] = true
	for end := 1; end <= len(word); end++ {
		for begin := max(0, end-longestSyllable); begin < end && !reached[end]; begin++ {
			reached[end] = reached[begin] && k.syllables[word[begin:end]]
		}
	}
	return reached[len(word)]
}

// toneless takes the marks off a reading, those of ü included.
func toneless(reading string) string {
	plain := make([]byte, 0, len("zhuang"))
	for _, r := range norm.NFD.String(reading) {
		if r < utf8.RuneSelf {
			plain = append(plain, byte(r))
		}
	}
	return string(plain)
}

// plainU writes ü, for which v and yu stand where it cannot be typed, as u.
func plainU(syllables string) string {
	if !strings.ContainsAny(syllables, "vy") {
		return syllables
	}
	return strings.NewReplacer("lv", "lu", "nv", "nu", "lyu", "lu", "nyu", "nu").Replace(syllables)
}
