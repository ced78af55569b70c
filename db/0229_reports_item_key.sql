-- The night follows the milestones that were corrected on its day.
CREATE INDEX ix_projects_milestone_correction_corrected ON projects_milestone_correction (corrected_at, project_id);

-- The key of an item says whose it was. Where it was one department's in all its versions, the counts made before say so too, and a
-- day counted again finds what it had; one that went from a department to another stays without.
INSERT INTO reports_count (run_id, cut, cut_key, figure, value, n, total)
SELECT c.run_id, c.cut, CONCAT(i.department, '/', c.cut_key), c.figure, c.value, c.n, c.total
  FROM reports_count c
  JOIN (SELECT code, MIN(department) AS department FROM catalogue_public_item GROUP BY code HAVING MIN(department) = MAX(department)) i ON i.code = c.cut_key
 WHERE c.cut = 'item';

DELETE FROM reports_count
 WHERE cut = 'item' AND cut_key IN (SELECT code FROM catalogue_public_item GROUP BY code HAVING MIN(department) = MAX(department));
