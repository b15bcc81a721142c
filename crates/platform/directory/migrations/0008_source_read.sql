-- When a source was last read whole, as the reading began, and who was there then without having
-- been taken as a person: an entry that lacks something, or is somebody's second one.
ALTER TABLE directory_source ADD COLUMN read_at BIGINT;

CREATE TABLE directory_untaken (
    source_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    PRIMARY KEY (source_id, external_id)
);
