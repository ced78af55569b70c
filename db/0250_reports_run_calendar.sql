-- The edition of the calendar by which a report was counted; null of those made before this was kept.
ALTER TABLE reports_run ADD calendar_edition bigint NULL;
