-- Two buttons that say the same cannot be told apart: what a provider is called is its own. Of
-- those that were called the same, all but the first get a number.
CREATE TABLE access_provider_twin (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL
);
INSERT INTO access_provider_twin (id, number)
SELECT p.id, COUNT(*)
FROM access_provider p
JOIN access_provider o ON o.label = p.label AND o.id <= p.id
GROUP BY p.id;
UPDATE access_provider
SET label = label || ' ' || (
    SELECT CAST(t.number AS TEXT) FROM access_provider_twin t WHERE t.id = access_provider.id)
WHERE id IN (SELECT t.id FROM access_provider_twin t WHERE t.number > 1);

-- What has the number already that another one has got now is told apart by its id.
DELETE FROM access_provider_twin;
INSERT INTO access_provider_twin (id, number)
SELECT p.id, COUNT(*)
FROM access_provider p
JOIN access_provider o ON o.label = p.label AND o.id <= p.id
GROUP BY p.id;
UPDATE access_provider
SET label = label || ' ' || id
WHERE id IN (SELECT t.id FROM access_provider_twin t WHERE t.number > 1);
DROP TABLE access_provider_twin;

CREATE UNIQUE INDEX access_provider_label ON access_provider (label);
