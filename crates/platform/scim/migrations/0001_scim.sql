-- What identity providers have brought by SCIM: which provider calls with which account, who and
-- which groups came from it, and what it told of them, so that it reads back what it wrote. Who
-- somebody is stands in the directory, what they may do in access; here are only the ties.
CREATE TABLE scim_client (
    user_id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_call_at BIGINT NOT NULL,
    last_call TEXT NOT NULL
);

CREATE TABLE scim_user (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    display TEXT NOT NULL,
    external_id TEXT,
    person_id TEXT,
    account_id TEXT,
    holding_id TEXT,
    active BIGINT NOT NULL,
    told TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    gone_at BIGINT
);
CREATE INDEX scim_user_source ON scim_user (source_id, id);
CREATE INDEX scim_user_name ON scim_user (source_id, user_name);
CREATE INDEX scim_user_external ON scim_user (source_id, external_id);
CREATE INDEX scim_user_account ON scim_user (account_id);

CREATE TABLE scim_group (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    external_id TEXT,
    told TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX scim_group_source ON scim_group (source_id, id);
CREATE INDEX scim_group_name ON scim_group (source_id, display_name);
CREATE INDEX scim_group_external ON scim_group (source_id, external_id);
CREATE INDEX scim_group_group ON scim_group (group_id);
