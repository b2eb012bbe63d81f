package pipeline

import (
	"encoding"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// ChangeError says that a change does not fit the record: the field holds something else
// than what the change says was there before.
type ChangeError struct {
	Field      string
	Have, Want Value // in the record, in the change
}

func (e *ChangeError) Error() string {
	return fmt.Sprintf("pipeline: field %q holds %q, the change says %q", e.Field, e.Have, e.Want)
}

// carry says that the change that is wanted belongs here, and reports whether it fits.
func (w *walk) carry(have Value) bool {
	w.found = true
	if have != w.want.Before {
		w.err = &ChangeError{w.want.Field, have, w.want.Before}
		return false
	}
	return true
}

// leaf compares one thing that a value can show, or reads it from the change.
func leaf[T any](w *walk, name string, a, b *T, same func(a, b T) bool, show func(T) Value, read func(Value) (T, error)) {
	if w.want == nil {
		if !same(*a, *b) {
			w.changes = append(w.changes, Change{w.prefix + name, show(*a), show(*b)})
		}
		return
	}
	field := w.want.Field
	if w.found || len(field) != len(w.prefix)+len(name) || !strings.HasPrefix(field, w.prefix) || !strings.HasSuffix(field, name) {
		return
	}
	if !w.carry(show(*b)) {
		return
	}
	v, err := read(w.want.After)
	if err != nil || show(v) != w.want.After {
		w.err = &UnknownFieldError{field, w.want.After, "it is of another kind"}
		return
	}
	*b = v
}

// list compares lists element by element, or goes to the element of the change; the one
// after the last is new.
func listLeaf[T any](w *walk, prefix string, a, b *[]T, same func(a, b *T) bool, visit func(w *walk, a, b *T)) {
	defer func() { w.prefix = "" }()
	if w.want == nil {
		var none T
		for i := range max(len(*a), len(*b)) {
			x, y := &none, &none
			if i < len(*a) {
				x = &(*a)[i]
			}
			if i < len(*b) {
				y = &(*b)[i]
			}
			if !same(x, y) {
				w.prefix = prefix + strconv.Itoa(i) + "/"
				visit(w, x, y)
			}
		}
		return
	}
	rest, ok := strings.CutPrefix(w.want.Field, prefix)
	if !ok {
		return
	}
	digits, _, _ := strings.Cut(rest, "/")
	i, err := strconv.Atoi(digits)
	if err != nil || i < 0 || i > len(*b) || strconv.Itoa(i) != digits {
		return
	}
	if i == len(*b) {
		*b = append(*b, *new(T))
	}
	w.prefix = prefix + digits + "/"
	visit(w, &(*b)[i], &(*b)[i])
}

func sameElement[T comparable](a, b *T) bool { return *a == *b }

func equalTo[T comparable](a, b T) bool { return a == b }

func textLeaf[T ~string](w *walk, name string, a, b *T) {
	leaf(w, name, a, b, equalTo, func(t T) Value { return Value{text: string(t)} }, func(v Value) (T, error) { return T(v.text), nil })
}

func moneyLeaf(w *walk, name string, a, b *rapport.Money) {
	leaf(w, name, a, b, rapport.Money.Equal, Amount, func(v Value) (rapport.Money, error) {
		m, _ := v.Money()
		return m, nil
	})
}

func dateLeaf(w *walk, name string, a, b *Date) {
	leaf(w, name, a, b, equalTo, Day, func(v Value) (d Date, err error) {
		err = d.UnmarshalText([]byte(v.text))
		return d, err
	})
}

func instantLeaf(w *walk, name string, a, b *time.Time) {
	leaf(w, name, a, b, equalTo, Instant, func(v Value) (time.Time, error) {
		at, _ := v.Time(nil)
		return at, nil
	})
}

func stampLeaf(w *walk, name string, a, b *Stamp) {
	show := func(s Stamp) Value { return Instant(s.Time()) }
	leaf(w, name, a, b, equalTo, show, func(v Value) (Stamp, error) {
		at, _ := v.Time(nil)
		return StampOf(at)
	})
}

// number takes 0 for none.
func numberLeaf(w *walk, name string, a, b *decimal.Decimal) {
	show := func(n decimal.Decimal) Value {
		if n.IsZero() {
			return Value{}
		}
		return Number(n)
	}
	leaf(w, name, a, b, decimal.Decimal.Equal, show, func(v Value) (decimal.Decimal, error) {
		n, _ := v.Number()
		return n, nil
	})
}

// whole takes 0 for none.
func wholeLeaf[T ~int | ~int64](w *walk, name string, a, b *T) {
	show := func(n T) Value {
		if n == 0 {
			return Value{}
		}
		return Whole(int64(n))
	}
	leaf(w, name, a, b, equalTo, show, func(v Value) (T, error) {
		n, _ := v.Number()
		return T(n.IntPart()), nil
	})
}

// named takes constants that have words; the zero one is none.
func namedLeaf[T comparable, P interface {
	*T
	encoding.TextUnmarshaler
}](w *walk, name string, a, b *T) {
	show := func(t T) Value {
		if t == *new(T) {
			return Value{}
		}
		return Text(fmt.Sprint(t))
	}
	leaf(w, name, a, b, equalTo, show, func(v Value) (t T, err error) {
		if !v.Empty() {
			err = P(&t).UnmarshalText([]byte(v.text))
		}
		return t, err
	})
}

func showNames(names []string) Value { return List(names...) }

func readNames(v Value) ([]string, error) { return v.List(), nil }

func showFlag(yes bool) Value {
	if !yes {
		return Value{}
	}
	return Flag(true)
}

func readFlag(v Value) (bool, error) {
	yes, _ := v.Flag()
	return yes, nil
}

func sameInt(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }

func showPercent(n *int) Value {
	if n == nil {
		return Value{}
	}
	return Whole(int64(*n))
}

func readPercent(v Value) (*int, error) {
	if v.Empty() {
		return nil, nil
	}
	n, _ := v.Number()
	percent := int(n.IntPart())
	return &percent, nil
}

// same reports whether two lines show the same.
func (l *Line) same(o *Line) bool {
	return l.Product == o.Product && l.Unit == o.Unit && l.Quantity.Equal(o.Quantity) && l.Price.Equal(o.Price)
}

// trim takes away the elements at the ends of lists that a change has emptied.
func (d *Deal) trim() {
	d.Lines = trimmed(d.Lines, func(l *Line) bool { return l.Product != "" })
	p := &d.Progress
	p.Done = trimmed(p.Done, func(x *Done) bool { return x.Checklist != "" })
	p.Problems = trimmed(p.Problems, func(x *Problem) bool { return x.ID != "" })
	p.Approvals = trimmed(p.Approvals, func(x *Vote) bool { return x.Name != "" })
	p.Parts = trimmed(p.Parts, func(x *PartState) bool { return x.Name != "" })
}

func trimmed[T any](list []T, there func(*T) bool) []T {
	for len(list) > 0 && !there(&list[len(list)-1]) {
		list = list[:len(list)-1]
	}
	if len(list) == 0 {
		return nil
	}
	return list
}
