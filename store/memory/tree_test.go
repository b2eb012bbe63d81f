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

// TestTreeBalance: keys in ascending order, as logs have them, do not make a list.
func TestTreeBalance(t *testing.T) {
	tree := memory.NewTree()
	const n = 1 << 12
	for i := range n {
		tree = tree.Put(string([]byte{byte(i >> 8), byte(i)}), i)
	}
	require.Less(t, tree.Depth(), 12*4, "the depth of a random tree of 2^12 keys is near 30")
}
