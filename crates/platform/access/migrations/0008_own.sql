-- What of an account its owner alone has begun, as far as that can be told: with a password of
-- their own here and no link that somebody else made. The rest ends when the user comes to one of
-- the three duties while they are separated. Of older tokens and passkeys it is not known.
ALTER TABLE access_session ADD COLUMN own BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_second_step ADD COLUMN own BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_token ADD COLUMN own BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_passkey ADD COLUMN own BIGINT NOT NULL DEFAULT 0;

-- Who is signed in by such a password now goes on so.
UPDATE access_session
SET own = 1
WHERE user_id IN (
        SELECT u.id
        FROM access_user u
        WHERE u.password_hash <> '' AND u.password_given = 0
            AND u.password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$bWFpbnN0YXkgbm9ib2R5IQ$%')
    AND user_id NOT IN (SELECT i.user_id FROM access_identity i WHERE i.own = 0);
