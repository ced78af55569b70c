CREATE VIEW onewindow_public_application AS
SELECT id, number, project_id, process_id, state, received_at, received_by, received_by_name, deemed_on, window_id
  FROM onewindow_application
