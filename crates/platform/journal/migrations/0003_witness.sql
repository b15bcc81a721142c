-- Checkpoints of other servers' journals, kept for them: whoever holds another server, its records
-- and its keys still cannot write its log anew without being contradicted from here. Rows are only
-- ever added.
CREATE TABLE journal_witness (
    -- The short name of the journal's first key: it stays when keys change.
    journal TEXT PRIMARY KEY,
    -- Whom its first checkpoint came from.
    sender_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    -- The public parts of its keys, as JSON.
    keys TEXT NOT NULL,
    -- Grows when somebody lets the journal begin anew, as after a restore.
    epoch BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    -- The last time it contradicted itself in this epoch, and how.
    contradicted_at BIGINT,
    contradiction TEXT
);

CREATE TABLE journal_witnessed (
    journal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    number BIGINT NOT NULL,
    line TEXT NOT NULL,
    -- Numbers that were never told before this one.
    skipped BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    sender_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (journal, epoch, number)
);

-- What was refused, as proof of it.
CREATE TABLE journal_contradiction (
    journal TEXT NOT NULL,
    signature TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    kind TEXT NOT NULL,
    line TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    sender_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (journal, signature)
);
