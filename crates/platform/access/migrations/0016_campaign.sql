-- Operators say what became of the machines of campaigns.
UPDATE access_role
SET permissions = REPLACE(permissions, '"job.run"', '"job.run", "campaign.work"')
WHERE name = 'operator' AND shipped = 1 AND permissions NOT LIKE '%"campaign.%';
