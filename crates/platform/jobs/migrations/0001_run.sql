-- What the longer jobs did: the last 100 runs of each. Jobs that tick more often than once a
-- minute keep theirs in memory, so that a quiet server writes nothing.
CREATE TABLE jobs_run (
    job TEXT NOT NULL,
    number BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    duration_us BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    done_count BIGINT NOT NULL,
    left_count BIGINT NOT NULL,
    oldest_s BIGINT,
    message_en TEXT,
    message_zh TEXT,
    PRIMARY KEY (job, number)
);
