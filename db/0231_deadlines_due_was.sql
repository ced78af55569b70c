-- The due date that a clock had until a pause, an extension or another limit made it another one, null while a pause left it unknown. So it
-- can be told what was known on an evening that is past. What the calendar moves stands in deadlines_move.
CREATE TABLE deadlines_due_was (
    clock_id bigint NOT NULL CONSTRAINT fk_deadlines_due_was_clock REFERENCES deadlines_clock (id),
    replaced_at datetime2(0) NOT NULL,
    due_on date NULL,
    CONSTRAINT pk_deadlines_due_was PRIMARY KEY (clock_id, replaced_at)
);
