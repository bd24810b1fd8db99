-- ets_green_offset: green power and credits in the pilot carbon markets.
\set SHOW_CONTEXT never
SET datestyle = ISO;
\getenv abs_srcdir PG_ABS_SRCDIR
\set ledger :abs_srcdir '/test/fixture/ledger.sql'
\set model :abs_srcdir '/test/fixture/model.sql'
\set helper :abs_srcdir '/test/fixture/helper.sql'
\set ECHO none
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
\i :helper
\set ECHO all

--
-- Plain values, without a ledger
--
-- E1, E2, E3: Chongqing, compliance year 2024
SELECT v.vector, o.* FROM (VALUES ('E1', 10000, '5000 MWh'::energy), ('E2', 30000, '50000 MWh'), ('E3', 10000, '1000 MWh')) AS v(vector, shortfall, green),
    ets_green_offset(v.shortfall, v.green, 0.5581) AS o;
-- E4: Shenzhen stops at the shortfall and has no absolute limit
SELECT o.* FROM (VALUES ('5000 MWh'::energy), ('3000 MWh')) AS v(green), ets_green_offset(1500, v.green, 0.4326, share_limit => 1, offset_limit => 'infinity') AS o;
-- limits that are reached together are all named
SELECT shortfall, green, green_offset, bound_by FROM (VALUES (25000, '4000 MWh'::energy), (25000, '5000 MWh'), (30000, '4000 MWh'), (12500, '2000 MWh')) AS v(shortfall, green), ets_green_offset(v.shortfall, v.green, 0.5) ORDER BY 1, 2;
-- nothing missing, nothing bought, no factor, no share, no limit
SELECT * FROM ets_green_offset(0, '5000 MWh', 0.5581);
SELECT * FROM ets_green_offset(10000, '0 kWh', 0.5581);
SELECT by_energy, by_share, by_limit, green_offset, bound_by FROM ets_green_offset(10000, '5000 MWh', 0, 0, 0);
-- exact, to the watt-hour
SELECT by_energy, green_offset, remaining FROM ets_green_offset(10000.5, '1000000.001 kWh', 0.5581);
-- the offset is never more than any of the three
SELECT count(*) AS cases, count(*) FILTER (WHERE o.green_offset > o.by_energy OR o.green_offset > o.by_share OR o.green_offset > o.by_limit) AS above,
       count(*) FILTER (WHERE o.green_offset NOT IN (o.by_energy, o.by_share, o.by_limit)) AS none_of_them,
       count(*) FILTER (WHERE ('energy' = ANY (o.bound_by)) <> (o.green_offset = o.by_energy) OR ('share' = ANY (o.bound_by)) <> (o.green_offset = o.by_share) OR ('limit' = ANY (o.bound_by)) <> (o.green_offset = o.by_limit)) AS named_wrong,
       count(*) FILTER (WHERE o.remaining + o.green_offset <> s.shortfall) AS remaining_wrong
FROM generate_series(0, 40000, 2500) AS s(shortfall), generate_series(0, 8000, 250) AS g(mwh), ets_green_offset(s.shortfall, make_energy(mwh => g.mwh), 0.5) AS o;
-- what is not known gives nothing
SELECT u.unknown, o.green_offset, o.bound_by FROM (VALUES ('shortfall', NULL, '1 MWh'::energy, 0.5, 0.08, 2000), ('green', 1, NULL, 0.5, 0.08, 2000), ('factor', 1, '1 MWh', NULL, 0.08, 2000), ('share', 1, '1 MWh', 0.5, NULL, 2000), ('limit', 1, '1 MWh', 0.5, 0.08, NULL)) AS u(unknown, s, g, f, p, l),
    ets_green_offset(u.s, u.g, u.f, u.p, u.l) AS o;
