-- Migration: the table that says what was applied
-- Runs with search_path set to the schema that holds it. A table that is already there, also one with
-- other columns such as migrated_by, keeps its rows and gets what it lacks.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now(),
    checksum text,
    description text
);

ALTER TABLE schema_migrations
    ADD COLUMN IF NOT EXISTS applied_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS checksum text,
    ADD COLUMN IF NOT EXISTS description text,
    ADD COLUMN IF NOT EXISTS applied_by text,
    ADD COLUMN IF NOT EXISTS execution_ms bigint,
    ADD COLUMN IF NOT EXISTS tool_version text,
    ADD COLUMN IF NOT EXISTS kind text;
