CREATE VIEW catalogue_public_item AS
SELECT id, code, version, name_zh, name_en, department, result_zh, result_en
  FROM catalogue_item
