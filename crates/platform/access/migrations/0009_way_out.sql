-- By which provider somebody came in: signing out may lead back to it.
ALTER TABLE access_session ADD COLUMN provider_id TEXT;
ALTER TABLE access_second_step ADD COLUMN provider_id TEXT;
