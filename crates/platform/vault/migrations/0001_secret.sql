-- Secrets, each sealed under a data key of its own, and what is known of the master keys that wrap
-- those. The master keys themselves are never here.
CREATE TABLE vault_master (
    id TEXT NOT NULL PRIMARY KEY,
    first_used_at BIGINT NOT NULL,
    retired_at BIGINT
);

CREATE TABLE vault_secret (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    description TEXT NOT NULL,
    owner TEXT NOT NULL,
    unit_id TEXT,
    expires_at BIGINT,
    -- The expiry that was warned of: a new expiry is warned of anew.
    warned_of BIGINT,
    master_id TEXT NOT NULL,
    wrapped_key TEXT NOT NULL,
    sealed_value TEXT NOT NULL,
    -- Grows with each new value; both seals are bound to it.
    value_version BIGINT NOT NULL,
    value_set_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX vault_secret_by_master ON vault_secret (master_id, id);
CREATE INDEX vault_secret_by_expiry ON vault_secret (expires_at);
