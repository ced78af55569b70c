-- The number of the last change of any project. Whoever notes a change raises it and holds the row until it commits, so
-- that numbers come to be seen in the order in which they were given.
CREATE TABLE portfolio_last_change (
    id int NOT NULL CONSTRAINT pk_portfolio_last_change PRIMARY KEY,
    changed_no bigint NOT NULL
);

INSERT INTO portfolio_last_change (id, changed_no)
SELECT 1, COALESCE(MAX(c.changed_no), 0) FROM portfolio_change c;
