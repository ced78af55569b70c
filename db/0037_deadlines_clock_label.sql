-- A light is found by the number people know. Numbers are drawn behind the day, so a new row goes to the end of it.
CREATE INDEX ix_deadlines_clock_label ON deadlines_clock (label, limit_rule, id);
