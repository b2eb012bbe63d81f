package sqlite

import (
	"context"
	"database/sql"
	"iter"
	"strconv"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

type definitions struct{ x *tx }

func (s definitions) Put(ctx context.Context, d store.DefinitionText) (store.Outcome, error) {
	if err := s.x.write(ctx); err != nil {
		return 0, err
	}
	if err := d.Validate(); err != nil {
		return 0, err
	}
	had, known, err := s.stored(ctx, d.Ref)
	switch {
	case err != nil:
		return 0, err
	case !known:
		if _, err := s.x.exec(ctx, definitionInsert, string(s.x.tenant), d.Ref.ID, d.Ref.Version, d.Text); err != nil {
			return 0, err
		}
		return store.Inserted, nil
	case had.Text == d.Text:
		return store.Same, nil
	}
	return 0, &store.DefinitionConflictError{Ref: d.Ref}
}

func (s definitions) stored(ctx context.Context, ref pipeline.Ref) (d store.DefinitionText, found bool, err error) {
	d.Ref = ref
	found, err = s.x.one(ctx, definitionGet, []any{string(s.x.tenant), ref.ID, ref.Version}, &d.Text)
	return d, found, err
}

func (s definitions) Get(ctx context.Context, ref pipeline.Ref) (store.DefinitionText, error) {
	if err := s.x.read(ctx); err != nil {
		return store.DefinitionText{}, err
	}
	d, found, err := s.stored(ctx, ref)
	if err == nil && !found {
		err = &store.NotFoundError{Tenant: s.x.tenant, Kind: "definition", Key: ref.ID + "/" + strconv.Itoa(ref.Version)}
	}
	if err != nil {
		return store.DefinitionText{}, err
	}
	return d, nil
}

func (s definitions) Page(ctx context.Context, q store.DefinitionQuery, r store.PageRequest) (store.Page[store.DefinitionText], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[store.DefinitionText]{}, err
	}
	limit, after, err := q.Start(s.x.tenant, r)
	if err != nil {
		return store.Page[store.DefinitionText]{}, err
	}
	return collect(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, definitionPage, s.window(q, after, limit+1)...)
	}, scanDefinition), limit, func(d store.DefinitionText) store.Token { return q.Token(s.x.tenant, d) })
}

func (s definitions) All(ctx context.Context, q store.DefinitionQuery) iter.Seq2[store.DefinitionText, error] {
	return rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.executor.QueryContext(ctx, definitionPage.text(), s.window(q, pipeline.Ref{ID: q.ID}, noLimit)...)
	}, scanDefinition)
}

// window returns the parameters of definitionPage for the definitions past a version.
func (s definitions) window(q store.DefinitionQuery, after pipeline.Ref, limit int) []any {
	last := lastID
	if q.ID != "" {
		last = q.ID
	}
	return []any{string(s.x.tenant), after.ID, after.Version, last, limit}
}

func scanDefinition(row scanner) (store.DefinitionText, error) {
	var d store.DefinitionText
	if err := row.Scan(&d.Ref.ID, &d.Ref.Version, &d.Text); err != nil {
		return store.DefinitionText{}, corrupt("definition", err)
	}
	return d, nil
}
