package identity

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

// readings is a small Keyer: the family name and the given name in either order.
type readings map[rune]string

func (r readings) Keys(kind Kind, form string) []string {
	if words := strings.Fields(form); kind != Name || form[0] < 0x80 {
		return []string{strings.Join(words, "")}
	}
	var parts []string
	for _, letter := range form {
		parts = append(parts, r[letter])
	}
	given := strings.Join(parts[1:], "")
	return []string{parts[0] + given, given + parts[0]}
}

func smallReadings() readings {
	return readings{'李': "li", '王': "wang", '张': "zhang", '刘': "liu", '陈': "chen", '杨': "yang", '赵': "zhao", '黄': "huang",
		'梅': "mei", '丽': "li", '伟': "wei", '芳': "fang", '强': "qiang", '静': "jing", '敏': "min", '军': "jun", '涛': "tao", '明': "ming",
		'超': "chao", '霞': "xia", '平': "ping", '刚': "gang", '桂': "gui", '英': "ying", '华': "hua", '文': "wen"}
}

// spelled is persons with Chinese names, every fourth with a second record under the
// romanised name in either order; birth date and telephone number are there or not.
func spelled(keys readings, persons int) (records []Record, truth []string) {
	random := rand.New(rand.NewPCG(5, 6))
	families, letters := []rune("李王张刘陈杨赵黄"), []rune("梅丽伟芳强静敏军涛明超霞平刚桂英华文")
	for i := range persons {
		name := []rune{families[random.IntN(len(families))], letters[random.IntN(len(letters))], letters[random.IntN(len(letters))]}
		born := fmt.Sprintf("%d-%02d-%02d", 1950+random.IntN(50), 1+random.IntN(12), 1+random.IntN(28))
		phone := fmt.Sprintf("+861%010d", random.IntN(1e10))
		add := func(name string) {
			values := []string{name, born, phone}
			if random.IntN(3) == 0 {
				values[1+random.IntN(2)] = ""
			}
			records = append(records, Record{ID: rapport.ID(fmt.Sprintf("r%d", len(records))), Values: values})
			truth = append(truth, fmt.Sprint(i))
		}
		add(string(name))
		if i%4 == 0 {
			family, given := keys[name[0]], keys[name[1]]+keys[name[2]]
			if i%8 == 0 {
				add(given + " " + family)
			} else {
				add(family + " " + given)
			}
		}
	}
	return records, truth
}

// Names in two scripts meet where the standardiser has keys, and only there.
func TestNamesMeetByFurtherKeys(t *testing.T) {
	t.Parallel()
	keys := smallReadings()
	records, entities := spelled(keys, 700)
	schema := Schema{Fields: []Field{{"name", Name}, {"born", Date}, {"phone", Phone}}}
	truth := EntityTruth(entities, nil)
	f1 := make([]float64, 2)
	var model *Model
	for i, o := range []*StandardOptions{nil, {Keys: keys}} {
		standard, err := NewStandardiser(o)
		require.NoError(t, err)
		table, err := NewTable(schema, records, &TableOptions{Standardiser: standard})
		require.NoError(t, err)
		var pairs [2][]Pair
		for w := range pairs {
			model, err = Fit(t.Context(), table, nil, &Options{Exhaustive: -1, Workers: w + 1})
			require.NoError(t, err)
			pairs[w], err = model.Pairs(t.Context(), table, nil)
			require.NoError(t, err)
		}
		require.Equal(t, pairs[0], pairs[1])
		f1[i], _ = truth.OfPairs(pairs[0]).F1()
		spelt := slices.ContainsFunc(model.rules, func(r blockingRule) bool {
			return slices.ContainsFunc(r.Atoms, func(a atom) bool { return a.Kind == atomSpelling })
		})
		require.Equal(t, i == 1, spelt)
		x, err := NewIndex(t.Context(), model, table)
		require.NoError(t, err)
		for _, p := range pairs[0][:20] {
			found, err := x.Match(t.Context(), records[p.Left], 0)
			require.NoError(t, err)
			require.True(t, slices.ContainsFunc(found, func(m Match) bool { return m.ID == records[p.Right].ID }), p)
		}
	}
	require.Less(t, f1[0], 0.9, f1)
	require.Greater(t, f1[1], 0.94, f1)

	e, err := model.Explain(Record{ID: "a", Values: []string{"李梅", "1980-06-19", ""}}, Record{ID: "b", Values: []string{"Mei Li", "1980-06-19", ""}})
	require.NoError(t, err)
	require.Equal(t, "close", e.Contributions[1].Level)
	require.Positive(t, e.Contributions[1].Bits)
}
