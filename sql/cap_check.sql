-- cap_check: how much could still be claimed, under which caps; and that the
-- accounts then recognise it.  MWh.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/cap_check.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.room(account bigint, year integer, further numeric DEFAULT NULL, city region DEFAULT NULL, category text DEFAULT NULL, produced_in region DEFAULT NULL, traded_on date DEFAULT '2026-06-30')
    RETURNS TABLE (city region, category text, "from" region, kind cap_kind, region region, month date, cap numeric, published boolean, used numeric, headroom numeric, binds boolean, recognised numeric, exact boolean) LANGUAGE sql AS $$
    SELECT c.city, c.category, c.from_province, c.kind, c.region, c.month, trim_scale(mwh(c.cap)), c.published, trim_scale(mwh(c.used)), trim_scale(mwh(c.headroom)), c.binds, trim_scale(mwh(c.recognised)), c.exact
    FROM cap_check($1, $2, make_energy(mwh => $3), $4, $5, $6, $7) AS c
$$;

-- a year without facts: every cap is 0, and shown; no producing province has any
SELECT * FROM pg_temp.room(5, 2050);
SELECT * FROM pg_temp.room(5, 2050, 1, category => 'voluntary_trade', produced_in => '650000');

-- B trades 100 within; A sends it 212, of which 12 fossil of dedicated plants, 30 green power of user 5, 10 nuclear,
-- 50 conventional (20 with their certificates), 5 by a unified purchase, 40 spot; C sends B 20.  User 5 draws 100 and 20 in its two cities
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2026-01-01', '60 MWh'), (5, '500112', '2026-02-01', '40 MWh'), (5, '500236', '2026-01-01', '20 MWh'), (5, '500100', '2025-12-01', '1 GWh'), (5, '500100', '2027-01-01', '1 GWh'),
    (6, '500100', '2026-01-01', '50 MWh'), (7, '500200', '2026-01-01', '50 MWh');
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2026, '650000', '500000', '212 MWh'), (2026, '510000', '500000', '20 MWh');
\set trade 'INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled, dedicated) VALUES'
:trade ('in B', '2026-01-01', 'conventional', '500000', '500000', NULL, NULL, '100 MWh', '0 kWh', false), ('green', '2026-01-01', 'green_power', '650000', '500000', 5, '500103', '35 MWh', '30 MWh', false),
    ('conventional', '2026-01-01', 'conventional', '650000', '500000', NULL, NULL, '50 MWh', '20 MWh', false), ('nuclear', '2026-01-01', 'nuclear', '650000', '500000', NULL, NULL, '10 MWh', '0 kWh', false),
    ('spot', '2026-01-01', 'spot', '650000', '500000', NULL, NULL, '40 MWh', '0 kWh', false), ('coal', '2026-01-01', 'fossil', '650000', '500000', NULL, NULL, '12 MWh', '0 kWh', true);
INSERT INTO unified_purchase (purchase, month, market, from_province, to_province, volume) VALUES ('dam', '2026-01-01', 'west', '650000', '500000', '5 MWh');
-- claimed so far: user 5 10 in the province, 8 by spot, 5 by route 2(b); user 6 30 in the province and 20 voluntarily from A; the provincial account 12 and 15 of hydropower
SELECT pg_temp.claim('1', 2, 5, 10, '2026-03-01'), pg_temp.claim('2', 1, 5, 8, '2026-03-01', 'spot_trade'), pg_temp.claim('3', 1, 5, 5, '2026-03-01', 'out_of_province_trade'),
       pg_temp.claim('4', 2, 6, 30, '2026-03-01'), pg_temp.claim('5', 1, 6, 20, '2026-03-01'), pg_temp.claim('6', 2, 8, 12, '2026-03-01'), pg_temp.claim('7', 3, 8, 15, '2026-03-01');
