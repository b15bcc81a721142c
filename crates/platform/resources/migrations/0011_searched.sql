-- What is found by: a resource's description, tags and text attributes in lower case. Those that
-- are there already are written by the job that folds, as `folded_as` tells.
ALTER TABLE resources_resource ADD COLUMN searched TEXT NOT NULL DEFAULT '';
