-- Kinds and kinds of relations that people edit: each with its version, those that we ship marked,
-- the states of a life, what tells that two are the same, who is believed, what is at the ends.
ALTER TABLE resources_kind ADD COLUMN help_en TEXT NOT NULL DEFAULT '';
ALTER TABLE resources_kind ADD COLUMN help_zh TEXT NOT NULL DEFAULT '';
ALTER TABLE resources_kind ADD COLUMN life_cycle TEXT NOT NULL DEFAULT '{}';
ALTER TABLE resources_kind ADD COLUMN identification TEXT NOT NULL DEFAULT '[]';
ALTER TABLE resources_kind ADD COLUMN authority TEXT NOT NULL DEFAULT '{}';
ALTER TABLE resources_kind ADD COLUMN shipped BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resources_kind ADD COLUMN shipped_attributes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE resources_kind ADD COLUMN retired BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resources_kind ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
UPDATE resources_kind SET shipped = 1, shipped_attributes = attributes;
UPDATE resources_kind SET identification = '[["machine_id"],["hostname","unit_id"]]' WHERE name = 'host';
UPDATE resources_kind SET identification = '[["serial"]]' WHERE name = 'disk';
UPDATE resources_kind SET identification = '[["url"]]' WHERE name = 'website';
UPDATE resources_kind SET identification = '[["issuer","serial"]]' WHERE name = 'certificate';

ALTER TABLE resources_relation_kind ADD COLUMN source_kinds TEXT NOT NULL DEFAULT '[]';
ALTER TABLE resources_relation_kind ADD COLUMN target_kinds TEXT NOT NULL DEFAULT '[]';
ALTER TABLE resources_relation_kind ADD COLUMN targets TEXT NOT NULL DEFAULT 'n';
ALTER TABLE resources_relation_kind ADD COLUMN sources TEXT NOT NULL DEFAULT 'n';
ALTER TABLE resources_relation_kind ADD COLUMN on_retirement TEXT NOT NULL DEFAULT 'nothing';
ALTER TABLE resources_relation_kind ADD COLUMN failure TEXT NOT NULL DEFAULT 'to-source';
ALTER TABLE resources_relation_kind ADD COLUMN weight BIGINT NOT NULL DEFAULT 100;
ALTER TABLE resources_relation_kind ADD COLUMN gives_place BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resources_relation_kind ADD COLUMN shipped BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resources_relation_kind ADD COLUMN retired BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resources_relation_kind ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
UPDATE resources_relation_kind SET shipped = 1;
UPDATE resources_relation_kind SET targets = '0..1' WHERE one_target = 1;
UPDATE resources_relation_kind SET gives_place = 1 WHERE name IN ('runs-on', 'part-of');
UPDATE resources_relation_kind SET failure = 'to-target' WHERE name = 'part-of';

INSERT INTO resources_relation_kind (
    name, position, forward_en, forward_zh, backward_en, backward_zh, one_target, acyclic, targets,
    failure, gives_place, shipped)
VALUES
    ('connects-to', 4, 'connects to', '连接', 'is connected from', '被连接', 0, 0, 'n', 'to-source', 0, 1),
    ('located-in', 5, 'is located in', '位于', 'houses', '容纳', 1, 1, '0..1', 'to-source', 1, 1),
    ('protects', 6, 'protects', '保护', 'is protected by', '受保护于', 0, 0, 'n', 'none', 0, 1);
