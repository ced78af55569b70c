CREATE VIEW deadlines_public_pause AS
SELECT id, subject_kind, subject_id, kind, name, approved_by, from_on, to_on, opened_at, closed_at
  FROM deadlines_pause
