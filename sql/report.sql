-- report: the views of the accounts for readers of every kind.
\set SHOW_CONTEXT never
SET datestyle = ISO;
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\set fixture :abs_srcdir '/test/fixture/model.sql'
\i :fixture
\set fixture :abs_srcdir '/test/fixture/explain.sql'
\i :fixture
SELECT * FROM run_accounts(2025);
SELECT * FROM run_accounts(2026);
\o
SET jit = off;
-- no reader needs a type of ours, nor any binary floating point: every view but
-- user_month, which others are made of, has plain columns
SELECT c.relname, a.attname, a.atttypid::regtype FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'certledger'::regnamespace AND c.relkind = 'v' AND c.relname <> 'user_month'
  AND a.atttypid NOT IN ('text'::regtype, 'integer'::regtype, 'bigint'::regtype, 'numeric'::regtype, 'date'::regtype, 'boolean'::regtype, 'timestamptz'::regtype) ORDER BY 1, 2;
SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'certledger'::regnamespace AND c.relkind = 'v' ORDER BY 1;
-- units are in names or comments: MWh, or a ratio
SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'certledger'::regnamespace AND c.relkind = 'v' AND a.atttypid = 'numeric'::regtype AND a.attname <> 'certificates'
  AND NOT (a.attname LIKE '%\_mwh' AND col_description(c.oid, a.attnum) LIKE '%MWh%' OR col_description(c.oid, a.attnum) ~ 'ratio|decimals') ORDER BY 1, 2;

-- a year with two versions, the second of which allocates by month
SELECT close_year(2026);
SELECT restate_year(2026, 'coefficients of months');
INSERT INTO published_coefficient (year, province, month, coefficient, publication) VALUES (2026, '500000', '2026-01-01', 0.5, 'notice 2'), (2026, '500000', '2026-03-01', 0.333333333333, NULL);
SELECT year, version, current, state, reason, run_at IS NOT NULL AS was_run, closed_at IS NOT NULL AS closed, closed_by = current_user AS by_me FROM year_report ORDER BY year, version;
SELECT count(*) FROM run_accounts(2026);
SELECT year, version, current, state, run_at IS NOT NULL AS was_run FROM year_report ORDER BY year, version;

-- each view beside its table
SELECT * FROM province_report WHERE year = 2026 AND version = 2 ORDER BY province;
SELECT count(*) AS lines, count(*) FILTER (WHERE r.generation_mwh <> mwh(p.generation) OR r.energy_trade_mwh <> mwh(p.energy_trade) OR r.certificate_trade_mwh <> mwh(p.certificate_trade)
       OR r.allocation_mwh <> mwh(p.allocation) OR r.line_loss_mwh <> mwh(p.line_loss) OR r.non_fossil_mwh <> mwh(p.non_fossil) OR r.consumption_mwh IS DISTINCT FROM mwh(p.consumption)
       OR r.net_received_mwh <> mwh(p.net_received) OR r.fossil_on_grid_mwh <> mwh(p.fossil_on_grid)) AS wrong
FROM province_account AS p LEFT JOIN province_report AS r ON (r.year, r.version, r.province) = (p.year, p.version, p.province::text);
SELECT * FROM city_report WHERE year = 2026 AND current ORDER BY city;
SELECT count(*) AS lines, count(*) FILTER (WHERE r.grid_draw_mwh <> mwh(c.grid_draw) OR r.physical_mwh <> mwh(c.physical) OR r.energy_trade_mwh <> mwh(c.energy_trade)
       OR r.certificate_trade_mwh <> mwh(c.certificate_trade) OR r.allocation_mwh <> mwh(c.allocation) OR r.non_fossil_mwh <> mwh(c.non_fossil)) AS wrong
FROM city_account AS c LEFT JOIN city_report AS r ON (r.year, r.version, r.city) = (c.year, c.version, c.city::text);
SELECT year, version, account_id, account_name, account_kind, uscc, city, city_name, province_name, grid_draw_mwh, excess_mwh, non_fossil_mwh, round(non_fossil_share, 6) AS share, storage_charged_mwh, storage_discharged_mwh
FROM user_report WHERE current ORDER BY year, account_id, city;
SELECT count(*) AS lines, count(*) FILTER (WHERE r.grid_draw_mwh <> mwh(u.grid_draw) OR r.physical_mwh <> mwh(u.physical) OR r.energy_trade_mwh <> mwh(u.energy_trade)
       OR r.certificate_trade_mwh <> mwh(u.certificate_trade) OR r.excess_mwh <> mwh(u.excess) OR r.allocation_mwh <> mwh(u.allocation) OR r.non_fossil_mwh <> mwh(u.non_fossil)) AS wrong
