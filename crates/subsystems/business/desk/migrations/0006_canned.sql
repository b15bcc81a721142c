-- Replies that are written once and used often.
CREATE TABLE desk_canned (
    id TEXT PRIMARY KEY,
    draft TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
