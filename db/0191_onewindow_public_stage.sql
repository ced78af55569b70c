CREATE VIEW onewindow_public_stage AS
SELECT s.id, s.stage, a.number, a.project_id
  FROM onewindow_stage s
  JOIN onewindow_application a ON a.id = s.application_id