-- what cannot be; the factor has no default
SELECT ets_green_offset(10000, '5000 MWh', 0.5581, 8);
\echo :LAST_ERROR_SQLSTATE
SELECT ets_green_offset(10000, '5000 MWh');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT ets_green_offset(-1, '1 MWh', 0.5)$$, $$SELECT ets_green_offset('NaN', '1 MWh', 0.5)$$, $$SELECT ets_green_offset('infinity', '1 MWh', 0.5)$$, $$SELECT ets_green_offset(1, '-1 MWh', 0.5)$$,
    $$SELECT ets_green_offset(1, '1 MWh', -0.5)$$, $$SELECT ets_green_offset(1, '1 MWh', 558.1)$$, $$SELECT ets_green_offset(1, '1 MWh', 'NaN')$$, $$SELECT ets_green_offset(1, '1 MWh', 0.5, -0.08)$$, $$SELECT ets_green_offset(1, '1 MWh', 0.5, 1.0001)$$,
    $$SELECT ets_green_offset(1, '1 MWh', 0.5, 'NaN')$$, $$SELECT ets_green_offset(1, '1 MWh', 0.5, 0.08, -2000)$$, $$SELECT ets_green_offset(1, '1 MWh', 0.5, 0.08, 'NaN')$$, $$SELECT ets_green_offset(1, '1 MWh', 0.5, 0.08, '-infinity')$$);

-- the shortfall: max(0, verified - allocation - held)
SELECT ets_shortfall(100000, 90000) AS plain, ets_shortfall(100000, 90000, 2500.5) AS with_holdings, ets_shortfall(100000, 90000, 10000) AS just, ets_shortfall(90000, 100000) AS surplus, ets_shortfall(0, 0, 0) AS nothing,
       ets_shortfall(NULL, 1) IS NULL AND ets_shortfall(1, NULL) IS NULL AND ets_shortfall(1, 1, NULL) IS NULL AS unknown;
SELECT * FROM pg_temp.refused('SELECT ets_shortfall(-1, 0)', 'SELECT ets_shortfall(1, -1)', 'SELECT ets_shortfall(1, 1, -1)', $$SELECT ets_shortfall('NaN', 0)$$, $$SELECT ets_shortfall(1, 'infinity')$$);
-- credits (CCER and CQCER together): a share of the obligation
SELECT ets_credit_limit(100000) AS chongqing_2024, ets_credit_limit(100000, 0.1) AS other, ets_credit_limit(12345.6) AS exact, ets_credit_limit(0) AS nothing, ets_credit_limit(NULL) IS NULL AND ets_credit_limit(1, NULL) IS NULL AS unknown;
SELECT * FROM pg_temp.refused('SELECT ets_credit_limit(-1)', 'SELECT ets_credit_limit(1, 5)', 'SELECT ets_credit_limit(1, -0.05)', $$SELECT ets_credit_limit('NaN')$$, $$SELECT ets_credit_limit('infinity')$$);
-- a whole case: shortfall, green power, then credits for what is left
SELECT s.shortfall, o.green_offset, c.credits, o.remaining - least(o.remaining, c.credits) AS to_buy
FROM (SELECT ets_shortfall(60000, 50000, 1000) AS shortfall) AS s, ets_green_offset(s.shortfall, '5000 MWh', 0.5581) AS o, (SELECT ets_credit_limit(60000) AS credits) AS c;

-- by market and year it needs the rules of a ledger
SELECT * FROM ets_green_offset('500000', 2024, 10000, '5000 MWh', 0.5581);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT ets_account_green_offset(4, 2025, 10000, 0.5581)$$, $$SELECT ets_credit_limit('500000', 2024, 1)$$);

--
-- By the rules of a market and year
--
\set ECHO none
\o /dev/null
\i :ledger
\i :model
SELECT * FROM run_accounts(2025);
\o
\set ECHO all
-- E1 to E4 again
SELECT v.vector, o.green_factor, o.by_energy, o.by_share, o.by_limit, o.green_offset, o.bound_by FROM (VALUES ('E1', '500000'::region, 10000, '5000 MWh'::energy, 0.5581), ('E2', '500000', 30000, '50000 MWh', 0.5581), ('E3', '500000', 10000, '1000 MWh', 0.5581), ('E4', '440300', 1500, '5000 MWh', NULL), ('E4', '440300', 1500, '3000 MWh', NULL))
    AS v(vector, market, shortfall, green, factor), ets_green_offset(v.market, 2024, v.shortfall, v.green, v.factor) AS o ORDER BY v.vector, v.green DESC;
