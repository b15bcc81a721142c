-- What is watched for (rules), what was found (alerts), and what the next decision needs to know
-- after a restart: since when a condition has held, how checks stood last, who a resource is.
-- Booleans are 0 or 1, times UTC microseconds, conditions and labels JSON text.
CREATE TABLE alerts_rule (
    id TEXT PRIMARY KEY,
    key TEXT,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    summary_en TEXT NOT NULL,
    summary_zh TEXT NOT NULL,
    severity TEXT NOT NULL,
    condition TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    edited BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX alerts_rule_key ON alerts_rule (key);

-- No reference to the rule: an alert outlives it.
CREATE TABLE alerts_alert (
    id TEXT PRIMARY KEY,
    rule_id TEXT NOT NULL,
    rule_name_en TEXT NOT NULL,
    rule_name_zh TEXT NOT NULL,
    subject TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    summary_en TEXT NOT NULL,
    summary_zh TEXT NOT NULL,
    severity TEXT NOT NULL,
    resource_id TEXT,
    resource_name TEXT NOT NULL,
    check_id TEXT,
    state TEXT NOT NULL,
    no_data BIGINT NOT NULL,
    value DOUBLE PRECISION,
    labels TEXT NOT NULL,
    acknowledged_by TEXT,
    acknowledged_at BIGINT,
    acknowledged_comment TEXT,
    raised_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    closed_at BIGINT,
    close_reason TEXT,
    close_comment TEXT,
    version BIGINT NOT NULL
);
-- The law "one open alert for a rule and a subject" is kept by the database itself.
CREATE UNIQUE INDEX alerts_alert_open ON alerts_alert (rule_id, subject) WHERE state = 'open';
CREATE INDEX alerts_alert_state ON alerts_alert (state, id);
CREATE INDEX alerts_alert_resource ON alerts_alert (resource_id, id);
CREATE INDEX alerts_alert_check ON alerts_alert (check_id, id);
CREATE INDEX alerts_alert_closed ON alerts_alert (closed_at);

CREATE TABLE alerts_pending (
    rule_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (rule_id, subject)
);

CREATE TABLE alerts_check (
    check_id TEXT PRIMARY KEY,
    check_name TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    resource_name TEXT NOT NULL,
    protocol TEXT NOT NULL,
    state TEXT NOT NULL,
    summary_en TEXT NOT NULL,
    summary_zh TEXT NOT NULL,
    paused BIGINT NOT NULL
);
CREATE INDEX alerts_check_resource ON alerts_check (resource_id);

CREATE TABLE alerts_resource (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    retired BIGINT NOT NULL
);
