-- Events: what other systems (Prometheus, vmalert) say of alerts of theirs, one row for each set of
-- labels with how often, first and last; and settings of this subsystem that people change. Labels
-- and annotations are JSON text, booleans 0 or 1, times UTC microseconds.
CREATE TABLE alerts_event (
    fingerprint TEXT PRIMARY KEY,
    alert_id TEXT,
    sender TEXT NOT NULL,
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL,
    generator_url TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    timed_out BIGINT NOT NULL,
    tally BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX alerts_event_alert ON alerts_event (alert_id);
CREATE INDEX alerts_event_running ON alerts_event (ends_at) WHERE alert_id IS NOT NULL;
CREATE INDEX alerts_event_seen ON alerts_event (last_seen_at);

CREATE TABLE alerts_setting (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Resources are found by what other systems call them.
CREATE INDEX alerts_resource_name ON alerts_resource (name);
