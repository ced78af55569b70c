-- A window is kept by its id alone: its name may change, and is looked up.
UPDATE reports_case
   SET window_key = (SELECT MAX(CAST(w.id AS nvarchar(20))) FROM access_public_window w WHERE reports_case.window_key LIKE CONCAT(w.id, ' %'))
 WHERE EXISTS (SELECT 1 FROM access_public_window w WHERE reports_case.window_key LIKE CONCAT(w.id, ' %'));

UPDATE reports_application
   SET window_key = (SELECT MAX(CAST(w.id AS nvarchar(20))) FROM access_public_window w WHERE reports_application.window_key LIKE CONCAT(w.id, ' %'))
 WHERE EXISTS (SELECT 1 FROM access_public_window w WHERE reports_application.window_key LIKE CONCAT(w.id, ' %'));

INSERT INTO reports_count (run_id, cut, cut_key, figure, value, n, total)
SELECT c.run_id, c.cut, CAST(w.id AS nvarchar(20)), c.figure, c.value, SUM(c.n), SUM(c.total)
  FROM reports_count c
  JOIN access_public_window w ON c.cut_key LIKE CONCAT(w.id, ' %')
 WHERE c.cut = 'window'
 GROUP BY c.run_id, c.cut, w.id, c.figure, c.value;

DELETE FROM reports_count WHERE cut = 'window' AND cut_key LIKE '% %';

-- Whoever writes what reports rest on takes a turn, one after the other; the number of the last one.
ALTER TABLE reports_opening ADD turn bigint NOT NULL CONSTRAINT df_reports_opening_turn DEFAULT 0;
