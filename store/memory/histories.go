package memory

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

type histories struct{ x *tx }

func (s histories) Append(ctx context.Context, entries ...pipeline.Entry) (store.Outcome, error) {
	if err := s.x.write(ctx); err != nil {
		return 0, err
	}
	c, err := store.NewAppending(entries)
	if err != nil {
		return 0, err
	}
	return s.x.commit(c)
}

func (s histories) Get(ctx context.Context, record rapport.ID, seq int64) (pipeline.Entry, error) {
	if err := s.x.read(ctx); err != nil {
		return pipeline.Entry{}, err
	}
	row, ok := s.x.records.entries.get(entryKey(record, seq))
	return s.found(row, ok, "entry", fmt.Sprint(record, "/", seq))
}

func (s histories) Request(ctx context.Context, record rapport.ID, request string) (pipeline.Entry, error) {
	if err := s.x.read(ctx); err != nil {
		return pipeline.Entry{}, err
	}
	row, ok := s.x.records.request(record, request)
	return s.found(row, ok, "request", string(record)+"/"+request)
}

func (s histories) found(row store.EntryRow, ok bool, kind, key string) (pipeline.Entry, error) {
	if !ok {
		return pipeline.Entry{}, &store.NotFoundError{Tenant: s.x.tenant, Kind: kind, Key: key}
	}
	return decodeEntry(row)
}

func (s histories) Page(ctx context.Context, q store.HistoryQuery, r store.PageRequest) (store.Page[pipeline.Entry], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[pipeline.Entry]{}, err
	}
	if err := q.Validate(); err != nil {
		return store.Page[pipeline.Entry]{}, err
	}
	limit, record, seq, err := q.Start(s.x.tenant, r)
	if err != nil {
		return store.Page[pipeline.Entry]{}, err
	}
	return cut(limit, func(visit func(store.EntryRow) bool) { s.after(q, record, seq, visit) }, decodeEntry,
		func(e store.EntryRow) store.Token { return q.Token(s.x.tenant, e.Record, e.Seq) })
}

func (s histories) All(ctx context.Context, q store.HistoryQuery) iter.Seq2[pipeline.Entry, error] {
	return decoded(stream(ctx, s.x, q.Validate(), func(visit func(store.EntryRow) bool) {
		s.after(q, q.Record, q.From-1, visit)
	}), decodeEntry)
}

func decodeEntry(row store.EntryRow) (pipeline.Entry, error) {
	return store.DecodeEntry(row.Doc)
}

// after visits the chosen entries past a place.
func (s histories) after(q store.HistoryQuery, record rapport.ID, seq int64, visit func(store.EntryRow) bool) {
	last := q.Last()
	s.x.records.entries.from(entryKey(record, seq), func(_ string, e store.EntryRow) bool {
		switch {
		case q.Record != "" && e.Record != q.Record:
			return false
		case e.Record == record && e.Seq <= seq, e.Seq < q.From, e.At > last:
			return true
		}
		return visit(e)
	})
}

// entryKey orders by record and number. Ids hold no control characters, so a zero byte
// ends each below everything that could follow.
func entryKey(record rapport.ID, seq int64) string { return string(record) + "\x00" + numberKey(seq) }

func numberKey(n int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)^(1<<63))) // negative ones first
}

// lastEntry returns the last entry of a history.
func (r *records) lastEntry(record rapport.ID) (store.EntryRow, bool) {
	e, ok := r.entries.last(entryKey(record, math.MaxInt64))
	if !ok || e.Record != record {
		return store.EntryRow{}, false
	}
	return e, true
}

func (r *records) request(record rapport.ID, request string) (store.EntryRow, bool) {
	return r.requests.get(sized(string(record), request))
}
