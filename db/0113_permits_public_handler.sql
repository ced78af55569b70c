-- 经办人: whoever acted last on a case in its own department, or was acted for, or was handed the case, and still works there.
CREATE VIEW permits_public_handler AS
SELECT e.case_id, u.id AS user_id, u.name AS user_name
  FROM permits_event e
  JOIN permits_case c ON c.id = e.case_id
  JOIN access_user u ON u.id = COALESCE(e.in_hands_of, e.user_id)
 WHERE e.number = (SELECT MAX(x.number)
                     FROM permits_event x
                     JOIN access_user v ON v.id = COALESCE(x.in_hands_of, x.user_id)
                    WHERE x.case_id = c.id AND v.department = c.department AND v.is_active = 1)
