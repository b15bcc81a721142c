-- Who keeps a user out: an administrator here, or whoever brought them. What an administrator has
-- decided an identity provider does not undo. Of those that were kept out before it is not known.
ALTER TABLE access_user ADD COLUMN barred BIGINT NOT NULL DEFAULT 0;
