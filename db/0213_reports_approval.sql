-- A project all of whose items of a process are approved, in however many applications they were asked for: how long that
-- took as a whole, cases side by side counted once.
CREATE TABLE reports_approval (
    project_id bigint NOT NULL,
    process_id bigint NOT NULL,
    window_key nvarchar(120) NOT NULL,
    completed_on date NOT NULL,
    approval_days int NOT NULL,
    CONSTRAINT pk_reports_approval PRIMARY KEY (project_id, process_id)
);

CREATE INDEX ix_reports_approval_completed ON reports_approval (completed_on, project_id, process_id);

-- What was complete in one application; of several of a project, the first.
INSERT INTO reports_approval (project_id, process_id, window_key, completed_on, approval_days)
SELECT a.project_id, a.process_id, MIN(a.window_key), a.completed_on, MIN(a.approval_days)
  FROM reports_application a
 WHERE a.completed_on = (SELECT MIN(b.completed_on) FROM reports_application b WHERE b.project_id = a.project_id AND b.process_id = a.process_id)
 GROUP BY a.project_id, a.process_id, a.completed_on;

DROP TABLE reports_application;
