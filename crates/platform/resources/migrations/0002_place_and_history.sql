-- Where a resource belongs, how far its life has come, who said what of it, and a history that is
-- only ever added to. A version says: from valid_from until valid_to it is so. Of those that cover
-- a moment, the one recorded last counts: that is how a change is back-dated without a row being
-- overwritten. 9223372036854775807 is "until something else is said".
ALTER TABLE resources_resource ADD COLUMN unit_id TEXT;
ALTER TABLE resources_resource ADD COLUMN region_id TEXT;
ALTER TABLE resources_resource ADD COLUMN life_cycle TEXT NOT NULL DEFAULT 'in-use';
ALTER TABLE resources_resource ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE resources_resource ADD COLUMN origins TEXT NOT NULL DEFAULT '{}';
ALTER TABLE resources_resource ADD COLUMN confidence BIGINT NOT NULL DEFAULT 100;
ALTER TABLE resources_resource ADD COLUMN merged_into TEXT;
UPDATE resources_resource SET life_cycle = 'retired' WHERE retired = 1;
UPDATE resources_resource SET confidence = 80 WHERE source = 'discovery';
CREATE INDEX resources_resource_unit ON resources_resource (unit_id, id);
CREATE INDEX resources_resource_region ON resources_resource (region_id, id);
CREATE INDEX resources_resource_place ON resources_resource (id, retired, kind, unit_id, region_id);

ALTER TABLE resources_relation ADD COLUMN source TEXT NOT NULL DEFAULT 'manual';
ALTER TABLE resources_relation ADD COLUMN confidence BIGINT NOT NULL DEFAULT 100;
ALTER TABLE resources_relation ADD COLUMN weight BIGINT;
CREATE INDEX resources_relation_kind_id ON resources_relation (kind, id);

CREATE TABLE resources_version (
    resource_id TEXT NOT NULL REFERENCES resources_resource (id),
    entry BIGINT NOT NULL,
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    named_by_hand BIGINT NOT NULL,
    description TEXT NOT NULL,
    attributes TEXT NOT NULL,
    origins TEXT NOT NULL,
    source TEXT NOT NULL,
    confidence BIGINT NOT NULL,
    unit_id TEXT,
    region_id TEXT,
    life_cycle TEXT NOT NULL,
    tags TEXT NOT NULL,
    retired_at BIGINT,
    merged_into TEXT,
    PRIMARY KEY (resource_id, entry)
);
CREATE INDEX resources_version_from ON resources_version (valid_from, resource_id);

CREATE TABLE resources_relation_version (
    relation_id TEXT NOT NULL,
    entry BIGINT NOT NULL,
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL REFERENCES resources_resource (id),
    target_id TEXT NOT NULL REFERENCES resources_resource (id),
    present BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    source TEXT NOT NULL,
    confidence BIGINT NOT NULL,
    weight BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (relation_id, entry)
);
CREATE INDEX resources_relation_version_source ON resources_relation_version (source_id, relation_id);
CREATE INDEX resources_relation_version_target ON resources_relation_version (target_id, relation_id);
CREATE INDEX resources_relation_version_from ON resources_relation_version (valid_from, relation_id);

-- What a resource was before its first version: as it stands now, since it came.
INSERT INTO resources_version (
    resource_id, entry, version, valid_from, valid_to, recorded_at, recorded_by, kind, name,
    named_by_hand, description, attributes, origins, source, confidence, unit_id, region_id,
    life_cycle, tags, retired_at, merged_into)
SELECT id, 1, version, created_at, 9223372036854775807, created_at, '', kind, name, named_by_hand,
    description, attributes, origins, source, confidence, unit_id, region_id, life_cycle, tags,
    retired_at, merged_into
FROM resources_resource;

INSERT INTO resources_relation_version (
    relation_id, entry, kind, source_id, target_id, present, valid_from, valid_to, recorded_at,
    recorded_by, source, confidence, weight, created_at)
SELECT id, 1, kind, source_id, target_id, 1, created_at, 9223372036854775807, created_at, '',
    source, confidence, weight, created_at
FROM resources_relation;

CREATE TABLE resources_tag (
    word TEXT PRIMARY KEY,
    word_folded TEXT NOT NULL,
    colour TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX resources_tag_folded ON resources_tag (word_folded);

CREATE TABLE resources_tagging (
    resource_id TEXT NOT NULL REFERENCES resources_resource (id),
    word TEXT NOT NULL REFERENCES resources_tag (word),
    PRIMARY KEY (resource_id, word)
);
CREATE INDEX resources_tagging_word ON resources_tagging (word, resource_id);

-- When something said ahead of time comes true, so that the row of today follows.
CREATE TABLE resources_due (
    resource_id TEXT NOT NULL REFERENCES resources_resource (id),
    due_at BIGINT NOT NULL,
    PRIMARY KEY (due_at, resource_id)
);
