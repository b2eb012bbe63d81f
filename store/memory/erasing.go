package memory

import (
	"context"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type erasing struct{ x *tx }

func (s erasing) Erase(ctx context.Context, e store.ErasureRules) (store.ErasureReport, error) {
	if err := s.x.write(ctx); err != nil {
		return store.ErasureReport{}, err
	}
	r := &s.x.records
	if e.Pseudonym != "" {
		_, customer := r.customers.get(string(e.Pseudonym))
		_, alias := r.aliases.get(string(e.Pseudonym))
		if customer || alias {
			return store.ErasureReport{}, &store.ErasureError{Pseudonym: e.Pseudonym}
		}
	}
	states, err := s.states(e)
	if err != nil {
		return store.ErasureReport{}, err
	}
	// All that can fail comes before anything is written.
	lines, talks, err := s.kept(e)
	if err != nil {
		return store.ErasureReport{}, err
	}
	report := store.ErasureReport{Transactions: len(lines), Interactions: len(talks)}
	for _, id := range e.IDs {
		s.customer(id, &report)
		prefix := sized("customer", string(id))
		r.keptBy.from(prefix, func(key string, row store.RecordRow) bool {
			if !strings.HasPrefix(key, prefix) {
				return false
			}
			report.Records = append(report.Records, row.ID)
			return true
		})
	}
	slices.Sort(report.Records)
	s.files(states, &report)
	s.lines(lines)
	for _, row := range talks {
		r.interactions.replace(s.x.seed, row.had, row.next)
	}
	return report, nil
}

// customer removes a customer with all that it was.
func (s erasing) customer(id rapport.ID, report *store.ErasureReport) {
	r := &s.x.records
	old, there := r.customers.get(string(id))
	if there {
		r.disown(old)
		r.customers = r.customers.remove(string(id))
		report.Customers++
	}
	version, _ := r.removed(id)
	states := s.x.forget(id)
	report.States += states
	if there || states > 0 {
		s.x.tell(store.KindCustomer, id, max(version, old.Version()), store.Erased)
	}
	table := aliases(s)
	for _, other := range table.of(id) {
		table.remove(other)
	}
	table.remove(id)
}

// states returns every state of a file that is to go, by kind, id and version.
func (s erasing) states(e store.ErasureRules) (all []store.FileRow, err error) {
	seen := map[store.FileName]bool{}
	for _, id := range e.IDs {
		for _, prefix := range []string{sized("customer", string(id)), sized("with", string(id))} {
			s.x.records.statesBy.from(prefix, func(key string, row store.FileRow) bool {
				name := store.FileName{Kind: row.Kind, ID: row.ID}
				if !strings.HasPrefix(key, prefix) {
					return false
				}
				if seen[name] {
					return true
				}
				seen[name] = true
				gone, fault := e.Gone(slices.Collect(files(s).states(name.Kind, name.ID)))
				all, err = append(all, gone...), fault
				return fault == nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(all, func(a, b store.FileRow) int { return strings.Compare(stateKey(a), stateKey(b)) })
	return all, nil
}

func stateKey(row store.FileRow) string {
	return string(row.Kind) + "\x00" + entryKey(row.ID, row.Version)
}

func (s erasing) files(states []store.FileRow, report *store.ErasureReport) {
	for i, row := range states {
		if row.Until == store.NoEnd {
			s.x.drop(row)
			report.Files++
		} else {
			report.States++
		}
		s.x.dropState(row)
		if i+1 == len(states) || states[i+1].Kind != row.Kind || states[i+1].ID != row.ID {
			s.x.tell(store.RecordKind(row.Kind), row.ID, row.Version, store.Erased)
		}
	}
}

// changed is a row and what becomes of it, the zero value for nothing.
type changed[T any] struct{ had, next T }

// kept returns the transactions and interactions that go or change.
func (s erasing) kept(e store.ErasureRules) (lines []changed[customer.Transaction], talks []changed[customer.Interaction], err error) {
	r := &s.x.records
	for _, id := range e.IDs {
		lines, err = changes(r.transactions, id, e.Transaction, e.Renamed, lines)
		if err == nil {
			talks, err = changes(r.interactions, id, e.Interaction, e.Anonymous, talks)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return lines, talks, nil
}

func changes[T entry](l ledger[T], id rapport.ID, fate func(customer.ExternalKey) store.Fate, hidden func(T) (T, error), all []changed[T]) ([]changed[T], error) {
	var fault error
	l.after(chosen{customer: id}, nil, func(row T) bool {
		c := changed[T]{had: row}
		switch fate(row.Key()) {
		case store.Stays:
			return true
		case store.Hidden:
			c.next, fault = hidden(row)
		}
		all = append(all, c)
		return fault == nil
	})
	return all, fault
}

func (s erasing) lines(rows []changed[customer.Transaction]) {
	r := &s.x.records
	for _, row := range rows {
		r.transactions.replace(s.x.seed, row.had, row.next)
		if row.had.Kind() != customer.Cost || row.had.Of().IsZero() {
			continue
		}
		if r.costs = r.costs.remove(ofKey(row.had)); !row.next.IsZero() {
			r.costs = r.costs.put(s.x.seed, ofKey(row.next), row.next)
		}
	}
}
