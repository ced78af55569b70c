CREATE VIEW permits_public_need AS
SELECT case_id, item_code, met_by_case_id, met_on
  FROM permits_need
