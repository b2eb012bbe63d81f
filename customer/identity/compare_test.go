package identity_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/identity"
)

func TestDamerau(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"ca", "abc", 3}, // 2 by edits within edits; the alignment counts 3
		{"neumann", "newmann", 1},
		{"neumann", "numeann", 2},
		{"smith", "smiht", 1},
		{"李明", "明李", 1},
		{"kitten", "sitting", 3},
		{strings.Repeat("x", 300), strings.Repeat("x", 299) + "é", 1},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			require.Equal(t, c.want, identity.Damerau(pair[0], pair[1], -1), "%q", pair)
			for limit := range 5 {
				require.Equal(t, min(c.want, limit+1), identity.Damerau(pair[0], pair[1], limit), "%q within %d", pair, limit)
			}
		}
	}
}

// naiveDamerau is the recurrence over all beginnings.
func naiveDamerau(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j
			case j == 0:
				d[i][j] = i
			default:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestDamerauIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b := drawWord(r, "a"), drawWord(r, "b")
		want := naiveDamerau([]rune(a), []rune(b))
		require.Equal(t, want, identity.Damerau(a, b, -1), "%q and %q", a, b)
		limit := rapid.IntRange(0, 8).Draw(r, "limit")
		require.Equal(t, min(want, limit+1), identity.Damerau(a, b, limit), "%q and %q within %d", a, b, limit)
	})
}

func TestCompareDates(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want identity.DateAgreement
	}{
		{"1980-06-19", "1980-06-19", identity.DatesSame},
		{"1980", "1980-06-19", identity.DatesFit},
		{"1980-06", "1980-06-19", identity.DatesFit},
		{"1980-06-09", "1980-09-06", identity.DatesSwapped},
		{"1980-06-19", "1980-06-18", identity.DatesSlip},
		{"1980-06-19", "1908-06-19", identity.DatesSlip},
		{"1980-06-19", "1890-06-19", identity.DatesSlip},
		{"1980-06-19", "1980-06-02", identity.DatesSameMonth},
		{"1980-06-19", "1991-06-19", identity.DatesSameDay},
		{"1980-06-19", "1980-12-25", identity.DatesSameYear},
		{"1980", "1991", identity.DatesDiffer},
		{"1980", "1981", identity.DatesSlip},
		{"1980-06-19", "1991-12-25", identity.DatesDiffer},
		{"19801319", "1980-03-19", identity.DatesSlip},
		{"19801319", "19801319", identity.DatesSame},
		{"no date", "1980-03-19", identity.DatesDiffer},
	} {
		require.Equal(t, c.want, identity.CompareDates(c.a, c.b), "%s and %s", c.a, c.b)
		require.Equal(t, c.want, identity.CompareDates(c.b, c.a), "%s and %s", c.b, c.a)
	}
}

func TestNumberDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
		ok   bool
	}{
		{"100", "90", .1, true},
		{"0", "0", 0, true},
		{"0", "5", 1, true},
		{"-5", "5", 2, true},
		{"1e308", "-1e308", 2, true},
		{"1.50", "1.5", 0, true},
		{"x", "1", 0, false},
		{"NaN", "NaN", 0, false},
		{"Inf", "1", 0, false},
	} {
		got, ok := identity.NumberDistance(c.a, c.b)
		require.Equal(t, c.ok, ok, "%s and %s", c.a, c.b)
		require.InDelta(t, c.want, got, 1e-15, "%s and %s", c.a, c.b)
	}
}

// Three values; "street" is in all of them, "stanley" in one. By hand: the weights are
// ln 2, ln 4, ln 4, and "stanley street" and "pinkerton street" have (ln 2)² in common.
func TestTokens(t *testing.T) {
	tokens := identity.NewTokens(slices.Values([]string{"stanley street", "pinkerton street", "salkauskas street street"}))
	require.InDelta(t, .693147181, tokens.Weight("street"), 1e-9)
	require.InDelta(t, 1.386294361, tokens.Weight("stanley"), 1e-9)
	require.InDelta(t, 1.386294361, tokens.Weight("never"), 1e-9)
	require.InDelta(t, .2, tokens.Similarity("stanley street", "pinkerton street"), 1e-9)
	require.InDelta(t, 1, tokens.Similarity("stanley street", "street stanley"), 1e-12, "whatever the order")
	stanly := identity.JaroWinkler("stanley", "stanly")
	require.InDelta(t, (4*stanly+1)/5, tokens.Similarity("stanley street", "stanly street"), 1e-9)
	require.Zero(t, tokens.Similarity("stanley", "street"))
	require.Zero(t, tokens.Similarity("", "street"))
	require.Equal(t, 1.0, tokens.Similarity("", " "))
	require.Equal(t, 1.0, identity.NewTokens(slices.Values([]string(nil))).Weight("x")/identity.NewTokens(slices.Values([]string{"x"})).Weight("x"))
}

func TestTokensOfAnyTexts(t *testing.T) {
	text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "martha", "marhta", "mart", "李明", "b", ""}), 0, 20),
		func(words []string) string { return strings.Join(words, " ") })
	rapid.Check(t, func(r *rapid.T) {
		tokens := identity.NewTokens(slices.Values(rapid.SliceOfN(text, 0, 5).Draw(r, "values")))
		a, b := text.Draw(r, "a"), text.Draw(r, "b")
		got := tokens.Similarity(a, b)
		require.True(t, got >= 0 && got <= 1, "%q and %q: %v", a, b, got)
		require.InDelta(t, got, tokens.Similarity(b, a), 1e-12, "%q and %q", a, b)
		if strings.TrimSpace(a) != "" {
			require.InDelta(t, 1, tokens.Similarity(a, a+" "), 1e-12)
		}
	})
}

func BenchmarkDamerau(b *testing.B) {
	for _, limit := range []int{2, -1} {
		b.Run(map[int]string{2: "limit 2", -1: "no limit"}[limit], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				identity.Damerau("papageorgiou", "papagoergiu", limit)
			}
		})
	}
}

func BenchmarkCompareDates(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		identity.CompareDates("1980-06-19", "1980-06-02")
	}
}

func BenchmarkTokens(b *testing.B) {
	tokens := identity.NewTokens(slices.Values([]string{"12 stanley street", "pinkerton circuit", "7 salkauskas crescent"}))
	b.ReportAllocs()
	for b.Loop() {
		tokens.Similarity("12 stanley street", "12 stanly street")
	}
}
