package identity

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Registry knows which ids are one customer. It is a log of events that is only ever
// added to, and what follows from it; so it can be rebuilt with [Replay], read as of any
// instant with [Registry.AsOf], and every merge can be undone.
//
// An event joins exactly the ids that it names. The ids that events join, directly or over
// others, are a cluster: one customer, whose current id is that of its oldest member,
// then the lowest. An id that no event joins is its own current id. Nothing is rewritten
// and no id is lost: every id that ever was resolves to the current one.
//
// A Registry may be read by many goroutines at once as long as none changes it.
type Registry struct {
	options RegistryOptions
	settled *settlement // its rules

	log    []MergeEvent
	places map[rapport.ID]int // in the log, by id of the event
	undone map[int]bool       // events that count no longer, by place
	ended  map[int]time.Time  // record time at which a merge ceased to count, by its place

	nodes    map[rapport.ID]*node
	nevers   map[rapport.ID]map[rapport.ID]int // never-merges in force, both ways, by place
	assigned map[Child]Assignment
	handed   map[rapport.ID][]Child // children that an assignment took from or gave to an id

	sources  map[rapport.ID][]Source // by customer id
	recorded map[rapport.ID]struct{} // ids of the sources
	held     map[rapport.ID]*holding // what the guards ask of the sources, by customer id
}

// node is an id that some event names.
type node struct {
	joins   []int     // places of the joining events that count
	parted  []int     // places of the joining events that count no longer
	since   time.Time // the earliest in joins
	cluster *cluster  // nil: by itself
}

// cluster is two ids or more that are one customer.
type cluster struct {
	members  []rapport.ID // in no order
	survivor Member
}

// RegistryOptions are the guards against merging too much, and the rules of the golden
// records. The zero value is sensible.
type RegistryOptions struct {
	// MaxMembers is how many ids one customer can have; 0 means 100. Clusters that
	// grow without bound come of a shared telephone number or a default value.
	MaxMembers int
	// Limits says how many different identifiers of a type one customer can have.
	Limits []IdentifierLimit
	// Rules makes the golden records; nil means the defaults.
	Rules *Survivorship
}

// IdentifierLimit is how many different values of a type of identifier one customer can
// have: of a national identity number one.
type IdentifierLimit struct {
	System string // "": the type in any system
	Type   string
	Most   int // at least 1
}

// defaultMembers is the guard of a cluster. Identity graphs known to the trade stop
// at 50 to 500.
const defaultMembers = 100

// NewRegistry returns a registry that knows nothing. Options may be nil; they are copied.
// The error is an [*OptionError] or a [*RuleError].
func NewRegistry(options *RegistryOptions) (*Registry, error) {
	var o RegistryOptions
	if options != nil {
		o = *options
	}
	if o.MaxMembers < 0 || o.MaxMembers == 1 {
		return nil, &OptionError{Name: "MaxMembers", Value: float64(o.MaxMembers), Range: "0, or at least 2"}
	}
	if o.MaxMembers == 0 {
		o.MaxMembers = defaultMembers
	}
	o.Limits = slices.Clone(o.Limits)
	for i, limit := range o.Limits {
		if limit.Most < 1 || limit.Type == "" {
			return nil, &OptionError{Name: fmt.Sprintf("Limits[%d].Most", i), Value: float64(limit.Most), Range: "at least 1, of a type"}
		}
	}
	settled, err := o.Rules.settlement()
	if err != nil {
		return nil, err
	}
	return emptyRegistry(o, settled), nil
}

func emptyRegistry(o RegistryOptions, settled *settlement) *Registry {
	return &Registry{
		options:  o,
		settled:  settled,
		places:   make(map[rapport.ID]int),
		undone:   make(map[int]bool),
		ended:    make(map[int]time.Time),
		nodes:    make(map[rapport.ID]*node),
		nevers:   make(map[rapport.ID]map[rapport.ID]int),
		assigned: make(map[Child]Assignment),
		handed:   make(map[rapport.ID][]Child),
		sources:  make(map[rapport.ID][]Source),
		recorded: make(map[rapport.ID]struct{}),
		held:     make(map[rapport.ID]*holding),
	}
}

