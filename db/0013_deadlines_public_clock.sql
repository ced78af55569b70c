CREATE VIEW deadlines_public_clock AS
SELECT id, subject_kind, subject_id, limit_rule, label, department, item, accepted_on, limit_value, limit_unit, due_on,
       is_provisional, warn_on, due_version, has_pauses, extension_days, stopped_on, used_days
  FROM deadlines_clock
