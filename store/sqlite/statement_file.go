package sqlite

// fileText returns the SQL of the statements for records about customers, for what was,
// for aliases and for the feed.
func (s statement) fileText() string {
	switch s {
	case pastInsert:
		return "INSERT INTO rapport_customers_past (tenant, id, version, recorded_at, until, doc)" +
			" SELECT tenant, id, version, ?3, ?4, doc FROM rapport_customers WHERE tenant = ?1 AND id = ?2"
	case pastLast:
		return "SELECT version, until FROM rapport_customers_past WHERE tenant = ? AND id = ? ORDER BY version DESC LIMIT 1"
	case pastAsOf:
		return "SELECT version, doc FROM rapport_customers_past" +
			" WHERE tenant = ?1 AND id = ?2 AND recorded_at <= ?3 AND until > ?3 ORDER BY version DESC LIMIT 1"
	case pastDelete:
		return "DELETE FROM rapport_customers_past WHERE tenant = ? AND id = ?"
	case fileGet:
		return "SELECT " + fileColumns + " FROM rapport_files WHERE tenant = ? AND kind = ? AND id = ?"
	case fileInsert:
		return "INSERT INTO rapport_files (tenant, kind, id, version, customer, party, at, recorded_at, doc)" +
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
	case fileUpdate:
		return "UPDATE rapport_files SET version = ?4, customer = ?5, party = ?6, at = ?7, recorded_at = ?8, doc = ?9" +
			" WHERE tenant = ?1 AND kind = ?2 AND id = ?3"
	case fileDelete:
		return "DELETE FROM rapport_files WHERE tenant = ? AND kind = ? AND id = ?"
	case fileEnd:
		return "INSERT INTO rapport_files_past (tenant, kind, id, version, customer, party, at, recorded_at, until, doc)" +
			" SELECT tenant, kind, id, version, customer, party, at, recorded_at, ?4, doc" +
			" FROM rapport_files WHERE tenant = ?1 AND kind = ?2 AND id = ?3"
	case fileLast:
		return "SELECT version, until FROM rapport_files_past WHERE tenant = ? AND kind = ? AND id = ? ORDER BY version DESC LIMIT 1"
	case fileAsOf:
		return "SELECT " + filePastColumns + " FROM rapport_files_past" +
			" WHERE tenant = ?1 AND kind = ?2 AND id = ?3 AND recorded_at <= ?4 AND until > ?4 ORDER BY version DESC LIMIT 1"
	case filePastDelete:
		return "DELETE FROM rapport_files_past WHERE tenant = ? AND kind = ? AND id = ? AND version = ?"
	case fileByTime:
		return fileListing(byTime, false)
	case fileByCustomer:
		return fileListing(byCustomer, false)
	case fileByParty:
		return fileListing(byParty, false)
	case fileKinds:
		return "WITH RECURSIVE kinds (kind) AS (SELECT min(kind) FROM rapport_files WHERE tenant = ?1 AND customer <> '' AND customer = ?2" +
			" UNION ALL SELECT (SELECT min(f.kind) FROM rapport_files AS f" +
			" WHERE f.tenant = ?1 AND f.customer <> '' AND f.customer = ?2 AND f.kind > kinds.kind)" +
			" FROM kinds WHERE kinds.kind IS NOT NULL) SELECT kind FROM kinds WHERE kind IS NOT NULL"
	case fileNewest:
		return "SELECT " + fileColumns + " FROM rapport_files INDEXED BY rapport_files_customer" +
			" WHERE tenant = ? AND customer <> '' AND customer = ? AND kind = ? ORDER BY at DESC, id DESC LIMIT ?"
	case interactionNewest:
		return "SELECT " + interactionColumns + " FROM rapport_interactions INDEXED BY rapport_interactions_line" +
			" WHERE tenant = ? AND customer = ? ORDER BY at DESC, system DESC, id DESC LIMIT ?"
	case transactionTotals:
		return "SELECT kind, currency, amount_minor, amount_exact, at FROM rapport_transactions INDEXED BY rapport_transactions_line" +
			" WHERE tenant = ? AND customer = ?"
	case aliasGet:
		return "SELECT current FROM rapport_aliases WHERE tenant = ? AND old = ?"
	case aliasPut:
		return "INSERT INTO rapport_aliases (tenant, old, current) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET current = excluded.current"
	case aliasDelete:
		return "DELETE FROM rapport_aliases WHERE tenant = ? AND old = ?"
	case aliasesOf:
		return "SELECT old FROM rapport_aliases WHERE tenant = ? AND current = ? ORDER BY old"
	case feedInsert:
		return "INSERT INTO rapport_feed (tenant, number, kind, id, version, change)" +
			" SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5 FROM rapport_feed WHERE tenant = ?1"
	case feedNumber:
		return "SELECT coalesce(max(number), 0) FROM rapport_feed WHERE tenant = ?"
	case feedAfter:
		return "SELECT number, kind, id, version, change FROM rapport_feed WHERE tenant = ? AND number > ? ORDER BY number"
	case feedConsumerGet:
		return "SELECT number FROM rapport_feed_consumers WHERE tenant = ? AND consumer = ?"
	case feedConsumerPut:
		return "INSERT INTO rapport_feed_consumers (tenant, consumer, number) VALUES (?, ?, ?)" +
			" ON CONFLICT DO UPDATE SET number = max(number, excluded.number)"
	}
	return ""
}

const (
	fileColumns     = "kind, id, version, customer, party, at, recorded_at, 9223372036854775807 AS until, doc"
	filePastColumns = "kind, id, version, customer, party, at, recorded_at, until, doc"
)

// access is by which index a listing of files is read.
type access int

const (
	byTime access = iota
	byCustomer
	byCustomers // several: their rows are sorted
	byParty
)

// fileListing picks files past a place and inside a period, in the order of listings: as
// they are now, or as they were recorded at an instant.
func fileListing(by access, asOf bool) string {
	index, condition, instant := "time", "", "?11"
	switch by {
	case byCustomer:
		index, condition, instant = "customer", " AND customer <> '' AND customer = ?11", "?12"
	case byCustomers:
		index, condition, instant = "customer", " AND customer <> '' AND customer IN (SELECT value FROM json_each(?11))", "?12"
	case byParty:
		index, condition = "party", " AND party <> '' AND party = ?9"
	}
	// A place ends the scan as one begins it; the rest is looked at row by row.
	window := " WHERE tenant = ?1" + condition + " AND (kind, at, id) > (?2, ?3, ?4) AND (kind, at) < (?5, ?6)" +
		" AND at >= ?7 AND at < ?8 AND (?9 = '' OR party = ?9)"
	text := "SELECT " + fileColumns + " FROM rapport_files INDEXED BY rapport_files_" + index + window
	if asOf {
		text += " AND recorded_at <= " + instant + " UNION ALL SELECT " + filePastColumns +
			" FROM rapport_files_past INDEXED BY rapport_files_past_" + index + window +
			" AND recorded_at <= " + instant + " AND until > " + instant
	}
	return text + " ORDER BY kind, at, id LIMIT ?10"
}