// Replay rebuilds a registry from what a store kept, sources and events in any order: the
// events are collected and sorted by their sequence before the first one is applied, which
// takes the memory of the log once more. The sources of customers that will be neither
// merged further nor asked for their golden record can be left out; of the events none
// can. The error is one of [NewRegistry], [Registry.Add] or [Registry.Apply], or of the
// streams.
func Replay(options *RegistryOptions, sources iter.Seq2[Source, error], events iter.Seq2[MergeEvent, error]) (*Registry, error) {
	r, err := NewRegistry(options)
	if err != nil {
		return nil, err
	}
	if sources != nil {
		for s, err := range sources {
			if err != nil {
				return nil, err
			}
			if err := r.Add(s); err != nil {
				return nil, err
			}
		}
	}
	if events == nil {
		return r, nil
	}
	var log []MergeEvent
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		log = append(log, e)
	}
	slices.SortFunc(log, func(a, b MergeEvent) int { // by id for the same error on a number that comes twice
		return cmp.Or(cmp.Compare(a.Sequence, b.Sequence), compareIDs(a.ID, b.ID))
	})
	for _, e := range log {
		if err := r.Apply(e); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Add makes sources known: all of them, or none after an error. A source is a fact, so
// none is refused for what it says; guards are for merges. The error is a
// [*SourceError].
func (r *Registry) Add(sources ...Source) error {
	fresh := make(map[rapport.ID]struct{}, len(sources))
	for i := range sources {
		s := &sources[i]
		if err := s.Validate(); err != nil {
			return &SourceError{Source: s.ID, Reason: InvalidSource, Err: err}
		}
		_, had := r.recorded[s.ID]
		if _, twice := fresh[s.ID]; had || twice {
			return &SourceError{Source: s.ID, Reason: DuplicateSource}
		}
		fresh[s.ID] = struct{}{}
	}
	for _, s := range sources {
		r.recorded[s.ID] = struct{}{}
		id := s.Record.ID()
		r.sources[id] = append(r.sources[id], s.normal())
		delete(r.held, id)
	}
	return nil
}

// Sources returns what is known about the customer that the id belongs to: the sources of
// all members, byte for byte as they came, ordered by id of the customer, then of the
// source.
func (r *Registry) Sources(id rapport.ID) []Source {
	var all []Source
	for _, member := range r.Members(id) {
		own := slices.Clone(r.sources[member])
		slices.SortFunc(own, func(a, b Source) int { return compareIDs(a.ID, b.ID) })
		all = append(all, own...)
	}
	return all
}

// Golden returns the golden record of the customer that the id belongs to, under its
// current id. The error is a [*SourceError].
func (r *Registry) Golden(id rapport.ID) (GoldenRecord, error) {
	sources := r.Sources(id)
	if len(sources) == 0 {
		return GoldenRecord{}, &SourceError{Reason: NoSources}
	}
	return r.settled.golden(r.Resolve(id), sources)
}

// Events returns the log, by sequence. Its lists belong to the registry.
func (r *Registry) Events() []MergeEvent { return slices.Clone(r.log) }

// Counts reports whether the event is in the log and was not undone.
func (r *Registry) Counts(event rapport.ID) bool {
	place, known := r.places[event]
	return known && !r.undone[place]
}

// AsOf returns the registry as it stood: what was so by the event time at, as far as it
// was written down by the record time recorded, both included; a zero time sets no
// bound. It is a registry of its own: what is done to it does not reach r.
//
// A merge written down in May as being so since January is part of what was so in March,
// and not of what was written down by March. Sources follow the same rule.
//
// The events keep their sequence, so with a bound on event time the log can have gaps. What
// is decided in the past registry follows its own last event: it shows what would have
// come of it, and is no part of the log of r.
func (r *Registry) AsOf(at, recorded time.Time) *Registry {
	past := emptyRegistry(r.options, r.settled)
	within := func(event, record time.Time) bool {
		return (at.IsZero() || !event.After(at)) && (recorded.IsZero() || !record.After(recorded))
	}
	for id, sources := range r.sources {
		for _, s := range sources {
			if within(s.At, s.RecordedAt) {
				past.sources[id] = append(past.sources[id], s)
				past.recorded[s.ID] = struct{}{}
			}
		}
	}
	for _, e := range r.log {
		if within(e.At, e.RecordedAt) {
			past.take(e, past.effect(&e))
		}
	}
	return past
}
