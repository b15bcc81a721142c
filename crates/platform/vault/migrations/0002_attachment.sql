-- Files attached to things. Contents are on disk under their digest; here is what they are, what
-- the scanner said of them, and what they belong to.
CREATE TABLE vault_content (
    digest TEXT NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    verdict TEXT NOT NULL,
    verdict_note TEXT NOT NULL,
    scan_attempts BIGINT NOT NULL,
    scan_due_at BIGINT NOT NULL,
    stored_at BIGINT NOT NULL
);
CREATE INDEX vault_content_by_verdict ON vault_content (verdict, scan_due_at);

CREATE TABLE vault_attachment (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX vault_attachment_by_subject ON vault_attachment (subject_kind, subject_id, id);
CREATE INDEX vault_attachment_by_digest ON vault_attachment (digest);
CREATE INDEX vault_attachment_by_age ON vault_attachment (created_at);
