-- emission: indirect emissions from electricity by both methods, and factors.
\set SHOW_CONTEXT never
SET datestyle = ISO;
\getenv abs_srcdir PG_ABS_SRCDIR
\set ledger :abs_srcdir '/test/fixture/ledger.sql'
\set model :abs_srcdir '/test/fixture/model.sql'
\set helper :abs_srcdir '/test/fixture/helper.sql'
\set ECHO none
\o /dev/null
\i :ledger
\o
\set ECHO all

-- S-1, S-2
SELECT emission('173.502 MWh', 0.5366) AS s1;
SELECT emission('760 GWh', 0.8426) AS s2;
-- S-2 with the factor as published; kgCO2/kWh is tCO2/MWh
SELECT emission('760 GWh', emission_factor('national_fossil', 2021)) AS s2;
-- exact to the last digit, for any energy
SELECT emission('0.001 kWh', 0.5306) AS one_wh, emission('0 kWh', 0.5306) AS nothing, emission('-1 MWh', 0.5306) AS given_back;
SELECT emission('9223372036854775.807 kWh', 0.5306) AS limit_of_type;
SELECT emission(NULL::energy, 0.5306) IS NULL AS no_energy, emission('1 MWh'::energy, NULL) IS NULL AS no_factor;

-- U2: 105 GWh used, 78.065281 GWh non-fossil, factors of 2023; U4
SELECT round(average_method, 3) AS average_method, round(split_method, 3) AS split_method,
       round(100 * non_fossil_share, 4) AS share, round(100 * break_even_share, 4) AS break_even
FROM indirect_emissions('105 GWh', '78065280.845 kWh', 0.5306, 0.8273);
-- U3
SELECT y.year, round(average_method, 3) AS average_method, round(split_method, 3) AS split_method,
       round(100 * break_even_share, 4) AS break_even
FROM (VALUES (2023), (2022), (2021)) AS y(year),
     indirect_emissions('105 GWh', '78065280.845 kWh', emission_factor('national_average', y.year), emission_factor('national_fossil', y.year))
ORDER BY y.year DESC;
-- the methods meet at the break-even share, below it the average is lower
SELECT e.non_fossil, i.average_method, i.split_method, sign(i.split_method - i.average_method) AS split_less_average
FROM (VALUES ('0 kWh'::energy), ('249 MWh'), ('250 MWh'), ('251 MWh'), ('1 GWh')) AS e(non_fossil),
     indirect_emissions('1 GWh', e.non_fossil, 0.6, 0.8) AS i ORDER BY e.non_fossil;
-- no electricity: no share; fossil power no dirtier than the other: no break-even
SELECT * FROM indirect_emissions('0 kWh', '0 kWh', 0.5306, 0.8273);
SELECT * FROM indirect_emissions('1 MWh', '0 kWh', 0.5306, 0);
SELECT * FROM indirect_emissions('1 MWh', '0 kWh', 0.5306, 0.1, 0.1);
-- all of it non-fossil; an average above the fossil factor: the split method is always the lower one
SELECT * FROM indirect_emissions('1 MWh', '1 MWh', 0.5306, 0.8273);
SELECT * FROM indirect_emissions('1 MWh', '0 kWh', 0.9, 0.8);
-- non-fossil power with a factor of its own: 0.75 Q at 0.04 and the rest at 0.84 is 0.24 Q, as the average
SELECT * FROM indirect_emissions('1 GWh', '750 MWh', 0.24, 0.84, 0.04);
-- what is not known: the method that needs it is NULL, the other is not
SELECT u.unknown, i.* FROM (VALUES
    ('average_factor', '1 MWh'::energy, '0 kWh'::energy, NULL, 0.8273, 0), ('fossil_factor', '1 MWh', '0 kWh', 0.5306, NULL, 0), ('non_fossil_factor', '1 MWh', '0 kWh', 0.5306, 0.8273, NULL),
    ('non_fossil', '1 MWh', NULL, 0.5306, 0.8273, 0), ('electricity', NULL, '0 kWh', 0.5306, 0.8273, 0), ('all', NULL, NULL, NULL, NULL, NULL)) AS u(unknown, q, e, a, f, n),
    indirect_emissions(u.q, u.e, u.a::numeric, u.f::numeric, u.n::numeric) AS i;
