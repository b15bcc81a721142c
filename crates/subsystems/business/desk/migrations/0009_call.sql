-- Telephone calls, as the exchange tells of them.
CREATE TABLE desk_call (
    id TEXT PRIMARY KEY,
    call_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    from_number TEXT NOT NULL,
    to_number TEXT NOT NULL,
    person_id TEXT,
    began_at BIGINT NOT NULL,
    answered_at BIGINT,
    answered_by TEXT NOT NULL,
    ended_at BIGINT,
    cause TEXT NOT NULL
);
CREATE UNIQUE INDEX desk_call_call ON desk_call (call_id);
