-- Which item of a process waits for which.
CREATE VIEW catalogue_public_prerequisite AS
SELECT p.process_id, i.code AS item_code, n.code AS needs_code
  FROM catalogue_prerequisite p
  JOIN catalogue_item i ON i.id = p.item_id
  JOIN catalogue_item n ON n.id = p.needs_item_id
