-- What stands on the register: filters with names, changes that wait for consent, groups of which
-- some suffice, and, beside each resource, what databases cannot compare by themselves (lower-case
-- text, times, addresses). folded_as says by which rules that was written; 0 is "not yet".
ALTER TABLE resources_resource ADD COLUMN folded TEXT NOT NULL DEFAULT '{}';
ALTER TABLE resources_resource ADD COLUMN folded_as BIGINT NOT NULL DEFAULT 0;
CREATE INDEX resources_resource_folded_as ON resources_resource (folded_as, id);
CREATE INDEX resources_resource_name ON resources_resource (name_folded, id);
CREATE INDEX resources_resource_updated ON resources_resource (updated_at, id);

CREATE TABLE resources_query (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    filter TEXT NOT NULL,
    columns TEXT NOT NULL,
    sort TEXT NOT NULL,
    shared_with TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX resources_query_name ON resources_query (owner_id, name);

CREATE TABLE resources_plan (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    state TEXT NOT NULL,
    changes TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    submitter_id TEXT,
    submitter_name TEXT,
    submitted_at BIGINT,
    payload_hash TEXT,
    decider_id TEXT,
    decider_name TEXT,
    decided_at BIGINT,
    note TEXT NOT NULL,
    applied_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX resources_plan_state ON resources_plan (state, id);

CREATE TABLE resources_redundancy (
    id TEXT PRIMARY KEY,
    resource_id TEXT NOT NULL REFERENCES resources_resource (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    relation TEXT NOT NULL,
    members TEXT NOT NULL,
    enough TEXT NOT NULL,
    amount BIGINT NOT NULL
);
CREATE INDEX resources_redundancy_resource ON resources_redundancy (resource_id, position);

-- The worst that a failure does along a relation, where it is not "down".
CREATE TABLE resources_failure_worst (
    relation TEXT PRIMARY KEY,
    worst TEXT NOT NULL
);
INSERT INTO resources_failure_worst (relation, worst)
VALUES ('part-of', 'degraded'), ('protects', 'at-risk');
