-- changes counts the commands on the parcel: each begins by raising it, and so commands on one parcel run one after another.
-- surveys is the number of its newest site survey.
CREATE TABLE land_parcel (
    id bigint NOT NULL CONSTRAINT pk_land_parcel PRIMARY KEY,
    number nvarchar(40) NOT NULL CONSTRAINT uq_land_parcel_number UNIQUE,
    project_id bigint NOT NULL,
    area_dm2 bigint NOT NULL,
    -- Levels in whole millimetres above datum.
    required_level_mm int NOT NULL,
    tolerance_mm int NOT NULL,
    surveys int NOT NULL,
    changes int NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    recorded_by bigint NOT NULL,
    CONSTRAINT ck_land_parcel CHECK (area_dm2 > 0 AND tolerance_mm >= 0)
);

CREATE INDEX ix_land_parcel_project ON land_parcel (project_id, id);

-- paid_fen is the sum of the price payments: what is owed is decided and changed in one statement.
CREATE TABLE land_contract (
    parcel_id bigint NOT NULL CONSTRAINT pk_land_contract PRIMARY KEY CONSTRAINT fk_land_contract_parcel REFERENCES land_parcel (id),
    number nvarchar(160) NOT NULL,
    signed_on date NOT NULL,
    price_fen bigint NOT NULL,
    paid_fen bigint NOT NULL,
    payment_by date NOT NULL,
    handover_by date NOT NULL,
    start_by date NOT NULL,
    complete_by date NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    recorded_by bigint NOT NULL,
    CONSTRAINT ck_land_contract CHECK (price_fen > 0 AND paid_fen >= 0 AND paid_fen <= price_fen)
);

-- kind: price (出让价款) or tax (契税, the paper of full payment of the tax).
CREATE TABLE land_payment (
    id bigint NOT NULL CONSTRAINT pk_land_payment PRIMARY KEY,
    parcel_id bigint NOT NULL CONSTRAINT fk_land_payment_parcel REFERENCES land_parcel (id),
    kind nvarchar(10) NOT NULL,
    amount_fen bigint NOT NULL,
    paid_on date NOT NULL,
    voucher nvarchar(160) NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    recorded_by bigint NOT NULL,
    CONSTRAINT uq_land_payment UNIQUE (parcel_id, kind, voucher),
    CONSTRAINT ck_land_payment CHECK (amount_fen > 0 AND kind IN ('price', 'tax'))
);

CREATE TABLE land_site_survey (
    id bigint NOT NULL CONSTRAINT pk_land_site_survey PRIMARY KEY,
    parcel_id bigint NOT NULL CONSTRAINT fk_land_site_survey_parcel REFERENCES land_parcel (id),
    number int NOT NULL,
    surveyed_on date NOT NULL,
    measured_level_mm int NOT NULL,
    is_within_tolerance bit NOT NULL,
    surveyor nvarchar(200) NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    recorded_by bigint NOT NULL,
    CONSTRAINT uq_land_site_survey UNIQUE (parcel_id, number)
);

-- 二次平场: a survey out of tolerance is a defect; it is cured by an order and a new survey.
CREATE TABLE land_levelling_order (
    survey_id bigint NOT NULL CONSTRAINT pk_land_levelling_order PRIMARY KEY CONSTRAINT fk_land_levelling_order_survey REFERENCES land_site_survey (id),
    parcel_id bigint NOT NULL CONSTRAINT fk_land_levelling_order_parcel REFERENCES land_parcel (id),
    number nvarchar(160) NOT NULL,
    issued_on date NOT NULL,
    finish_by date NOT NULL,
    work nvarchar(1000) NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    recorded_by bigint NOT NULL
);

CREATE INDEX ix_land_levelling_order_parcel ON land_levelling_order (parcel_id);

-- 权籍调查: parcel survey with map and boundary points.
CREATE TABLE land_parcel_survey (
    parcel_id bigint NOT NULL CONSTRAINT pk_land_parcel_survey PRIMARY KEY CONSTRAINT fk_land_parcel_survey_parcel REFERENCES land_parcel (id),
    map_number nvarchar(160) NOT NULL,
    surveyed_on date NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    recorded_by bigint NOT NULL
);

CREATE TABLE land_handover (
    parcel_id bigint NOT NULL CONSTRAINT pk_land_handover PRIMARY KEY CONSTRAINT fk_land_handover_parcel REFERENCES land_parcel (id),
    number nvarchar(160) NOT NULL,
    handed_over_on date NOT NULL,
    confirmed_by nvarchar(80) NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    recorded_by bigint NOT NULL
);

CREATE TABLE land_title (
    parcel_id bigint NOT NULL CONSTRAINT pk_land_title PRIMARY KEY CONSTRAINT fk_land_title_parcel REFERENCES land_parcel (id),
    certificate_number nvarchar(160) NOT NULL CONSTRAINT uq_land_title_certificate UNIQUE,
    issued_on date NOT NULL,
    recorded_at datetime2(0) NOT NULL,
    recorded_by bigint NOT NULL
);
