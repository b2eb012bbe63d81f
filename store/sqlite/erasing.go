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

func (s erasing) remove(ctx context.Context, e store.ErasureRules, states []store.FileRow, report *store.ErasureReport) error {
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

// states returns every state of a file that is to go, by kind, id and version. Each index
// is named: the planner would rather read all files of the tenant in order.
func (s erasing) states(ctx context.Context, e store.ErasureRules) (all []store.FileRow, err error) {
	const of = "SELECT kind, id FROM rapport_files INDEXED BY rapport_files_customer WHERE tenant = ?1 AND customer <> '' AND customer = ?2" +
		" UNION ALL SELECT kind, id FROM rapport_files INDEXED BY rapport_files_party WHERE tenant = ?1 AND party <> '' AND party = ?2" +
		" UNION ALL SELECT kind, id FROM rapport_files_past INDEXED BY rapport_files_past_customer WHERE tenant = ?1 AND customer <> '' AND customer = ?2" +
		" UNION ALL SELECT kind, id FROM rapport_files_past INDEXED BY rapport_files_past_party WHERE tenant = ?1 AND party <> '' AND party = ?2"
	seen := map[store.FileName]bool{}
	for _, id := range e.IDs {
		names, err := gather(rows(ctx, s.x, func() (*sql.Rows, error) {
			return s.x.executor.QueryContext(ctx, of, string(s.x.tenant), string(id))
		}, scanFileName))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			states, err := gather(files(s).History(ctx, name.Kind, name.ID))
			if err != nil {
				return nil, err
			}
			gone, err := e.Gone(states)
			if err != nil {
				return nil, err
			}
			all = append(all, gone...)
		}
	}
	slices.SortFunc(all, func(a, b store.FileRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	return all, nil
}

func scanFileName(row scanner) (name store.FileName, err error) {
	err = row.Scan((*string)(&name.Kind), (*string)(&name.ID))
	return name, corrupt("file", err)
}

func (s erasing) files(ctx context.Context, states []store.FileRow, report *store.ErasureReport) error {
	for i, st := range states {
		var err error
		if st.Until == store.NoEnd {
			_, err = s.x.exec(ctx, fileDelete, string(s.x.tenant), string(st.Kind), string(st.ID))
			report.Files++
		} else {
			_, err = s.x.exec(ctx, filePastDelete, string(s.x.tenant), string(st.Kind), string(st.ID), st.Version)
			report.States++
		}
		if err == nil && (i+1 == len(states) || states[i+1].Kind != st.Kind || states[i+1].ID != st.ID) {
			err = s.x.tell(ctx, store.RecordKind(st.Kind), st.ID, st.Version, store.Erased)
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
	// Two statements, each with an index: of one with OR every alias of the tenant is read.
	if err := aliases(s).remove(ctx, id); err != nil {
		return err
	}
	if _, err := s.x.execText(ctx, "DELETE FROM rapport_aliases WHERE tenant = ? AND current = ?", string(s.x.tenant), string(id)); err != nil {
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
