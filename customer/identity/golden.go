package identity

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// GoldenRecord is one customer as the sources together state it, and where each field
// came from.
type GoldenRecord struct {
	Customer   customer.Customer `json:"customer"`
	Provenance []Provenance      `json:"provenance"`           // of each field that is stated, in the order of the customer's JSON
	Sources    []Origin          `json:"sources"`              // the sources that speak, by id
	Superseded []rapport.ID      `json:"superseded,omitempty"` // earlier statements, see [Source]
}

// Origin is what a golden record tells of a source that speaks: enough to say where
// something came from without the source.
type Origin struct {
	ID         rapport.ID `json:"id"`
	Customer   rapport.ID `json:"customer"` // the id that its record has
	System     string     `json:"system"`
	At         time.Time  `json:"at"`          // event time of the source
	RecordedAt time.Time  `json:"recorded_at"` // record time of the source
}

// Provenance says where the value of one field of a golden record came from.
type Provenance struct {
	Field        string        `json:"field"`             // as in the JSON of a customer, such as "name"
	Rule         SurvivorRule  `json:"rule"`              // which rule settled it
	Sources      []rapport.ID  `json:"sources,omitempty"` // all that state the value, the best first; of a list that is taken whole its one source
	Source       rapport.ID    `json:"source,omitzero"`   // the best of them
	System       string        `json:"system,omitzero"`
	At           time.Time     `json:"at,omitzero"`            // event time of the source
	RecordedAt   time.Time     `json:"recorded_at,omitzero"`   // record time of the source
	Alternatives []Alternative `json:"alternatives,omitempty"` // what other sources state, the next best first
	Entries      []Entry       `json:"entries,omitempty"`      // of a list, entry by entry; the source above is then empty for a union
}

// Alternative is a value that a field did not get.
type Alternative struct {
	Source rapport.ID `json:"source"`         // the best one that states it
	Value  string     `json:"value,omitzero"` // as in JSON without quotes; of a list "": see the source
}

// Entry says where an entry of a list came from.
type Entry struct {
	Sources   []rapport.ID `json:"sources"`             // that state it, the best first
	Overruled []rapport.ID `json:"overruled,omitempty"` // worse sources that state the contrary
	Yielded   bool         `json:"yielded,omitzero"`    // it lost its mark as the preferred one, or its share, to entries of better sources
}

// Origin returns what is known of a source that speaks; false if it is none of them.
func (g GoldenRecord) Origin(source rapport.ID) (Origin, bool) {
	i, found := slices.BinarySearchFunc(g.Sources, source, func(o Origin, id rapport.ID) int { return compareIDs(o.ID, id) })
	if !found {
		return Origin{}, false
	}
	return g.Sources[i], true
}

// Field returns where the value of a field came from; false if no source states one.
func (g GoldenRecord) Field(name string) (Provenance, bool) {
	for _, p := range g.Provenance {
		if p.Field == name {
			return p, true
		}
	}
	return Provenance{}, false
}

// Golden returns the record that the sources together make, whatever their order. The
// rules may be nil: the defaults of [Survivorship]. It is a pure function: the same
// sources and rules give the same record, so nothing but them has to be kept.
//
// The id is that of the oldest record, by the earliest statement about it, then the
// lowest id; a [Registry] keeps it stable over later sources. The version is 0, but for a
// single source: then the record is that source's, byte for byte. Amounts, balances and
// consents are no fields of a customer: they stay entries of their own and are read
// together (see [DependantRule]), so nothing is summed.
//
// Lists are united: an entry that several sources state at overlapping times comes once,
// valid from the earliest start to the end that the best of them states; verified if one
// of them verified it; preferred as the best of them says. Where sources contradict each
// other the better one has its way: of two preferred contact points of a channel, or
// addresses of a usage, its own stays preferred; of a like and a dislike of one choice its
// own is kept; and where the shares of the owners of a role come to more than 1, those of
// worse sources become "not stated". An attribute, a preference or an ownership that
// names no source or record time gets those of its source, so that nothing said by one is
// taken for said by all. What gave way is told by [Provenance] and stays in the source.
//
// The error is a [*SourceError] or a [*RuleError].
func Golden(sources []Source, rules *Survivorship) (GoldenRecord, error) {
	if len(sources) == 0 {
		return GoldenRecord{}, &SourceError{Reason: NoSources}
	}
	settled, err := rules.settlement()
	if err != nil {
		return GoldenRecord{}, err
	}
	return settled.golden(survivor(sources), sources)
}

// golden is [Golden] under a given id.
func (s *settlement) golden(id rapport.ID, sources []Source) (GoldenRecord, error) {
	speak, superseded, err := speaking(sources)
	if err != nil {
		return GoldenRecord{}, err
	}
	golden := GoldenRecord{Superseded: superseded}
	for _, source := range speak {
		if source.Record.Kind() != speak[0].Record.Kind() {
			return GoldenRecord{}, &SourceError{Source: source.ID, Reason: KindsDiffer}
		}
		golden.Sources = append(golden.Sources, Origin{source.ID, source.Record.ID(), source.System, source.At.UTC(), source.RecordedAt.UTC()})
	}
	draft := customer.Draft{ID: id}
	all := s.witnesses(speak)
	for _, p := range s.plans {
		if from, stated := p.settle(all, p.rules, &draft); stated {
			from.Field = p.name
			golden.Provenance = append(golden.Provenance, from)
		}
	}
	if len(speak) == 1 && speak[0].Record.ID() == id {
		golden.Customer = speak[0].Record
		return golden, nil
	}
	if golden.Customer, err = customer.New(draft); err != nil {
		return GoldenRecord{}, &SourceError{Reason: InvalidResult, Err: err}
	}
	return golden, nil
}
