-- Each day that was moved: planned for, reported, due; and why. What the calendar moves, Deadlines keeps.
CREATE TABLE timeline_move (
    id bigint NOT NULL CONSTRAINT pk_timeline_move PRIMARY KEY,
    project_id bigint NOT NULL,
    -- plan or fact of a milestone, due of a case
    what nvarchar(10) NOT NULL,
    -- The milestone as in the schedule, or the number of the case.
    code nvarchar(60) NOT NULL,
    limit_rule nvarchar(40) NULL,
    from_on date NULL,
    to_on date NULL,
    cause nvarchar(20) NOT NULL,
    reason nvarchar(400) NULL,
    moved_by nvarchar(80) NOT NULL,
    moved_at datetime2(0) NOT NULL
);

CREATE INDEX ix_timeline_move_at ON timeline_move (moved_at, id);
CREATE INDEX ix_timeline_move_project ON timeline_move (project_id, moved_at, id);

-- What the forecast said on a Monday of everything that was open.
CREATE TABLE timeline_week (
    project_id bigint NOT NULL,
    week_on date NOT NULL,
    code nvarchar(40) NOT NULL,
    likely_on date NOT NULL,
    CONSTRAINT pk_timeline_week PRIMARY KEY (project_id, week_on, code)
);

CREATE INDEX ix_timeline_week_on ON timeline_week (week_on, project_id);
