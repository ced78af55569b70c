-- 听证 (行政许可法 47, 48): asked for on a day, which begins its clock; held on a day of which notice was given. One for
-- each pause of that kind, which it is named by.
CREATE TABLE permits_hearing (
    pause_id bigint NOT NULL CONSTRAINT pk_permits_hearing PRIMARY KEY,
    case_id bigint NOT NULL CONSTRAINT fk_permits_hearing_case REFERENCES permits_case (id),
    limit_rule nvarchar(40) NOT NULL,
    requested_on date NOT NULL,
    notified_on date NULL,
    notice_number nvarchar(80) NULL,
    held_on date NULL
);

CREATE INDEX ix_permits_hearing_case ON permits_hearing (case_id, pause_id);
