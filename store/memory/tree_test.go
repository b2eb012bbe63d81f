package memory_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/store/memory"
)

// TestTree compares any sequence of changes with a map, and checks that no change
// touches an earlier tree.
func TestTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, want := memory.NewTree(), map[string]int{}
		var trees []memory.Tree
		var wants []map[string]int
		keys := rapid.StringOfN(rapid.RuneFrom([]rune("abc")), 0, 3, -1)
		for i := range rapid.IntRange(0, 60).Draw(t, "changes") {
			trees, wants = append(trees, tree), append(wants, maps.Clone(want))
			key := keys.Draw(t, "key")
			if rapid.IntRange(0, 2).Draw(t, "remove") == 0 {
				tree = tree.Remove(key)
				delete(want, key)
			} else {
				tree = tree.Put(key, i)
				want[key] = i
			}
		}
		trees, wants = append(trees, tree), append(wants, want)
		lo := keys.Draw(t, "lo")
		for i, tree := range trees {
			var wantKeys []string
			for _, key := range slices.Sorted(maps.Keys(wants[i])) {
				if got, ok := tree.Get(key); !ok || got != wants[i][key] {
					t.Fatalf("tree %d: Get(%q) = %d, %t, want %d", i, key, got, ok, wants[i][key])
				}
				if key >= lo {
					wantKeys = append(wantKeys, key)
				}
			}
			require.Equal(t, wantKeys, tree.From(lo))
		}
	})
}

// TestTreeBalance: keys in ascending order, as logs have them, do not make a list. The
// priorities are drawn anew in each process. A random tree of n keys, here near 30 deep,
// has a height of k or more with probability (2e·ln(n)/k)^k/n at most (Devroye, "A note
// on the height of binary search trees", Journal of the ACM 33 (1986) 489–498): below
// 1e-17 for k = 71.
func TestTreeBalance(t *testing.T) {
	tree := memory.NewTree()
	const n = 1 << 12
	for i := range n {
		tree = tree.Put(string([]byte{byte(i >> 8), byte(i)}), i)
	}
	require.LessOrEqual(t, tree.Depth(), 71)
}
