-- Jobs that outlive a server: leases say who runs what, settings what people decided, states how
-- far each job has come.
CREATE TABLE jobs_lease (
    name TEXT NOT NULL PRIMARY KEY,
    -- Empty: given back.
    holder TEXT NOT NULL,
    -- Grows with every take-over and never falls.
    token BIGINT NOT NULL,
    -- Grows while the holder lives; others watch it on their own clock.
    renewed BIGINT NOT NULL,
    taken_at BIGINT NOT NULL
);
CREATE TABLE jobs_setting (
    job TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    -- NULL: the schedule the program brings.
    kind TEXT,
    every_s BIGINT,
    cron TEXT,
    zone_name TEXT,
    calendar TEXT,
    days_off TEXT,
    once_at BIGINT,
    verbs TEXT,
    missed TEXT,
    -- NULL: not paused.
    paused_reason TEXT,
    paused_by TEXT,
    paused_at BIGINT,
    -- Runs asked for by hand, on any server.
    requested BIGINT NOT NULL
);
CREATE TABLE jobs_state (
    job TEXT NOT NULL PRIMARY KEY,
    -- The latest moment of its schedule that is done with.
    scheduled_at BIGINT NOT NULL,
    -- The latest fact it has seen.
    fact_seq BIGINT NOT NULL,
    -- Runs asked for by hand that were done.
    handled BIGINT NOT NULL
);
ALTER TABLE jobs_run ADD COLUMN started_by TEXT NOT NULL DEFAULT 'schedule';
ALTER TABLE jobs_run ADD COLUMN attempt BIGINT NOT NULL DEFAULT 1;
ALTER TABLE jobs_run ADD COLUMN server TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs_run ADD COLUMN token BIGINT;
