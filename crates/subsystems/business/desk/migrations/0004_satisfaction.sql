-- How satisfied those are who asked: what they say themselves, and what somebody else is told who calls
-- them back.
CREATE TABLE desk_rating (
    ticket_id TEXT PRIMARY KEY,
    score BIGINT NOT NULL,
    text TEXT NOT NULL,
    rated_at BIGINT NOT NULL
);

CREATE TABLE desk_call_back (
    ticket_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    result TEXT NOT NULL,
    text TEXT NOT NULL,
    called_by TEXT NOT NULL,
    called_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, number)
);
