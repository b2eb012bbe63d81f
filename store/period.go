package store

import (
	"math"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
)

// Bounds returns the event times of a period as nanoseconds since 1970 UTC, for
// back ends: an instant t is inside when from ≤ t < to. An open side, or one that
// 64 bits cannot hold, becomes the least or the greatest number; no stored time
// is either, since package customer accepts the years 1678 to 2261.
func Bounds(period rapport.Interval) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if start := period.Start(); !start.IsZero() {
		from = clampNanos(start)
	}
	if end := period.End(); !end.IsZero() {
		to = clampNanos(end)
	}
	return from, to
}

func clampNanos(t time.Time) int64 {
	switch year := t.UTC().Year(); {
	case year < 1678:
		return math.MinInt64
	case year > 2261:
		return math.MaxInt64
	}
	return t.UnixNano()
}

// Listing names the listing and its conditions for [NewToken], for back ends.
func (q CustomerQuery) Listing() []string {
	return []string{"customers", q.Kind.String()}
}

// Listing names the listing and its conditions for [NewToken], for back ends.
func (q TransactionQuery) Listing() []string {
	return append([]string{"transactions", string(q.Customer)}, boundsText(q.Period)...)
}

// Listing names the listing and its conditions for [NewToken], for back ends.
func (q InteractionQuery) Listing() []string {
	return append([]string{"interactions", string(q.Customer)}, boundsText(q.Period)...)
}

// Listing names the listing and its conditions for [NewToken], for back ends. The
// partner is that of [Records.Partner], "" for none.
func (q RecordQuery) Listing(kind RecordKind, partner rapport.ID) []string {
	return []string{"records", string(kind), string(partner), q.Definition, strconv.Itoa(q.Version), string(q.Stage), q.Owner, string(q.Customer)}
}

// Listing names the listing and its conditions for [NewToken], for back ends.
func (q HistoryQuery) Listing() []string {
	return []string{"histories", string(q.Record), strconv.FormatInt(q.From, 10), strconv.FormatInt(q.Last(), 10)}
}

// Last returns AsOf in nanoseconds since 1970 UTC, for back ends: the greatest number if
// it is not set.
func (q HistoryQuery) Last() int64 { return lastNanos(q.AsOf) }

// Listing names the listing and its conditions for [NewToken], for back ends.
func (q TimerQuery) Listing() []string {
	return []string{"timers", strconv.FormatInt(q.Last(), 10)}
}

// Last returns Until in nanoseconds since 1970 UTC, for back ends: one below [NoDue] if it
// is not set.
func (q TimerQuery) Last() int64 { return min(lastNanos(q.Until), NoDue-1) }

func lastNanos(at time.Time) int64 {
	if at.IsZero() {
		return math.MaxInt64
	}
	return clampNanos(at)
}

// Listing names the listing and its conditions for [NewToken], for back ends.
func (q DefinitionQuery) Listing() []string { return []string{"definitions", q.ID} }

func boundsText(period rapport.Interval) []string {
	from, to := Bounds(period)
	return []string{strconv.FormatInt(from, 10), strconv.FormatInt(to, 10)}
}
