package identity

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// world is records with known truth.
type world struct {
	schema      Schema
	left, right []Record // right is nil within one table
	leftTruth   []string
	rightTruth  []string
}

// simulation says what a world is like.
type simulation struct {
	name       string
	places     bool
	entities   int
	duplicated float64 // share of entities with a second record; in linking, of those in both
	more       float64 // chance of each further record
	errors     float64 // chance of an error, by value
	missing    float64
	family     float64 // share of persons who live with the one before; of places that belong to its chain
	linked     bool
	fields     []string // those kept; nil: all
	exchanged  float64  // share of second records with the names exchanged
}

// vocabulary makes words as frequent as names are: the n-th has a share of about 1/n.
type vocabulary struct {
	random *rand.Rand
	words  []string
}

func newVocabulary(random *rand.Rand, n, syllables int) *vocabulary {
	parts := strings.Fields("ba be bo ca ce da di do fa fe ga go ha he ja jo ka ki la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se si ta te ti to va ve wa wi ya zo")
	v := &vocabulary{random: random}
	seen := map[string]bool{}
	for len(v.words) < n {
		var word strings.Builder
		for range syllables - random.IntN(2) {
			word.WriteString(parts[random.IntN(len(parts))])
		}
		word.WriteString([]string{"", "n", "r", "s", "l"}[random.IntN(5)])
		if !seen[word.String()] {
			seen[word.String()] = true
			v.words = append(v.words, word.String())
		}
	}
	return v
}

func (v *vocabulary) draw() string {
	for {
		x := v.random.Float64()
		i := int(float64(len(v.words)) * x * x * x) // few are frequent
		if i < len(v.words) {
			return v.words[i]
		}
	}
}

func (v *vocabulary) even() string { return v.words[v.random.IntN(len(v.words))] }

// damage makes a typical error in a value.
func damage(random *rand.Rand, kind Kind, value string) string {
	if value == "" {
		return ""
	}
	if kind == Date && len(value) == 10 {
		switch random.IntN(3) {
		case 0:
			if value[8:] <= "12" {
				return value[:5] + value[8:] + "-" + value[5:7]
			}
		case 1:
			return fmt.Sprintf("%s-%02d-%02d", value[:4], 1+random.IntN(12), 1+random.IntN(28))
		}
		at := []int{2, 3, 6, 9}[random.IntN(4)]
		return value[:at] + string(rune('0'+(value[at]-'0'+byte(1+random.IntN(9)))%10)) + value[at+1:]
	}
	words := strings.Fields(value)
	if len(words) > 1 && random.IntN(4) == 0 {
		i := random.IntN(len(words))
		if random.IntN(2) == 0 {
			words[i] = words[i][:1]
		} else {
			words = append(words[:i], words[i+1:]...)
		}
		return strings.Join(words, " ")
	}
	letters := []byte(value)
	for range 1 + random.IntN(2) {
		at := random.IntN(len(letters))
		other := byte('a' + random.IntN(26))
		if isDigit(letters[at]) {
			other = byte('0' + random.IntN(10))
		}
		switch random.IntN(4) {
		case 0:
			if len(letters) > 2 {
				letters = append(letters[:at], letters[at+1:]...)
			}
		case 1:
			letters = append(letters[:at], append([]byte{other}, letters[at:]...)...)
		case 2:
			letters[at] = other
		default:
			if at > 0 {
				letters[at], letters[at-1] = letters[at-1], letters[at]
			}
		}
	}
	return string(letters)
}

func personSchema() Schema {
	return Schema{Fields: []Field{{"given", Name}, {"family", Name}, {"birth", Date}, {"street", Address}, {"city", Name},
		{"postcode", Code}, {"state", Code}, {"phone", Phone}, {"email", Email}, {"sex", Code}}}
}

func placeSchema() Schema {
	return Schema{Fields: []Field{{"name", Organisation}, {"address", Address}, {"city", Text}, {"phone", Phone}, {"type", Text}}}
}

// make draws the world.
func (s simulation) make(seed uint64) world {
	random := numeric.Stream(seed, 99)
	given, family := newVocabulary(random, 40+min(s.entities/20, 5000), 2), newVocabulary(random, 100+min(s.entities/5, 50_000), 3)
	streets, cities := newVocabulary(random, 50+min(s.entities/4, 50_000), 3), newVocabulary(random, 20+min(s.entities/100, 3000), 3)
	types := newVocabulary(random, 12, 2)
	schema := personSchema()
	if s.places {
		schema = placeSchema()
	}
	w := world{}
	var keep []int
	for i, f := range schema.Fields {
		if s.fields == nil || strings.Contains(" "+strings.Join(s.fields, " ")+" ", " "+f.Name+" ") {
			keep = append(keep, i)
			w.schema.Fields = append(w.schema.Fields, f)
		}
	}
	number := 0
	put := func(entity int, values []string, right bool) {
		var kept []string
		for _, k := range keep {
			v := values[k]
			if random.Float64() < s.missing {
				v = ""
			}
			kept = append(kept, v)
		}
		number++
		r := Record{ID: rapport.ID(fmt.Sprintf("r%d", number)), Values: kept}
		if right {
			w.right, w.rightTruth = append(w.right, r), append(w.rightTruth, fmt.Sprint(entity))
		} else {
			w.left, w.leftTruth = append(w.left, r), append(w.leftTruth, fmt.Sprint(entity))
		}
	}
	var before []string
	for e := range s.entities {
		var values []string
		near := before != nil && random.Float64() < s.family
		if s.places {
			city := cities.draw()
			values = []string{family.even() + " " + types.draw(), fmt.Sprintf("%d %s street", 1+random.IntN(300), streets.draw()), city,
				fmt.Sprintf("%03d555%04d", 200+hashText(city)%700, random.IntN(10000)), types.draw()}
			if near {
				values[0], values[4] = before[0], before[4]
			}
		} else {
			city := cities.draw()
			values = []string{given.draw(), family.draw(), fmt.Sprintf("%d-%02d-%02d", 1930+random.IntN(75), 1+random.IntN(12), 1+random.IntN(28)),
				fmt.Sprintf("%d %s street", 1+random.IntN(150), streets.draw()), city, fmt.Sprint(1000 + hashText(city)%9000),
				[]string{"nsw", "vic", "qld", "wa"}[hashText(city)%4], fmt.Sprintf("04%08d", random.IntN(100000000)), "", []string{"f", "m"}[random.IntN(2)]}
			if near {
				copy(values[3:8], before[3:8])
				if random.IntN(4) > 0 {
					values[1] = before[1]
				}
				if random.IntN(3) > 0 {
					values[7] = fmt.Sprintf("04%08d", random.IntN(100000000))
				}
			}
			values[8] = fmt.Sprintf("%s.%s%d@%s.example", values[0], values[1], random.IntN(100), []string{"mail", "post", "web"}[random.IntN(3)])
		}
		before = values
		second := func() []string {
			v := append([]string(nil), values...)
			for i := range v {
				if random.Float64() < s.errors {
					v[i] = damage(random, schema.Fields[i].Kind, v[i])
				}
			}
			if !s.places && random.Float64() < s.exchanged {
				v[0], v[1] = v[1], v[0]
			}
			return v
		}
		twice := random.Float64() < s.duplicated
		if s.linked {
			switch {
			case twice:
				put(e, values, false)
				put(e, second(), true)
			case random.IntN(2) == 0:
				put(e, values, false)
			default:
				put(e, values, true)
			}
			continue
		}
		put(e, values, false)
		if twice {
			put(e, second(), false)
			for random.Float64() < s.more {
				put(e, second(), false)
			}
		}
	}
	return w
}
