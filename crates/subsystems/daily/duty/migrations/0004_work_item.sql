-- Work plans by week, month and year: items with owner and due date. What was not done goes on in
-- the next period as an item of its own, which knows where it came from.
-- Times are UTC microseconds, days ISO 8601, `start_day` the first day of the period.
CREATE TABLE duty_work_item (
    id TEXT PRIMARY KEY,
    unit_id TEXT NOT NULL,
    owner TEXT,
    kind TEXT NOT NULL,
    start_day TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    due_day TEXT,
    state TEXT NOT NULL,
    progress BIGINT NOT NULL,
    came_from TEXT,
    went_to TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX duty_work_item_unit ON duty_work_item (unit_id, kind, start_day);
CREATE INDEX duty_work_item_owner ON duty_work_item (owner, kind, start_day);
CREATE INDEX duty_work_item_open ON duty_work_item (state, kind, start_day);
