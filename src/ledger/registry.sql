-- registry.sql: who may hold certificates, what produces them, and what was
-- produced and is not yet issued.

CREATE TABLE certledger.account (
    account_id   bigint GENERATED ALWAYS AS IDENTITY,
    kind         account_kind NOT NULL,
    name         text NOT NULL CONSTRAINT account_name_check CHECK (name <> ''),
    uscc         uscc CONSTRAINT account_uscc_key UNIQUE,
    personal_id  text CONSTRAINT account_personal_id_key UNIQUE,
    region       region NOT NULL,
    city         region GENERATED ALWAYS AS (prefecture(region)) STORED
                 CONSTRAINT account_city_fkey REFERENCES certledger.region_name,
    grid_account text CONSTRAINT account_grid_account_check CHECK (grid_account ~ '^[0-9]{10,16}$'),
    opened_on    date NOT NULL DEFAULT china_today(),
    closed_on    date,
    CONSTRAINT account_pkey PRIMARY KEY (account_id),
    CONSTRAINT account_account_id_check CHECK (account_id > 0),
    CONSTRAINT account_identity_check
        CHECK (kind = 'provincial' OR num_nonnulls(uscc, personal_id) >= 1),
    CONSTRAINT account_region_check
        CHECK (CASE WHEN kind = 'provincial' THEN tier(region) = 'province' ELSE prefecture(region) IS NOT NULL END),
    CONSTRAINT account_closed_on_check CHECK (closed_on >= opened_on)
);
CREATE UNIQUE INDEX account_provincial_key ON certledger.account (region) WHERE kind = 'provincial';
COMMENT ON TABLE certledger.account IS 'real-name accounts (实名账户) of the certificate registry, one per entity; never deleted (国能发新能规〔2024〕67号; NEA 2026-01-07 implementing rules)';
COMMENT ON COLUMN certledger.account.account_id IS 'number of the account';
COMMENT ON COLUMN certledger.account.kind IS 'generator, user, agent or provincial account (省级账户, one per province)';
COMMENT ON COLUMN certledger.account.name IS 'registered name of the holder';
COMMENT ON COLUMN certledger.account.uscc IS 'unified social credit code (统一社会信用代码) of the entity';
COMMENT ON COLUMN certledger.account.personal_id IS 'identification of a natural person; store a keyed digest, not the number itself';
COMMENT ON COLUMN certledger.account.region IS 'where the holder is: prefecture or county code, the province for a provincial account (GB/T 2260)';
COMMENT ON COLUMN certledger.account.city IS 'prefecture-level division of region; empty for a provincial account';
COMMENT ON COLUMN certledger.account.grid_account IS 'account number at the grid company (户号), 10 to 16 digits';
COMMENT ON COLUMN certledger.account.opened_on IS 'first day on which the account may hold certificates';
COMMENT ON COLUMN certledger.account.closed_on IS 'day on which the account was closed; empty while open';

