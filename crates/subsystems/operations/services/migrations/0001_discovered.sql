-- What listens on a host, as it was found: who it is, whether people want it watched, and the
-- resource and check it became. One row per host, transport, port and name, so that a restart of
-- the service or of this server finds the same row again.
CREATE TABLE services_discovered (
    id TEXT PRIMARY KEY,
    host_resource_id TEXT NOT NULL,
    proto TEXT NOT NULL,
    port BIGINT NOT NULL,
    name TEXT NOT NULL,
    addresses TEXT NOT NULL,
    process TEXT,
    kind TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    confidence TEXT NOT NULL,
    suggested_check TEXT,
    state TEXT NOT NULL,
    listening BIGINT NOT NULL,
    resource_id TEXT,
    check_id TEXT,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX services_discovered_key
    ON services_discovered (host_resource_id, proto, port, name);
CREATE INDEX services_discovered_state ON services_discovered (state, id);
