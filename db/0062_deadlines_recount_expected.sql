-- About how many open due dates a recount will look at, counted when it was asked for: what its progress is shown against.
ALTER TABLE deadlines_recount ADD expected int NULL;
