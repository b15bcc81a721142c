-- Bringing people and accounts as an identity provider is no administrator's: it changes people, which
-- the security administrator may not. It has a role of its own; a role of one's own of that name stays
-- as it is. Who sealed an emergency's role is kept as the user that they are, since a program has
-- another name; of older seals the name says it.
UPDATE access_role
SET permissions = REPLACE(permissions, '"user.*"', '"user.*", "-user.provision"')
WHERE name = 'security-administrator' AND shipped = 1
    AND permissions NOT LIKE '%"-user.provision"%';

INSERT INTO access_role (
    name, title_en, title_zh, description_en, description_zh, permissions, duty, delegable, shipped,
    version, created_at)
VALUES ('identity-provider', 'Identity provider', '身份源',
    'For the account by which an identity provider brings people and groups (SCIM).',
    '供身份源通过 SCIM 同步人员和用户组所用的账号。',
    '["user.provision", "token.change"]', NULL, 0, 1, 1, 0)
ON CONFLICT (name) DO NOTHING;

ALTER TABLE access_emergency ADD COLUMN sealed_by_id TEXT;
