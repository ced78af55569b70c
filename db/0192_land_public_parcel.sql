CREATE VIEW land_public_parcel AS
SELECT id, number, project_id
  FROM land_parcel
