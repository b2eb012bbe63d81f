-- +goose Up

-- One row: the version of the schema, kept by these files whichever tool runs
-- them. Nothing below is ever REAL: times are nanoseconds since 1970 UTC, amounts
-- whole minor units or, where those are too coarse, decimal text.
CREATE TABLE rapport_schema (
    version INTEGER NOT NULL
) STRICT;
INSERT INTO rapport_schema (version) VALUES (1);

CREATE TABLE rapport_customers (
    tenant   TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    kind     INTEGER NOT NULL, -- 1 person, 2 organisation, 3 household
    internal INTEGER NOT NULL, -- 1: has held or will hold the role "internal"
    doc      TEXT    NOT NULL, -- the record as JSON; "format" is its version
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX rapport_customers_internal ON rapport_customers (tenant, id) WHERE internal = 1;

CREATE TABLE rapport_identifiers (
    tenant   TEXT NOT NULL,
    system   TEXT NOT NULL,
    type     TEXT NOT NULL,
    value    TEXT NOT NULL,
    customer TEXT NOT NULL,
    PRIMARY KEY (tenant, system, type, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE rapport_transactions (
    tenant       TEXT    NOT NULL,
    system       TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    kind         INTEGER NOT NULL, -- 1 sale, 2 return, 3 cost
    customer     TEXT    NOT NULL,
    at           INTEGER NOT NULL, -- event time
    recorded_at  INTEGER NOT NULL, -- record time
    currency     INTEGER NOT NULL, -- ISO 4217 number
    amount_minor INTEGER,          -- whole minor units; NULL if amount_exact is set
    amount_exact TEXT,             -- decimal with a fraction of the minor unit, in units of the currency
    product      TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    branch       TEXT    NOT NULL,
    order_key    TEXT    NOT NULL,
    line         TEXT    NOT NULL,
    of_system    TEXT    NOT NULL, -- the sale that a return or a cost belongs to
    of_id        TEXT    NOT NULL,
    PRIMARY KEY (tenant, system, id),
    CHECK ((amount_minor IS NULL) <> (amount_exact IS NULL))
) STRICT, WITHOUT ROWID;
-- The order of listings, and all that a stream of purchases reads.
CREATE INDEX rapport_transactions_line ON rapport_transactions
    (tenant, customer, at, system, id, kind, currency, amount_minor, amount_exact);
-- The costs of a sale; other rows do not pay for it.
CREATE INDEX rapport_transactions_cost ON rapport_transactions
    (tenant, of_system, of_id, system, id, currency, amount_minor, amount_exact) WHERE kind = 3;

CREATE TABLE rapport_interactions (
    tenant        TEXT    NOT NULL,
    system        TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    customer      TEXT    NOT NULL,
    channel       TEXT    NOT NULL,
    direction     INTEGER NOT NULL, -- 1 inbound, 2 outbound
    at            INTEGER NOT NULL,
    recorded_at   INTEGER NOT NULL,
    duration      INTEGER NOT NULL, -- nanoseconds, 0: not measured
    topic         TEXT    NOT NULL,
    outcome       TEXT    NOT NULL,
    cost_currency INTEGER NOT NULL, -- ISO 4217 number, 0: cost not known
    cost_minor    INTEGER,
    cost_exact    TEXT,
    agent         TEXT    NOT NULL,
    PRIMARY KEY (tenant, system, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rapport_interactions_line ON rapport_interactions (tenant, customer, at, system, id);

-- +goose Down
DROP TABLE rapport_interactions;
DROP TABLE rapport_transactions;
DROP TABLE rapport_identifiers;
DROP TABLE rapport_customers;
DROP TABLE rapport_schema;
