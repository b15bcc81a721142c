-- Who is responsible when: rosters with what changes them, the past as fact, what calendars must
-- be told is off, hand-overs, and chains by which people are called.
-- Booleans are 0 or 1, times UTC microseconds, what a roster or a chain says JSON text.
CREATE TABLE duty_roster (
    id TEXT PRIMARY KEY,
    unit_id TEXT NOT NULL,
    draft TEXT NOT NULL,
    version BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    retired BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    frozen_until BIGINT NOT NULL
);

-- What a roster said from when on.
CREATE TABLE duty_version (
    roster_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    draft TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    said_by TEXT NOT NULL,
    PRIMARY KEY (roster_id, version)
);

CREATE TABLE duty_override (
    id TEXT PRIMARY KEY,
    roster_id TEXT NOT NULL,
    position TEXT,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    person_out TEXT,
    person_in TEXT,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX duty_override_roster ON duty_override (roster_id, to_at);

CREATE TABLE duty_leave (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    decided_by TEXT,
    asked_at BIGINT NOT NULL
);
CREATE INDEX duty_leave_person ON duty_leave (person_id, to_at);
CREATE INDEX duty_leave_end ON duty_leave (to_at);

CREATE TABLE duty_swap (
    id TEXT PRIMARY KEY,
    roster_id TEXT NOT NULL,
    giver TEXT NOT NULL,
    taker TEXT NOT NULL,
    slot TEXT NOT NULL,
    slot_back TEXT,
    begins_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    decided_by TEXT,
    asked_at BIGINT NOT NULL
);
CREATE INDEX duty_swap_roster ON duty_swap (roster_id, ends_at);
CREATE INDEX duty_swap_giver ON duty_swap (giver);
CREATE INDEX duty_swap_taker ON duty_swap (taker);

-- The past: written as it passes, never changed. A person who is absent: a gap.
CREATE TABLE duty_span (
    roster_id TEXT NOT NULL,
    position TEXT NOT NULL,
    shift TEXT NOT NULL,
    day TEXT NOT NULL,
    seat BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    person_id TEXT,
    instead_of TEXT,
    source TEXT NOT NULL,
    day_kind TEXT NOT NULL,
    PRIMARY KEY (roster_id, position, shift, day, seat, from_at)
);
CREATE INDEX duty_span_time ON duty_span (roster_id, to_at);
CREATE INDEX duty_span_person ON duty_span (person_id, to_at);

-- Slots that a person lost: their calendar is told that they are off.
CREATE TABLE duty_lost (
    roster_id TEXT NOT NULL,
    slot TEXT NOT NULL,
    person_id TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    lost_at BIGINT NOT NULL,
    PRIMARY KEY (roster_id, slot, person_id)
);
CREATE INDEX duty_lost_person ON duty_lost (person_id, to_at);
CREATE INDEX duty_lost_end ON duty_lost (to_at);

CREATE TABLE duty_qualification (
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    until_at BIGINT,
    given_by TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, name)
);

-- Secret links to calendars: only a digest is kept.
CREATE TABLE duty_feed (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    user_id TEXT NOT NULL,
    person_id TEXT,
    roster_id TEXT,
    position TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX duty_feed_digest ON duty_feed (digest);
CREATE INDEX duty_feed_user ON duty_feed (user_id);

-- What is wrong ahead, as the last look found it: what is new or gone becomes a fact.
CREATE TABLE duty_problem (
    roster_id TEXT NOT NULL,
    problem TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    found_at BIGINT NOT NULL,
    PRIMARY KEY (roster_id, problem)
);

CREATE TABLE duty_hand_over (
    id TEXT PRIMARY KEY,
    roster_id TEXT NOT NULL,
    position TEXT NOT NULL,
    giver TEXT NOT NULL,
    taker TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    given_at BIGINT,
    taken_at BIGINT
);
CREATE INDEX duty_hand_over_roster ON duty_hand_over (roster_id, id);

CREATE TABLE duty_chain (
    id TEXT PRIMARY KEY,
    unit_id TEXT NOT NULL,
    draft TEXT NOT NULL,
    version BIGINT NOT NULL,
    simulated_version BIGINT NOT NULL,
    enabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE duty_call (
    id TEXT PRIMARY KEY,
    chain_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    chain TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    step BIGINT NOT NULL,
    next_at BIGINT,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_by TEXT,
    ended_at BIGINT,
    log TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX duty_call_next ON duty_call (state, next_at);
