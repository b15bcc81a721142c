-- Who looks after resources and alerts also takes in and works on tickets. Shipped roles are nobody's to
-- change, so this one is as it came; a role of one's own stays as it is.
UPDATE access_role
SET permissions = REPLACE(permissions, '"job.run"', '"job.run", "ticket.create", "ticket.work"'),
    description_en = 'Looks after resources, checks, alerts and tickets; may pass this on for a time.',
    description_zh = '负责资源、检查、告警和工单的日常运维，可在有效期内转授。'
WHERE name = 'operator' AND shipped = 1 AND permissions NOT LIKE '%"ticket.work"%';
