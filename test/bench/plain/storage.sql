-- storage.sql: tables of a year of users without certledger's types: numeric
-- kWh with three decimals, regions as integers; columns and keys are those of
-- grid_draw and user_account.
--
-- Usage, in a database whose ledger has run its accounts of 2025:
--
--     psql -X -f test/bench/plain/storage.sql
\set ON_ERROR_STOP 1
SET client_min_messages = warning;

CREATE TABLE plain.grid_draw (
    account_id  bigint NOT NULL,
    region      integer NOT NULL,
    month       date NOT NULL CHECK (extract(day FROM month) = 1),
    energy      numeric(18, 3) NOT NULL CHECK (energy >= 0),
    publication text,
    PRIMARY KEY (account_id, region, month) INCLUDE (energy)
);
INSERT INTO plain.grid_draw
SELECT g.account_id, g.region::text::integer, g.month, certledger.kwh(g.energy), g.publication
FROM certledger.grid_draw AS g WHERE g.month BETWEEN '2025-01-01' AND '2025-12-01' ORDER BY g.month, g.account_id;

CREATE TABLE plain.user_account (
    year              integer NOT NULL,
    version           integer NOT NULL,
    account_id        bigint NOT NULL,
    city              integer NOT NULL,
    grid_draw         numeric(18, 3) NOT NULL,
    physical          numeric(18, 3) NOT NULL,
    energy_trade      numeric(18, 3) NOT NULL,
    certificate_trade numeric(18, 3) NOT NULL,
    excess            numeric(18, 3) NOT NULL,
    allocation        numeric(18, 3) NOT NULL,
    non_fossil        numeric(18, 3) NOT NULL,
    PRIMARY KEY (year, version, account_id, city),
    CHECK (non_fossil = physical + energy_trade + certificate_trade + allocation),
    CHECK (energy_trade + certificate_trade <= grid_draw)
);
INSERT INTO plain.user_account
SELECT u.year, u.version, u.account_id, u.city::text::integer, certledger.kwh(u.grid_draw), certledger.kwh(u.physical),
       certledger.kwh(u.energy_trade), certledger.kwh(u.certificate_trade), certledger.kwh(u.excess), certledger.kwh(u.allocation),
       certledger.kwh(u.non_fossil)
FROM certledger.user_account AS u WHERE u.year = 2025 ORDER BY u.account_id, u.city;

VACUUM ANALYZE plain.grid_draw, plain.user_account;
