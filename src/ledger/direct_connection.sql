-- direct_connection.sql: hours of green power direct connections (绿电直连).
-- Plain tables for INSERT and COPY with constraints but no triggers.  Hours are
-- China's (UTC+8), whatever the time zone of the session.

CREATE TABLE certledger.direct_connection_generation (
    project_code text COLLATE "C" NOT NULL
                 CONSTRAINT direct_connection_generation_project_code_check CHECK (project_code ~ '^[0-9]{17}$'),
    hour         timestamp NOT NULL
                 CONSTRAINT direct_connection_generation_hour_check
                 CHECK (hour = date_trunc('hour', hour) AND hour >= '2000-01-01' AND hour < '2100-01-01'),
    generated    energy NOT NULL CONSTRAINT direct_connection_generation_generated_check CHECK (generated >= '0 kWh'),
    curtailed    energy NOT NULL DEFAULT '0 kWh'
                 CONSTRAINT direct_connection_generation_curtailed_check CHECK (curtailed >= '0 kWh'),
    fed_in       energy NOT NULL DEFAULT '0 kWh'
                 CONSTRAINT direct_connection_generation_fed_in_check CHECK (fed_in >= '0 kWh'),
    publication  text,
    CONSTRAINT direct_connection_generation_pkey PRIMARY KEY (project_code, hour),
    CONSTRAINT direct_connection_generation_parts_check CHECK (fed_in <= generated)
);
COMMENT ON TABLE certledger.direct_connection_generation IS 'what a direct connection generated in an hour (发改能源〔2025〕650号, 发改能源〔2026〕688号)';
COMMENT ON COLUMN certledger.direct_connection_generation.project_code IS 'the plant';
COMMENT ON COLUMN certledger.direct_connection_generation.hour IS 'hour, as its beginning in China (UTC+8): 23:00 for the last of a day';
COMMENT ON COLUMN certledger.direct_connection_generation.generated IS 'energy that the plant delivered, its own use not included';
COMMENT ON COLUMN certledger.direct_connection_generation.curtailed IS 'energy that it could have generated besides (弃电)';
COMMENT ON COLUMN certledger.direct_connection_generation.fed_in IS 'part of generated that was fed into the public grid (上网)';
COMMENT ON COLUMN certledger.direct_connection_generation.publication IS 'where the figures are from';

CREATE TABLE certledger.direct_connection_load (
    project_code text COLLATE "C" NOT NULL
                 CONSTRAINT direct_connection_load_project_code_check CHECK (project_code ~ '^[0-9]{17}$'),
    hour         timestamp NOT NULL
                 CONSTRAINT direct_connection_load_hour_check
                 CHECK (hour = date_trunc('hour', hour) AND hour >= '2000-01-01' AND hour < '2100-01-01'),
    account_id   bigint NOT NULL,
    region       region NOT NULL CONSTRAINT direct_connection_load_region_check CHECK (prefecture(region) IS NOT NULL),
    load         energy NOT NULL CONSTRAINT direct_connection_load_load_check CHECK (load >= '0 kWh'),
    share        numeric CONSTRAINT direct_connection_load_share_check CHECK (share >= 0 AND share <= 1 AND share = round(share, 12)),
    publication  text,
    CONSTRAINT direct_connection_load_pkey PRIMARY KEY (project_code, hour, account_id, region)
) PARTITION BY RANGE (hour);
COMMENT ON TABLE certledger.direct_connection_load IS 'what a user of a direct connection consumed in an hour, from all sources, by its time-of-use meters (发改能源〔2026〕688号)';
COMMENT ON COLUMN certledger.direct_connection_load.project_code IS 'the plant';
COMMENT ON COLUMN certledger.direct_connection_load.hour IS 'hour, as its beginning in China (UTC+8): 23:00 for the last of a day';
COMMENT ON COLUMN certledger.direct_connection_load.account_id IS 'the user';
COMMENT ON COLUMN certledger.direct_connection_load.region IS 'where it consumed: prefecture or county code';
COMMENT ON COLUMN certledger.direct_connection_load.load IS 'consumption of the hour, direct connection and public grid together';
COMMENT ON COLUMN certledger.direct_connection_load.share IS 'share of the generation by contract, 0 to 1 with up to 12 decimals; empty where the contract names none';
COMMENT ON COLUMN certledger.direct_connection_load.publication IS 'where the figures are from';
