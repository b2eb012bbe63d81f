package memory

import (
	"context"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type files struct{ x *tx }

func (s files) Get(ctx context.Context, kind customer.FileKind, id rapport.ID) (store.FileRow, error) {
	if err := s.x.read(ctx); err != nil {
		return store.FileRow{}, err
	}
	row, ok := s.x.records.files.get(fileKey(kind, id))
	if !ok {
		return store.FileRow{}, s.missing(kind, id)
	}
	return row, nil
}

func (s files) missing(kind customer.FileKind, id rapport.ID) error {
	return &store.NotFoundError{Tenant: s.x.tenant, Kind: "file", Key: store.FileRow{Kind: kind, ID: id}.Key()}
}

func (s files) Put(ctx context.Context, row store.FileRow) (store.FileRow, error) {
	if err := s.x.write(ctx); err != nil {
		return store.FileRow{}, err
	}
	if err := row.Validate(); err != nil {
		return store.FileRow{}, err
	}
	had, _ := s.x.records.files.get(fileKey(row.Kind, row.ID))
	last, _ := s.last(row.Kind, row.ID)
	next, err := row.Succeed(had, last)
	if err != nil {
		return store.FileRow{}, err
	}
	s.x.put(had, next)
	return next, nil
}

func (s files) Append(ctx context.Context, row store.FileRow) (store.Outcome, error) {
	if err := s.x.write(ctx); err != nil {
		return 0, err
	}
	if err := row.Validate(); err != nil {
		return 0, err
	}
	if had, known := s.x.records.files.get(fileKey(row.Kind, row.ID)); known {
		return row.Appended(had)
	}
	row.Version = 0
	if _, err := s.Put(ctx, row); err != nil {
		return 0, err
	}
	return store.Inserted, nil
}

func (s files) Remove(ctx context.Context, kind customer.FileKind, id rapport.ID, version, at int64) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	had, ok := s.x.records.files.get(fileKey(kind, id))
	if !ok {
		return s.missing(kind, id)
	}
	if err := had.Ends(version, at); err != nil {
		return err
	}
	s.x.end(had, at)
	s.x.tell(store.RecordKind(kind), id, version, store.Removed)
	return nil
}

func (s files) AsOf(ctx context.Context, kind customer.FileKind, id rapport.ID, at int64) (store.FileRow, error) {
	if err := s.x.read(ctx); err != nil {
		return store.FileRow{}, err
	}
	for row := range s.states(kind, id) {
		if row.StoodAt(at) {
			return row, nil
		}
	}
	return store.FileRow{}, s.missing(kind, id)
}

func (s files) History(ctx context.Context, kind customer.FileKind, id rapport.ID) iter.Seq2[store.FileRow, error] {
	return stream(ctx, s.x, nil, func(visit func(store.FileRow) bool) { s.states(kind, id)(visit) })
}

// states yields what the record was and is, in the order of versions.
func (s files) states(kind customer.FileKind, id rapport.ID) iter.Seq[store.FileRow] {
	prefix := fileKey(kind, id)
	states := s.x.records.states
	return func(yield func(store.FileRow) bool) {
		states.from(prefix, func(key string, row store.FileRow) bool {
			return strings.HasPrefix(key, prefix) && yield(row)
		})
	}
}

// last returns the last state that a record had.
func (s files) last(kind customer.FileKind, id rapport.ID) (store.FileRow, bool) {
	row, ok := s.x.records.states.last(fileKey(kind, id) + numberKey(math.MaxInt64))
	if !ok || row.Kind != kind || row.ID != id {
		return store.FileRow{}, false
	}
	return row, true
}

func (s files) Page(ctx context.Context, q store.FileQuery, r store.PageRequest) (store.Page[store.FileRow], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[store.FileRow]{}, err
	}
	if err := q.Validate(); err != nil {
		return store.Page[store.FileRow]{}, err
	}
	limit, after, err := q.Start(s.x.tenant, r)
	if err != nil {
		return store.Page[store.FileRow]{}, err
	}
	return cut(limit, func(visit func(store.FileRow) bool) { s.after(q, after, visit) },
		func(row store.FileRow) (store.FileRow, error) { return row, nil },
		func(row store.FileRow) store.Token { return q.Token(s.x.tenant, row) })
}

