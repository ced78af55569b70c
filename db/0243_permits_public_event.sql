-- What happened to a case, who entered it, and in whose hands the case is from then on: whoever acted, was acted for, or was
-- handed it; and their department, as long as they work there.
CREATE VIEW permits_public_event AS
SELECT e.case_id, e.number, e.status, e.activity, e.occurred_at, e.recorded_at, e.user_id, e.user_name, e.note, e.late_reason,
       COALESCE(e.in_hands_of, e.user_id) AS hand_id,
       CASE WHEN e.in_hands_of IS NULL THEN e.user_name ELSE COALESCE(u.name, e.user_name) END AS hand_name,
       CASE WHEN u.is_active = 1 THEN u.department END AS hand_department
  FROM permits_event e
  LEFT JOIN access_user u ON u.id = COALESCE(e.in_hands_of, e.user_id)
