-- Migration: what was deployed to the environment of this database, by whom and with what result
-- kairon: allow migration/prefer-bigint-over-int counts of one deployment
-- One row per run of `kairon deploy` that changed something or found everything as it should be.
CREATE TABLE IF NOT EXISTS kairon_deployments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    environment text NOT NULL,
    commit_id text,
    by text NOT NULL,
    result text NOT NULL,
    created integer NOT NULL DEFAULT 0,
    updated integer NOT NULL DEFAULT 0,
    unchanged integer NOT NULL DEFAULT 0,
    removed integer NOT NULL DEFAULT 0,
    migrations text[] NOT NULL DEFAULT '{}',
    requests integer NOT NULL DEFAULT 0,
    duration_ms bigint NOT NULL DEFAULT 0,
    failure text,
    tool_version text,
    workflows jsonb
);
