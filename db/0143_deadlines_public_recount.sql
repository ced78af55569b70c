CREATE VIEW deadlines_public_recount AS
SELECT id, edition, asked_by, asked_at, moved, finished_at
  FROM deadlines_recount
