-- Passkeys: of each the public half only, so that what is read from here opens no door; of the
-- challenges that wait for an authenticator's answer there are hashes. Which users must have a
-- second factor. And whose password is one that somebody else has set.
CREATE TABLE access_passkey (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES access_user (id),
    name TEXT NOT NULL,
    credential_id TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    sign_count BIGINT NOT NULL,
    transports TEXT NOT NULL,
    synced BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX access_passkey_user ON access_passkey (user_id, id);

CREATE TABLE access_passkey_challenge (
    challenge_hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    -- The session or the second step that it was given to.
    belongs_to TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX access_passkey_challenge_created ON access_passkey_challenge (created_at);

CREATE TABLE access_second_factor_policy (
    id BIGINT PRIMARY KEY,
    required_of TEXT NOT NULL,
    roles TEXT NOT NULL,
    grace_days BIGINT NOT NULL,
    since BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    version BIGINT NOT NULL
);
INSERT INTO access_second_factor_policy (
    id, required_of, roles, grace_days, since, changed_by, version)
VALUES (1, 'nobody', '[]', 0, 0, '', 1);

-- 1: somebody else has set it, and they must change it before anything else.
ALTER TABLE access_user ADD COLUMN password_given BIGINT NOT NULL DEFAULT 0;