FROM user_account AS u LEFT JOIN user_report AS r ON (r.year, r.version, r.account_id, r.city) = (u.year, u.version, u.account_id, u.city::text);
SELECT year, version, province, province_name, numerator_mwh, denominator_mwh, round(k, 12) AS k, k_displayed, published, allocated_mwh, loss_residual_mwh, up_to_date
FROM coefficient_report WHERE current ORDER BY year, province;
SELECT count(*) AS lines, count(*) FILTER (WHERE r.physical_mwh <> mwh(k.physical) OR r.energy_trade_mwh <> mwh(k.energy_trade) OR r.certificate_trade_mwh <> mwh(k.certificate_trade)
       OR r.numerator_mwh <> mwh(k.numerator) OR r.denominator_mwh <> mwh(k.denominator) OR r.k IS DISTINCT FROM k.k) AS wrong
FROM coefficient AS k LEFT JOIN coefficient_report AS r ON (r.year, r.version, r.province) = (k.year, k.version, k.province::text);
SELECT year, version, current, province, month, round(k, 12) AS k, published, remaining_mwh, allocated_mwh FROM coefficient_month_report ORDER BY month;

-- claims, with the cap that they reached, its volume and its use
SELECT tier, province, city, account_id, category, from_province, document, claimed_mwh, recognised_mwh, reason, cap_region, cap_region_name, cap_month, cap_mwh, cap_use_mwh
FROM recognition_report WHERE year = 2026 AND current ORDER BY tier, account_id, category, document, month;
SELECT count(*) AS lines, count(*) FILTER (WHERE x.n <> 1) AS wrong
FROM (SELECT count(p.year) AS n FROM recognition AS r
      LEFT JOIN recognition_report AS p ON (p.year, p.version, p.tier, p.document, p.category, p.month, p.claimed_mwh, p.recognised_mwh, p.excess_mwh) = (r.year, r.version, r.tier::text, r.document, r.category, r.month, mwh(r.claimed), mwh(r.recognised), mwh(r.excess))
          AND p.account_id IS NOT DISTINCT FROM r.account_id AND p.from_province = r.from_province::text AND p.province = r.province::text
      GROUP BY r.ctid, r.tableoid) AS x;
-- a cap that was reached is full, unless its claims were cut elsewhere before
SELECT cap_kind, count(*) AS claims, count(*) FILTER (WHERE cap_use_mwh = cap_mwh) AS full FROM recognition_report WHERE cap_kind IS NOT NULL GROUP BY cap_kind ORDER BY cap_kind;

-- caps
SELECT tier, kind, region, region_name, from_province, account_id, month, basis, cap_mwh, claimed_mwh, recognised_mwh, headroom_mwh FROM cap_report
WHERE year = 2026 AND current AND (month IS NULL OR month BETWEEN '2026-07-01' AND '2026-08-01') ORDER BY tier, kind, region, from_province, account_id, month, basis;
SELECT count(*) AS lines, count(*) FILTER (WHERE headroom_mwh < 0 OR claimed_mwh < recognised_mwh OR headroom_mwh <> cap_mwh - recognised_mwh) AS wrong FROM cap_report;

SELECT market, province, province_name, direction, flow_mwh, fossil_trade_mwh, energy_trade_mwh, certificate_trade_mwh, residual_mwh, allocated_by, allocation_mwh, line_loss_mwh
FROM interprovincial_report WHERE year = 2026 AND current ORDER BY market, direction, province;
SELECT year, version, warning, region_name, account_name, rule, rule_value, rule_source, rule_status, detail FROM warning_report WHERE current ORDER BY year, warning, region_name;

