-- Whether the account was there before the provider told of its user: a right that was lent changes
-- no such account. Of those of before it is not known.
ALTER TABLE scim_user ADD COLUMN adopted BIGINT NOT NULL DEFAULT 0;
UPDATE scim_user SET adopted = 1 WHERE account_id IS NOT NULL;
