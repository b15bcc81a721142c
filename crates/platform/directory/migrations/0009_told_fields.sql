-- What was told anew from valid_from on: JSON, names of fields. A plan stays one also while the value
-- before it happens to be the same. Empty: what differs from before was told.
ALTER TABLE directory_unit ADD COLUMN told TEXT NOT NULL DEFAULT '[]';
ALTER TABLE directory_region ADD COLUMN told TEXT NOT NULL DEFAULT '[]';
ALTER TABLE directory_site ADD COLUMN told TEXT NOT NULL DEFAULT '[]';
ALTER TABLE directory_post ADD COLUMN told TEXT NOT NULL DEFAULT '[]';
ALTER TABLE directory_person ADD COLUMN told TEXT NOT NULL DEFAULT '[]';
ALTER TABLE directory_holding ADD COLUMN told TEXT NOT NULL DEFAULT '[]';
