-- Migration: steps of migrations that run without a transaction, and what was done by whom
-- kairon: allow migration/prefer-bigint-over-int counts steps of one file
-- A row of kairon_migration_steps without finished_at was begun and never seen to end.
CREATE TABLE IF NOT EXISTS kairon_migration_steps (
    version text NOT NULL,
    direction text NOT NULL,
    step integer NOT NULL,
    statement_hash text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (version, direction, step)
);

CREATE TABLE IF NOT EXISTS kairon_migration_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    version text NOT NULL,
    action text NOT NULL,
    checksum text,
    reason text,
    by text NOT NULL DEFAULT current_user
);
