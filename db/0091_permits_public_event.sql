CREATE VIEW permits_public_event AS
SELECT case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason
  FROM permits_event
