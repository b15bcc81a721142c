-- Answers that are published (选登): with a title and a text of their own, so that the ticket stays as
-- it is; who redacted them, who approved, who withdrew.
CREATE TABLE desk_publication (
    id TEXT PRIMARY KEY,
    ticket_id TEXT NOT NULL,
    entry BIGINT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    redacted_by TEXT NOT NULL,
    redacted_id TEXT NOT NULL,
    redacted_at BIGINT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    withdrawn_by TEXT,
    withdrawn_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX desk_publication_state ON desk_publication (state, id);
CREATE INDEX desk_publication_ticket ON desk_publication (ticket_id, id);
