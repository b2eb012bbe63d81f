package main

import (
	"context"

	"github.com/rapport-crm/rapport/examples/sqlitefile"
	"github.com/rapport-crm/rapport/store"
)

// history is the shop's history in a SQLite file.
type history struct {
	file     *sqlitefile.File
	tenant   store.Tenant
	lines    int // transaction lines stored
	repeated int // lines that came again and were recognised
}

func openHistory(ctx context.Context, path string) (*history, error) {
	file, err := sqlitefile.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	return &history{file: file, tenant: file.Tenant(tenant)}, nil
}

func (h *history) close() error { return h.file.Close() }
