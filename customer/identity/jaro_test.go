package identity_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/identity"
)

// The pairs of Winkler (1990) and of the issue trackers of other tools; the Chinese
// names by hand: one of two characters matches, (1/2 + 1/2 + 1)/3.
func TestJaroWinklerOfPublishedPairs(t *testing.T) {
	always := identity.Winkler{Above: -1}
	for _, c := range []struct {
		a, b                  string
		jaro, winkler, always float64
	}{
		{"MARTHA", "MARHTA", .944444444, .961111111, .961111111},
		{"DWAYNE", "DUANE", .822222222, .84, .84},
		{"DIXON", "DICKSONX", .766666667, .813333333, .813333333},
		{"JELLYFISH", "SMELLYFISH", .896296296, .896296296, .896296296},
		{"李明", "李名", .666666667, .666666667, .7},
		{"bissett", "daykin", 0, 0, 0},
		{"painter", "stanley", .619047619, .619047619, .619047619},
		{"Zoë", "Zoé", .777777778, .822222222, .822222222},
		{"", "", 1, 1, 1},
		{"", "a", 0, 0, 0},
		{"a", "b", 0, 0, 0},
		{"a", "ab", .833333333, .85, .85},
		{"ab", "ba", 0, 0, 0},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			require.InDelta(t, c.jaro, identity.Jaro(pair[0], pair[1]), 1e-9, "Jaro of %q", pair)
			require.InDelta(t, c.winkler, identity.JaroWinkler(pair[0], pair[1]), 1e-9, "Jaro-Winkler of %q", pair)
			require.InDelta(t, c.always, always.Similarity(pair[0], pair[1]), 1e-9, "boosted always, of %q", pair)
		}
	}
}

func TestWinklerOptions(t *testing.T) {
	require.InDelta(t, .944444444+2*.1*.055555556, identity.Winkler{Prefix: 2}.Similarity("MARTHA", "MARHTA"), 1e-8)
	require.InDelta(t, .944444444+3*.25*.055555556, identity.Winkler{Scale: .25}.Similarity("MARTHA", "MARHTA"), 1e-8)
	require.InDelta(t, 1, identity.Winkler{Scale: 7}.Similarity("MARTHA", "MARHTA"), 1e-12, "no similarity above 1")
	require.InDelta(t, .944444444, identity.Winkler{Above: .95}.Similarity("MARTHA", "MARHTA"), 1e-8)
}

// naiveJaro is the definition, letter by letter.
func naiveJaro(a, b []rune) float64 {
	if string(a) == string(b) {
		return 1
	}
	window := max(max(len(a), len(b))/2-1, 0)
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	matches := 0
	for i := range a {
		for j := max(0, i-window); j <= min(len(b)-1, i+window); j++ {
			if !usedB[j] && a[i] == b[j] {
				usedA[i], usedB[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	var inA, inB []rune
	for i, r := range a {
		if usedA[i] {
			inA = append(inA, r)
		}
	}
	for j, r := range b {
		if usedB[j] {
			inB = append(inB, r)
		}
	}
	swapped := 0
	for i := range inA {
		if inA[i] != inB[i] {
			swapped++
		}
	}
	m := float64(matches)
	return (m/float64(len(a)) + m/float64(len(b)) + (m-float64(swapped/2))/m) / 3
}

// drawWord draws a text of few letters, so that they meet: ASCII, beyond it, letters
// with the same last bits, and long texts.
func drawWord(r *rapid.T, label string) string {
	letter := rapid.SampledFrom([]rune("abcAé李明\u0161\u0261\U0001F600"))
	return rapid.StringOfN(letter, 0, rapid.SampledFrom([]int{6, 12, 70, 200}).Draw(r, "longest"), -1).Draw(r, label)
}

func TestJaroIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b := drawWord(r, "a"), drawWord(r, "b")
		require.InDelta(t, naiveJaro([]rune(a), []rune(b)), identity.Jaro(a, b), 1e-12, "%q and %q", a, b)
		w := identity.JaroWinkler(a, b)
		require.True(t, w >= identity.Jaro(a, b) && w <= 1, "%q and %q: %v", a, b, w)
	})
}

func TestJaroOfLongAndBrokenTexts(t *testing.T) {
	long := strings.Repeat("acme works of the river ", 40_000)
	require.InDelta(t, 5.0/6, identity.Jaro(long, long[1:]), 1e-4, "every letter matches, each one place off")
	require.NotPanics(t, func() { identity.JaroWinkler("\xff\xfe", "a\xc3") })
}

func BenchmarkJaroWinkler(b *testing.B) {
	for _, c := range []struct{ name, a, b string }{
		{"ascii", "papageorgiou", "papagoergiou"},
		{"surname", "neumann", "newman"},
		{"runes", "папагеоргиу", "папагоергиу"},
		{"accents", "françois", "francois"},
		{"chinese", "欧阳明月", "欧阳明悦"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				identity.JaroWinkler(c.a, c.b)
			}
		})
	}
}
