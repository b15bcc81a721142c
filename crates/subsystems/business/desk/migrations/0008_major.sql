-- Tickets that were declared major: who leads, and until when those concerned are told how it stands.
CREATE TABLE desk_major (
    ticket_id TEXT PRIMARY KEY,
    lead_id TEXT NOT NULL,
    every_minutes BIGINT NOT NULL,
    declared_by TEXT NOT NULL,
    declared_at BIGINT NOT NULL,
    update_due_at BIGINT,
    warned BIGINT NOT NULL,
    ended_by TEXT,
    ended_at BIGINT,
    summary TEXT NOT NULL
);
CREATE INDEX desk_major_due ON desk_major (warned, update_due_at);
