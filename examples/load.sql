-- load.sql: creates the ledger and fills it: published figures of 2023 for the
-- 31 provinces, and a few illustrative users of Chongqing (重庆).
-- Run from the project's root: psql -v ON_ERROR_STOP=1 -f examples/load.sql

CREATE EXTENSION certledger;
SELECT certledger.create_ledger();
SET search_path = certledger, public;

-- Published figures go straight into their tables.
\copy published_generation FROM 'examples/data/published_generation.csv' CSV HEADER
\copy published_consumption FROM 'examples/data/published_consumption.csv' CSV HEADER
\copy interprovincial_flow FROM 'examples/data/interprovincial_flow.csv' CSV HEADER

-- The registry: accounts, projects, what they generated.
CREATE TEMP TABLE account_file (kind account_kind, name text, region region, uscc uscc, provenance text);
\copy account_file FROM 'examples/data/account.csv' CSV HEADER
SELECT name, register_account(kind, name, region, uscc, opened_on => '2021-01-01') FROM account_file;

CREATE TEMP TABLE project_file (project_code text, name text, owner text, region region, source energy_source,
    technology text, capacity_kw numeric, commissioned_on date, provenance text);
\copy project_file FROM 'examples/data/project.csv' CSV HEADER
SELECT register_project(f.project_code, f.name, a.account_id, f.region, f.source, f.capacity_kw,
                        f.commissioned_on, f.technology, registered_on => f.commissioned_on)
FROM project_file f JOIN account a ON a.name = f.owner;

CREATE TEMP TABLE generation_file (project_code text, month date, volume_class volume_class, energy energy, provenance text);
\copy generation_file FROM 'examples/data/generation.csv' CSV HEADER
INSERT INTO generation SELECT project_code, month, volume_class, energy FROM generation_file;

-- Issue month by month; the remainder below one certificate is carried.
SELECT m.month::date, i.*
FROM generate_series(timestamp '2023-07-01', '2023-12-01', '1 month') AS m(month),
     LATERAL issue(m.month::date, effective_on => (m.month + interval '1 month 21 days')::date) AS i;

-- Trades, transfers and retirements: one INSERT each, all or nothing.
CREATE TEMP TABLE transfer_file (ref text, mode trade_mode, from_account text, to_account text, quantity bigint,
    route route, price numeric, contract text, proof text, venue text, effective_on date, provenance text);
\copy transfer_file FROM 'examples/data/transfer.csv' CSV HEADER
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, route, price, contract, proof, venue, effective_on)
SELECT f.ref, f.mode, s.account_id, b.account_id, f.quantity, f.route, f.price, f.contract, f.proof, f.venue, f.effective_on
FROM transfer_file f
JOIN account s ON s.name = f.from_account JOIN account b ON b.name = f.to_account
ORDER BY f.effective_on, f.ref;

CREATE TEMP TABLE retirement_file (ref text, account text, quantity bigint, regime claim_regime,
    consumption_year integer, region region, purpose text, effective_on date, provenance text);
\copy retirement_file FROM 'examples/data/retirement.csv' CSV HEADER
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, purpose, effective_on)
SELECT f.ref, a.account_id, f.quantity, f.regime, f.consumption_year, a.account_id, f.region, f.purpose, f.effective_on
FROM retirement_file f JOIN account a ON a.name = f.account
ORDER BY f.effective_on, f.ref;

-- Facts of consumption; a year's draw is spread evenly over its months.
CREATE TEMP TABLE grid_draw_file (account text, region region, year integer, energy energy, publication text);
\copy grid_draw_file FROM 'examples/data/grid_draw.csv' CSV HEADER
INSERT INTO grid_draw (account_id, region, month, energy, publication)
SELECT a.account_id, f.region, make_date(f.year, m.month, 1),
       apportion(f.energy, '1 kWh') OVER (PARTITION BY a.account_id, f.region ORDER BY m.month), f.publication
FROM grid_draw_file f JOIN account a ON a.name = f.account, generate_series(1, 12) AS m(month);

CREATE TEMP TABLE physical_supply_file (account text, region region, month date, kind supply_kind, energy energy, publication text);
\copy physical_supply_file FROM 'examples/data/physical_supply.csv' CSV HEADER
INSERT INTO physical_supply (account_id, region, month, kind, energy, publication)
SELECT a.account_id, f.region, f.month, f.kind, f.energy, f.publication
FROM physical_supply_file f JOIN account a ON a.name = f.account;

CREATE TEMP TABLE energy_trade_file (contract text, month date, kind energy_trade_kind, from_province region,
    to_province region, buyer text, buyer_region region, settled energy, certificate_settled energy, publication text);
\copy energy_trade_file FROM 'examples/data/energy_trade.csv' CSV HEADER
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled,
                          certificate_settled, publication)
SELECT f.contract, f.month, f.kind, f.from_province, f.to_province, a.account_id, f.buyer_region, f.settled,
       f.certificate_settled, f.publication
FROM energy_trade_file f LEFT JOIN account a ON a.name = f.buyer;

SELECT * FROM run_accounts(2023);
SELECT count(*) AS problems FROM verify();
