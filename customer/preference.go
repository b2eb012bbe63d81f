package customer

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Topic says what a preference is about: an open set of codes, like [Channel].
type Topic string

// The common topics of preferences.
const (
	TopicChannel  Topic = "channel"  // the choice is a [Channel]
	TopicTime     Topic = "time"     // the choice is a code of the host: "evening", "weekend"
	TopicLanguage Topic = "language" // the choice is a language tag as in RFC 5646: "zh-Hans", "en"
	TopicSubject  Topic = "subject"  // the choice is a subject, a taste or a product group
)

// Preference is a like or a dislike of a customer. It is no consent: what may be done
// is asked of the consent rules, what is welcome of the preferences.
type Preference struct {
	Topic      Topic            `json:"topic"`                // required
	Choice     string           `json:"choice"`               // required, a code: what is liked or disliked
	Dislike    bool             `json:"dislike,omitzero"`     // false: a like
	Source     string           `json:"source,omitzero"`      // optional, a code: who says so
	Valid      rapport.Interval `json:"valid,omitzero"`       // event time: when it holds
	RecordedAt time.Time        `json:"recorded_at,omitzero"` // record time; zero: that of the customer
	Confidence float64          `json:"confidence,omitzero"`  // 0 < c ≤ 1: stated by the customer 1, inferred less; 0: not stated
}

// Prefers returns what is known of a choice at an instant: the preference with the
// highest confidence (one that is not stated counts as 1), then the latest record
// time, then the first. It is false if nothing is known.
func (c Customer) Prefers(topic Topic, choice string, at time.Time) (Preference, bool) {
	var best Preference
	found := false
	for _, p := range c.draft.Preferences {
		if p.Topic != topic || p.Choice != choice || !p.Valid.Contains(at) {
			continue
		}
		if !found || surer(p.Confidence, best.Confidence, p.RecordedAt, best.RecordedAt) {
			best, found = p, true
		}
	}
	return best, found
}

func (d *Draft) checkPreferences(c *checker) {
	const list = "preferences"
	type choice struct {
		topic          Topic
		choice, source string
	}
	seen := make(map[choice][]rapport.Interval, len(d.Preferences))
	for i := range d.Preferences {
		p := &d.Preferences[i]
		c.required(path{list, i, "topic"}, string(p.Topic), MaxCodeLength)
		c.required(path{list, i, "choice"}, p.Choice, MaxCodeLength)
		c.optional(path{list, i, "source"}, p.Source, MaxCodeLength)
		c.interval(path{list, i, "valid"}, p.Valid)
		p.RecordedAt = c.instant(path{list, i, "recorded_at"}, p.RecordedAt, false)
		p.Confidence = c.share(path{list, i, "confidence"}, p.Confidence)
		// One source says one thing of a choice at a time: a like and a dislike exclude each other.
		key := choice{p.Topic, p.Choice, p.Source}
		c.apart(path{list, i, "valid"}, Overlap, seen[key], p.Valid)
		seen[key] = append(seen[key], p.Valid)
	}
}
