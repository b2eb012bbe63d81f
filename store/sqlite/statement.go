package sqlite

// statement names one of the fixed statements; they are prepared once for a
// handle. Queries that streams keep open while others run are not among them.
type statement int

const (
	lockWriter statement = iota
	customerGet
	customerFind
	customerInsert
	customerUpdate
	customerDelete
	customerPage
	identifierOwner
	identifierInsert
	identifierDelete
	transactionInsert
	transactionGet
	transactionPage
	interactionInsert
	interactionGet
	interactionPage
	recordGet
	recordInsert
	recordUpdate
	entryInsert
	entryGet
	entryLast
	entryRequest
	entryPage
	entryNumber
	timerSet
	timerPage
	outboxAfter
	consumerGet
	consumerPut
	definitionInsert
	definitionGet
	definitionPage
	pastInsert
	pastLast
	pastAsOf
	pastDelete
	fileGet
	fileInsert
	fileUpdate
	fileDelete
	fileEnd
	fileLast
	fileAsOf
	filePastDelete
	fileByTime
	fileByCustomer
	fileByParty
	fileKinds
	fileNewest
	interactionNewest
	transactionTotals
	aliasGet
	aliasPut
	aliasDelete
	aliasesOf
	feedInsert
	feedNumber
	feedAfter
	feedConsumerGet
	feedConsumerPut
	statements // how many there are
)

// text returns the SQL. The tenant is always the first parameter. Parameters are
// numbered only where one is used twice or out of turn: drivers look up the name of
// a numbered one at every execution.
func (s statement) text() string {
	switch s {
	case lockWriter:
		return "UPDATE rapport_schema SET version = version WHERE 0"
	case customerGet:
		return "SELECT version, doc FROM rapport_customers WHERE tenant = ? AND id = ?"
	case customerFind:
		return "SELECT c.version, c.doc FROM rapport_identifiers AS i" +
			" JOIN rapport_customers AS c ON c.tenant = i.tenant AND c.id = i.customer" +
			" WHERE i.tenant = ? AND i.system = ? AND i.type = ? AND i.value = ?"
	case customerInsert:
		return "INSERT INTO rapport_customers (tenant, id, version, kind, internal, doc) VALUES (?, ?, ?, ?, ?, ?)"
	case customerUpdate:
		return "UPDATE rapport_customers SET version = ?3, kind = ?4, internal = ?5, doc = ?6 WHERE tenant = ?1 AND id = ?2"
	case customerDelete:
		return "DELETE FROM rapport_customers WHERE tenant = ? AND id = ?"
	case customerPage:
		return "SELECT version, doc FROM rapport_customers" +
			" WHERE tenant = ?1 AND id > ?2 AND (?3 = 0 OR kind = ?3) ORDER BY id LIMIT ?4"
	case identifierOwner:
		return "SELECT customer FROM rapport_identifiers WHERE tenant = ? AND system = ? AND type = ? AND value = ?"
	case identifierInsert:
		return "INSERT INTO rapport_identifiers (tenant, system, type, value, customer) VALUES (?, ?, ?, ?, ?)"
	case identifierDelete:
		return "DELETE FROM rapport_identifiers WHERE tenant = ? AND system = ? AND type = ? AND value = ?"
	case transactionInsert:
		return "INSERT INTO rapport_transactions (tenant, " + transactionColumns + ")" +
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
	case transactionGet:
		return "SELECT " + transactionColumns + " FROM rapport_transactions WHERE tenant = ? AND system = ? AND id = ?"
	case transactionPage:
		return "SELECT " + transactionColumns + " FROM rapport_transactions INDEXED BY rapport_transactions_line" + lineWindow
	case interactionInsert:
		return "INSERT INTO rapport_interactions (tenant, " + interactionColumns + ")" +
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
	case interactionGet:
		return "SELECT " + interactionColumns + " FROM rapport_interactions WHERE tenant = ? AND system = ? AND id = ?"
	case interactionPage:
		return "SELECT " + interactionColumns + " FROM rapport_interactions INDEXED BY rapport_interactions_line" + lineWindow
	}
	if text := s.pipelineText(); text != "" {
		return text
	}
	return s.fileText()
}

const (
	transactionColumns = "system, id, kind, customer, at, recorded_at, currency, amount_minor, amount_exact," +
		" product, channel, branch, order_key, line, of_system, of_id, import_batch, import_grade"
	interactionColumns = "system, id, customer, channel, direction, at, recorded_at, duration," +
		" topic, outcome, cost_currency, cost_minor, cost_exact, agent, import_batch, import_grade"

	// lineWindow picks rows past a position, up to a last customer and inside a
	// period, in the order of listings.
	lineWindow = " WHERE tenant = ?1 AND (customer, at, system, id) > (?2, ?3, ?4, ?5)" +
		" AND customer <= ?6 AND at >= ?7 AND at < ?8 ORDER BY customer, at, system, id LIMIT ?9"
)

// lastID is above every id: ids are valid UTF-8, in which this byte
// does not occur.
const lastID = "\xff"

// noLimit as a LIMIT reads all rows.
const noLimit = -1
