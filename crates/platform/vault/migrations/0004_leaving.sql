-- Files that are being taken away from a store that several servers share: nobody keeps the same file
-- until it is gone.
CREATE TABLE vault_leaving (
    digest TEXT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL
);
