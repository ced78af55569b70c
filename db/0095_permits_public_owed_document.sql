CREATE VIEW permits_public_owed_document AS
SELECT case_id, document, due_on, given_on
  FROM permits_owed_document
