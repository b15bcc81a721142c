-- What a second factor is checked with. The secret of a TOTP app is sealed in the vault; of recovery
-- codes and of sign-ins that wait for their second step there are hashes only.
CREATE TABLE access_totp (
    user_id TEXT PRIMARY KEY REFERENCES access_user (id),
    seal_id TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    -- Until then nothing is asked of the user.
    confirmed_at BIGINT,
    -- The last step of which a code was taken: no code of it or of an older one is taken again.
    last_step BIGINT NOT NULL
);

CREATE TABLE access_recovery_code (
    user_id TEXT NOT NULL REFERENCES access_user (id),
    code_hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE access_second_step (
    reference_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES access_user (id),
    -- A new password or anything else that changes the user begins the sign-in anew.
    user_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX access_second_step_user ON access_second_step (user_id);
