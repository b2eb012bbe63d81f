package sqlite

import (
	"context"
	"database/sql"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type aliases struct{ x *tx }

func (s aliases) Resolve(ctx context.Context, id rapport.ID) (rapport.ID, error) {
	if err := s.x.read(ctx); err != nil {
		return "", err
	}
	return s.resolve(ctx, id)
}

func (s aliases) resolve(ctx context.Context, id rapport.ID) (rapport.ID, error) {
	current := id
	_, err := s.x.one(ctx, aliasGet, []any{string(s.x.tenant), string(id)}, (*string)(&current))
	return current, err
}

func (s aliases) Put(ctx context.Context, changes ...store.Alias) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	err := store.CheckAliases(changes,
		func(id rapport.ID) (rapport.ID, error) { return s.resolve(ctx, id) },
		func(id rapport.ID) ([]rapport.ID, error) { return s.Of(ctx, id) })
	if err != nil {
		return err
	}
	for _, a := range changes {
		if a.Current == a.Old {
			err = s.remove(ctx, a.Old)
		} else {
			_, err = s.x.exec(ctx, aliasPut, string(s.x.tenant), string(a.Old), string(a.Current))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s aliases) remove(ctx context.Context, old rapport.ID) error {
	_, err := s.x.exec(ctx, aliasDelete, string(s.x.tenant), string(old))
	return err
}

func (s aliases) Of(ctx context.Context, current rapport.ID) ([]rapport.ID, error) {
	return gather(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, aliasesOf, string(s.x.tenant), string(current))
	}, scanText[rapport.ID]))
}

func (s aliases) All(ctx context.Context) iter.Seq2[store.Alias, error] {
	return rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.executor.QueryContext(ctx, "SELECT old, current FROM rapport_aliases WHERE tenant = ? ORDER BY old", string(s.x.tenant))
	}, func(row scanner) (a store.Alias, err error) {
		err = row.Scan((*string)(&a.Old), (*string)(&a.Current))
		return a, corrupt("alias", err)
	})
}

// scanText reads rows of one text.
func scanText[T ~string](row scanner) (T, error) {
	var text string
	err := row.Scan(&text)
	return T(text), corrupt("text", err)
}
