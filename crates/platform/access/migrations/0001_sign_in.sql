-- Who may sign in, who is signed in, which programs may call, and how often somebody guessed.
-- Secrets are kept as hashes only: what is read from here opens no door.
CREATE TABLE access_user (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    searched TEXT NOT NULL,
    role TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    language TEXT,
    theme TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_sign_in_at BIGINT
);

CREATE TABLE access_session (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES access_user (id),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    source TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX access_session_user ON access_session (user_id, id);

CREATE TABLE access_token (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES access_user (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX access_token_user ON access_token (user_id, id);

CREATE TABLE access_attempt (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX access_attempt_last ON access_attempt (last_at);
