-- Incidents: alerts with one cause, what was said about it, who cares for it, what people corrected;
-- who is to be told of which, who was told; and what is kept quiet. Verdicts, matchers and
-- recipients are JSON text, booleans 0 or 1, times UTC microseconds.
CREATE TABLE alerts_incident (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    severity TEXT NOT NULL,
    cause_id TEXT,
    certainty TEXT NOT NULL,
    verdict TEXT NOT NULL,
    acknowledged_by TEXT,
    acknowledged_at BIGINT,
    acknowledged_comment TEXT,
    acknowledged_until BIGINT,
    assignee TEXT,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    quiet_since BIGINT,
    closed_at BIGINT,
    close_reason TEXT,
    merged_into TEXT,
    told_at BIGINT,
    told_severity TEXT,
    told_left BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX alerts_incident_state ON alerts_incident (state, id);
CREATE INDEX alerts_incident_closed ON alerts_incident (closed_at);

ALTER TABLE alerts_alert ADD COLUMN incident_id TEXT;
ALTER TABLE alerts_alert ADD COLUMN incident_part TEXT;
ALTER TABLE alerts_alert ADD COLUMN incident_pinned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alerts_alert ADD COLUMN silenced_by TEXT;
CREATE INDEX alerts_alert_incident ON alerts_alert (incident_id, id);

CREATE TABLE alerts_lesson (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    cause_id TEXT NOT NULL,
    cause_name TEXT NOT NULL,
    other_id TEXT NOT NULL,
    other_name TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX alerts_lesson_pair ON alerts_lesson (kind, cause_id, other_id);

CREATE TABLE alerts_policy (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- No reference to the policy: what was told outlives it.
CREATE TABLE alerts_page (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL,
    policy_id TEXT NOT NULL,
    policy_name TEXT NOT NULL,
    occasion TEXT NOT NULL,
    recipient_kind TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    message_id TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX alerts_page_incident ON alerts_page (incident_id, id);

CREATE TABLE alerts_silence (
    id TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    owner TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX alerts_silence_ends ON alerts_silence (ends_at, id);
