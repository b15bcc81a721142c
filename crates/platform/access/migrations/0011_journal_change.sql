-- Keys of the journal, releasing its archive and letting a witnessed journal begin anew belong to the
-- audit, not to the system administrator. Roles of one's own that were kept from the audit stay kept
-- from it; those that name this right alone of the audit's lose it, and go on with their other duties.
UPDATE access_role
SET permissions = REPLACE(permissions, '"-journal.export"', '"-journal.export", "-journal.change"')
WHERE permissions LIKE '%"-journal.export"%' AND permissions NOT LIKE '%"-journal.change"%'
    AND permissions NOT LIKE '%"-journal.*"%';

UPDATE access_role
SET permissions = REPLACE(permissions, '"*.change"', '"*.change", "-journal.change"')
WHERE shipped = 0 AND permissions LIKE '%"*.change"%' AND permissions NOT LIKE '%"-journal.change"%'
    AND permissions NOT LIKE '%"-journal.*"%'
    AND (permissions LIKE '%"-review.change"%' OR permissions LIKE '%"-review.*"%');

UPDATE access_role
SET permissions = REPLACE(permissions, '"journal.change"', '"journal.read"')
WHERE shipped = 0 AND permissions LIKE '%"journal.change"%' AND (duty IS NULL OR duty <> 'audit')
    AND permissions NOT LIKE '%"journal.export"%' AND permissions NOT LIKE '%"journal.*"%'
    AND permissions NOT LIKE '%"review.change"%' AND permissions NOT LIKE '%"review.*"%'
    AND permissions NOT LIKE '%"*"%' AND permissions NOT LIKE '%"*.change"%'
    AND permissions NOT LIKE '%"*.export"%';
