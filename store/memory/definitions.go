package memory

import (
	"context"
	"iter"
	"strconv"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

type definitions struct{ x *tx }

func definitionKey(ref pipeline.Ref) string { return entryKey(rapport.ID(ref.ID), int64(ref.Version)) }

func (s definitions) Put(ctx context.Context, d store.DefinitionText) (store.Outcome, error) {
	if err := s.x.write(ctx); err != nil {
		return 0, err
	}
	if err := d.Validate(); err != nil {
		return 0, err
	}
	had, known := s.x.records.definitions.get(definitionKey(d.Ref))
	switch {
	case !known:
		s.x.records.definitions = s.x.records.definitions.put(s.x.seed, definitionKey(d.Ref), d)
		return store.Inserted, nil
	case had.Text == d.Text:
		return store.Same, nil
	}
	return 0, &store.DefinitionConflictError{Ref: d.Ref}
}

func (s definitions) Get(ctx context.Context, ref pipeline.Ref) (store.DefinitionText, error) {
	if err := s.x.read(ctx); err != nil {
		return store.DefinitionText{}, err
	}
	d, ok := s.x.records.definitions.get(definitionKey(ref))
	if !ok {
		return d, &store.NotFoundError{Tenant: s.x.tenant, Kind: "definition", Key: ref.ID + "/" + strconv.Itoa(ref.Version)}
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
	return cut(limit, func(visit func(store.DefinitionText) bool) { s.after(q, after, visit) },
		func(d store.DefinitionText) (store.DefinitionText, error) { return d, nil },
		func(d store.DefinitionText) store.Token { return q.Token(s.x.tenant, d) })
}

func (s definitions) All(ctx context.Context, q store.DefinitionQuery) iter.Seq2[store.DefinitionText, error] {
	return stream(ctx, s.x, nil, func(visit func(store.DefinitionText) bool) { s.after(q, pipeline.Ref{ID: q.ID}, visit) })
}

// after visits the chosen definitions past a version.
func (s definitions) after(q store.DefinitionQuery, start pipeline.Ref, visit func(store.DefinitionText) bool) {
	s.x.records.definitions.from(definitionKey(start), func(_ string, d store.DefinitionText) bool {
		if d.Ref == start {
			return true
		}
		return (q.ID == "" || d.Ref.ID == q.ID) && visit(d)
	})
}
