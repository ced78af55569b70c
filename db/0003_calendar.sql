-- Each publication of a year is an edition; the newest edition of a year is in force, the older ones stay on record.
-- A closure of the zone, or its lifting, is an edition too: order_number is the order it was made by, source stays the notice's.
CREATE TABLE calendar_edition (
    id bigint NOT NULL CONSTRAINT pk_calendar_edition PRIMARY KEY,
    year int NOT NULL,
    source nvarchar(400) NOT NULL,
    order_number nvarchar(80) NULL,
    published_at datetime2(0) NOT NULL,
    published_by nvarchar(80) NOT NULL
);

CREATE INDEX ix_calendar_edition_year ON calendar_edition (year, id);

-- Only the days that differ from Monday to Friday.
CREATE TABLE calendar_exception (
    edition_id bigint NOT NULL CONSTRAINT fk_calendar_exception_edition REFERENCES calendar_edition (id),
    day date NOT NULL,
    is_working bit NOT NULL,
    name_zh nvarchar(80) NOT NULL,
    name_en nvarchar(80) NOT NULL,
    CONSTRAINT pk_calendar_exception PRIMARY KEY (edition_id, day)
);

-- The working days of an edition on which the zone is closed by its own order. Apart from the notice's days, so that a
-- closure outlives a new notice, and a make-up day comes back when its closure is lifted.
CREATE TABLE calendar_closure (
    edition_id bigint NOT NULL CONSTRAINT fk_calendar_closure_edition REFERENCES calendar_edition (id),
    day date NOT NULL,
    order_number nvarchar(80) NOT NULL,
    reason_zh nvarchar(80) NOT NULL,
    reason_en nvarchar(80) NOT NULL,
    CONSTRAINT pk_calendar_closure PRIMARY KEY (edition_id, day)
);
