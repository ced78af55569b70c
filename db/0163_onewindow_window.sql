-- The window an application belongs to: that of the clerk who took it in, or to which it was moved. Null is every window's:
-- what there was before there were windows, and what an agent or a clerk without one takes in.
ALTER TABLE onewindow_application ADD window_id bigint NULL;

CREATE INDEX ix_onewindow_application_window ON onewindow_application (window_id, id);

-- 转窗: from which window to which, by whom and why. Only ever added to. Names as they were then; none where it was every window's.
CREATE TABLE onewindow_window_move (
    id bigint NOT NULL CONSTRAINT pk_onewindow_window_move PRIMARY KEY,
    application_id bigint NOT NULL CONSTRAINT fk_onewindow_window_move_application REFERENCES onewindow_application (id),
    moved_at datetime2(0) NOT NULL,
    moved_by nvarchar(80) NOT NULL,
    from_name nvarchar(40) NULL,
    to_name nvarchar(40) NOT NULL,
    reason nvarchar(400) NOT NULL
);

CREATE INDEX ix_onewindow_window_move_application ON onewindow_window_move (application_id, id);

-- Made anew by the next script: SQL Server wants CREATE VIEW alone in its batch.
DROP VIEW onewindow_public_application
