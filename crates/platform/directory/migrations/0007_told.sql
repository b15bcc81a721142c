-- What is to become of the organisation, and who said so: a row for each moment to come at which a
-- thing begins, changes or ends. Rows go with the change that undoes them, and once they are past.
-- Of what was told by an earlier version nobody knows who it was.
CREATE TABLE directory_told (
    due_at BIGINT NOT NULL,
    noun TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    told_by TEXT NOT NULL,
    told_by_name TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    told_in BIGINT,
    PRIMARY KEY (due_at, noun, thing_id)
);
CREATE INDEX directory_told_thing ON directory_told (thing_id, due_at);

INSERT INTO directory_told (due_at, noun, thing_id, told_by, told_by_name, told_at)
SELECT due_at, noun, thing_id, '', '', MIN(told_at)
FROM (
    SELECT valid_from AS due_at, 'unit' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_unit
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_from > recorded_at AND valid_from < 9223372036854775807
    UNION ALL
    SELECT valid_to AS due_at, 'unit' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_unit
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_to > recorded_at AND valid_to < 9223372036854775807
    UNION ALL
    SELECT valid_from AS due_at, 'region' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_region
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_from > recorded_at AND valid_from < 9223372036854775807
    UNION ALL
    SELECT valid_to AS due_at, 'region' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_region
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_to > recorded_at AND valid_to < 9223372036854775807
    UNION ALL
    SELECT valid_from AS due_at, 'site' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_site
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_from > recorded_at AND valid_from < 9223372036854775807
    UNION ALL
    SELECT valid_to AS due_at, 'site' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_site
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_to > recorded_at AND valid_to < 9223372036854775807
    UNION ALL
    SELECT valid_from AS due_at, 'post' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_post
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_from > recorded_at AND valid_from < 9223372036854775807
    UNION ALL
    SELECT valid_to AS due_at, 'post' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_post
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_to > recorded_at AND valid_to < 9223372036854775807
    UNION ALL
    SELECT valid_from AS due_at, 'person' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_person
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_from > recorded_at AND valid_from < 9223372036854775807
    UNION ALL
    SELECT valid_to AS due_at, 'person' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_person
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_to > recorded_at AND valid_to < 9223372036854775807
    UNION ALL
    SELECT valid_from AS due_at, 'holding' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_holding
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_from > recorded_at AND valid_from < 9223372036854775807
    UNION ALL
    SELECT valid_to AS due_at, 'holding' AS noun, id AS thing_id, recorded_at AS told_at
    FROM directory_holding
    WHERE superseded_at = 9223372036854775807 AND valid_from < valid_to
        AND valid_to > recorded_at AND valid_to < 9223372036854775807
) ahead
GROUP BY due_at, noun, thing_id;
