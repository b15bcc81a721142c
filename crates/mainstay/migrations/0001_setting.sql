-- Settings that were changed while the server runs. File, environment and flags win over them.
CREATE TABLE mainstay_setting (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);
