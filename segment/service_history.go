package segment

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"time"
)

// TierSince says from which instant on a customer was in a tier, or on a level.
type TierSince struct {
	Tier string    `json:"tier"`
	From time.Time `json:"from"`
}

// TierHistory says in which tier a customer was at which time: an immutable value
// made by [NewTierHistory] or [Membership.Levels]. The zero value knows of none.
type TierHistory struct {
	spans []TierSince // by time
}

// HistoryError reports entries that make no history of tiers.
type HistoryError struct {
	Index  int // of the entry, from 0
	Entry  TierSince
	Reason string // "not after the one before", "outside the years 2 to 9998", or what is wrong with the name: "name empty", …
}

// Error names the entry and the reason.
func (e *HistoryError) Error() string {
	return fmt.Sprintf("segment: tier history: entry %d, %q from %s: %s", e.Index, e.Entry.Tier, e.Entry.From.UTC().Format(time.RFC3339), e.Reason)
}

// NewTierHistory returns the history of the entries, which are in the order of time;
// each holds until the next. The error is a [*HistoryError].
func NewTierHistory(entries ...TierSince) (TierHistory, error) {
	spans := slices.Clone(entries)
	for i := range spans {
		entry := &spans[i]
		reason := nameReason(entry.Tier)
		switch {
		case reason != "":
		case dateFault("from", entry.From) != nil:
			reason = "outside the years 2 to 9998"
		case i > 0 && !entry.From.After(spans[i-1].From):
			reason = "not after the one before"
		}
		if reason != "" {
			return TierHistory{}, &HistoryError{Index: i, Entry: *entry, Reason: reason}
		}
		entry.From = plain(entry.From)
	}
	return TierHistory{spans: spans}, nil
}

// At returns the tier at an instant; false before the first entry.
func (h TierHistory) At(t time.Time) (string, bool) {
	i := h.index(t)
	if i < 0 {
		return "", false
	}
	return h.spans[i].Tier, true
}

// index returns the entry that holds at an instant, -1 before the first.
func (h TierHistory) index(t time.Time) int {
	return sort.Search(len(h.spans), func(i int) bool { return h.spans[i].From.After(t) }) - 1
}

// Entries returns the entries in the order of time.
func (h TierHistory) Entries() []TierSince { return slices.Clone(h.spans) }

type historyForm struct {
	Format int         `json:"format"`
	Tiers  []TierSince `json:"tiers"`
}

// MarshalJSON writes the entries.
func (h TierHistory) MarshalJSON() ([]byte, error) {
	form := historyForm{Format: jsonFormat, Tiers: h.spans}
	if form.Tiers == nil {
		form.Tiers = []TierSince{}
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [TierHistory.MarshalJSON] wrote; it marshals to the same
// bytes. The error is a [*FormatError], a [*HistoryError] or one of the syntax; after
// it h is unchanged.
func (h *TierHistory) UnmarshalJSON(text []byte) error {
	var form historyForm
	if err := decode("tier history", text, &form); err != nil {
		return err
	}
	got, err := NewTierHistory(form.Tiers...)
	if err != nil {
		return err
	}
	*h = got
	return nil
}
