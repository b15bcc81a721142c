-- Who vouches for users besides their own password: providers (OpenID Connect) and directories of
-- others (LDAP), who is who there, and sign-ins that are on their way through a provider. Of those
-- there are hashes only; a client's secret is sealed in the vault.

CREATE TABLE access_provider (
    id TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    settings TEXT NOT NULL,
    seal_id TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE access_identity (
    -- The issuer of a provider; of a directory `ldap:` and the id of the source.
    authority TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES access_user (id),
    -- What the authority called them last; says nothing about who it is.
    name TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (authority, subject)
);
CREATE INDEX access_identity_user ON access_identity (user_id, authority);

CREATE TABLE access_provider_trip (
    state_hash TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL,
    -- A provider that was changed meanwhile begins the sign-in anew.
    provider_version BIGINT NOT NULL,
    browser_hash TEXT NOT NULL,
    -- Whose account is to be linked; nobody's when it is a sign-in.
    user_id TEXT,
    redirect_uri TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX access_provider_trip_created ON access_provider_trip (created_at);

-- Who vouches for users is the security administrator's business, and the auditor's to look at.
UPDATE access_role
SET permissions = REPLACE(permissions, '"-separation.read"', '"-separation.read", "-provider.read"')
WHERE name IN ('viewer', 'operator') AND shipped = 1;
UPDATE access_role
SET permissions = REPLACE(permissions, '"-separation.*"', '"-separation.*", "-provider.*"')
WHERE name = 'system-administrator' AND shipped = 1;
UPDATE access_role
SET permissions = REPLACE(permissions, '"separation.*"', '"separation.*", "provider.*"')
WHERE name = 'security-administrator' AND shipped = 1;
UPDATE access_role
SET permissions = REPLACE(permissions, '"separation.read"', '"separation.read", "provider.read"')
WHERE name = 'audit-administrator' AND shipped = 1;
