-- What was told anew from valid_from on: JSON, names of fields. A plan stays one also while the value
-- before it happens to be the same. Empty: what differs from before was told.
ALTER TABLE resources_version ADD COLUMN told TEXT NOT NULL DEFAULT '[]';
-- Which fields somebody told for a moment: they must be allowed these, and not what others told for
-- it. JSON; empty in what was told by an earlier version: all that changes then.
ALTER TABLE resources_told ADD COLUMN fields TEXT NOT NULL DEFAULT '[]';
