-- +goose Up

-- The import that a row came with; empty: recorded in the course of business.
ALTER TABLE rapport_transactions ADD COLUMN import_batch TEXT NOT NULL DEFAULT '';
ALTER TABLE rapport_transactions ADD COLUMN import_grade TEXT NOT NULL DEFAULT '';
ALTER TABLE rapport_interactions ADD COLUMN import_batch TEXT NOT NULL DEFAULT '';
ALTER TABLE rapport_interactions ADD COLUMN import_grade TEXT NOT NULL DEFAULT '';

-- What customers were: the states that were overwritten or removed.
CREATE TABLE rapport_customers_past (
    tenant      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL, -- record time
    until       INTEGER NOT NULL, -- record time at which it stopped being so
    doc         TEXT    NOT NULL,
    PRIMARY KEY (tenant, id, version)
) STRICT;

-- Records about customers: relations, needs, consents and so on. All columns but version
-- say again what is in the document, to be found by.
CREATE TABLE rapport_files (
    tenant      TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    customer    TEXT    NOT NULL, -- whose it is, empty: nobody's
    party       TEXT    NOT NULL, -- what else it is found by, empty: nothing
    at          INTEGER NOT NULL, -- event time
    recorded_at INTEGER NOT NULL, -- record time
    doc         TEXT    NOT NULL, -- the record as JSON; "format" is its version
    PRIMARY KEY (tenant, kind, id)
) STRICT;
CREATE INDEX rapport_files_time ON rapport_files (tenant, kind, at, id);
CREATE INDEX rapport_files_customer ON rapport_files (tenant, customer, kind, at, id, party) WHERE customer <> '';
CREATE INDEX rapport_files_party ON rapport_files (tenant, party, kind, at, id) WHERE party <> '';

-- What these records were.
CREATE TABLE rapport_files_past (
    tenant      TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    customer    TEXT    NOT NULL,
    party       TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    until       INTEGER NOT NULL, -- record time at which it stopped being so
    doc         TEXT    NOT NULL,
    PRIMARY KEY (tenant, kind, id, version)
) STRICT;
CREATE INDEX rapport_files_past_time ON rapport_files_past (tenant, kind, at, id);
CREATE INDEX rapport_files_past_customer ON rapport_files_past (tenant, customer, kind, at, id, party) WHERE customer <> '';
CREATE INDEX rapport_files_past_party ON rapport_files_past (tenant, party, kind, at, id) WHERE party <> '';

-- Which id now stands for an old one. No current one is an old one.
CREATE TABLE rapport_aliases (
    tenant  TEXT NOT NULL,
    old     TEXT NOT NULL,
    current TEXT NOT NULL,
    PRIMARY KEY (tenant, old)
) STRICT, WITHOUT ROWID;
CREATE INDEX rapport_aliases_current ON rapport_aliases (tenant, current, old);

-- What was written, in the order of commits, numbered as the entries are: from 1 and one
-- by one for each tenant. No row is ever deleted.
CREATE TABLE rapport_feed (
    tenant  TEXT    NOT NULL,
    number  INTEGER NOT NULL,
    kind    TEXT    NOT NULL, -- customer, or the kind of a file
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    change  INTEGER NOT NULL, -- 1 written, 2 removed, 3 erased
    PRIMARY KEY (tenant, number)
) STRICT, WITHOUT ROWID;

-- How far each consumer of the feed has come.
CREATE TABLE rapport_feed_consumers (
    tenant   TEXT    NOT NULL,
    consumer TEXT    NOT NULL,
    number   INTEGER NOT NULL, -- of the last event that it is done with
    PRIMARY KEY (tenant, consumer)
) STRICT, WITHOUT ROWID;

UPDATE rapport_schema SET version = 3;

-- +goose Down
DROP TABLE rapport_feed_consumers;
DROP TABLE rapport_feed;
DROP TABLE rapport_aliases;
DROP TABLE rapport_files_past;
DROP TABLE rapport_files;
DROP TABLE rapport_customers_past;
ALTER TABLE rapport_interactions DROP COLUMN import_grade;
ALTER TABLE rapport_interactions DROP COLUMN import_batch;
ALTER TABLE rapport_transactions DROP COLUMN import_grade;
ALTER TABLE rapport_transactions DROP COLUMN import_batch;
UPDATE rapport_schema SET version = 2;
