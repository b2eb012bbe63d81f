package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type erasing struct{ x *tx }

func (s erasing) Erase(ctx context.Context, e store.ErasureRules) (report store.ErasureReport, err error) {
	if err := s.x.write(ctx); err != nil {
		return store.ErasureReport{}, err
	}
	if err := s.allowed(ctx, e); err != nil {
		return store.ErasureReport{}, err
	}
	states, err := s.states(ctx, e)
	if err != nil {
		return store.ErasureReport{}, err
	}
	if err := s.remove(ctx, e, states, &report); err != nil {
		// Part of it is written, and the caller was promised all or nothing.
		s.x.broken = cmp.Or(s.x.broken, err)
		return store.ErasureReport{}, err
	}
	slices.Sort(report.Records)
	return report, nil
}

func (s erasing) remove(ctx context.Context, e store.ErasureRules, states []state, report *store.ErasureReport) error {
	for _, id := range e.IDs {
		if err := s.customer(ctx, id, report); err != nil {
			return err
		}
		if err := s.lines(ctx, e, id, report); err != nil {
			return err
		}
	}
	return s.files(ctx, states, report)
}

// allowed refuses a pseudonym that is somebody.
func (s erasing) allowed(ctx context.Context, e store.ErasureRules) error {
	if e.Pseudonym == "" {
		return nil
	}
	somebody, err := customers(s).stored(ctx, e.Pseudonym)
	if err != nil {
		return err
	}
	current, err := aliases(s).resolve(ctx, e.Pseudonym)
	if err == nil && (!somebody.IsZero() || current != e.Pseudonym) {
		err = &store.ErasureError{Pseudonym: e.Pseudonym}
	}
	return err
}

// state is what there is of a file.
type state struct {
	kind    customer.FileKind
	id      rapport.ID
	version int64
	past    int64 // 1 if it has ended
}

func (st state) compare(other state) int {
	return cmp.Or(cmp.Compare(st.kind, other.kind), cmp.Compare(st.id, other.id), cmp.Compare(st.version, other.version))
}

func scanState(row scanner) (st state, err error) {
	err = row.Scan((*string)(&st.kind), (*string)(&st.id), &st.version, &st.past)
	return st, corrupt("file", err)
}

// states returns every state of a file that is to go, by kind, id and version.
func (s erasing) states(ctx context.Context, e store.ErasureRules) (all []state, err error) {
	const of = "SELECT kind, id, version, 0 FROM rapport_files WHERE tenant = ?1 AND customer <> '' AND customer = ?2" +
		" UNION SELECT kind, id, version, 0 FROM rapport_files WHERE tenant = ?1 AND party <> '' AND party = ?2" +
		" UNION SELECT kind, id, version, 1 FROM rapport_files_past WHERE tenant = ?1 AND customer <> '' AND customer = ?2" +
		" UNION SELECT kind, id, version, 1 FROM rapport_files_past WHERE tenant = ?1 AND party <> '' AND party = ?2"
	seen := map[state]bool{}
	for _, id := range e.IDs {
		for st, err := range rows(ctx, s.x, func() (*sql.Rows, error) {
			return s.x.executor.QueryContext(ctx, of, string(s.x.tenant), string(id))
		}, scanState) {
			if err != nil {
				return nil, err
			}
			goes, err := e.Removes(st.kind, st.id)
			if err != nil {
				return nil, err
			}
			if goes && !seen[st] {
				seen[st] = true
				all = append(all, st)
			}
		}
	}
	slices.SortFunc(all, state.compare)
	return all, nil
}

func (s erasing) files(ctx context.Context, states []state, report *store.ErasureReport) error {
	for i, st := range states {
		var err error
		if st.past == 0 {
			_, err = s.x.exec(ctx, fileDelete, string(s.x.tenant), string(st.kind), string(st.id))
			report.Files++
		} else {
			_, err = s.x.exec(ctx, filePastDelete, string(s.x.tenant), string(st.kind), string(st.id), st.version)
			report.States++
		}
		if err == nil && (i+1 == len(states) || states[i+1].kind != st.kind || states[i+1].id != st.id) {
			err = s.x.tell(ctx, store.RecordKind(st.kind), st.id, st.version, store.Erased)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// customer removes a customer with all that it was.
func (s erasing) customer(ctx context.Context, id rapport.ID, report *store.ErasureReport) error {
	old, err := customers(s).stored(ctx, id)
	if err != nil {
		return err
	}
	var last, until int64
	if _, err := s.x.one(ctx, pastLast, []any{string(s.x.tenant), string(id)}, &last, &until); err != nil {
		return err
	}
	if !old.IsZero() {
		if err := customers(s).drop(ctx, old); err != nil {
			return err
		}
		report.Customers++
	}
	states, err := s.x.exec(ctx, pastDelete, string(s.x.tenant), string(id))
	if err != nil {
		return err
	}
	report.States += int(states)
	if !old.IsZero() || states > 0 {
		if err := s.x.tell(ctx, store.KindCustomer, id, max(last, old.Version()), store.Erased); err != nil {
			return err
		}
	}
	if _, err := s.x.execText(ctx, "DELETE FROM rapport_aliases WHERE tenant = ?1 AND (old = ?2 OR current = ?2)", string(s.x.tenant), string(id)); err != nil {
		return err
	}
	named, err := gather(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.executor.QueryContext(ctx, "SELECT id FROM rapport_records WHERE tenant = ? AND customer <> '' AND customer = ?", string(s.x.tenant), string(id))
	}, scanText[rapport.ID]))
	report.Records = append(report.Records, named...)
	return err
}

// lines removes or hides the transactions and interactions of a customer.
func (s erasing) lines(ctx context.Context, e store.ErasureRules, id rapport.ID, report *store.ErasureReport) error {
	n, err := s.change(ctx, "rapport_transactions", "", e.Transaction, id, e.Pseudonym)
	if err != nil {
		return err
	}
	report.Transactions += n
	n, err = s.change(ctx, "rapport_interactions", ", topic = '', outcome = '', agent = ''", e.Interaction, id, e.Pseudonym)
	report.Interactions += n
	return err
}

// change does to each row of a customer what its fate is, and returns to how many.
func (s erasing) change(ctx context.Context, table, emptied string, fate func(customer.ExternalKey) store.Fate, id, pseudonym rapport.ID) (n int, err error) {
	keys, err := gather(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.executor.QueryContext(ctx, "SELECT system, id FROM "+table+" WHERE tenant = ? AND customer = ?", string(s.x.tenant), string(id))
	}, func(row scanner) (key customer.ExternalKey, err error) {
		err = row.Scan(&key.System, &key.ID)
		return key, corrupt("key", err)
	}))
	if err != nil {
		return 0, err
	}
	const of = " WHERE tenant = ?1 AND system = ?2 AND id = ?3"
	for _, key := range keys {
		args := []any{string(s.x.tenant), key.System, key.ID}
		text := "DELETE FROM " + table + of
		switch fate(key) {
		case store.Stays:
			continue
		case store.Hidden:
			text, args = "UPDATE "+table+" SET customer = ?4"+emptied+of, append(args, string(pseudonym))
		}
		if _, err := s.x.execText(ctx, text, args...); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}
