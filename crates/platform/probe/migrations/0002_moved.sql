-- Checks that went to another resource because the two were found to be one, as they were before:
-- when that turns out to be wrong, they go back.
CREATE TABLE probe_moved (
    merge_id TEXT NOT NULL,
    check_id TEXT NOT NULL,
    from_resource_id TEXT NOT NULL,
    name_before TEXT NOT NULL,
    enabled_before BIGINT NOT NULL,
    version_after BIGINT NOT NULL,
    PRIMARY KEY (merge_id, check_id)
);
