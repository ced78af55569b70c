CREATE VIEW onewindow_public_result AS
SELECT case_id, application_number, decided_on, handed_out_on, handed_out_at
  FROM onewindow_result
