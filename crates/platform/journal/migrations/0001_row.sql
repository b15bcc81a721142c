-- The spine: one row for every change of state, in the transaction of the change.
-- The counter's row lock makes numbers gapless and commits arrive in their order, on SQLite as on
-- PostgreSQL: a cursor that has passed a number never misses a smaller one.
CREATE TABLE journal_counter (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL
);
INSERT INTO journal_counter (id, seq) VALUES (1, 0);

CREATE TABLE journal_row (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    verb TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    resource_id TEXT,
    before TEXT,
    after TEXT,
    detail TEXT NOT NULL,
    cause BIGINT,
    request_id TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE INDEX journal_row_subject ON journal_row (subject_kind, subject_id, seq);
CREATE INDEX journal_row_resource ON journal_row (resource_id, seq);
CREATE INDEX journal_row_actor ON journal_row (actor_id, seq);
CREATE INDEX journal_row_verb ON journal_row (verb, seq);
CREATE INDEX journal_row_at ON journal_row (at, seq);
CREATE INDEX journal_row_cause ON journal_row (cause);

CREATE TABLE journal_cursor (
    subscriber TEXT PRIMARY KEY,
    seq BIGINT NOT NULL
);