CREATE TABLE certledger.project (
    project_code    text COLLATE "C"
                    CONSTRAINT project_project_code_check CHECK (project_code ~ '^[0-9]{17}$'),
    name            text NOT NULL,
    owner           bigint NOT NULL CONSTRAINT project_owner_fkey REFERENCES certledger.account,
    region          region NOT NULL,
    city            region NOT NULL GENERATED ALWAYS AS (prefecture(region)) STORED
                    CONSTRAINT project_city_fkey REFERENCES certledger.region_name,
    source          energy_source NOT NULL,
    technology      text,
    capacity_kw     numeric NOT NULL CONSTRAINT project_capacity_kw_check CHECK (capacity_kw > 0 AND capacity_kw < 'infinity'),
    commissioned_on date NOT NULL CONSTRAINT project_commissioned_on_check CHECK (isfinite(commissioned_on)),
    last_unit_on    date CONSTRAINT project_last_unit_on_check CHECK (last_unit_on >= commissioned_on AND isfinite(last_unit_on)),
    storage         storage_metering NOT NULL DEFAULT 'none',
    market_based    boolean NOT NULL DEFAULT true,
    subsidised      boolean NOT NULL DEFAULT false,
    registered_on   date NOT NULL DEFAULT china_today(),
    CONSTRAINT project_pkey PRIMARY KEY (project_code)
);
CREATE INDEX project_owner_idx ON certledger.project (owner);
COMMENT ON TABLE certledger.project IS 'registered generation projects (建档立卡); a hydro station with units on both sides of 2023-01-01 is registered as two projects';
COMMENT ON COLUMN certledger.project.project_code IS '17-digit project registration code, the first half of its certificate codes';
COMMENT ON COLUMN certledger.project.name IS 'name of the project';
COMMENT ON COLUMN certledger.project.owner IS 'account of the owner, to whom its certificates are issued';
COMMENT ON COLUMN certledger.project.region IS 'where the plant stands: prefecture or county code';
COMMENT ON COLUMN certledger.project.city IS 'prefecture-level division of region';
COMMENT ON COLUMN certledger.project.source IS 'primary energy';
COMMENT ON COLUMN certledger.project.technology IS 'technology, for example distributed PV; csp and deep_offshore_wind may choose CCER (rule ccer_technology)';
COMMENT ON COLUMN certledger.project.capacity_kw IS 'installed capacity in kW';
COMMENT ON COLUMN certledger.project.commissioned_on IS 'day of grid connection; for a hydro unit, of the start-up trial-run acceptance';
COMMENT ON COLUMN certledger.project.last_unit_on IS 'commissioning day of the last unit, where units came one after the other; empty: all on commissioned_on';
COMMENT ON COLUMN certledger.project.storage IS 'storage at the plant and how it is metered; its discharge earns no certificates (NEA 2026-01-07 implementing rules)';
COMMENT ON COLUMN certledger.project.market_based IS 'whether all its on-grid volume is sold in the market; decides whether new hydro earns tradable certificates';
COMMENT ON COLUMN certledger.project.subsidised IS 'whether it draws a state subsidy';
COMMENT ON COLUMN certledger.project.registered_on IS 'day of registration';

CREATE TABLE certledger.generation (
    project_code text COLLATE "C" NOT NULL CONSTRAINT generation_project_code_fkey REFERENCES certledger.project,
    month        date NOT NULL CONSTRAINT generation_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    volume_class volume_class NOT NULL DEFAULT 'on_grid'
                 CONSTRAINT generation_volume_class_check CHECK (volume_class <> 'existing_hydro'),
    energy       energy NOT NULL CONSTRAINT generation_energy_check CHECK (energy >= '0 kWh'),
    drawn        energy NOT NULL DEFAULT '0 kWh' CONSTRAINT generation_drawn_check CHECK (drawn >= '0 kWh'),
    CONSTRAINT generation_pkey PRIMARY KEY (project_code, month, volume_class)
);
CREATE INDEX generation_month_idx ON certledger.generation (month);
COMMENT ON TABLE certledger.generation IS 'what a project produced in a month, by where it went; load with INSERT or COPY, then call issue(month)';
COMMENT ON COLUMN certledger.generation.project_code IS 'the project';
COMMENT ON COLUMN certledger.generation.month IS 'production month, as its first day';
COMMENT ON COLUMN certledger.generation.volume_class IS 'where the energy went; existing_hydro is not reported but derived from the project at issue';
COMMENT ON COLUMN certledger.generation.energy IS 'measured energy of that month and class; of an issued row, as last corrected';
COMMENT ON COLUMN certledger.generation.drawn IS 'energy that a plant with storage on the same meter drew from the grid: certificates stand for energy less drawn';

CREATE TABLE certledger.accrual (
    project_code text COLLATE "C" NOT NULL,
    volume_class volume_class NOT NULL,
    energy       energy NOT NULL
                 CONSTRAINT accrual_energy_check CHECK (energy >= '0 kWh' AND energy < '1000 kWh'),
    CONSTRAINT accrual_pkey PRIMARY KEY (project_code, volume_class)
-- each row is updated each month: with room on its page the index stays as it is
) WITH (fillfactor = 45);
COMMENT ON TABLE certledger.accrual IS 'energy that has accrued without a certificate yet: the remainder below 1,000 kWh that is carried to the next month (国能发新能规〔2024〕67号); written by postings only';
COMMENT ON COLUMN certledger.accrual.project_code IS 'the project';
COMMENT ON COLUMN certledger.accrual.volume_class IS 'class of the volume, as reported in generation';
COMMENT ON COLUMN certledger.accrual.energy IS 'remainder, from 0 to 999.999 kWh';