-- what cannot be
SELECT * FROM indirect_emissions('1 MWh', '1000.001 kWh', 0.5306, 0.8273);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM indirect_emissions('1 MWh', '0 kWh', 530.6, 0.8273);
\echo :LAST_ERROR_SQLSTATE
\set ECHO none
\i :helper
\set ECHO all
SELECT * FROM pg_temp.refused(
    $$SELECT indirect_emissions('-0.001 kWh', '0 kWh', 0.5306, 0.8273)$$, $$SELECT indirect_emissions('-1 MWh', NULL, NULL, NULL)$$,
    $$SELECT indirect_emissions('1 MWh', '-0.001 kWh', 0.5306, 0.8273)$$, $$SELECT indirect_emissions(NULL, '-1 MWh', 0.5306, 0.8273)$$,
    $$SELECT indirect_emissions('1 MWh', '0 kWh', -0.1, 0.8273)$$, $$SELECT indirect_emissions('1 MWh', '0 kWh', 0.5306, -0.8273)$$, $$SELECT indirect_emissions('1 MWh', '0 kWh', 0.5306, 0.8273, -1)$$,
    $$SELECT indirect_emissions('1 MWh', '0 kWh', 'NaN', 0.8273)$$, $$SELECT indirect_emissions('1 MWh', '0 kWh', 0.5306, 'infinity')$$, $$SELECT indirect_emissions('1 MWh', '0 kWh', 0.5306, 2)$$,
    $$SELECT emission('1 MWh', -0.1)$$, $$SELECT emission('1 MWh', 2)$$, $$SELECT emission('1 MWh', 'NaN')$$, $$SELECT emission('1 MWh', 'infinity')$$);
SELECT emission('1 MWh', 0) AS least, emission('1 MWh', 1.999999) AS greatest;

-- factors: the published national ones, a year after the last takes the
-- latest, a year before the first has none
SELECT y.year, emission_factor('national_average', y.year) AS average, emission_factor('national_fossil', y.year) AS fossil,
       emission_factor('national_excl_market_nonfossil', y.year) AS without_market
FROM (VALUES (2020), (2021), (2022), (2023), (2024), (2025), (2099)) AS y(year) ORDER BY y.year;
-- provinces; 西藏 has none in any year
SELECT n.region, n.name, emission_factor('province_average', 2021, n.region) AS f2021,
       emission_factor('province_average', 2022, n.region) AS f2022, emission_factor('province_average', 2025, n.region) AS f2025
FROM region_name n WHERE n.region IN ('110000', '500000', '540000', '650000') ORDER BY n.region;
SELECT count(*) FILTER (WHERE emission_factor('province_average', y.year, n.region) IS NOT NULL) AS provinces,
       string_agg(n.name, ', ') FILTER (WHERE emission_factor('province_average', y.year, n.region) IS NULL) AS without
