// Package store says how the CRM engine keeps its records: small interfaces by
// aggregate, the transactions they live in, pages, streams and errors. It knows
// the domain types and no SQL; the back ends are store/memory and store/sqlite,
// and store/storetest is the suite that every back end has to pass.
//
//	err := db.Tenant("acme").Update(ctx, func(tx store.Tx) error {
//		_, err := tx.Transactions().Ingest(ctx, rows)
//		return err
//	})
//
// # Tenants
//
// The tenant comes first: no record can be reached without naming one, it is
// part of every key, and the same id in two tenants is two records. A tenant
// exists from its first record; there is nothing to create.
//
// # Transactions
//
// [Tenant.Update] runs a function in one transaction: all of its writes are kept,
// or none if it returns an error or panics. [Tenant.View] shows one moment of the
// store and refuses writes. Neither ever calls the function twice. A back end
// that declares [Capabilities.HostTransactions] also binds to a transaction of
// the host, so that CRM records and the host's own rows are written together;
// see its WithTx. A Tx, and everything taken from it, is for one goroutine and
// ends with its function.
//
// # Versions and external keys
//
// A customer carries a version. [Customers.Put] writes a customer only if the
// stored version is the one it was read with, so two clerks never overwrite each
// other unseen. Transactions and interactions come from other systems and do not
// change: [Transactions.Ingest] stores a row once per (tenant, system, external
// id) and says of a row that came again whether it is the same or differs.
//
// Transactions and interactions may name a customer that is not stored: logs
// often arrive before the master data. Deleting a customer leaves them in place.
//
// An identifier belongs to one customer of a tenant, by the bytes of its key
// ([customer.Identifier.Key]): the normal form if it has one. The store makes none.
//
// # Pipelines
//
// A back end that declares [Capabilities.Pipelines] also keeps deals and other records
// that a machine of package pipeline moves: [Pipelines] gets at them. There is one way to
// write one, [Records.Commit]: it stores the record, the entries of its history, its next
// timer and an event for each entry, all or none, and only if the stored version is the
// one that the entries follow. So no history has a gap or a fork, whoever writes at once;
// and a request that comes twice under one name is recognised. [Fire] and [Change] read,
// decide and commit in one call, and try again when another writer was faster.
//
//	fired, err := store.Fire(ctx, db.Tenant("acme"), machine, "D1", "win", input, at, nil)
//
// What a move asks the host to do, its effects, is in the [Outbox] by the same commit. When
// a record next needs attention is in [Timers], which the host polls. A partner's view of
// the deals, [Records.Partner], is part of the key, so an empty id never shows them all. A
// record that the host keeps by itself may have its history here, by [Histories].Append.
//
// # Files
//
// A back end that declares [Capabilities.Files] also keeps the records about customers that
// implement [customer.Filed]: relations, needs, consents, memberships, cases, campaigns,
// source records and merges, and those of the host's own. [FileOf] gets at those of one
// sort, by customer, by what else they are found by, and by event time; [Files] at rows of
// every sort. [File.Put] compares the version as with customers, [File.Append] stores an
// event once.
//
// Nothing that was is lost: a record that is overwritten or removed, and a customer, can be
// read as of any instant of record time ([File.AsOf], [FileQuery.AsOf], [Past]), which
// therefore never goes backwards within a record. [Feed] says what was written, in the order
// of commits.
//
// What was filed under the id of a customer that was merged stays there. [Aliases] resolve
// old ids in one look-up and are written in the same Update as the event of the merge, as
// are the customers that it changes (Registry.Plan of package customer/identity);
// a query takes all the ids of a customer at once ([Identities]), and [NewCardReader] and
// [ReadGlance] do so by themselves.
//
// [UnsafeErase] removes a person for good, keeping amounts under a pseudonym if asked, and
// [Suppressing] refuses what would bring the person back.
//
// # Order, pages and streams
//
// Every listing has one documented order, by bytes and never by the rules of a
// language. Page methods return a [Token] for the next page; streams are
// iter.Seq2[T, error] values that read as they go, end after the first error,
// and release what they hold when the loop ends, by break too. A stream that
// belongs to a Tx must be ranged over inside its function.
//
// The body of a loop may read and, in Update, write: changing a customer that the
// loop has come to is safe. Whether a stream shows rows that were inserted after it
// began, by the same transaction, is not defined; a loop that inserts rows into the
// listing it ranges over may never end, so collect first. Nor is it defined whether a
// stream as of an instant shows a record that the loop changes before it comes to it.
//
// # What is kept exactly
//
// Text byte for byte: case, accents, white space and the form of Unicode.
// Amounts in full precision. Times in UTC to the nanosecond. A record read back
// is Equal to the one that was written.
//
// # Growing
//
// These interfaces do not grow: what later versions add comes as new, optional
// interfaces that a Tx may implement too, so a back end written today goes on
// compiling.
package store