-- user 5 at home: 100 less 30 of green power is for hydropower; 10 in the province come before more of the same, and so on by rule claim_fill_order.
-- Used are 52 of the pool of 100, 8 of mode 1's 40, of the 200 that A sent and the 220 that B received 95 of energy trade, 8 and 20, and 5 of route 2(b)'s 35
SELECT * FROM pg_temp.room(5, 2026, 60, '500100');
-- what fits is certain; so is what its own grid draw cuts, while no cap cuts what it claimed before
SELECT DISTINCT category, recognised, exact FROM pg_temp.room(5, 2026, 30, '500100', produced_in => '650000') ORDER BY 1;
SELECT * FROM pg_temp.room(5, 2026, 52.5, '500100', 'voluntary_trade', '650000');
UPDATE energy_trade SET settled = '9 MWh' WHERE contract = 'in B';
SELECT * FROM pg_temp.room(5, 2026, 52.5, '500100', 'voluntary_trade', '650000');
UPDATE energy_trade SET settled = '100 MWh' WHERE contract = 'in B';
-- without a further energy
SELECT * FROM pg_temp.room(5, 2026, city => '500100', category => 'in_province_trade');
-- both its cities, by county, too; a third where it has nothing
SELECT city, category, kind, cap, used, headroom, recognised FROM pg_temp.room(5, 2026, 60) WHERE category = 'transfer';
SELECT city, category, kind, cap, used, headroom, recognised FROM pg_temp.room(5, 2026, 60, '500236', 'transfer');
SELECT city, category, kind, cap, used, headroom, recognised FROM pg_temp.room(5, 2026, 60, '510104', 'transfer');
-- a provincial account has no grid draw: some claims stand under no cap
SELECT * FROM pg_temp.room(8, 2026, 1000);
-- green power from another province stands under the caps of both first, after the green power of before only
SELECT * FROM pg_temp.room(5, 2026, 60, '500100', 'green_power', '650000');
SELECT * FROM pg_temp.room(5, 2026, 60, '500100', 'nuclear', '650000');
-- consumed in C it is another pair of provinces
SELECT * FROM pg_temp.room(5, 2026, 60, '510100', produced_in => '500000');

-- the monthly ceilings of A: what was traded in March counts from then on; later trades stand under fewer of them
INSERT INTO published_cap (year, kind, region, month, cap) VALUES (2026, 'voluntary_out', '650000', '2026-01-01', '10 MWh'), (2026, 'voluntary_out', '650000', '2026-03-01', '20 MWh'), (2026, 'voluntary_out', '650000', '2026-11-01', '5 MWh');
SELECT kind, month, cap, published, used, headroom, binds, recognised FROM pg_temp.room(5, 2026, 60, '500100', 'voluntary_trade', '650000') WHERE kind = 'voluntary_out';
SELECT kind, month, cap, published, used, headroom, binds, recognised FROM pg_temp.room(5, 2026, 60, '500100', 'voluntary_trade', '650000', '2026-11-02') WHERE kind = 'voluntary_out';
SELECT kind, month, cap, used, headroom, binds, recognised FROM pg_temp.room(5, 2026, 60, '500100', 'voluntary_trade', '650000', '2027-01-02') WHERE kind = 'voluntary_out';
SELECT count(*) FROM pg_temp.room(5, 2026, 60, '500100', 'voluntary_trade', '650000', '2025-12-31') WHERE kind = 'voluntary_out';
DELETE FROM published_cap;
-- the cap of a city, where it is published: energy of all its users, and what they claimed before in the order; a claim that names the province counts where its account is
SELECT pg_temp.claim('8', 3, 6, 1, '2026-03-01', region => '500000');
INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'city', '500100', '80 MWh');
SELECT category, "from", kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 60, '500100') WHERE kind = 'city';
DELETE FROM published_cap;

-- the rules: another order, by date, green power once it is retired, pools pro rata
BEGIN;
SELECT FROM pg_temp.rule('claim_fill_order', '2026-01-01', 'out_of_province_trade,voluntary_trade,spot_trade,in_province_trade,transfer,nuclear,green_power');
SELECT category, used, headroom FROM pg_temp.room(5, 2026, 60, '500100', produced_in => '650000') WHERE kind = 'user';
SELECT category, used, headroom FROM pg_temp.room(5, 2026, 60, '500100', produced_in => '650000') WHERE kind = 'province_in';
SELECT FROM pg_temp.rule('claim_fill_order', '2026-01-01', 'by_date');
SELECT DISTINCT used, headroom FROM pg_temp.room(5, 2026, 60, '500100') WHERE kind = 'user';
ROLLBACK;
BEGIN;
SELECT FROM pg_temp.rule('green_power_needs_retirement', '2026-01-01', 'yes');
SELECT kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 5, '500100', 'green_power');
SELECT pg_temp.claim('green', 2, 5, 12, '2026-03-01', mode => 'green_power');
SELECT kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 5, '500100', 'green_power');
SELECT kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 100, '500100', 'transfer');
ROLLBACK;
-- the pool of 100 has 52 and would have 112: 60 get 100 * 60 / 112 = 53.571428; of 47 by route 2(b) 35 * 47 / 52 = 31.634615 for B, 35 * 31.634615 / 36.634615 = 30.223097 of A
BEGIN;
SELECT FROM pg_temp.rule('pool_sharing', '2026-01-01', 'pro_rata');
SELECT category, kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 60, '500100', 'in_province_trade');
SELECT category, kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 40, '500100', 'in_province_trade');
SELECT category, kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 60, '500100', 'out_of_province_trade', '650000');
SELECT category, kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 60, '500100', 'spot_trade', '650000');
ROLLBACK;

