-- Which resource turned out to be which other one, so that alerts about series of the one are the
-- other's; and alerts that went with a merge, as they were before, in case it is undone.
ALTER TABLE alerts_resource ADD COLUMN merged_into TEXT;
ALTER TABLE alerts_resource ADD COLUMN merged_at BIGINT;
CREATE TABLE alerts_moved (
    merge_id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (merge_id, alert_id)
);