FROM region_name n, (VALUES (2021), (2022), (2023)) AS y(year) WHERE n.tier = 'province' GROUP BY y.year ORDER BY y.year;
-- the grid region of a province: its regional average; a city or county stands for its province
SELECT r.region, emission_factor('regional_average', 2023, r.region) AS regional, emission_factor('province_average', 2023, r.region) AS provincial
FROM (VALUES ('500000'::region), ('500112'), ('540100'), ('150000'), ('440300')) AS r(region) ORDER BY r.region;
SELECT DISTINCT n.factor_region, y.year, emission_factor('regional_average', y.year, n.region) AS factor
FROM region_name n, (VALUES (2021), (2023)) AS y(year) WHERE n.tier = 'province' ORDER BY 1, 2;
-- where it is from
SELECT * FROM emission_factor_source('national_fossil', 2025);
SELECT * FROM emission_factor_source('regional_average', 2022, '510100');
SELECT * FROM emission_factor_source('province_average', 2022, '540000');
-- every published factor is the one that is found
SELECT count(*) AS factors, count(*) FILTER (WHERE s.factor = f.factor AND s.data_year = f.data_year AND s.notice = f.notice AND s.status = f.status) AS found
FROM emission_factor AS f, region_name AS n, emission_factor_source(f.kind, f.data_year, n.region) AS s
WHERE n.region = coalesce(f.region, (SELECT min(m.region) FROM region_name AS m WHERE m.factor_region = f.region_name));
-- what there is none of, and what cannot be
SELECT emission_factor('province_average', NULL, '500000') AS no_year, emission_factor(NULL, 2023) AS no_kind, emission_factor('province_average', 2023, NULL) AS no_region,
       emission_factor('regional_average', 2023, '710000') AS no_grid_region, emission_factor('national_average', 2000) AS before_the_first;
SELECT * FROM emission_factor_source('province_average', NULL, '500000');
SELECT emission_factor('no such kind', 2023);
\echo :LAST_ERROR_SQLSTATE
SELECT emission_factor('national_average', 2023, '500000');
\echo :LAST_ERROR_SQLSTATE
SELECT emission_factor('province_average', 2023);
\echo :LAST_ERROR_SQLSTATE
SELECT emission_factor('national_average', 1999);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT emission_factor('', 2023)$$, $$SELECT emission_factor('regional_average', 2023)$$, $$SELECT emission_factor('national_average', 2100)$$,
    $$SELECT emission_factor('national_average', -2147483648)$$, $$SELECT emission_factor_source('carbon_footprint', 2023)$$);
-- a newer factor is used once it is there, from its data year on
INSERT INTO emission_factor (data_year, kind, region, factor, notice, status) VALUES (2024, 'national_average', '000000', 0.5200, 'test', 'recalled');
SELECT emission_factor('national_average', 2023) AS f2023, emission_factor('national_average', 2024) AS f2024, emission_factor('national_average', 2026) AS f2026;

