-- Directories of others (LDAP, Active Directory) that people are taken from: how to reach them,
-- who came from where, and what the last run did. The settings and the report are JSON; a secret
-- is only named.
CREATE TABLE directory_source (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    run_at BIGINT,
    run_report TEXT
);

CREATE TABLE directory_link (
    source_id TEXT NOT NULL REFERENCES directory_source (id),
    external_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    dn TEXT NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (source_id, external_id)
);
CREATE INDEX directory_link_person ON directory_link (person_id);
