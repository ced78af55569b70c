-- 经办人 of whatever has a light: one person, or nobody. A case, its pauses and the order on it are in the hands of whoever
-- acted on it last in its department; what the window has to do (its answer, the stage, the delivery of a paper) is that of
-- the clerk who took the papers in or was handed the application; a parcel is that of the project's manager.
CREATE VIEW supervision_owner AS
SELECT 'case' AS kind, h.case_id AS subject_id, h.user_id, h.user_name, u.login
  FROM permits_public_handler h
  JOIN access_user u ON u.id = h.user_id
UNION ALL
SELECT 'pause', p.id, h.user_id, h.user_name, u.login
  FROM deadlines_pause p
  JOIN permits_public_handler h ON h.case_id = p.subject_id
  JOIN access_user u ON u.id = h.user_id
 WHERE p.subject_kind = 'case'
UNION ALL
SELECT 'delivery', r.case_id, u.id, u.name, u.login
  FROM onewindow_result r
  JOIN onewindow_application a ON a.number = r.application_number
  JOIN access_user u ON u.id = COALESCE(a.handler_id, a.received_by)
UNION ALL
SELECT 'application', a.id, u.id, u.name, u.login
  FROM onewindow_application a
  JOIN access_user u ON u.id = COALESCE(a.handler_id, a.received_by)
UNION ALL
SELECT 'stage', s.id, u.id, u.name, u.login
  FROM onewindow_stage s
  JOIN onewindow_application a ON a.id = s.application_id
  JOIN access_user u ON u.id = COALESCE(a.handler_id, a.received_by)
UNION ALL
SELECT 'parcel', d.id, u.id, u.name, u.login
  FROM land_parcel d
  JOIN projects_project p ON p.id = d.project_id
  JOIN access_user u ON u.id = p.manager_id
UNION ALL
SELECT 'order', o.id, h.user_id, h.user_name, u.login
  FROM supervision_order o
  JOIN permits_public_handler h ON h.case_id = o.subject_id
  JOIN access_user u ON u.id = h.user_id
 WHERE o.subject_kind = 'case' AND o.department <> ''
UNION ALL
SELECT 'order', o.id, u.id, u.name, u.login
  FROM supervision_order o
  JOIN onewindow_application a ON a.id = o.subject_id
  JOIN access_user u ON u.id = COALESCE(a.handler_id, a.received_by)
 WHERE o.subject_kind = 'application'
