-- Discovered services whose resource turned out to be another one: when that is undone, they are
-- the first one's again.
CREATE TABLE services_moved (
    merge_id TEXT NOT NULL,
    discovered_id TEXT NOT NULL,
    PRIMARY KEY (merge_id, discovered_id)
);
