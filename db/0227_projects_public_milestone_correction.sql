CREATE VIEW projects_public_milestone_correction AS
SELECT project_id, phase, kind, was_on, now_on, corrected_at
  FROM projects_milestone_correction
