package identity

import (
	"strings"
	"unicode/utf8"
)

// atomKind is a way to take a key from a value.
type atomKind string

// The atoms. Records with equal keys may be compared.
const (
	atomExact    atomKind = "exact"     // the value
	atomPrefix   atomKind = "prefix"    // its first letters
	atomYear     atomKind = "year"      // of a date
	atomMonthDay atomKind = "month-day" // of a date
	atomTail     atomKind = "tail"      // the last seven digits of a telephone number, the last four of a code
	atomLocal    atomKind = "local"     // an e-mail address before the @
	atomRare     atomKind = "rare"      // the word in the fewest values
	atomDigits   atomKind = "digits"    // the numbers of an address
	atomWords    atomKind = "words"     // the words in any order
	atomBoth     atomKind = "both"      // two values in any order
	atomSpelling atomKind = "spelling"  // the letters of a further key of a name
)

// atom is a key of one field, or of two in any order.
type atom struct {
	Kind  atomKind `json:"kind"`
	Field int      `json:"field"`
	With  int      `json:"with,omitzero"` // the other field of atomBoth
}

// atoms lists the atoms that the fields can give.
func (j *joint) atoms() []atom {
	var atoms []atom
	for f, field := range j.fields {
		kinds := []atomKind{atomExact}
		switch field.Kind {
		case Name:
			kinds = append(kinds, atomPrefix, atomWords)
			if j.cols[f].spelt != nil {
				kinds = append(kinds, atomSpelling)
			}
		case Organisation, Text:
			kinds = append(kinds, atomPrefix, atomRare)
		case Address:
			kinds = append(kinds, atomRare, atomDigits)
		case Date:
			kinds = append(kinds, atomYear, atomMonthDay)
		case Phone:
			kinds = append(kinds, atomTail)
		case Code:
			kinds = append(kinds, atomPrefix, atomTail)
		case Email:
			kinds = append(kinds, atomLocal, atomPrefix)
		}
		for _, kind := range kinds {
			atoms = append(atoms, atom{Kind: kind, Field: f})
		}
		if field.Kind == Name {
			for g := f + 1; g < len(j.fields); g++ {
				if j.fields[g].Kind == Name {
					atoms = append(atoms, atom{Kind: atomBoth, Field: f, With: g})
					break
				}
			}
		}
	}
	return atoms
}

// key returns the key of a value, 0 for none. rare is its rarest word.
func (k atomKind) key(text string, rare string) uint64 {
	if text == "" {
		return 0
	}
	switch k {
	case atomPrefix:
		const letters = 4
		cut := 0
		for range letters {
			_, size := utf8.DecodeRuneInString(text[cut:])
			cut += size
		}
		if text[0] < utf8.RuneSelf {
			text = text[:cut]
		} else { // one character of Chinese tells as much as two or three letters
			_, size := utf8.DecodeRuneInString(text)
			text = text[:size]
		}
	case atomYear:
		if len(text) < 4 {
			return 0
		}
		text = text[:4]
	case atomMonthDay:
		if len(text) != 10 {
			return 0
		}
		text = text[5:]
	case atomTail:
		if len(text) < 5 {
			return 0
		}
		text = text[max(len(text)-7, len(text)/2):]
	case atomLocal:
		text, _, _ = strings.Cut(text, "@")
	case atomRare:
		text = rare
	case atomSpelling: // of the column
		return 0
	case atomWords: // one word is its own exact key
		hash, words := uint64(0), 0
		for word := range strings.FieldsSeq(text) {
			hash += hashText(word)
			words++
		}
		if words < 2 {
			return 0
		}
		return mix(hash) | 1
	case atomDigits:
		hash, any := uint64(0), false
		for i := range len(text) {
			if isDigit(text[i]) {
				hash, any = mix(hash^uint64(text[i])), true
			}
		}
		if !any {
			return 0
		}
		return hash | 1
	}
	if text == "" {
		return 0
	}
	return hashText(text) | 1
}

// hashText is the FNV-1a hash of a text, mixed.
func hashText(text string) uint64 {
	hash := uint64(14695981039346656037)
	for i := range len(text) {
		hash = (hash ^ uint64(text[i])) * 1099511628211
	}
	return mix(hash)
}

// mix is the finaliser of splitmix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// atomKeys returns the key of each record for an atom, 0 for none.
func (j *joint) atomKeys(a atom) []uint64 {
	c := &j.cols[a.Field]
	keys := make([]uint64, j.n)
	byValue := c.valueKeys(a.Kind)
	if a.Kind != atomBoth {
		for i, code := range c.codes {
			keys[i] = byValue[code]
		}
		return keys
	}
	d := &j.cols[a.With]
	other := d.valueKeys(atomExact)
	for i, code := range c.codes {
		if x, y := byValue[code], other[d.codes[i]]; x != 0 && y != 0 {
			keys[i] = mix(x+y) | 1
		}
	}
	return keys
}

// valueKeys returns the key of each value.
func (c *jointColumn) valueKeys(kind atomKind) []uint64 {
	if kind == atomSpelling && c.spelt != nil {
		return c.spelt.letters
	}
	keys := make([]uint64, len(c.texts))
	for v, text := range c.texts {
		rare := ""
		if kind == atomRare && c.words != nil {
			rare = c.words.rarest(uint32(v))
		}
		keys[v] = kind.key(text, rare)
	}
	return keys
}

// rarest returns the word of a value with the greatest weight; of several the first
// in the order of bytes, so that the order of the words does not matter.
func (l *wordList) rarest(value uint32) string {
	best, weight := "", float32(-1)
	for _, word := range l.of(value) {
		if w, text := l.weight[word], l.texts[word]; w > weight || w == weight && text < best {
			best, weight = text, w
		}
	}
	return best
}

// probe returns the keys of a record that is passed by itself.
func (m *Model) probe(texts []string) func(a atom) uint64 {
	j := &joint{fields: m.schema.Fields, n: 1, split: 1, cols: make([]jointColumn, len(texts))}
	for f, text := range texts {
		j.cols[f].texts, j.cols[f].codes = []string{""}, []uint32{0}
		if text != "" {
			j.cols[f].texts, j.cols[f].codes[0] = append(j.cols[f].texts, text), 1
		}
		j.cols[f].finish(j.fields[f].Kind)
	}
	m.bind(j)
	known := make(map[atom]uint64)
	return func(a atom) uint64 {
		key, ok := known[a]
		if !ok {
			key = j.atomKeys(a)[0]
			known[a] = key
		}
		return key
	}
}