-- where energy trade between provinces is cut, what is left of it counts: B receives 50 less 12: green power 30, conventional 8
BEGIN;
UPDATE interprovincial_flow SET flow = '50 MWh' WHERE from_province = '650000';
UPDATE interprovincial_flow SET flow = '0 kWh' WHERE from_province = '510000';
SELECT kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 60, '500100', 'spot_trade', '650000');
SELECT kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 60, '500100', 'green_power', '650000');
-- conventional first: no green power is left to user 5
INSERT INTO rule (name, effective_from, value, unit, description, source, status) SELECT name, '2026-01-01', 'conventional,green_power,nuclear,unified_purchase', unit, description, source, status FROM rule WHERE name = 'energy_trade_fill_order';
SELECT kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 60, '500100', 'transfer');
SELECT kind, cap, used, headroom, binds, recognised, exact FROM pg_temp.room(5, 2026, 60, '500100', 'green_power', '650000');
ROLLBACK;

-- what it refuses
SELECT * FROM cap_check(99, 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(NULL, 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(5, NULL);
SELECT * FROM cap_check(5, 1999);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(5, 2100);
SELECT * FROM cap_check(5, 2026, '-1 kWh');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(5, 2026, consumed_in => '500000');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(8, 2026, consumed_in => '500100');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(5, 2026, claimed_as => 'hydro_transfer');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(5, 2026, produced_in => '650100');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(5, 2026, traded_on => 'infinity');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(5, 2026, consumed_in => '500100', claimed_as => 'spot_trade', produced_in => '500000');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM cap_check(5, 2026, claimed_as => 'in_province_trade', produced_in => '650000');
BEGIN;
SELECT FROM pg_temp.rule('claim_fill_order', '2026-01-01', 'green_power');
\set VERBOSITY terse
SELECT * FROM cap_check(5, 2026);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
ROLLBACK;
-- the most that there is does not overflow
SELECT kind, recognised FROM cap_check(5, 2026, make_energy(wh => 9223372036854775807), '500100', 'transfer');
-- a function whose body is replaced is planned again
BEGIN;
CREATE OR REPLACE FUNCTION draw_by_city(year integer, accounts bigint[]) RETURNS TABLE (account_id bigint, city region, energy energy) LANGUAGE sql STABLE STRICT AS $$ SELECT 5, '500100'::region, '1 MWh'::energy $$;
SELECT kind, cap FROM cap_check(5, 2026, NULL, '500100', 'transfer');
ROLLBACK;
SELECT kind, cap FROM cap_check(5, 2026, NULL, '500100', 'transfer');
SELECT count(*) FROM cap_room(2026, NULL, '{500000}', '{NULL}', '{in_province_trade}', '{500000}', '{1}', '{t}');
BEGIN;
CREATE OR REPLACE FUNCTION cap_room_row(year integer, account_id bigint, provinces region[], cities region[], categories text[], from_provinces region[], months integer[], everything boolean[])
    RETURNS TABLE (n bigint, from_province region, place integer, kind cap_kind, region region, month date, cap energy, published boolean, traded energy, claimed energy) LANGUAGE sql STABLE AS $$
    SELECT 1, NULL::region, 1, 'user'::cap_kind, NULL::region, NULL::date, '7 kWh'::energy, false, '0 kWh'::energy, '0 kWh'::energy WHERE $1 > 0 $$;
SELECT cap FROM cap_room(2026, NULL, '{500000}', '{NULL}', '{in_province_trade}', '{500000}', '{1}', '{t}');
ROLLBACK;
SELECT kind, cap, claimed FROM cap_room(2026, NULL, '{500000}', '{NULL}', '{in_province_trade}', '{500000}', '{1}', '{t}');
-- who may ask
SELECT p.proname FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
WHERE p.pronamespace = 'certledger'::regnamespace AND a.grantee = 0 AND p.proname ~ '^(cap_check|cap_room|claim_beyond|city_of_claim|draw_by_city|energy_trade_(between|walk))' ORDER BY p.proname;

--
-- Random small cases against the accounts: what was said to be exact came so,
-- and nothing less came than was said; where the claims before were all within
-- their caps, just that came
--
SET client_min_messages = warning;
\o /dev/null
\set ECHO none
DROP FUNCTION pg_temp.claim, pg_temp.rule;
\i :fixture
\set fixture :abs_srcdir '/test/fixture/cap_check_random.sql'
\i :fixture
\set ECHO all
\o
SELECT cases, cut > 10 AS some_cut, exact > 10 AS some_exact, caps > 4 AS several_caps, wrong FROM pg_temp.random_cases(0.11, 30, 'voluntary');
SELECT cases, cut > 10 AS some_cut, exact > 10 AS some_exact, caps > 4 AS several_caps, wrong FROM pg_temp.random_cases(0.12, 30, 'reject');
-- what was taken back left nothing
SELECT (SELECT count(*) FROM claim_total) AS claims, (SELECT count(*) FROM verify()) AS problems;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
