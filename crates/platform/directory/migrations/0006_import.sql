-- Imports that somebody asked for: how far each is, or what came of it, so that it is known after
-- a restart and to every server. The end of one that is done is written in the same change as what
-- it brings: an import without an end whose server is gone has changed nothing. `seen` grows while
-- its server works on it; report and failure are JSON.
CREATE TABLE directory_import (
    id TEXT PRIMARY KEY,
    actor_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    server TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    rows_done BIGINT NOT NULL,
    rows_total BIGINT NOT NULL,
    ended_at BIGINT,
    report TEXT,
    failure TEXT
);
CREATE INDEX directory_import_actor ON directory_import (actor_id, started_at);
