-- The night follows what was entered on its day. Both ascend as they are written, so a new row goes to the end.
CREATE INDEX ix_permits_event_recorded ON permits_event (recorded_at, case_id);
CREATE INDEX ix_onewindow_result_handed_out ON onewindow_result (handed_out_at, case_id) WHERE handed_out_at IS NOT NULL;
CREATE INDEX ix_permits_owed_document_given ON permits_owed_document (given_on, case_id) WHERE given_on IS NOT NULL;
CREATE INDEX ix_projects_milestone_reached ON projects_milestone (kind, reached_on, project_id) WHERE reached_on IS NOT NULL;
CREATE INDEX ix_deadlines_recount_asked ON deadlines_recount (asked_at);
CREATE INDEX ix_projects_milestone_reported ON projects_milestone (reported_at, project_id) WHERE reached_on IS NOT NULL;
