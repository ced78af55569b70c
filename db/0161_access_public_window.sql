CREATE VIEW access_public_window AS
SELECT id, name, closed_at
  FROM access_window
