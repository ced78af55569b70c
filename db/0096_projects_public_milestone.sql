CREATE VIEW projects_public_milestone AS
SELECT project_id, phase, kind, planned_on, reached_on, reported_at
  FROM projects_milestone
