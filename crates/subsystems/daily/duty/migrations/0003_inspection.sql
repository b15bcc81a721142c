-- Inspections: plans, the rounds that they make, and what was found. A round keeps what its plan
-- said; what was found is never changed, the newest of an item counts.
-- Booleans are 0 or 1, times UTC microseconds, days ISO 8601, what a plan says JSON text.
CREATE TABLE duty_inspection (
    id TEXT PRIMARY KEY,
    unit_id TEXT NOT NULL,
    draft TEXT NOT NULL,
    version BIGINT NOT NULL,
    retired BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    made_until TEXT NOT NULL
);

CREATE TABLE duty_round (
    id TEXT PRIMARY KEY,
    inspection_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    day TEXT NOT NULL,
    window_number BIGINT NOT NULL,
    plan TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    person_id TEXT,
    started_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX duty_round_day ON duty_round (inspection_id, day, window_number);
CREATE INDEX duty_round_open ON duty_round (state, closes_at);
CREATE INDEX duty_round_unit ON duty_round (unit_id, from_at);

-- `ticket`: `none`, `owed` until the desk has opened it, `opened`.
CREATE TABLE duty_found (
    round_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    inspection_id TEXT NOT NULL,
    item TEXT NOT NULL,
    client_id TEXT NOT NULL,
    value TEXT NOT NULL,
    abnormal BIGINT NOT NULL,
    note TEXT NOT NULL,
    photos TEXT NOT NULL,
    person_id TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    ticket TEXT NOT NULL,
    ticket_id TEXT,
    ticket_number TEXT,
    PRIMARY KEY (round_id, number)
);
CREATE UNIQUE INDEX duty_found_client ON duty_found (round_id, client_id);
CREATE INDEX duty_found_item ON duty_found (inspection_id, item, received_at);
CREATE INDEX duty_found_ticket ON duty_found (ticket, received_at);
