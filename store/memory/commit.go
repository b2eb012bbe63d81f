package memory

import (
	"github.com/rapport-crm/rapport/store"
)

// commit writes what [store.Commitment.Decide] lets through.
func (x *tx) commit(c store.Commitment) (store.Outcome, error) {
	id := c.Record.ID
	had, _ := x.records.kept.get(string(id))
	last, _ := x.records.lastEntry(id)
	requests := make([]store.EntryRow, len(c.Entries))
	for i, e := range c.Entries {
		requests[i], _ = x.records.request(id, e.Request)
	}
	outcome, err := c.Decide(had.Kind, had.Version, last, requests)
	if outcome != store.Inserted {
		return outcome, err
	}
	for _, e := range c.Entries {
		x.append(e)
	}
	if c.Record.Kind != store.KindHistory {
		x.keep(had, c.Record)
	}
	return store.Inserted, nil
}

// append adds an entry to its history and to the outbox.
func (x *tx) append(e store.EntryRow) {
	r := &x.records
	r.entries = r.entries.put(x.seed, entryKey(e.Record, e.Seq), e)
	if e.Request != "" {
		r.requests = r.requests.put(x.seed, sized(string(e.Record), e.Request), e)
	}
	r.committed++
	r.outbox = r.outbox.put(x.seed, numberKey(r.committed), e)
}

// keep puts a record in the place of the one that was there, the zero row for none.
func (x *tx) keep(had, next store.RecordRow) {
	r := &x.records
	if had.Doc != "" {
		for _, prefix := range prefixes(had) {
			r.keptBy = r.keptBy.remove(prefix + string(had.ID))
		}
		r.timers = r.timers.remove(timerKey(had.Due, string(had.ID)))
	}
	r.kept = r.kept.put(x.seed, string(next.ID), next)
	for _, prefix := range prefixes(next) {
		r.keptBy = r.keptBy.put(x.seed, prefix+string(next.ID), next)
	}
	if next.Due != store.NoDue {
		r.timers = r.timers.put(x.seed, timerKey(next.Due, string(next.ID)), next)
	}
}
