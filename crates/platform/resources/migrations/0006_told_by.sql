-- Who told a change ahead of time: when it comes true, they must still be allowed to make it. Nobody
-- is named at the moments at which a change only ends, and in what was told by an earlier version.
CREATE TABLE resources_told (
    due_at BIGINT NOT NULL,
    resource_id TEXT NOT NULL REFERENCES resources_resource (id),
    told_by TEXT NOT NULL,
    told_in BIGINT,
    PRIMARY KEY (due_at, resource_id, told_by)
);

INSERT INTO resources_told (due_at, resource_id, told_by)
SELECT due_at, resource_id, ''
FROM resources_due;

DROP TABLE resources_due;
