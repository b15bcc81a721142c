-- The service desk: kinds of tickets and service levels as data, tickets with what happened to
-- them, the units they passed through, and what was asked or ordered beside.
-- Booleans are 0 or 1, times UTC microseconds, what a type or a policy says JSON text.
CREATE TABLE desk_type (
    key TEXT PRIMARY KEY,
    draft TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE desk_policy (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    retired BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- What a policy said from when on: a ticket keeps the version it was opened under.
CREATE TABLE desk_policy_version (
    policy_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    draft TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    said_by TEXT NOT NULL,
    PRIMARY KEY (policy_id, version)
);

-- The next number of each prefix.
CREATE TABLE desk_number (
    prefix TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE desk_ticket (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    type_key TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    requester_name TEXT NOT NULL,
    requester_contact TEXT NOT NULL,
    requester_person TEXT,
    channel TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    region_id TEXT,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    is_open BIGINT NOT NULL,
    impact TEXT NOT NULL,
    urgency TEXT NOT NULL,
    priority BIGINT NOT NULL,
    person_id TEXT,
    post_id TEXT,
    fields TEXT NOT NULL,
    source_key TEXT,
    policy_id TEXT,
    policy_version BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    responded_at BIGINT,
    resolved_at BIGINT,
    closed_at BIGINT,
    answered_by TEXT,
    due_at BIGINT,
    next_at BIGINT,
    response_kept BIGINT,
    resolution_kept BIGINT,
    response_s BIGINT,
    resolution_s BIGINT,
    reopened BIGINT NOT NULL,
    supervised BIGINT NOT NULL,
    warned TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX desk_ticket_number ON desk_ticket (number);
CREATE UNIQUE INDEX desk_ticket_source ON desk_ticket (source_key);
CREATE INDEX desk_ticket_unit ON desk_ticket (unit_id, is_open, id);
CREATE INDEX desk_ticket_person ON desk_ticket (person_id, is_open, id);
CREATE INDEX desk_ticket_post ON desk_ticket (post_id, is_open, id);
CREATE INDEX desk_ticket_requester ON desk_ticket (requester_person, id);
CREATE INDEX desk_ticket_due ON desk_ticket (due_at, id);
CREATE INDEX desk_ticket_next ON desk_ticket (next_at);
CREATE INDEX desk_ticket_opened ON desk_ticket (opened_at);
CREATE INDEX desk_ticket_policy ON desk_ticket (policy_id, is_open);
CREATE INDEX desk_ticket_state ON desk_ticket (type_key, state);

CREATE TABLE desk_ticket_resource (
    ticket_id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    PRIMARY KEY (ticket_id, resource_id)
);
CREATE INDEX desk_ticket_resource_of ON desk_ticket_resource (resource_id, ticket_id);

-- What happened to a ticket, in order: from these its clocks are computed.
CREATE TABLE desk_entry (
    ticket_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_public BIGINT NOT NULL,
    state TEXT,
    phase TEXT,
    text TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (ticket_id, number)
);

-- The units that a ticket passed through, and those that help.
CREATE TABLE desk_hop (
    ticket_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    given_by TEXT,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT,
    ending TEXT,
    text TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (ticket_id, number)
);
CREATE INDEX desk_hop_unit ON desk_hop (unit_id, ticket_id);

CREATE TABLE desk_link (
    ticket_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    other_id TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, kind, other_id)
);
CREATE INDEX desk_link_other ON desk_link (other_id);

-- Orders of supervision, and what was reported back.
CREATE TABLE desk_order (
    ticket_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    text TEXT NOT NULL,
    ordered_by TEXT NOT NULL,
    ordered_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    report TEXT,
    reported_by TEXT,
    reported_at BIGINT,
    PRIMARY KEY (ticket_id, number)
);

-- More time that was asked for, and what was decided.
CREATE TABLE desk_extension (
    ticket_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_id TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    PRIMARY KEY (ticket_id, number)
);

-- Work lists that somebody saved.
CREATE TABLE desk_list (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE INDEX desk_list_user ON desk_list (user_id, id);
