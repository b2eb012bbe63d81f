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
	return tree[V]{t.root.put(key, maphash.String(seed, key), value)}
}

func (t tree[V]) remove(key string) tree[V] { return tree[V]{t.root.remove(key)} }

// last returns the value with the greatest key that is not above hi.
func (t tree[V]) last(hi string) (value V, ok bool) {
	for n := t.root; n != nil; {
		if n.key > hi {
			n = n.left
			continue
		}
		value, ok = n.value, true
		n = n.right
	}
	return value, ok
}

// from calls visit for the values with a key not below lo, in ascending order of
// key, until visit returns false.
func (t tree[V]) from(lo string, visit func(key string, value V) bool) {
	t.root.from(lo, visit)
}

// down calls visit for the values with a key not above hi, in descending order of key,
// until visit returns false.
func (t tree[V]) down(hi string, visit func(key string, value V) bool) {
	t.root.down(hi, visit)
}

func (n *node[V]) put(key string, priority uint64, value V) *node[V] {
	if n == nil {
		return &node[V]{key: key, priority: priority, value: value}
	}
	copied := *n
	switch order := strings.Compare(key, n.key); {
	case order < 0:
		up := n.left.put(key, priority, value)
		if up.priority > copied.priority {
			// What put returns is always a fresh copy: it may be changed.
			copied.left, up.right = up.right, &copied
			return up
		}
		copied.left = up
	case order > 0:
		up := n.right.put(key, priority, value)
		if up.priority > copied.priority {
			copied.right, up.left = up.left, &copied
			return up
		}
		copied.right = up
	default:
		copied.value = value
	}
	return &copied
}

func (n *node[V]) remove(key string) *node[V] {
	if n == nil {
		return nil
	}
	copied := *n
	switch order := strings.Compare(key, n.key); {
	case order < 0:
		copied.left = n.left.remove(key)
	case order > 0:
		copied.right = n.right.remove(key)
	default:
		return join(n.left, n.right)
	}
	return &copied
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

func (n *node[V]) down(hi string, visit func(key string, value V) bool) bool {
	if n == nil {
		return true
	}
	if n.key <= hi {
		if !n.right.down(hi, visit) || !visit(n.key, n.value) {
			return false
		}
	}
	return n.left.down(hi, visit)
}
