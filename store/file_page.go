package store

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// FilePlace is a place in the order of records about customers, for back ends.
type FilePlace struct {
	Kind customer.FileKind
	At   int64
	ID   rapport.ID
}

// Place returns where the row stands, for back ends.
func (r FileRow) Place() FilePlace { return FilePlace{r.Kind, r.At, r.ID} }

// Owners returns the customers of the query in order and each once, for back ends.
func (q FileQuery) Owners() []rapport.ID {
	return slices.Compact(slices.Sorted(slices.Values(q.Customers)))
}

// Listing names the listing and its conditions for [NewToken], for back ends. Of many
// customers it holds a hash, so that a token stays short.
func (q FileQuery) Listing() []string {
	owners := q.Owners()
	of := ""
	switch len(owners) {
	case 0:
	case 1:
		of = string(owners[0])
	default:
		var all []byte
		for _, id := range owners {
			all = appendPart(all, string(id))
		}
		sum := sha256.Sum256(all)
		of = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	head := []string{"files", string(q.Kind), strconv.Itoa(len(owners)), of, string(q.With), strconv.FormatInt(q.Instant(), 10)}
	return append(head, boundsText(q.Period)...)
}

// Instant returns AsOf in nanoseconds since 1970 UTC, for back ends: [NoEnd] if it is not
// set.
func (q FileQuery) Instant() int64 {
	if q.AsOf.IsZero() {
		return NoEnd
	}
	return AsOfNanos(q.AsOf)
}

// Start returns the limit of a page of q and the place after which it starts, for back
// ends.
func (q FileQuery) Start(tenant rapport.ID, r PageRequest) (limit int, after FilePlace, err error) {
	limit, key, err := r.Start(tenant, q.Listing(), 3)
	if err != nil || key == nil {
		return limit, q.First(), err
	}
	at, err := strconv.ParseInt(key[1], 10, 64)
	if err != nil || q.Kind != "" && key[0] != string(q.Kind) {
		return 0, FilePlace{}, ErrPageToken
	}
	return limit, FilePlace{customer.FileKind(key[0]), at, rapport.ID(key[2])}, nil
}

// First returns the place after which all rows of q stand, for back ends.
func (q FileQuery) First() FilePlace {
	from, _ := Bounds(q.Period)
	if q.Kind == "" {
		from = math.MinInt64
	}
	return FilePlace{Kind: q.Kind, At: from}
}

// Token returns the token of the page that starts after a row, for back ends.
func (q FileQuery) Token(tenant rapport.ID, last FileRow) Token {
	return NewToken(tenant, q.Listing(), string(last.Kind), strconv.FormatInt(last.At, 10), string(last.ID))
}

// Holds reports whether the row is one of q's but for its kind and customer, for back
// ends that have looked for these.
func (q FileQuery) Holds(r FileRow) bool {
	from, to := Bounds(q.Period)
	if q.With != "" && r.With != q.With || r.At < from || r.At >= to {
		return false
	}
	if at := q.Instant(); at != NoEnd {
		return r.StoodAt(at)
	}
	return r.Until == NoEnd
}

// RecordNanos returns an instant of record time in nanoseconds since 1970 UTC, for back
// ends. The error is an [*ArgumentError] for one outside the years 1678 to 2261.
func RecordNanos(at time.Time) (int64, error) { return nanos("record time", at) }

// AsOfNanos returns an instant as of which something is read in nanoseconds since 1970
// UTC, for back ends; one that 64 bits cannot hold becomes the least or the greatest number.
func AsOfNanos(at time.Time) int64 { return min(clampNanos(at), NoEnd-1) }
