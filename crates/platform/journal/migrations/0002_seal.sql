-- Seals make every later change to a row visible: ranges of rows under a keyed hash chain, signed
-- checkpoints, the keys' history, and how far others outside have been told (docs/formats/journal-seal.md).
CREATE TABLE journal_key (
    number BIGINT PRIMARY KEY,
    id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    previous_id TEXT NOT NULL,
    from_seal BIGINT NOT NULL,
    since BIGINT NOT NULL,
    signature TEXT NOT NULL,
    previous_signature TEXT NOT NULL
);

CREATE TABLE journal_seal (
    number BIGINT PRIMARY KEY,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    tags TEXT NOT NULL,
    value TEXT NOT NULL,
    sealed_at BIGINT NOT NULL
);

CREATE TABLE journal_checkpoint (
    number BIGINT PRIMARY KEY,
    seal BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    value TEXT NOT NULL,
    at BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL
);

-- One row for each place outside that is told of checkpoints or facts.
CREATE TABLE journal_anchor (
    name TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    checkpoint BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    anchored_at BIGINT,
    failing_since BIGINT,
    failure TEXT
);

-- What the other server answered.
CREATE TABLE journal_receipt (
    anchor TEXT NOT NULL,
    checkpoint BIGINT NOT NULL,
    at BIGINT NOT NULL,
    receipt TEXT NOT NULL,
    PRIMARY KEY (anchor, checkpoint)
);

-- Ranges of rows that were written to archive files; rows up to removed_to are gone from the table.
CREATE TABLE journal_archive (
    number BIGINT PRIMARY KEY,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_seal BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    archived_at BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    removed_to BIGINT NOT NULL
);

-- At most one row: the clock jumped forwards, so that nothing is archived until somebody has looked.
CREATE TABLE journal_hold (
    id BIGINT PRIMARY KEY,
    trusted_at BIGINT NOT NULL,
    found_at BIGINT NOT NULL
);
