CREATE VIEW projects_public_project AS
SELECT p.id, p.code, p.name, p.process_id, p.investment_fen, p.land_area_dm2, p.place, p.manager_id, p.agent_id,
       e.name AS enterprise, e.credit_code
  FROM projects_project p
  JOIN projects_enterprise e ON e.id = p.enterprise_id
