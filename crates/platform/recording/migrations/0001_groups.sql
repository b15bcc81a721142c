-- Rule files as they were uploaded, and how far the rules that are back-filled have come: a
-- back-fill takes hours and goes on where it was after a restart.
-- Times are UTC microseconds, those of samples milliseconds; lists JSON text.
CREATE TABLE recording_groups (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    group_count BIGINT NOT NULL,
    rule_count BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX recording_groups_name ON recording_groups (name);

CREATE TABLE recording_backfill (
    id TEXT PRIMARY KEY,
    groups_id TEXT NOT NULL,
    groups_name TEXT NOT NULL,
    group_name TEXT NOT NULL,
    rules TEXT NOT NULL,
    state TEXT NOT NULL,
    from_ms BIGINT NOT NULL,
    next_ms BIGINT NOT NULL,
    to_ms BIGINT,
    samples BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    message TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX recording_backfill_state ON recording_backfill (state, id);
CREATE INDEX recording_backfill_groups ON recording_backfill (groups_id, id);
