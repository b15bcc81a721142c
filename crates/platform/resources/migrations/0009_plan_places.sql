-- Where the things of a plan belonged when consent was asked for: whoever may consent there can refuse
-- it also when they have moved away since. JSON; empty for what was submitted before.
ALTER TABLE resources_plan ADD COLUMN places TEXT NOT NULL DEFAULT '[]';
