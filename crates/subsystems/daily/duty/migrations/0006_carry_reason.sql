-- Why a work item was carried over: of what goes on with it (`came_reason`) and of what was left
-- (`went_reason`). Empty where nobody said why, as when a period simply ended.
ALTER TABLE duty_work_item ADD COLUMN came_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE duty_work_item ADD COLUMN went_reason TEXT NOT NULL DEFAULT '';
