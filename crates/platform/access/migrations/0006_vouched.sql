-- Whether a user made the link to who they are elsewhere themselves, with a password of their own
-- here. Who cannot do without another's word is none of the three separated administrators. Of
-- older links it is not known who made them.
ALTER TABLE access_identity ADD COLUMN own BIGINT NOT NULL DEFAULT 0;
