-- Values that other parts of the server seal for themselves: they have no name, nobody lists them,
-- and they go with what they belong to.
CREATE TABLE vault_seal (
    id TEXT NOT NULL PRIMARY KEY,
    master_id TEXT NOT NULL,
    wrapped_key TEXT NOT NULL,
    sealed_value TEXT NOT NULL
);
CREATE INDEX vault_seal_by_master ON vault_seal (master_id, id);
