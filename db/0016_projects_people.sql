-- The desk of everyone who signs in asks for the projects it manages or serves.
CREATE INDEX ix_projects_project_manager ON projects_project (manager_id, id);
CREATE INDEX ix_projects_project_agent ON projects_project (agent_id, id);
