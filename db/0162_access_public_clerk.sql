-- Window clerks whose accounts are open, and where they sit.
CREATE VIEW access_public_clerk AS
SELECT u.id AS user_id, u.window_id
  FROM access_user u
  JOIN access_user_role r ON r.user_id = u.id
 WHERE r.role = 'WindowClerk' AND u.is_active = 1
