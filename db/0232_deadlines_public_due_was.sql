-- What a clock's due date was before it was made another, and when that was.
CREATE VIEW deadlines_public_due_was AS
SELECT c.subject_kind, c.subject_id, c.limit_rule, w.replaced_at, w.due_on
  FROM deadlines_clock c
  JOIN deadlines_due_was w ON w.clock_id = c.id
 UNION ALL
SELECT c.subject_kind, c.subject_id, c.limit_rule, r.asked_at AS replaced_at, m.from_on AS due_on
  FROM deadlines_clock c
 CROSS JOIN deadlines_recount r
  JOIN deadlines_move m ON m.recount_id = r.id AND m.clock_id = c.id
