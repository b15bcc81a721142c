-- Tickets that were merged into another, with where they were before: merging can be undone. Their
-- entries stay with them.
CREATE TABLE desk_merge (
    ticket_id TEXT PRIMARY KEY,
    master_id TEXT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    merged_by TEXT NOT NULL,
    merged_at BIGINT NOT NULL
);
CREATE INDEX desk_merge_master ON desk_merge (master_id, ticket_id);
