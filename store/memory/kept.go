package memory

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

// kept are the deals or the cases: all of them, or those of a partner.
type kept[T store.Kept] struct {
	x       *tx
	scoped  bool
	partner rapport.ID
}

func (kept[T]) kind() store.RecordKind { return store.KindOf[T]() }

func (s kept[T]) Partner(id rapport.ID) store.RecordReader[T] {
	return kept[T]{x: s.x, scoped: true, partner: id}
}

// read reports why s cannot be read.
func (s kept[T]) read(ctx context.Context) error {
	if err := s.x.read(ctx); err != nil {
		return err
	}
	return s.valid()
}

func (s kept[T]) valid() error {
	if !s.scoped {
		return nil
	}
	return store.ValidatePartner(s.partner)
}

func (s kept[T]) Get(ctx context.Context, id rapport.ID) (T, error) {
	var none T
	if err := s.read(ctx); err != nil {
		return none, err
	}
	row, ok := s.x.records.kept.get(string(id))
	if !ok || row.Kind != s.kind() || s.scoped && row.Partner != s.partner {
		return none, &store.NotFoundError{Tenant: s.x.tenant, Kind: string(s.kind()), Key: string(id)}
	}
	return store.DecodeRecord[T](row.Doc)
}

func (s kept[T]) Commit(ctx context.Context, record T, due time.Time, entries ...pipeline.Entry) (store.Outcome, error) {
	if err := s.x.write(ctx); err != nil {
		return 0, err
	}
	c, err := store.NewCommitment(record, due, entries)
	if err != nil {
		return 0, err
	}
	return s.x.commit(c)
}

func (s kept[T]) Page(ctx context.Context, q store.RecordQuery, r store.PageRequest) (store.Page[T], error) {
	if err := s.read(ctx); err != nil {
		return store.Page[T]{}, err
	}
	if err := q.Validate(); err != nil {
		return store.Page[T]{}, err
	}
	listing := q.Listing(s.kind(), s.partner)
	limit, after, err := r.Start(s.x.tenant, listing, 1)
	if err != nil {
		return store.Page[T]{}, err
	}
	start := ""
	if after != nil {
		start = after[0]
	}
	return cut(limit, func(visit func(store.RecordRow) bool) { s.after(q, start, visit) }, s.decode,
		func(row store.RecordRow) store.Token { return store.NewToken(s.x.tenant, listing, string(row.ID)) })
}

func (s kept[T]) All(ctx context.Context, q store.RecordQuery) iter.Seq2[T, error] {
	valid := s.valid()
	if valid == nil {
		valid = q.Validate()
	}
	return decoded(stream(ctx, s.x, valid, func(visit func(store.RecordRow) bool) { s.after(q, "", visit) }), s.decode)
}

func (kept[T]) decode(row store.RecordRow) (T, error) { return store.DecodeRecord[T](row.Doc) }

// after visits the chosen records with an id above the given one.
func (s kept[T]) after(q store.RecordQuery, id string, visit func(store.RecordRow) bool) {
	r := s.x.records
	pass := func(row store.RecordRow) bool {
		if string(row.ID) == id || !s.chosen(q, row) {
			return true
		}
		return visit(row)
	}
	prefix := s.prefix(q)
	if prefix == "" {
		r.kept.from(id, func(_ string, row store.RecordRow) bool { return pass(row) })
		return
	}
	r.keptBy.from(prefix+id, func(key string, row store.RecordRow) bool {
		return strings.HasPrefix(key, prefix) && pass(row)
	})
}

func (s kept[T]) chosen(q store.RecordQuery, row store.RecordRow) bool {
	return row.Kind == s.kind() && (!s.scoped || row.Partner == s.partner) &&
		(q.Definition == "" || row.Definition.ID == q.Definition) &&
		(q.Version == 0 || row.Definition.Version == q.Version) &&
		(q.Stage == "" || row.Stage == q.Stage) &&
		(q.Owner == "" || row.Owner == q.Owner) &&
		(q.Customer == "" || row.Customer == q.Customer)
}

// prefix returns where keptBy has the chosen records, with the narrowest of the query's
// conditions; "" if it has none.
func (s kept[T]) prefix(q store.RecordQuery) string {
	switch {
	case s.scoped:
		return sized("partner", string(s.partner))
	case q.Customer != "":
		return sized("customer", string(q.Customer))
	case q.Owner != "":
		return sized("owner", q.Owner)
	case q.Stage != "":
		return sized("stage", q.Definition, string(q.Stage))
	case q.Version != 0:
		return sized("version", q.Definition, strconv.Itoa(q.Version))
	}
	return ""
}

// prefixes are all those under which keptBy has a record.
func prefixes(row store.RecordRow) []string {
	all := []string{
		sized("stage", row.Definition.ID, string(row.Stage)),
		sized("version", row.Definition.ID, strconv.Itoa(row.Definition.Version)),
	}
	if row.Partner != "" {
		all = append(all, sized("partner", string(row.Partner)))
	}
	if row.Customer != "" {
		all = append(all, sized("customer", string(row.Customer)))
	}
	if row.Owner != "" {
		all = append(all, sized("owner", row.Owner))
	}
	return all
}

func sized(texts ...string) string {
	var b []byte
	for _, text := range texts {
		b = appendSized(b, text)
	}
	return string(b)
}