-- a place within the market; a factor that is given comes before the rule
SELECT o.green_factor, o.green_offset FROM (VALUES ('500103'::region, 0.5581), ('440305', 0.5)) AS v(market, factor), ets_green_offset(v.market, 2025, 10000, '1000 MWh', v.factor) AS o;
SELECT ets_credit_limit('500000', 2024, 100000), ets_credit_limit('500103', 2026, 200000), ets_credit_limit('500000', NULL, 1) IS NULL AS unknown;
-- the factor of Chongqing is on no public record: without one there is no offset
SELECT * FROM ets_green_offset('500000', 2024, 10000, '5000 MWh', NULL);
\echo :LAST_ERROR_SQLSTATE
-- rules by compliance year, as they stand on its last day
CREATE FUNCTION pg_temp.set_rule(name text, value text, day date) RETURNS void LANGUAGE sql AS $$
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ($1, $3, $2, 'a test', 'a test', 'default') $$;
BEGIN;
SELECT pg_temp.set_rule('chongqing_ets_green_offset_share', '0.10', '2025-12-31'), pg_temp.set_rule('chongqing_ets_green_offset_limit', '900', '2026-01-01'), pg_temp.set_rule('chongqing_ets_green_offset_factor', '0.6', '2025-01-01'), pg_temp.set_rule('chongqing_ets_credit_share', '0.1', '2025-06-01'), pg_temp.set_rule('shenzhen_ets_green_factor', '0.4', '2025-01-01');
SELECT y.year, o.green_factor, o.by_energy, o.by_share, o.by_limit, o.green_offset, ets_credit_limit('500000', y.year, 1000) AS credits FROM (VALUES (2025), (2026)) AS y(year), ets_green_offset('500000', y.year, 10000, '5000 MWh', NULL) AS o ORDER BY y.year;
SELECT y.year, o.green_factor, o.green_offset FROM (VALUES (2024), (2025)) AS y(year), ets_green_offset('440300', y.year, 10000, '5000 MWh', NULL) AS o ORDER BY y.year;
ROLLBACK;
-- no rules for earlier years; values that cannot be used
SELECT * FROM ets_green_offset('500000', 2023, 10000, '5000 MWh', 0.5581);
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION pg_temp.with_rule(name text, value text, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF value IS NULL THEN
        DELETE FROM rule AS r WHERE r.name = with_rule.name;
    ELSE
        PERFORM pg_temp.set_rule(name, value, '2024-06-01');
    END IF;
    EXECUTE statement;
    RAISE EXCEPTION USING ERRCODE = 'DONE0', MESSAGE = 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT r.name, v.value, pg_temp.with_rule(r.name, v.value, r.statement) FROM (VALUES
    ('chongqing_ets_green_offset_share', $$SELECT ets_green_offset('500000', 2024, 10000, '5000 MWh', 0.5581)$$, '{NULL,8,8 %,-0.1}'::text[]), ('chongqing_ets_green_offset_limit', $$SELECT ets_green_offset('500000', 2024, 10000, '5000 MWh', 0.5581)$$, '{NULL,none,-1}'),
    ('chongqing_ets_green_offset_factor', $$SELECT ets_green_offset('500000', 2024, 10000, '5000 MWh', NULL)$$, '{558.1,provincial}'), ('shenzhen_ets_green_factor', $$SELECT ets_green_offset('440300', 2024, 10000, '5000 MWh', NULL)$$, '{NULL,432.6,low}'),
    ('chongqing_ets_credit_share', $$SELECT ets_credit_limit('500000', 2024, 1)$$, '{NULL,5,five}')) AS r(name, statement, bad), unnest(r.bad) AS v(value);
-- other markets
SELECT * FROM ets_green_offset('110000', 2024, 10000, '5000 MWh', 0.5581);
\echo :LAST_ERROR_SQLSTATE
SELECT ets_credit_limit('440300', 2024, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT ets_green_offset('000000', 2024, 1, '1 MWh', 0.5)$$, $$SELECT ets_green_offset('440000', 2024, 1, '1 MWh', 0.5)$$, $$SELECT ets_credit_limit('310000', 2024, 1)$$,
    $$SELECT ets_green_offset('500000', 1999, 1, '1 MWh', 0.5)$$, $$SELECT ets_credit_limit('500000', 2100, 1)$$, $$SELECT ets_green_offset('500000', 2024, -1, '1 MWh', 0.5)$$, $$SELECT ets_green_offset('500000', 2024, 1, '-1 MWh', 0.5)$$,
    $$SELECT ets_green_offset('500000', 2024, 1, '1 MWh', -0.5)$$, $$SELECT ets_credit_limit('500000', 2024, -1)$$, $$SELECT ets_green_offset(NULL::region, 2024, 1, '1 MWh', 0.5)$$, $$SELECT ets_green_offset('500000', NULL::integer, 1, '1 MWh', 0.5)$$,
    $$SELECT ets_green_offset('500000', 2024, NULL, '1 MWh', 0.5)$$, $$SELECT ets_green_offset('500000', 2024, 1, NULL, 0.5)$$);

--
-- On the accounts: the green power that they recognised
--
-- users 4 to 6 bought 30, 30, and 20 + 15 GWh in Chongqing
SELECT account_id, sum(recognised) AS green_power FROM recognition WHERE year = 2025 AND tier = 'user' AND category = 'green_power' GROUP BY account_id ORDER BY account_id;
SELECT a.account_id, o.green_energy, o.by_energy, o.by_share, o.by_limit, o.green_offset, o.bound_by FROM account AS a, ets_account_green_offset(a.account_id, 2025, 20000, 0.5581) AS o WHERE a.kind = 'user' AND a.region <@ '500000' ORDER BY 1;
-- an account that bought none
SELECT green_energy, green_offset, bound_by FROM ets_account_green_offset(7, 2025, 20000, 0.5581);
-- what is bought elsewhere does not count in this market
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES ('green CC', '2025-01-01', 'green_power', '510000', '510000', 4, '510100', '8 GWh', '8 GWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (4, '510100', '2025-01-01', '9 GWh');
SELECT count(*) FROM run_accounts(2025);
SELECT sum(recognised) AS everywhere FROM recognition WHERE year = 2025 AND tier = 'user' AND category = 'green_power' AND account_id = 4;
SELECT green_energy FROM ets_account_green_offset(4, 2025, 20000, 0.5581);
-- what is refused: no such market, no factor, accounts never run, no such account
SELECT ets_account_green_offset(8, 2025, 20000, 0.5581);
\echo :LAST_ERROR_SQLSTATE
SELECT ets_account_green_offset(4, 2025, 20000, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT ets_account_green_offset(4, 2024, 20000, 0.5581);
\echo :LAST_ERROR_SQLSTATE
SELECT ets_account_green_offset(99, 2025, 20000, 0.5581);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused('SELECT ets_account_green_offset(NULL, 2025, 1, 0.5)', 'SELECT ets_account_green_offset(4, NULL, 1, 0.5)', 'SELECT ets_account_green_offset(4, 2025, NULL, 0.5)', 'SELECT ets_account_green_offset(4, 1999, 1, 0.5)', 'SELECT ets_account_green_offset(4, 2025, -1, 0.5)', 'SELECT ets_account_green_offset(4, 2025, 1, 2)');
BEGIN READ ONLY;
SELECT green_offset FROM ets_account_green_offset(4, 2025, 20000, 0.5581);
ROLLBACK;
SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
