CREATE VIEW deadlines_public_move AS
SELECT m.recount_id, m.clock_id, m.department, m.from_on, m.to_on, r.asked_by, r.asked_at
  FROM deadlines_move m
  JOIN deadlines_recount r ON r.id = m.recount_id
