CREATE VIEW supervision_public_order AS
SELECT id, number, subject_kind, subject_id, label, department, item, opened_at, finished_at, finished_how
  FROM supervision_order
