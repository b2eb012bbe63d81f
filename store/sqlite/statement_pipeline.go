package sqlite

// pipelineText returns the SQL of the statements for pipelines.
func (s statement) pipelineText() string {
	switch s {
	case recordGet:
		return "SELECT kind, version, partner, due, doc FROM rapport_records WHERE tenant = ? AND id = ?"
	case recordInsert:
		return "INSERT INTO rapport_records (tenant, id, kind, version, definition, definition_version, stage, owner, customer, partner, due, doc)" +
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	case recordUpdate:
		return "UPDATE rapport_records SET kind = ?3, version = ?4, definition = ?5, definition_version = ?6, stage = ?7," +
			" owner = ?8, customer = ?9, partner = ?10, due = ?11, doc = ?12 WHERE tenant = ?1 AND id = ?2"
	case entryInsert:
		return "INSERT INTO rapport_entries (tenant, record, seq, number, at, request, doc) VALUES (?, ?, ?, ?, ?, ?, ?)"
	case entryGet:
		return "SELECT seq, doc FROM rapport_entries WHERE tenant = ? AND record = ? AND seq = ?"
	case entryLast:
		return "SELECT seq, doc FROM rapport_entries WHERE tenant = ? AND record = ? ORDER BY seq DESC LIMIT 1"
	case entryRequest:
		return "SELECT seq, doc FROM rapport_entries WHERE tenant = ? AND record = ? AND request = ? AND request <> ''"
	case entryPage:
		return "SELECT doc FROM rapport_entries WHERE tenant = ?1 AND (record, seq) > (?2, ?3)" +
			" AND record <= ?4 AND seq >= ?5 AND at <= ?6 ORDER BY record, seq LIMIT ?7"
	case entryNumber:
		return "SELECT coalesce(max(number), 0) FROM rapport_entries WHERE tenant = ?"
	case timerSet:
		return "UPDATE rapport_records SET due = ?3 WHERE tenant = ?1 AND id = ?2"
	case timerPage:
		return "SELECT id, kind, version, due FROM rapport_records INDEXED BY rapport_records_due" +
			" WHERE tenant = ?1 AND due IS NOT NULL AND (due, id) > (?2, ?3) AND due <= ?4 ORDER BY due, id LIMIT ?5"
	case outboxAfter:
		return "SELECT number, doc FROM rapport_entries INDEXED BY rapport_entries_number" +
			" WHERE tenant = ? AND number > ? ORDER BY number"
	case consumerGet:
		return "SELECT number FROM rapport_consumers WHERE tenant = ? AND consumer = ?"
	case consumerPut:
		return "INSERT INTO rapport_consumers (tenant, consumer, number) VALUES (?, ?, ?)" +
			" ON CONFLICT DO UPDATE SET number = max(number, excluded.number)"
	case definitionInsert:
		return "INSERT INTO rapport_definitions (tenant, id, version, doc) VALUES (?, ?, ?, ?)"
	case definitionGet:
		return "SELECT doc FROM rapport_definitions WHERE tenant = ? AND id = ? AND version = ?"
	case definitionPage:
		return "SELECT id, version, doc FROM rapport_definitions" +
			" WHERE tenant = ?1 AND (id, version) > (?2, ?3) AND id <= ?4 ORDER BY id, version LIMIT ?5"
	}
	return ""
}