func (s files) All(ctx context.Context, q store.FileQuery) iter.Seq2[store.FileRow, error] {
	return stream(ctx, s.x, q.Validate(), func(visit func(store.FileRow) bool) { s.after(q, q.First(), visit) })
}

// after visits the chosen rows past a place.
func (s files) after(q store.FileQuery, start store.FilePlace, visit func(store.FileRow) bool) {
	by := s.x.records.filesBy
	if q.Instant() != store.NoEnd {
		by = s.x.records.statesBy
	}
	owners := q.Owners()
	switch {
	case len(owners) == 0 && q.With == "":
		scan(by, sized("file"), q, start, visit)
	case len(owners) == 0:
		scan(by, sized("with", string(q.With)), q, start, visit)
	case len(owners) == 1:
		scan(by, sized("customer", string(owners[0])), q, start, visit)
	default:
		var all []store.FileRow
		for _, id := range owners {
			scan(by, sized("customer", string(id)), q, start, func(row store.FileRow) bool {
				all = append(all, row)
				return true
			})
		}
		slices.SortFunc(all, func(a, b store.FileRow) int { return strings.Compare(placeKey(a.Place()), placeKey(b.Place())) })
		for _, row := range all {
			if !visit(row) {
				return
			}
		}
	}
}

// scan visits the chosen rows under a prefix past a place.
func scan(by tree[store.FileRow], prefix string, q store.FileQuery, start store.FilePlace, visit func(store.FileRow) bool) {
	by.from(prefix+placeKey(start), func(key string, row store.FileRow) bool {
		if !strings.HasPrefix(key, prefix) || q.Kind != "" && row.Kind != q.Kind {
			return false
		}
		if row.Place() == start || !q.Holds(row) {
			return true
		}
		return visit(row)
	})
}

// put stores a row in the place of the one that was there, the zero row for none, and
// tells the feed.
func (x *tx) put(had, next store.FileRow) {
	if had.Version > 0 {
		x.end(had, next.RecordedAt)
	}
	r := &x.records
	r.files = r.files.put(x.seed, fileKey(next.Kind, next.ID), next)
	for _, key := range fileKeys(next) {
		r.filesBy = r.filesBy.put(x.seed, key, next)
	}
	x.keepState(next)
	x.tell(store.RecordKind(next.Kind), next.ID, next.Version, store.Written)
}

// end takes a row from the current ones and keeps it as a state that has ended.
func (x *tx) end(had store.FileRow, at int64) {
	x.drop(had)
	had.Until = at
	x.keepState(had)
}

// drop takes a row from the current ones.
func (x *tx) drop(had store.FileRow) {
	r := &x.records
	r.files = r.files.remove(fileKey(had.Kind, had.ID))
	for _, key := range fileKeys(had) {
		r.filesBy = r.filesBy.remove(key)
	}
}

func (x *tx) keepState(row store.FileRow) {
	r := &x.records
	version := numberKey(row.Version)
	r.states = r.states.put(x.seed, fileKey(row.Kind, row.ID)+version, row)
	for _, key := range fileKeys(row) {
		r.statesBy = r.statesBy.put(x.seed, key+version, row)
	}
}

func (x *tx) dropState(row store.FileRow) {
	r := &x.records
	version := numberKey(row.Version)
	r.states = r.states.remove(fileKey(row.Kind, row.ID) + version)
	for _, key := range fileKeys(row) {
		r.statesBy = r.statesBy.remove(key + version)
	}
}

// fileKey groups the states of a record.
func fileKey(kind customer.FileKind, id rapport.ID) string { return sized(string(kind), string(id)) }

// fileKeys are all those under which a row is listed.
func fileKeys(row store.FileRow) []string {
	place := placeKey(row.Place())
	all := []string{sized("file") + place}
	if row.Customer != "" {
		all = append(all, sized("customer", string(row.Customer))+place)
	}
	if row.With != "" {
		all = append(all, sized("with", string(row.With))+place)
	}
	return all
}

// placeKey orders by kind, event time and id; see lineKey.
func placeKey(p store.FilePlace) string {
	return string(p.Kind) + "\x00" + numberKey(p.At) + string(p.ID) + "\x00"
}
