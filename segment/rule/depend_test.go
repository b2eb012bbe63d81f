package rule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A change evaluates the rules that read what changed and, if that changes how the
// customer stands to one, those that refer to it; and no others.
func TestOnlyWhatDepends(t *testing.T) {
	schema, err := NewSchema([]Attribute{{Name: "x", Type: NumberType}, {Name: "y", Type: NumberType}, {Name: "z", Type: TextType}}, []EventKind{{Name: "e"}, {Name: "f"}}, nil)
	require.NoError(t, err)
	set, err := Compile(schema, Rules{
		{Name: "x", When: Number("x").Above(0)}, {Name: "y", When: Number("y").Above(0)}, {Name: "by x", When: Not(In("x"))},
		{Name: "by by x", When: And(In("by x"), Number("y").Is(1))}, {Name: "e", When: Events("e").Within(Days(1)).Count().Above(0)},
		{Name: "mail", When: MayUse("marketing", "email")},
	})
	require.NoError(t, err)
	var looked map[string]int
	for i := range set.parts {
		p, name := &set.parts[i], set.rules[i].Name
		truth, until := p.truth, p.until
		if until == nil {
			p.truth = func(f *Facts, m *Moment, s []Truth) Truth { looked[name]++; return truth(f, m, s) }
		} else {
			p.until = func(f *Facts, m *Moment, s []Truth) (Truth, int64) { looked[name]++; return until(f, m, s) }
		}
	}
	at := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	e, err := NewEngine(set, at, nil)
	require.NoError(t, err)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	step := func(want map[string]int, do func() error) {
		t.Helper()
		looked = map[string]int{}
		require.NoError(t, do())
		require.Equal(t, want, looked)
	}
	set1 := func(name string, v Value) func() error {
		return func() error { _, err := e.Set("a", name, v); return err }
	}
	step(map[string]int{"x": 1, "y": 1, "by x": 1, "by by x": 1, "e": 1, "mail": 1}, func() error { _, err := e.Put(f); return err })
	step(map[string]int{"x": 1, "by x": 1, "by by x": 1}, set1("x", NumberOf(2)))
	step(map[string]int{}, set1("x", NumberOf(2))) // nothing changed
	step(map[string]int{"x": 1}, set1("x", NumberOf(3)))
	step(map[string]int{"y": 1, "by by x": 1}, set1("y", NumberOf(1)))
	step(map[string]int{}, set1("z", TextOf("no rule reads this")))
	step(map[string]int{"e": 1}, func() error { _, err := e.PutEvent("a", Event{ID: "1", Kind: "e", At: at}); return err })
	step(map[string]int{}, func() error { _, err := e.PutEvent("a", Event{ID: "1", Kind: "f", At: at}); return err })
	step(map[string]int{}, func() error { _, err := e.Advance(at.Add(11 * time.Hour)); return err })
	step(map[string]int{"e": 1}, func() error { _, err := e.Advance(at.Add(13 * time.Hour)); return err })
	step(map[string]int{}, func() error { _, err := e.Advance(at.AddDate(1, 0, 0)); return err })
}
