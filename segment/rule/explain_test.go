package rule_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rule"
)

func flagSchema(t require.TestingT, n int) *rule.Schema {
	var list []rule.Attribute
	for i := range n {
		list = append(list, rule.Attribute{Name: fmt.Sprint("f", i), Type: rule.FlagType})
	}
	s, err := rule.NewSchema(list, nil, nil)
	require.NoError(t, err)
	return s
}

// drawTree draws a condition in which each flag is tested at most once.
func drawTree(t *rapid.T, depth int, next *int) rule.Condition {
	if depth == 0 || *next >= 5 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
		*next++
		return rule.Flag(fmt.Sprint("f", *next-1)).Yes()
	}
	parts := make([]rule.Condition, rapid.IntRange(1, 3).Draw(t, "parts"))
	for i := range parts {
		parts[i] = drawTree(t, depth-1, next)
	}
	switch rapid.IntRange(0, 3).Draw(t, "by") {
	case 0:
		return rule.And(parts...)
	case 1:
		return rule.Or(parts...)
	case 2:
		return rule.AtLeast(rapid.IntRange(1, len(parts)).Draw(t, "n"), parts...)
	}
	return rule.Not(parts[0])
}

// The reasons decide: whatever the other tests are, the truth is the same. And no
// smaller number of tests does.
func TestReasonsAreFewestThatDecide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := 0
		set, err := rule.Compile(flagSchema(t, 12), rule.Rules{{Name: "a", When: drawTree(t, 3, &n)}})
		require.NoError(t, err)
		if n > 6 {
			return // 3^6 settings are enough
		}
		m, err := set.At(start())
		require.NoError(t, err)
		truthOf := func(setting []int) (*rule.Facts, rule.Truth) {
			f, err := set.NewFacts("a")
			require.NoError(t, err)
			for i, v := range setting {
				if v < 2 {
					require.NoError(t, f.Set(fmt.Sprint("f", i), rule.FlagOf(v == 1)))
				}
			}
			got, err := m.Matches(f, "a")
			require.NoError(t, err)
			return f, got
		}
		setting := rapid.SliceOfN(rapid.IntRange(0, 2), n, n).Draw(t, "setting")
		f, truth := truthOf(setting)
		x, err := m.Explain(f, "a")
		require.NoError(t, err)
		reasons := x.Reasons()
		require.NotEmpty(t, reasons)
		fixed := map[int]bool{}
		for _, r := range reasons {
			var i int
			text, err := r.Condition.MarshalJSON()
			require.NoError(t, err)
			_, err = fmt.Sscanf(string(text), `{"flag":"f%d"`, &i)
			require.NoError(t, err)
			fixed[i] = true
		}
		require.Len(t, fixed, len(reasons), "no test twice")
		if truth == rule.Unknown {
			for i := range fixed {
				require.Equal(t, 2, setting[i], "what would have to be known")
			}
			return
		}
		// decides tries all settings of the tests that are not fixed.
		all := map[int]rule.Truth{} // by the setting as a number
		total := 1
		for range n {
			total *= 3
		}
		at := make([]int, n)
		for code := range total {
			rest := code
			for i := range at {
				at[i], rest = rest%3, rest/3
			}
			_, all[code] = truthOf(at)
		}
		decides := func(fixed func(i int) bool) bool {
			for code := range total {
				rest, same := code, true
				for i := range n {
					same = same && (!fixed(i) || rest%3 == setting[i])
					rest /= 3
				}
				if same && all[code] != truth {
					return false
				}
			}
			return true
		}
		require.True(t, decides(func(i int) bool { return fixed[i] }))
		for subset := range 1 << n {
			size := 0
			for i := range n {
				size += subset >> i & 1
			}
			if size < len(reasons) {
				require.False(t, decides(func(i int) bool { return subset>>i&1 == 1 }), "%d tests are enough", size)
			}
		}
	})
}

func TestExplainShowsWhatWasSeen(t *testing.T) {
	sales := rule.Events("sale")
	set, err := rule.Compile(modelSchema(), rule.Rules{{Name: "a", When: rule.And(
		sales.Count().AtLeast(2), sales.Sum().AtLeast(yuan(1)), sales.Average().Above(yuan(1)), sales.Smallest().Is(yuan(100)),
		sales.Last().Within(rule.Days(1)), rule.Not(rule.Text("health").Is("frail")), rule.Number("score").Is(1), rule.In("b"))},
		{Name: "b", When: rule.MayUse("care", "mail")}})
	require.NoError(t, err)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	require.NoError(t, f.Set("health", rule.TextOf("frail")))
	for i, fen := range []int64{100, 251} {
		require.NoError(t, f.PutEvent(rule.Event{ID: "x", Kind: "call", At: start()}))
		require.NoError(t, f.PutEvent(rule.Event{ID: rapport.ID(fmt.Sprint(i)), Kind: "sale", At: start().AddDate(0, 0, -i), Amount: yuan(fen)}))
	}
	m, err := set.At(start())
	require.NoError(t, err)
	x, err := m.Explain(f, "a")
	require.NoError(t, err)
	require.Equal(t, rule.Unknown, x.Truth)
	want := []string{"2", "3.51 CNY", "1.75 CNY", "1.00 CNY", "", "", "", ""}
	for i, part := range x.Of {
		require.Equal(t, fmt.Sprintf("and[%d]", i), part.Path)
		require.Equal(t, want[i], part.Seen.String())
	}
	require.Equal(t, start(), x.Of[4].SeenAt)
	health := x.Of[5].Of[0]
	require.Equal(t, "and[5].not", health.Path)
	require.True(t, health.Withheld)
	require.Equal(t, rule.NotAsked, health.Consent)
	require.EqualValues(t, "care", health.Purpose)
	require.Empty(t, health.Seen.String(), "what is withheld is not shown")
	require.Len(t, x.Reasons(), 3)
}
