-- The night looks up what happened on its day, and what is open, never the history.
CREATE INDEX ix_supervision_order_opened ON supervision_order (opened_at);
CREATE INDEX ix_supervision_order_finished ON supervision_order (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX ix_permits_owed_document_owing ON permits_owed_document (case_id) WHERE given_on IS NULL;
CREATE INDEX ix_reports_pause_asked ON reports_pause (from_on, case_id) WHERE kind = 'correction';
CREATE INDEX ix_reports_case_open_received ON reports_case (received_on, case_id) WHERE ended_on IS NULL;
