-- +goose Up

-- Deals and cases. All columns but due, set anew for each timer, say again what
-- is in the document, to be found by.
CREATE TABLE rapport_records (
    tenant     TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    kind       TEXT    NOT NULL, -- deal, case
    version    INTEGER NOT NULL, -- number of the last entry of its history
    definition TEXT    NOT NULL, -- id of the process
    definition_version INTEGER NOT NULL,
    stage      TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    customer   TEXT    NOT NULL,
    partner    TEXT    NOT NULL,
    due        INTEGER,          -- when it next needs attention; NULL: never
    doc        TEXT    NOT NULL, -- the record as JSON; "format" is its version
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX rapport_records_kind ON rapport_records (tenant, kind, id);
CREATE INDEX rapport_records_version ON rapport_records (tenant, definition, definition_version, id);
CREATE INDEX rapport_records_stage ON rapport_records (tenant, definition, stage, id);
CREATE INDEX rapport_records_owner ON rapport_records (tenant, owner, id) WHERE owner <> '';
CREATE INDEX rapport_records_customer ON rapport_records (tenant, customer, id) WHERE customer <> '';
CREATE INDEX rapport_records_partner ON rapport_records (tenant, partner, id) WHERE partner <> '';
CREATE INDEX rapport_records_due ON rapport_records (tenant, due, id) WHERE due IS NOT NULL;

-- Histories, only ever appended to. The number is that of the outbox: from 1 and one
-- by one for each tenant. SQLite has one writer at a time, so numbers are in the order
-- of commits, and as no row is ever deleted none is given twice.
CREATE TABLE rapport_entries (
    tenant  TEXT    NOT NULL,
    record  TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL, -- business time
    request TEXT    NOT NULL, -- name of the request, empty: it has none
    doc     TEXT    NOT NULL, -- the entry as JSON; "format" is its version
    PRIMARY KEY (tenant, record, seq)
) STRICT;
CREATE UNIQUE INDEX rapport_entries_number ON rapport_entries (tenant, number);
CREATE UNIQUE INDEX rapport_entries_request ON rapport_entries (tenant, record, request) WHERE request <> '';

-- How far each consumer of the outbox has come.
CREATE TABLE rapport_consumers (
    tenant   TEXT    NOT NULL,
    consumer TEXT    NOT NULL,
    number   INTEGER NOT NULL, -- of the last entry that it is done with
    PRIMARY KEY (tenant, consumer)
) STRICT, WITHOUT ROWID;

-- Processes as text, each version once and for all.
CREATE TABLE rapport_definitions (
    tenant  TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    doc     TEXT    NOT NULL,
    PRIMARY KEY (tenant, id, version)
) STRICT;

UPDATE rapport_schema SET version = 2;

-- +goose Down
DROP TABLE rapport_definitions;
DROP TABLE rapport_consumers;
DROP TABLE rapport_entries;
DROP TABLE rapport_records;
UPDATE rapport_schema SET version = 1;
