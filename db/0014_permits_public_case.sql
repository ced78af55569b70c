CREATE VIEW permits_public_case AS
SELECT id, number, application_number, project_id, item_id, item_code, department, status, promised_limit, promised_unit,
       received_at, is_admitted, accepted_on, due_on, is_due_provisional, decided_on, certificate_number
  FROM permits_case
