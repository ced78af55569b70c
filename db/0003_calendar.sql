-- Each publication of a year is an edition; the newest edition of a year is in force, the older ones stay on record.
CREATE TABLE calendar_edition (
    id bigint NOT NULL CONSTRAINT pk_calendar_edition PRIMARY KEY,
    year int NOT NULL,
    source nvarchar(400) NOT NULL,
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
    order_number nvarchar(80) NULL,
    CONSTRAINT pk_calendar_exception PRIMARY KEY (edition_id, day)
);
