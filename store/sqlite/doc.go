// Package sqlite keeps a store in a SQLite database. It speaks database/sql and
// imports no driver: the host opens the handles with the driver of its choice and
// keeps them; this package opens no connection by itself, starts no goroutine and
// changes no schema unless [Migrate] is called. The program examples/quickstart
// uses it from the first line to the last.
//
// # Handles
//
// SQLite has one writer at a time, so a host opens two handles on the same file:
// one for writing, with a single connection, and one for reading, with as many as
// it likes. With the driver modernc.org/sqlite:
//
//	const pragmas = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
//	writer, err := sql.Open("sqlite", "file:crm.db"+pragmas+"&_txlock=immediate")
//	writer.SetMaxOpenConns(1)
//	reader, err := sql.Open("sqlite", "file:crm.db"+pragmas)
//	...
//	err = sqlite.Migrate(ctx, writer)
//	db, err := sqlite.Open(ctx, writer, reader, nil)
//
// The pragmas of the DSN spare a round trip; correctness does not hang on them.
// Every connection is given the busy timeout, the writer's also the level of
// synchronous, before it is first used; an Update takes the write lock before its
// function runs, with or without _txlock; and Open insists on WAL, without which
// readers and the writer would wait for each other.
//
// A View keeps the moment it shows for as long as it lasts, and SQLite cannot shorten
// the write-ahead log past that moment; so a View that stays open for hours makes
// the log grow, and so do short ones that overlap without a gap.
//
// # Pipelines
//
// All of [store.PipelineTx] is kept. The outbox is the table of all histories, in which
// each entry has a number, counted by tenant: since SQLite has one writer at a time, and a
// transaction takes the write lock before it reads the last number, numbers are in the
// order of commits, and a reader that asks for those above its last one misses none. No
// entry is deleted, so no number comes twice; acknowledging moves a mark.
//
// # Files
//
// All of [store.FilesTx] is kept. What is overwritten or removed goes to tables of its own,
// so that reading what is current does not slow down with age. The feed is numbered as the
// outbox is.
//
// # Erasure
//
// What is erased cannot be read through SQLite once the transaction has committed. Its
// bytes are another matter. The writing connection is given secure_delete = ON, with which
// SQLite overwrites what it deletes; but copies may stay where it has moved rows between
// pages before, in the log, and in files that were written to without that setting. [Scrub]
// writes the file anew and empties the log: after it, no erased byte is in either, and the
// conformance suite looks for them. Backups, and what the file system or the disk keeps of
// blocks that were overwritten, are the host's.
//
// # Older schemas
//
// [Migrate] keeps what older schemas have stored. Customers are rewritten in the current
// form when they are next put; identifiers get the normal form then, so a host that begins
// to make normal forms puts each customer once.
//
// # Durability
//
// A commit survives the death of the process. With synchronous NORMAL, the
// default, the last commits before a power failure may be lost, never torn; with
// [Options.SyncCommits] they are not, at the price of a disk flush for each.
//
// # The host's own transaction
//
// [WithTx] binds the store to a transaction that the host began, so that CRM
// records and the host's rows are written together. It is never committed, rolled
// back or retried here; an Update that fails takes back its own part by a
// savepoint.
//
// # Drivers
//
// Drivers do not share an error type. This package asks an error for a method
// Code() int with SQLite's result code, as modernc.org/sqlite has it, and else
// reads SQLite's own message texts, which the drivers of mattn and ncruces pass
// on. The driver's error stays reachable by errors.As.
//
// This repository runs the conformance suite with modernc.org/sqlite v1.60.0 on
// every change. It also passed with github.com/mattn/go-sqlite3 v1.14.53 and
// github.com/ncruces/go-sqlite3 v0.35.2, with the same crash and full-disk tests.
// With mattn's driver the reading handle must not have _txlock=immediate, or
// readers would wait for the writer.
package sqlite
