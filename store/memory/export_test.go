package memory

import "hash/maphash"

// Tree shows the tests a tree of ints.
type Tree struct {
	tree tree[int]
	seed maphash.Seed
}

func NewTree() Tree { return Tree{seed: maphash.MakeSeed()} }

func (t Tree) Put(key string, value int) Tree {
	t.tree = t.tree.put(t.seed, key, value)
	return t
}

func (t Tree) Remove(key string) Tree {
	t.tree = t.tree.remove(key)
	return t
}

func (t Tree) Get(key string) (int, bool) { return t.tree.get(key) }

func (t Tree) From(lo string) []string {
	var keys []string
	t.tree.from(lo, func(key string, _ int) bool {
		keys = append(keys, key)
		return true
	})
	return keys
}

func (t Tree) Depth() int { return depth(t.tree.root) }

func depth(n *node[int]) int {
	if n == nil {
		return 0
	}
	return 1 + max(depth(n.left), depth(n.right))
}
