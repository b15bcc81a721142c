-- One thing is one resource, whoever finds it: what it can be told by, what was seen and not
-- believed, pairs that may be the same, what people decided of them, and merges that can be undone.
CREATE TABLE resources_identifier (
    resource_id TEXT NOT NULL REFERENCES resources_resource (id),
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (resource_id, rule, value)
);
CREATE INDEX resources_identifier_value ON resources_identifier (kind, rule, value);

INSERT INTO resources_identifier (resource_id, kind, rule, value)
SELECT id, kind, 'identity', identity
FROM resources_resource
WHERE identity IS NOT NULL;

CREATE TABLE resources_observed (
    resource_id TEXT NOT NULL REFERENCES resources_resource (id),
    attribute TEXT NOT NULL,
    source TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence BIGINT NOT NULL,
    observed_at BIGINT NOT NULL,
    PRIMARY KEY (resource_id, attribute, source)
);

CREATE TABLE resources_task (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    left_id TEXT NOT NULL REFERENCES resources_resource (id),
    right_id TEXT NOT NULL REFERENCES resources_resource (id),
    rule TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT,
    note TEXT NOT NULL
);
CREATE UNIQUE INDEX resources_task_pair ON resources_task (left_id, right_id);
CREATE INDEX resources_task_right ON resources_task (right_id);
CREATE INDEX resources_task_state ON resources_task (state, id);

CREATE TABLE resources_merge (
    id TEXT PRIMARY KEY,
    kept_id TEXT NOT NULL REFERENCES resources_resource (id),
    gone_id TEXT NOT NULL REFERENCES resources_resource (id),
    record TEXT NOT NULL,
    merged_at BIGINT NOT NULL,
    merged_by TEXT NOT NULL,
    undone_at BIGINT,
    undone_by TEXT
);
CREATE INDEX resources_merge_kept ON resources_merge (kept_id, id);
CREATE INDEX resources_merge_gone ON resources_merge (gone_id, id);

-- How far the identifiers of each kind's resources follow its rules: 0 is "begin".
ALTER TABLE resources_kind ADD COLUMN identified_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resources_kind ADD COLUMN identified_after TEXT NOT NULL DEFAULT '';
