-- What is asked of which resource and how often, and how the last answer stood: a restart keeps
-- every state, so that nothing is alerted twice and nothing is forgotten.
CREATE TABLE probe_check (
    id TEXT PRIMARY KEY,
    resource_id TEXT NOT NULL,
    name TEXT NOT NULL,
    protocol TEXT NOT NULL,
    spec TEXT NOT NULL,
    interval_s BIGINT NOT NULL,
    retry_interval_s BIGINT NOT NULL,
    timeout_s DOUBLE PRECISION NOT NULL,
    attempts_max BIGINT NOT NULL,
    enabled BIGINT NOT NULL,
    source TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX probe_check_name ON probe_check (resource_id, name);

CREATE TABLE probe_status (
    check_id TEXT PRIMARY KEY REFERENCES probe_check (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    state_type TEXT NOT NULL,
    hard_state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    since BIGINT,
    last_run_at BIGINT,
    duration_s DOUBLE PRECISION,
    summary TEXT,
    figures TEXT NOT NULL
);
