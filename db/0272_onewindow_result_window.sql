-- The window at which a paper waits to be handed out, that of its application: so that what waits at one window is found
-- without what waits at the others. Null is every window's. Of a paper that was handed out it says nothing.
ALTER TABLE onewindow_result ADD window_id bigint NULL;

CREATE INDEX ix_onewindow_result_window ON onewindow_result (window_id, arrived_at, case_id) WHERE handed_out_on IS NULL;
