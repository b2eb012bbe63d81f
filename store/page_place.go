package store

import (
	"math"
	"strconv"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Start returns the limit of a page and the parts of the key that its token holds, nil
// for the first page, for back ends. The errors are those of [PageRequest.Rows] and
// [Token.Key].
func (r PageRequest) Start(tenant rapport.ID, listing []string, parts int) (limit int, after []string, err error) {
	if limit, err = r.Rows(); err != nil || r.After == "" {
		return limit, nil, err
	}
	after, err = r.After.Key(tenant, listing, parts)
	return limit, after, err
}

// numbered is Start for a key of a text and a number, in the places given. A token is not
// signed: in a listing of only one text it has to name that.
func (r PageRequest) numbered(tenant rapport.ID, listing []string, text, number int, only string) (limit int, at string, n int64, started bool, err error) {
	limit, after, err := r.Start(tenant, listing, 2)
	if err != nil || after == nil {
		return limit, "", 0, false, err
	}
	n, err = strconv.ParseInt(after[number], 10, 64)
	if err != nil || only != "" && after[text] != only {
		return 0, "", 0, false, ErrPageToken
	}
	return limit, after[text], n, true, nil
}

// Start returns the limit of a page of q and the record and number after which it starts,
// for back ends.
func (q HistoryQuery) Start(tenant rapport.ID, r PageRequest) (limit int, record rapport.ID, seq int64, err error) {
	limit, at, seq, started, err := r.numbered(tenant, q.Listing(), 0, 1, string(q.Record))
	if !started {
		return limit, q.Record, q.From - 1, err
	}
	return limit, rapport.ID(at), seq, nil
}

// Token returns the token of the page that starts after an entry, for back ends.
func (q HistoryQuery) Token(tenant rapport.ID, record rapport.ID, seq int64) Token {
	return NewToken(tenant, q.Listing(), string(record), strconv.FormatInt(seq, 10))
}

// Start returns the limit of a page of q and the instant, in nanoseconds since 1970 UTC,
// and the record after which it starts, for back ends. A first page has no record.
func (q TimerQuery) Start(tenant rapport.ID, r PageRequest) (limit int, due int64, record rapport.ID, err error) {
	limit, at, due, started, err := r.numbered(tenant, q.Listing(), 1, 0, "")
	if !started {
		return limit, math.MinInt64, "", err
	}
	return limit, due, rapport.ID(at), nil
}

// Token returns the token of the page that starts after a timer, for back ends.
func (q TimerQuery) Token(tenant rapport.ID, last Timer) Token {
	return NewToken(tenant, q.Listing(), strconv.FormatInt(last.Due.UnixNano(), 10), string(last.Record))
}

// Start returns the limit of a page of q and the version after which it starts, for back
// ends.
func (q DefinitionQuery) Start(tenant rapport.ID, r PageRequest) (limit int, after pipeline.Ref, err error) {
	limit, at, version, started, err := r.numbered(tenant, q.Listing(), 0, 1, q.ID)
	if !started {
		return limit, pipeline.Ref{ID: q.ID}, err
	}
	return limit, pipeline.Ref{ID: at, Version: int(version)}, nil
}

// Token returns the token of the page that starts after a definition, for back ends.
func (q DefinitionQuery) Token(tenant rapport.ID, last DefinitionText) Token {
	return NewToken(tenant, q.Listing(), last.Ref.ID, strconv.Itoa(last.Ref.Version))
}
