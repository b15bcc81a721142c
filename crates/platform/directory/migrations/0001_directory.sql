-- The organisation as of any date. Every noun has one table of spans: a row says what was so from
-- `valid_from` to `valid_to`, as known from `recorded_at` to `superseded_at`. Rows are never
-- overwritten: a change ends what was known of a span and writes what is known now. What has no
-- end ends at 9223372036854775807. Times are UTC microseconds, booleans 0 or 1, contacts JSON.
CREATE TABLE directory_unit (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT NOT NULL,
    code TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    short_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_id TEXT,
    region_id TEXT,
    folded TEXT NOT NULL,
    PRIMARY KEY (id, version, valid_from)
);
CREATE INDEX directory_unit_code ON directory_unit (code, superseded_at);
CREATE INDEX directory_unit_parent ON directory_unit (parent_id, superseded_at);

CREATE TABLE directory_region (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT NOT NULL,
    code TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_id TEXT,
    folded TEXT NOT NULL,
    PRIMARY KEY (id, version, valid_from)
);
CREATE INDEX directory_region_code ON directory_region (code, superseded_at);
CREATE INDEX directory_region_parent ON directory_region (parent_id, superseded_at);

CREATE TABLE directory_site (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT NOT NULL,
    code TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    address TEXT NOT NULL,
    unit_id TEXT,
    region_id TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    folded TEXT NOT NULL,
    PRIMARY KEY (id, version, valid_from)
);
CREATE INDEX directory_site_code ON directory_site (code, superseded_at);

CREATE TABLE directory_post (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT NOT NULL,
    code TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    description TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    head BIGINT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (id, version, valid_from)
);
CREATE INDEX directory_post_code ON directory_post (code, superseded_at);
CREATE INDEX directory_post_unit ON directory_post (unit_id, superseded_at);

CREATE TABLE directory_person (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    unit_id TEXT,
    contacts TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (id, version, valid_from)
);
CREATE INDEX directory_person_number ON directory_person (number, superseded_at);
CREATE INDEX directory_person_unit ON directory_person (unit_id, superseded_at);

CREATE TABLE directory_holding (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT NOT NULL,
    person_id TEXT NOT NULL,
    post_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    share_percent BIGINT NOT NULL,
    PRIMARY KEY (id, version, valid_from)
);
CREATE INDEX directory_holding_person ON directory_holding (person_id, superseded_at);
CREATE INDEX directory_holding_post ON directory_holding (post_id, superseded_at);

-- What became of a unit that was merged or split.
CREATE TABLE directory_successor (
    unit_id TEXT NOT NULL,
    successor_id TEXT NOT NULL,
    how TEXT NOT NULL,
    effective_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (unit_id, successor_id)
);
CREATE INDEX directory_successor_back ON directory_successor (successor_id);

-- Grows with every change, so that what is kept in memory is read again: `places` with units and
-- regions, `holdings` with posts, people and who holds what.
CREATE TABLE directory_counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO directory_counter (name, value) VALUES ('holdings', 0), ('places', 0);
