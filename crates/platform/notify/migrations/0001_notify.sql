-- Channels, templates, and every message with its deliveries and attempts: a message is on disk
-- before anything is sent, and what the far side said stays beside it.
CREATE TABLE notify_channel (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    rate_per_minute BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE notify_template (
    name TEXT NOT NULL PRIMARY KEY,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    wordings TEXT NOT NULL,
    sample TEXT NOT NULL,
    shipped BIGINT NOT NULL,
    edited BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE notify_message (
    id TEXT NOT NULL PRIMARY KEY,
    -- The message it was made from: one to a post becomes one to each who holds it.
    parent_id TEXT,
    template TEXT NOT NULL,
    parameters TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    recipient_kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    channel_id TEXT,
    language TEXT,
    link TEXT,
    dedupe_key TEXT,
    dedupe_window_s BIGINT NOT NULL,
    repeats BIGINT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    cause BIGINT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX notify_message_by_state ON notify_message (state, id);
CREATE INDEX notify_message_by_key ON notify_message (dedupe_key, recipient_kind, recipient, created_at);
CREATE INDEX notify_message_by_age ON notify_message (created_at);

CREATE TABLE notify_delivery (
    id TEXT NOT NULL PRIMARY KEY,
    message_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    channel_kind TEXT NOT NULL,
    channel_name TEXT NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    claimed_by TEXT,
    claimed_until BIGINT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX notify_delivery_due ON notify_delivery (channel_id, state, due_at);
CREATE INDEX notify_delivery_by_claim ON notify_delivery (state, claimed_until);
CREATE INDEX notify_delivery_by_message ON notify_delivery (message_id, id);

CREATE TABLE notify_attempt (
    delivery_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    said TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
);

CREATE TABLE notify_notification (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    link TEXT,
    urgent BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notify_notification_by_user ON notify_notification (user_id, id);

CREATE TABLE notify_preference (
    owner TEXT NOT NULL PRIMARY KEY,
    preference TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

INSERT INTO notify_channel (
    id, name, name_folded, kind, settings, enabled, rate_per_minute, version, created_at, updated_at)
VALUES (
    '00000000-0000-7000-8000-000000000001', 'In-app', 'in-app', 'in_app', '{}', 1, 60000, 1, 0, 0);
