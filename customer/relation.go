package customer

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileRelation is the kind under which relations are filed.
const FileRelation FileKind = "relation"

// Relation is a dated tie between two parties. A relation that ends gets an end and a
// later record time under the same id; earlier versions, where the host keeps them, let
// a [Graph] be read as it was known before.
type Relation struct {
	ID         rapport.ID       `json:"id"`
	From       rapport.ID       `json:"from"` // whose it is
	To         rapport.ID       `json:"to"`   // another party
	Kind       RelationKind     `json:"kind"`
	Role       DecisionRole     `json:"role,omitzero"`   // of a decision maker; "": not known
	Share      float64          `json:"share,omitzero"`  // owns: 0 < s ≤ 1; 0: not known
	Valid      rapport.Interval `json:"valid,omitzero"`  // event time: while it holds; an open side: since ever, until further notice
	Source     string           `json:"source,omitzero"` // who says so, a code
	At         time.Time        `json:"at,omitzero"`     // event time: when it was agreed or told; zero: the start of Valid
	RecordedAt time.Time        `json:"recorded_at"`     // record time
}

// Filing files the relation with its From, found by its To.
func (r Relation) Filing() Filing {
	at := r.At
	if at.IsZero() {
		at = r.Valid.Start()
	}
	if at.IsZero() {
		at = r.RecordedAt
	}
	return Filing{Kind: FileRelation, ID: r.ID, Customer: r.From, With: r.To, At: at, RecordedAt: r.RecordedAt}
}

// Validate returns nil or a [*ValidationError] that lists every problem of the relation
// by itself; how it goes together with others is checked by [CheckRelations].
func (r Relation) Validate() error {
	_, err := r.checked()
	return err
}

// checked returns r with its times and its share as the package keeps them.
func (r Relation) checked() (Relation, error) {
	var c checker
	c.id(path{field: "id"}, r.ID)
	c.id(path{field: "from"}, r.From)
	c.id(path{field: "to"}, r.To)
	if r.From == r.To && r.To != "" {
		c.report(path{field: "to"}, NotAllowed)
	}
	if !r.Kind.IsValid() {
		c.report(path{field: "kind"}, enumReason(r.Kind == ""))
	}
	switch {
	case r.Role != "" && r.Kind != RelationDecisionMaker:
		c.report(path{field: "role"}, NotAllowed)
	case r.Role.rank() == 0:
		c.report(path{field: "role"}, Unknown)
	}
	if r.Share != 0 && r.Kind != RelationOwns {
		c.report(path{field: "share"}, NotAllowed)
	} else {
		r.Share = c.share(path{field: "share"}, r.Share)
	}
	c.interval(path{field: "valid"}, r.Valid)
	c.optional(path{field: "source"}, r.Source, MaxCodeLength)
	r.At = c.instant(path{field: "at"}, r.At, false)
	r.RecordedAt = c.instant(path{field: "recorded_at"}, r.RecordedAt, true)
	return r, c.err("relation", string(r.ID))
}

// Ended returns the relation with its end, to be kept in place of it. The error is a
// [*RelationError] with reason OutOfRange for an end that is not inside the time it
// holds, or a record time that is not after its own.
func (r Relation) Ended(at, recordedAt time.Time) (Relation, error) {
	valid, err := rapport.NewInterval(r.Valid.Start(), at)
	if err != nil || at.IsZero() || !r.Valid.Contains(at) && !at.Equal(r.Valid.End()) || !recordedAt.After(r.RecordedAt) {
		return Relation{}, &RelationError{ID: r.ID, At: at, RecordedAt: recordedAt, Reason: OutOfRange}
	}
	r.Valid, r.RecordedAt = valid, recordedAt
	return r.checked()
}

// RelationError reports a change that does not fit a relation, or two versions of one
// relation with the same record time (reason Duplicate).
type RelationError struct {
	ID         rapport.ID
	At         time.Time // the event time that was asked for
	RecordedAt time.Time // the record time that was asked for
	Reason     Reason
}

// Error names the relation, the times and the reason.
func (e *RelationError) Error() string {
	return fmt.Sprintf("customer: relation %q at %s, recorded at %s: %s",
		e.ID, e.At.Format(time.RFC3339), e.RecordedAt.Format(time.RFC3339), e.Reason)
}

// plainRelation is a Relation that writes its fields one by one.
type plainRelation Relation

type relationJSON struct {
	Format int `json:"format"`
	*plainRelation
}

// MarshalJSON writes every field in a versioned form, times in UTC.
func (r Relation) MarshalJSON() ([]byte, error) {
	r.At, r.RecordedAt = r.At.UTC(), r.RecordedAt.UTC()
	if r.Share == 0 {
		r.Share = 0 // not -0, which is written otherwise
	}
	return json.Marshal(relationJSON{jsonFormat, (*plainRelation)(&r)})
}

// UnmarshalJSON reads what [Relation.MarshalJSON] writes and checks it as
// [Relation.Validate] does. Null leaves r as it is; so does an error, which is a
// [*ValidationError], a [*FormatError] or one about the JSON itself.
func (r *Relation) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var read Relation
	form := relationJSON{plainRelation: (*plainRelation)(&read)}
	if err := decodeStrict("relation", text, &form); err != nil {
		return err
	}
	read, err := read.checked()
	if err != nil {
		return err
	}
	*r = read
	return nil
}
