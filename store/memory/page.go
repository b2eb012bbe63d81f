package memory

import (
	"iter"

	"github.com/rapport-crm/rapport/store"
)

// cut makes a page of the rows that each visits.
func cut[R, T any](limit int, each func(visit func(R) bool), read func(R) (T, error), token func(R) store.Token) (store.Page[T], error) {
	var out store.Page[T]
	var last R
	var fault error
	each(func(row R) bool {
		if len(out.Items) == limit {
			out.Next = token(last)
			return false
		}
		item, err := read(row)
		if err != nil {
			fault = err
			return false
		}
		out.Items, last = append(out.Items, item), row
		return true
	})
	if fault != nil {
		return store.Page[T]{}, fault
	}
	return out, nil
}

// decoded yields what read makes of the rows, to the first error.
func decoded[R, T any](rows iter.Seq2[R, error], read func(R) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for row, err := range rows {
			var item T
			if err == nil {
				item, err = read(row)
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}
