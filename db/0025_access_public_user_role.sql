CREATE VIEW access_public_user_role AS
SELECT r.role, u.id AS user_id, u.name, u.department, u.email
  FROM access_user_role r
  JOIN access_user u ON u.id = r.user_id
 WHERE u.is_active = 1
