CREATE VIEW permits_public_admission AS
SELECT id AS case_id, admitted_at, statutory_limit, statutory_unit
  FROM permits_case
