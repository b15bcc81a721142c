-- Which roster a schedule of another system was taken over into, so that taking it over again
-- changes that one. `source` is the schedule's stable name there.
CREATE TABLE duty_import (
    unit_id TEXT NOT NULL,
    source TEXT NOT NULL,
    roster_id TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (unit_id, source)
);
