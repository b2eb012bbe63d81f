package kpi

import (
	"github.com/rapport-crm/rapport"
)

// Flow says what became of the customers of a base: those who were in it at the start
// are kept or lost, others were added.
type Flow struct {
	Kept, Lost, Added int
}

// CompareBases compares the ids of a base at the start and at the end of a period, each
// in any order: kept is |start ∩ end|. Internal parties are left out of both by the
// caller ([CountBase]). The error is a [*CodeError] for an id that stands twice in one
// of the two, or a [*rapport.IDError].
func CompareBases(start, end []rapport.ID) (Flow, error) {
	const atStart, atEnd = 1, 2
	seen := make(map[rapport.ID]uint8, len(start))
	mark := func(subject string, ids []rapport.ID, bit uint8) error {
		for _, id := range ids {
			if err := id.Validate(); err != nil {
				return err
			}
			if seen[id]&bit != 0 {
				return &CodeError{Subject: subject, Code: string(id), Reason: "twice"}
			}
			seen[id] |= bit
		}
		return nil
	}
	if err := mark("customer at start", start, atStart); err != nil {
		return Flow{}, err
	}
	if err := mark("customer at end", end, atEnd); err != nil {
		return Flow{}, err
	}
	added := len(seen) - len(start)
	kept := len(end) - added
	return Flow{Kept: kept, Lost: len(start) - kept, Added: added}, nil
}

// Retention is kept / (kept + lost): of 200 customers at the start 170 are there at the
// end as well, .85. Who was added does not count. The error is an [*InputError] for a
// negative count.
func Retention(period rapport.Interval, flow Flow) (Figure, error) {
	if err := flow.check(RetentionRate); err != nil {
		return Figure{}, err
	}
	return rateOf(RetentionRate, period, count{"kept", flow.Kept}, count{"at start", flow.Kept + flow.Lost})
}

// Relationship says how it shows that a customer has left, without which a churn rate
// means nothing.
type Relationship string

// The relationships.
const (
	// Contractual customers leave visibly: a contract ends and is not renewed.
	Contractual Relationship = "contractual"
	// NonContractual customers fall silent. Lost are those who were not active for as
	// long as the house says, and some of them come back: scoring/btyd has P(alive).
	NonContractual Relationship = "non_contractual"
)

// Churn is lost / (kept + lost), 1 less the retention of the same flow: the
// [ContractChurnRate] or, without contracts, the [LapseRate]. The error is a [*CodeError]
// for an unknown relationship, or an [*InputError] for a negative count.
func Churn(period rapport.Interval, relationship Relationship, flow Flow) (Figure, error) {
	code := ContractChurnRate
	switch relationship {
	case Contractual:
	case NonContractual:
		code = LapseRate
	default:
		return Figure{}, &CodeError{Subject: "relationship", Code: string(relationship), Reason: "want contractual or non_contractual"}
	}
	if err := flow.check(code); err != nil {
		return Figure{}, err
	}
	return rateOf(code, period, count{"lost", flow.Lost}, count{"at start", flow.Kept + flow.Lost})
}

func (f Flow) check(subject string) error {
	return checkCounts(subject, count{"kept", f.Kept}, count{"lost", f.Lost}, count{"added", f.Added})
}
