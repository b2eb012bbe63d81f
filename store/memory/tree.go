package memory

import (
	"hash/maphash"
	"strings"
)

// tree is an ordered map from byte strings that never changes: put and remove
// return a new tree that shares all but the path to the key with the old one.
// A snapshot is therefore a pointer, a rollback is forgetting one, and readers
// need no lock. It is a treap whose priorities are a hash of the key, so its
// shape depends on the keys it holds and not on their order of arrival.
type tree[V any] struct {
	root *node[V]
	size int
}

type node[V any] struct {
	key         string
	priority    uint64
	value       V
	left, right *node[V]
}

func (t tree[V]) get(key string) (V, bool) {
	for n := t.root; n != nil; {
		switch order := strings.Compare(key, n.key); {
		case order < 0:
			n = n.left
		case order > 0:
			n = n.right
		default:
			return n.value, true
		}
	}
	var none V
	return none, false
}

func (t tree[V]) put(seed maphash.Seed, key string, value V) tree[V] {
	root, grew := t.root.put(key, maphash.String(seed, key), value)
	if grew {
		t.size++
	}
	t.root = root
	return t
}

func (t tree[V]) remove(key string) tree[V] {
	root, shrank := t.root.remove(key)
	if shrank {
		t.size--
	}
	t.root = root
	return t
}

// from calls visit for the values with a key not below lo, in ascending order of
// key, until visit returns false.
func (t tree[V]) from(lo string, visit func(key string, value V) bool) {
	t.root.from(lo, visit)
}

func (n *node[V]) put(key string, priority uint64, value V) (root *node[V], grew bool) {
	if n == nil {
		return &node[V]{key: key, priority: priority, value: value}, true
	}
	copied := *n
	switch order := strings.Compare(key, n.key); {
	case order < 0:
		copied.left, grew = n.left.put(key, priority, value)
		if copied.left.priority > copied.priority {
			// The child on the way up is always a fresh copy: it may be changed.
			up := copied.left
			copied.left, up.right = up.right, &copied
			return up, grew
		}
	case order > 0:
		copied.right, grew = n.right.put(key, priority, value)
		if copied.right.priority > copied.priority {
			up := copied.right
			copied.right, up.left = up.left, &copied
			return up, grew
		}
	default:
		copied.value = value
	}
	return &copied, grew
}

func (n *node[V]) remove(key string) (root *node[V], shrank bool) {
	if n == nil {
		return nil, false
	}
	copied := *n
	switch order := strings.Compare(key, n.key); {
	case order < 0:
		copied.left, shrank = n.left.remove(key)
	case order > 0:
		copied.right, shrank = n.right.remove(key)
	default:
		return join(n.left, n.right), true
	}
	if !shrank {
		return n, false
	}
	return &copied, true
}

// join makes one treap of two, all keys of left being below those of right.
func join[V any](left, right *node[V]) *node[V] {
	switch {
	case left == nil:
		return right
	case right == nil:
		return left
	case left.priority > right.priority:
		copied := *left
		copied.right = join(left.right, right)
		return &copied
	default:
		copied := *right
		copied.left = join(left, right.left)
		return &copied
	}
}

func (n *node[V]) from(lo string, visit func(key string, value V) bool) bool {
	if n == nil {
		return true
	}
	if n.key >= lo {
		if !n.left.from(lo, visit) || !visit(n.key, n.value) {
			return false
		}
	}
	return n.right.from(lo, visit)
}
