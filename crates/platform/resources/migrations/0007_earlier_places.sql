-- Where resources belonged before they came to where they belong now: written when they leave, so
-- that what was only planned, or lapsed, is not in it. `version` is the last one that belonged
-- there; what is worked out here from older versions has numbers below zero in their order.
CREATE TABLE resources_earlier_place (
    resource_id TEXT NOT NULL REFERENCES resources_resource (id),
    version BIGINT NOT NULL,
    left_at BIGINT NOT NULL,
    unit_id TEXT,
    region_id TEXT,
    PRIMARY KEY (resource_id, version)
);

-- A version counted when it was recorded, or, told ahead, when it came, unless it still waits or
-- had been overtaken by then; those that the server itself records afterwards say that it lapsed.
INSERT INTO resources_earlier_place (resource_id, version, left_at, unit_id, region_id)
SELECT resource_id, number - 1000000000, left_at, unit_id, region_id
FROM (
    SELECT resource_id, unit_id, region_id,
        ROW_NUMBER() OVER (PARTITION BY resource_id ORDER BY since, entry) AS number,
        LEAD(since) OVER (PARTITION BY resource_id ORDER BY since, entry) AS left_at,
        LEAD(unit_id) OVER (PARTITION BY resource_id ORDER BY since, entry) AS next_unit,
        LEAD(region_id) OVER (PARTITION BY resource_id ORDER BY since, entry) AS next_region
    FROM (
        SELECT one.resource_id AS resource_id, one.entry AS entry, one.unit_id AS unit_id,
            one.region_id AS region_id,
            CASE
                WHEN one.valid_from > one.recorded_at THEN one.valid_from
                ELSE one.recorded_at
            END AS since
        FROM resources_version one
        WHERE one.valid_to > one.recorded_at
            AND NOT EXISTS (
                SELECT 1
                FROM resources_told told
                WHERE told.resource_id = one.resource_id AND told.due_at = one.valid_from)
            AND (one.valid_from <= one.recorded_at OR NOT EXISTS (
                SELECT 1
                FROM resources_version later
                WHERE later.resource_id = one.resource_id AND later.entry > one.entry
                    AND later.valid_from <= one.valid_from AND later.valid_to > one.valid_from
                    AND (later.recorded_at <= one.valid_from OR later.recorded_by = 'resources')))
    ) placed
) followed
WHERE left_at IS NOT NULL AND (COALESCE(unit_id, '') <> COALESCE(next_unit, '')
    OR COALESCE(region_id, '') <> COALESCE(next_region, ''));
