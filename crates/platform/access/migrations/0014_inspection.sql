-- Operators do the rounds of inspections that they are on duty for, and attach the photos they take.
UPDATE access_role
SET permissions = REPLACE(permissions, '"job.run"', '"job.run", "inspection.work", "attachment.change"')
WHERE name = 'operator' AND shipped = 1 AND permissions NOT LIKE '%"inspection.%';
