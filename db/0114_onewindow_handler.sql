-- 经办人 of an application where that is not whoever took it in: handed over, or taken in for somebody else.
ALTER TABLE onewindow_application ADD handler_id bigint NULL;

-- Stages that still run: what a clerk has in hand.
CREATE INDEX ix_onewindow_stage_open ON onewindow_stage (application_id) WHERE ended_on IS NULL;

-- 移交: who handed an application over, from whom, to whom and why. Only ever added to.
CREATE TABLE onewindow_handover (
    id bigint NOT NULL CONSTRAINT pk_onewindow_handover PRIMARY KEY,
    application_id bigint NOT NULL CONSTRAINT fk_onewindow_handover_application REFERENCES onewindow_application (id),
    handed_at datetime2(0) NOT NULL,
    handed_by nvarchar(80) NOT NULL,
    from_name nvarchar(80) NOT NULL,
    to_name nvarchar(80) NOT NULL,
    reason nvarchar(400) NOT NULL
);

CREATE INDEX ix_onewindow_handover_application ON onewindow_handover (application_id, id);
