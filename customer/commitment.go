package customer

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileCommitment is the kind of record of a [Commitment].
const FileCommitment FileKind = "commitment"

// Commitment is a promise that we gave a customer.
type Commitment struct {
	ID         rapport.ID `json:"id"`
	Customer   rapport.ID `json:"customer"`
	Promise    string     `json:"promise"`              // free text or the host's code, up to 1024 bytes
	Due        time.Time  `json:"due"`                  // the last instant at which it is on time
	Owner      string     `json:"owner"`                // who keeps it, up to 128 bytes
	KeptAt     time.Time  `json:"kept_at,omitzero"`     // zero: not kept
	ReleasedAt time.Time  `json:"released_at,omitzero"` // the customer let us off; zero: it did not
	With       rapport.ID `json:"with,omitzero"`        // what it is about, such as a deal or a case
	At         time.Time  `json:"at"`                   // event time: when it was given
	RecordedAt time.Time  `json:"recorded_at"`          // record time
}

// Filing files the commitment under its customer.
func (p Commitment) Filing() Filing {
	p.settle()
	return Filing{Kind: FileCommitment, ID: p.ID, Customer: p.Customer, With: p.With, At: p.At, RecordedAt: p.RecordedAt}
}

// Validate returns nil or a [*ValidationError]. A due date before the promise, and a
// promise kept or released before it was given, are OutOfRange; one both kept and
// released is NotAllowed.
func (p Commitment) Validate() error {
	var c checker
	c.id(path{field: "id"}, p.ID)
	c.id(path{field: "customer"}, p.Customer)
	c.required(path{field: "promise"}, p.Promise, MaxTextLength)
	c.instant(path{field: "due"}, p.Due, true)
	c.required(path{field: "owner"}, p.Owner, MaxCodeLength)
	c.instant(path{field: "kept_at"}, p.KeptAt, false)
	c.instant(path{field: "released_at"}, p.ReleasedAt, false)
	for _, f := range []struct {
		field string
		at    time.Time
	}{{"due", p.Due}, {"kept_at", p.KeptAt}, {"released_at", p.ReleasedAt}} {
		if !f.at.IsZero() && f.at.Before(p.At) {
			c.report(path{field: f.field}, OutOfRange)
		}
	}
	if !p.KeptAt.IsZero() && !p.ReleasedAt.IsZero() {
		c.report(path{field: "released_at"}, NotAllowed)
	}
	if p.With != "" {
		c.id(path{field: "with"}, p.With)
	}
	c.instant(path{field: "at"}, p.At, true)
	c.instant(path{field: "recorded_at"}, p.RecordedAt, true)
	return c.err("commitment", string(p.ID))
}

// Keep returns the commitment as kept at an instant, written down at recordedAt. The
// error is a [*ValidationError]: NotAllowed for one that is kept or released already.
func (p Commitment) Keep(at, recordedAt time.Time) (Commitment, error) {
	if !p.KeptAt.IsZero() || !p.ReleasedAt.IsZero() {
		var c checker
		c.report(path{field: "kept_at"}, NotAllowed)
		return Commitment{}, c.err("commitment", string(p.ID))
	}
	p.KeptAt, p.RecordedAt = at, recordedAt
	p.settle()
	if err := p.Validate(); err != nil {
		return Commitment{}, err
	}
	return p, nil
}

// CommitmentFigures says how promises are kept.
type CommitmentFigures struct {
	// OnTime is those kept by their due date over those that are decided: kept, or
	// due and not kept. Kept also counts those kept late.
	OnTime, Kept rapport.Ratio
	Overdue      []Commitment // due, neither kept nor released: the longest first, then by id
}

// CommitmentsAsOf returns the figures as of an instant: what was promised, kept or
// released later is as if it had not happened yet. Released ones do not count. Nothing
// decided: no value.
func CommitmentsAsOf(commitments []Commitment, asOf time.Time) CommitmentFigures {
	var f CommitmentFigures
	happened := func(t time.Time) bool { return !t.IsZero() && !t.After(asOf) }
	for _, p := range commitments {
		switch {
		case !happened(p.At) || happened(p.ReleasedAt):
			continue
		case happened(p.KeptAt):
			f.Kept.Num++
			if !p.KeptAt.After(p.Due) {
				f.OnTime.Num++
			}
		case p.Due.Before(asOf):
			f.Overdue = append(f.Overdue, p)
		default: // still to come
			continue
		}
		f.Kept.N++
	}
	f.OnTime.N, f.Kept.Den, f.OnTime.Den = f.Kept.N, float64(f.Kept.N), float64(f.Kept.N)
	slices.SortStableFunc(f.Overdue, func(a, b Commitment) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
	})
	return f
}

func (p *Commitment) settle() {
	settleTimes(&p.Due, &p.KeptAt, &p.ReleasedAt, &p.At, &p.RecordedAt)
}

type plainCommitment Commitment

type commitmentForm struct {
	Format int `json:"format"`
	*plainCommitment
}

// MarshalJSON writes every field in a versioned form, times in UTC. It refuses
// what [Commitment.Validate] does.
func (p Commitment) MarshalJSON() ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	p.settle()
	return json.Marshal(commitmentForm{jsonFormat, (*plainCommitment)(&p)})
}

// UnmarshalJSON reads what [Commitment.MarshalJSON] writes and validates it. Null
// leaves p as it is; so does an error.
func (p *Commitment) UnmarshalJSON(text []byte) error {
	var read Commitment
	return readFiled("commitment", text, p, &read, &commitmentForm{plainCommitment: (*plainCommitment)(&read)})
}
