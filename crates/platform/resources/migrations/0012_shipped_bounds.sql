-- What cannot be is refused: the bounds of shipped attributes, where nobody has edited these, and
-- that things run on hosts, where nobody has made kinds or related anything else. Values that are
-- there stay until somebody changes them.
UPDATE resources_kind
SET attributes = REPLACE(attributes,
        '"zh":"端口"},"type":"integer"}', '"zh":"端口"},"type":"integer","min":1,"max":65535}'),
    shipped_attributes = REPLACE(shipped_attributes,
        '"zh":"端口"},"type":"integer"}', '"zh":"端口"},"type":"integer","min":1,"max":65535}')
WHERE name = 'service' AND shipped = 1;
UPDATE resources_kind
SET attributes = REPLACE(attributes,
        '"type":"number","unit":"%"}', '"type":"number","unit":"%","min":0,"max":100}'),
    shipped_attributes = REPLACE(shipped_attributes,
        '"type":"number","unit":"%"}', '"type":"number","unit":"%","min":0,"max":100}')
WHERE name = 'business-system' AND shipped = 1;
UPDATE resources_kind
SET attributes = REPLACE(attributes,
        '"type":"integer","unit":"B"}', '"type":"integer","unit":"B","min":0}'),
    shipped_attributes = REPLACE(shipped_attributes,
        '"type":"integer","unit":"B"}', '"type":"integer","unit":"B","min":0}')
WHERE name IN ('host', 'network-interface', 'file-system', 'disk') AND shipped = 1;

UPDATE resources_relation_kind
SET target_kinds = '["host"]'
WHERE name = 'runs-on' AND shipped = 1 AND version = 1
    AND NOT EXISTS (SELECT 1 FROM resources_kind WHERE shipped = 0)
    AND NOT EXISTS (
        SELECT 1
        FROM resources_relation relation
        JOIN resources_resource target ON target.id = relation.target_id
        WHERE relation.kind = 'runs-on' AND target.kind <> 'host');
