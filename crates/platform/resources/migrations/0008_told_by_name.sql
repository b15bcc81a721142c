-- What is to come is listed and can be cancelled: who told it is named, with the time at which they
-- did. Of what was told by an earlier version neither is known.
ALTER TABLE resources_told ADD COLUMN told_by_name TEXT NOT NULL DEFAULT '';
ALTER TABLE resources_told ADD COLUMN told_at BIGINT;
CREATE INDEX resources_told_resource ON resources_told (resource_id, due_at);