--
-- Rule factor_year_choice: the latest not after the year, or a fixed data year
--
CREATE FUNCTION pg_temp.set_rule(name text, value text, day date DEFAULT '2025-01-01') RETURNS void LANGUAGE sql AS $$
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ($1, $3, $2, 'a test', 'a test', 'default') $$;
BEGIN;
SELECT pg_temp.set_rule('factor_year_choice', '2022');
SELECT y.year, s.factor, s.data_year FROM (VALUES (2021), (2024), (2025), (2026)) AS y(year), emission_factor_source('national_average', y.year) AS s ORDER BY y.year;
-- a fixed year without factors gives none
SELECT pg_temp.set_rule('factor_year_choice', '2020', '2026-01-01');
SELECT emission_factor('national_average', 2025) AS f2025, emission_factor('national_average', 2026) AS f2026;
ROLLBACK;
-- other values of the rules are refused; without a row there is no answer
CREATE FUNCTION pg_temp.with_rule(name text, value text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    IF value IS NULL THEN
        DELETE FROM rule AS r WHERE r.name = with_rule.name;
    ELSE
        PERFORM pg_temp.set_rule(name, value);
    END IF;
    EXECUTE statement;
    RAISE EXCEPTION USING ERRCODE = 'DONE0', MESSAGE = 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || SQLERRM || coalesce(nullif(E'\n' || said, E'\n'), '');
END $$;
SELECT v.value, pg_temp.with_rule('factor_year_choice', v.value, $$SELECT emission_factor('national_average', 2025)$$)
FROM (VALUES (NULL), ('latest'), ('1999'), ('2100'), ('2022 ')) AS v(value);
-- province_without_factor is asked where a province has none
SELECT v.value, v.region, pg_temp.with_rule('province_without_factor', v.value, format('SELECT emission_factor(%L, 2025, %L)', v.kind, v.region))
FROM (VALUES (NULL, 'province_average', '540000'), ('regional_average', 'province_average', '540000'), ('regional_average', 'province_average', '500000'), ('regional_average', 'regional_average', '540000')) AS v(value, kind, region);

--
-- On the accounts
--
\set ECHO none
\o /dev/null
\i :ledger
\i :model
\set ECHO all
-- user 9 consumes in two provinces and in 西藏, which has no factor of its own
SELECT register_account('user', 'far and wide', '650100', personal_id => 'u9', opened_on => '2020-01-01');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (9, '650100', '2025-01-01', '10 GWh'), (9, '510100', '2025-01-01', '6 GWh'), (9, '540100', '2025-03-01', '1 GWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (9, '650100', '2025-01-01', 'self_use', '2 GWh');
-- user 77 is not registered
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (77, '510100', '2025-01-01', '1 GWh');
SELECT * FROM run_accounts(2025);
\o
-- U1, U2, U4: user 4 with the factors of 2023
SELECT city, electricity, non_fossil, average_factor, average_factor_year, fossil_factor, fossil_factor_year FROM indirect_emissions(4, 2025);
SELECT city, round(average_method, 3) AS average_method, round(split_method, 3) AS split_method, round(difference, 3) AS difference, lower_method,
       round(100 * non_fossil_share, 4) AS share, round(100 * break_even_share, 4) AS break_even FROM indirect_emissions(4, 2025);
-- U3, U4: the same with the factors of 2022 and 2021, fixed by the rule
BEGIN;
SELECT pg_temp.set_rule('factor_year_choice', '2022');
SELECT average_factor_year, fossil_factor_year, round(average_method, 3) AS average_method, round(split_method, 3) AS split_method, round(100 * break_even_share, 4) AS break_even FROM indirect_emissions(4, 2025) WHERE city IS NULL;
SELECT pg_temp.set_rule('factor_year_choice', '2021', '2025-02-01');
SELECT average_factor_year, fossil_factor_year, round(average_method, 3) AS average_method, round(split_method, 3) AS split_method, round(100 * break_even_share, 4) AS break_even FROM indirect_emissions(4, 2025) WHERE city IS NULL;
ROLLBACK;
-- regional and provincial averages; the fossil factor stays the national one
SELECT s.scope, e.city, e.average_factor, e.fossil_factor, round(e.average_method, 3) AS average_method, round(e.split_method, 3) AS split_method, e.lower_method, round(100 * e.break_even_share, 4) AS break_even
FROM (VALUES ('regional'), ('provincial')) AS s(scope), indirect_emissions(4, 2025, s.scope) AS e;
-- several cities: the total is their sum; where factors differ it has none, and where one method is unknown it is not known
SELECT city, electricity, non_fossil, average_factor, average_factor_year, average_method, round(split_method, 6) AS split_method, lower_method, round(break_even_share, 6) AS break_even FROM indirect_emissions(9, 2025);
SELECT city, electricity, average_factor, average_factor_year, average_method, round(split_method, 6) AS split_method, lower_method, round(break_even_share, 6) AS break_even FROM indirect_emissions(9, 2025, 'regional');
SELECT city, electricity, average_factor, average_factor_year, average_method, round(split_method, 6) AS split_method, lower_method, round(break_even_share, 6) AS break_even FROM indirect_emissions(9, 2025, 'provincial');
-- rows are those of the accounts, and both functions agree
SELECT count(*) AS rows, count(*) FILTER (WHERE e.electricity = u.grid_draw + u.physical AND e.non_fossil = u.non_fossil AND (e.average_method, e.split_method, e.lower_method) = (p.average_method, p.split_method, p.lower_method)) AS equal
FROM user_account AS u, indirect_emissions(u.account_id, 2025) AS e, indirect_emissions(e.electricity, e.non_fossil, 0.5306, 0.8273) AS p
WHERE u.year = 2025 AND u.city = e.city;
-- an account without consumption has no row; one that the accounts keep by its number has
SELECT count(*) AS rows FROM indirect_emissions(1, 2025);
SELECT city, electricity, average_method FROM indirect_emissions(77, 2025);
-- the zero-carbon park method: physical supply 5 and green power 30 of 105 GWh at zero, the rest at 0.8325: 70,000 x 0.8325 = 58,275
SELECT city, electricity, non_fossil, average_factor, fossil_factor, fossil_factor_year, average_method, split_method, difference, lower_method, round(non_fossil_share, 6) AS share, break_even_share FROM indirect_emissions(4, 2025, 'zero_carbon_park');
SELECT city, non_fossil, split_method FROM indirect_emissions(6, 2025, 'zero_carbon_park');
-- rules: one method only, a factor of non-fossil power, the park factor
BEGIN;
SELECT pg_temp.set_rule('emission_methods', 'average');
SELECT average_method, split_method, fossil_factor, difference, lower_method, break_even_share FROM indirect_emissions(4, 2025) WHERE city IS NULL;
SELECT pg_temp.set_rule('emission_methods', 'split', '2025-02-01');
SELECT average_method, average_factor, split_method, difference, lower_method, break_even_share FROM indirect_emissions(4, 2025) WHERE city IS NULL;
SELECT pg_temp.set_rule('emission_methods', 'split,average', '2025-03-01'), pg_temp.set_rule('non_fossil_emission_factor', '0.01'), pg_temp.set_rule('zero_carbon_park_fossil_factor', '0.8');
-- 78065.280845 MWh at 0.01 more than before; the park method keeps its zero
SELECT split_method, split_method - 780.65280845 AS before FROM indirect_emissions(4, 2025) WHERE city IS NULL;
SELECT split_method FROM indirect_emissions(4, 2025, 'zero_carbon_park') WHERE city IS NULL;
ROLLBACK;
SELECT v.name, v.value, pg_temp.with_rule(v.name, v.value, format('SELECT * FROM indirect_emissions(4, 2025, %L)', v.scope))
FROM (VALUES ('emission_methods', NULL, 'national'), ('emission_methods', 'average,hourly', 'national'), ('non_fossil_emission_factor', NULL, 'national'), ('non_fossil_emission_factor', 'none', 'national'), ('non_fossil_emission_factor', '-1', 'national'),
    ('zero_carbon_park_fossil_factor', NULL, 'zero_carbon_park'), ('zero_carbon_park_fossil_factor', '.5', 'zero_carbon_park'), ('zero_carbon_park_fossil_factor', '832.5', 'zero_carbon_park'), ('factor_year_choice', 'any', 'provincial'),
    ('zero_carbon_park_fossil_factor', NULL, 'national')) AS v(name, value, scope);
-- what is refused
SELECT * FROM indirect_emissions(4, 2024);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM indirect_emissions(99, 2025);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM indirect_emissions(4, 2025, 'world');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM indirect_emissions(4, 1999);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused('SELECT * FROM indirect_emissions(NULL, 2025)', 'SELECT * FROM indirect_emissions(4, NULL)', 'SELECT * FROM indirect_emissions(4, 2025, NULL)', $$SELECT * FROM indirect_emissions(99, 2024, 'world')$$);
-- a report reads: it runs in a transaction that may not write
BEGIN READ ONLY;
SELECT count(*) FROM indirect_emissions(4, 2025);
ROLLBACK;
-- without a ledger the plain functions work, the others say what is missing
SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SELECT average_method, split_method FROM indirect_emissions('1 MWh', '250 kWh', 0.5306, 0.8273);
SELECT * FROM indirect_emissions(4, 2025);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT emission_factor('national_average', 2025)$$, $$SELECT emission_factor_source('national_average', 2025)$$);
