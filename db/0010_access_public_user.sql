CREATE VIEW access_public_user AS
SELECT id, login, name, department, email, is_active
  FROM access_user
