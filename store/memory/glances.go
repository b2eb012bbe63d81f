package memory

import (
	"context"
	"math"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type glances struct{ x *tx }

func (s glances) Kinds(ctx context.Context, of rapport.ID) (kinds []customer.FileKind, err error) {
	if err := s.x.read(ctx); err != nil {
		return nil, err
	}
	prefix := sized("customer", string(of))
	for last, more := "", true; more; {
		more = false
		s.x.records.filesBy.from(prefix+last, func(key string, row store.FileRow) bool {
			if strings.HasPrefix(key, prefix) {
				kinds, more = append(kinds, row.Kind), true
				last = string(row.Kind) + "\x01" // past all of the kind, before any that goes on
			}
			return false
		})
	}
	return kinds, nil
}

func (s glances) Files(ctx context.Context, of rapport.ID, kind customer.FileKind, limit int) (rows []store.FileRow, err error) {
	if err := s.x.read(ctx); err != nil {
		return nil, err
	}
	prefix := sized("customer", string(of)) + string(kind) + "\x00"
	s.x.records.filesBy.down(prefix+"\xff\xff\xff\xff\xff\xff\xff\xff\xff", func(key string, row store.FileRow) bool {
		if !strings.HasPrefix(key, prefix) || len(rows) == limit {
			return false
		}
		rows = append(rows, row)
		return true
	})
	return rows, nil
}

func (s glances) Interactions(ctx context.Context, of rapport.ID, limit int) (rows []customer.Interaction, err error) {
	if err := s.x.read(ctx); err != nil {
		return nil, err
	}
	s.x.records.interactions.lines.down(lineKey(store.Position{Customer: of, At: math.MaxInt64}), func(_ string, row customer.Interaction) bool {
		if row.Customer() != of || len(rows) == limit {
			return false
		}
		rows = append(rows, row)
		return true
	})
	return rows, nil
}

func (s glances) Totals(ctx context.Context, of rapport.ID) (totals store.Totals, err error) {
	if err := s.x.read(ctx); err != nil {
		return nil, err
	}
	s.x.records.transactions.after(chosen{customer: of}, nil, func(row customer.Transaction) bool {
		err = totals.Add(row.Kind(), row.Amount(), row.At())
		return err == nil
	})
	return totals, err
}