-- months: their sums are the year's, A to the watt-hours that rounding moves
SELECT year, version, month, account_id, account_name, city, grid_draw_mwh, physical_mwh, energy_trade_mwh, certificate_trade_mwh, remaining_mwh, round(allocation_mwh, 9) AS allocation_mwh, allocation_basis
FROM user_month_report WHERE account_id IN (4, 5, 10) ORDER BY year, account_id, city, month;
SELECT count(*) AS accounts, count(*) FILTER (WHERE m.w <> u.grid_draw_mwh OR m.p <> u.physical_mwh OR m.t <> u.energy_trade_mwh OR m.c <> u.certificate_trade_mwh
       OR m.remaining <> u.grid_draw_mwh - u.energy_trade_mwh - u.certificate_trade_mwh OR abs(m.a - u.allocation_mwh) >= 0.000012) AS wrong
FROM (SELECT u.* FROM user_report AS u WHERE u.current) AS u
LEFT JOIN (SELECT year, version, account_id, city, sum(grid_draw_mwh) AS w, sum(physical_mwh) AS p, sum(energy_trade_mwh) AS t, sum(certificate_trade_mwh) AS c,
                  sum(remaining_mwh) AS remaining, sum(allocation_mwh) AS a FROM user_month_report GROUP BY 1, 2, 3, 4) AS m USING (year, version, account_id, city);
-- and what remains of the months of a province is what was allocated
SELECT c.month, c.remaining_mwh, sum(m.remaining_mwh) AS remaining_of_users, c.allocated_mwh, round(sum(m.allocation_mwh), 9) AS allocated_to_users
FROM coefficient_month_report AS c JOIN user_month_report AS m ON (m.year, m.version, m.province, m.month) = (c.year, c.version, c.province, c.month) GROUP BY 1, 2, 4 ORDER BY 1;
-- discharge that is deducted takes from the months of charge
BEGIN;
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('storage_discharging', '2026-01-01', 'deduct', 'word', 'test', 'test', 'default');
INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged) VALUES (10, '500200', '2026-02-01', 'new_storage', '4 MWh', '1 MWh'), (10, '500200', '2026-05-01', 'new_storage', '0 kWh', '2 MWh'), (10, '500100', '2026-05-01', 'new_storage', '1 MWh', '2 MWh');
SELECT count(*) FROM run_accounts(2026);
SELECT month, city, grid_draw_mwh, remaining_mwh FROM user_month_report WHERE account_id = 10 AND city LIKE '5%' ORDER BY city, month;
SELECT city, grid_draw_mwh, storage_charged_mwh, storage_discharged_mwh FROM user_report WHERE account_id = 10 AND current ORDER BY city;
SELECT identity, region, residual_mwh FROM account_identity WHERE residual_mwh <> 0;
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('storage_charging', '2026-01-01', 'ignore', 'word', 'test', 'test', 'default');
SELECT count(*) FROM run_accounts(2026);
SELECT month, city, grid_draw_mwh, remaining_mwh FROM user_month_report WHERE account_id = 10 AND city LIKE '5%' ORDER BY city, month;
ROLLBACK;

-- the standing identities hold in every version
SELECT * FROM account_identity WHERE year = 2026 AND current ORDER BY identity, region, rule;
SELECT identity, count(*) AS lines, count(*) FILTER (WHERE residual_mwh <> 0) AS broken FROM account_identity GROUP BY identity ORDER BY identity;

-- the months of one user are found by index, whatever the years and versions
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT 100 + n % 2000, '500100', make_date(2024 + n / 24000, 1 + n / 2000 % 12, 1), '1 MWh' FROM generate_series(0, 47999) AS n;
ANALYZE grid_draw;
CREATE FUNCTION pg_temp.scans(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ 'Seq Scan on (grid_draw|recognition|user_account|physical_supply)' AND line !~ '_other' THEN
            RETURN NEXT trim(line);
        END IF;
    END LOOP;
END $$;
SELECT * FROM pg_temp.scans('SELECT * FROM user_month_report WHERE account_id = 104 AND year = 2025') WHERE scans ~ 'grid_draw_202[45]';

-- names may be missing; the reader's own rights apply
SELECT count(*) AS views, count(*) FILTER (WHERE has_table_privilege('public', oid, 'SELECT')) AS open FROM pg_class WHERE relnamespace = 'certledger'::regnamespace AND relkind = 'v';
