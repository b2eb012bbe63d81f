package store

import "fmt"

// Limits of a page.
const (
	DefaultPageLimit = 100
	MaxPageLimit     = 1000
)

// PageRequest asks for one page of a listing. The zero value asks for the first
// page of [DefaultPageLimit] rows.
type PageRequest struct {
	After Token // [Page.Next] of the page before; "" for the first page
	Limit int   // greatest number of rows, up to [MaxPageLimit]; 0: the default
}

// Rows returns the limit with its default, or an [*ArgumentError] for one
// outside 0 to [MaxPageLimit].
func (r PageRequest) Rows() (int, error) {
	switch {
	case r.Limit < 0 || r.Limit > MaxPageLimit:
		return 0, &ArgumentError{Name: "page limit", Reason: fmt.Sprintf("%d is outside 0 to %d", r.Limit, MaxPageLimit)}
	case r.Limit == 0:
		return DefaultPageLimit, nil
	}
	return r.Limit, nil
}

// Page is one page of a listing. Rows inserted or deleted between two requests
// neither repeat nor hide other rows.
type Page[T any] struct {
	Items []T
	Next  Token // where the next page starts; "" if this is the last one
}
