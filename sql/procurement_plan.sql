-- procurement_plan: what to buy to reach a target, without a ledger and with one.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/helper.sql'
\set ECHO none
\i :fixture
\set ECHO all

--
-- Without a ledger, on plain values
--
-- G7: a quota of 34.2 % of 1,234,567 kWh is 422,221.914 kWh, which needs 423 certificates
SELECT status, limited_by, missing, missing_certificates FROM procurement_plan('1234567 kWh', 0.342);
SELECT step, option, route, status, limited_by, quantity, certificates, price, cost, round(share, 6) AS share, missing, last_day
FROM procurement_plan('1234567 kWh', 0.342, ARRAY[make_procurement_option('in_province_trade', price => 5.5)]);
-- 422 do not reach it
SELECT status, limited_by, quantity, missing, missing_certificates FROM procurement_plan('1234567 kWh', 0.342, ARRAY[make_procurement_option('in_province_trade', '422 MWh')]) WHERE step IS NULL;

-- U1: W 100, P 5, T 30, C 35 GWh, k = 204.397260274 / 887: 74.3479 % already; 80 % needs
-- (84 - 70 - 35 k) / (1 - k) = (14 - 8.065281) / 0.7695634 = 7.7118 GWh
SELECT round(share, 6) AS share, missing, missing_certificates FROM procurement_plan('100 GWh', 0.8, physical => '5 GWh', energy_trade => '30 GWh', certificate_trade => '35 GWh', k => 204397260274, k_denominator => 887000000000);
-- k as a decimal is what it is, and no more: less k, more to buy
SELECT k, missing FROM (VALUES (0.2304), (0.2305)) AS v(k), procurement_plan('100 GWh', 0.8, physical => '5 GWh', energy_trade => '30 GWh', certificate_trade => '35 GWh', k => v.k);

-- green power first, then certificates, in the caller's order; what is not needed; what is missed
SELECT step, option, route, status, limited_by, quantity, certificates, price, cost, round(share, 6) AS share, missing, missing_certificates, last_day
FROM procurement_plan('1234567 kWh', 0.9, ARRAY[
        make_procurement_option('out_of_province_trade', '500 MWh', 4.2, '2026-12-31'),
        make_procurement_option('in_province_trade', '200.999 MWh', 5.5),
        make_procurement_option('green_power', '300 MWh', 25.55, '2026-10-31'),
        make_procurement_option('voluntary_trade', '10 GWh', 3.9, '2026-11-30'),
        make_procurement_option('green_power', '999 kWh', 20),
        make_procurement_option('green_power', '100 MWh', 22, '2026-06-30'),
        make_procurement_option('hydro_transfer', '50 MWh', 0)],
    physical => '100 MWh', energy_trade => '50 MWh', k => 0.25, as_of => '2026-07-01');
-- the last day itself is in time
SELECT as_of, status FROM (VALUES ('2026-06-29'::date), ('2026-06-30'), ('2026-07-01')) AS d(as_of),
    procurement_plan('1 MWh', 0.5, ARRAY[make_procurement_option('green_power', last_day => '2026-06-30')], as_of => d.as_of) WHERE step = 1;
-- today in China is the default
SELECT bool_and(status = 'missed') AS missed FROM procurement_plan('1 MWh', 0.5, ARRAY[make_procurement_option('green_power', last_day => china_today() - 1)]) WHERE step = 1;
SELECT bool_and(status = 'buy') AS bought FROM procurement_plan('1 MWh', 0.5, ARRAY[make_procurement_option('green_power', last_day => china_today())]) WHERE step = 1;

-- headroom: whole certificates, shared by the options of one route
SELECT step, option, route, status, limited_by, quantity, certificates, missing
FROM procurement_plan('100 MWh', 0.9, ARRAY[
        make_procurement_option('in_province_trade', '20 MWh', headroom => '30.7 MWh'),
        make_procurement_option('in_province_trade', '20 MWh', headroom => '30.7 MWh'),
        make_procurement_option('in_province_trade', '20 MWh', headroom => '30.7 MWh'),
        make_procurement_option('out_of_province_trade', '20 MWh', headroom => '0.9 MWh'),
        make_procurement_option('voluntary_trade', '20 MWh', headroom => '20 MWh'),
        make_procurement_option('voluntary_trade', NULL, headroom => '15 MWh')]);

-- W is the cap: all of 1,234,567 kWh takes 1,235 certificates, of which the last counts in part
SELECT step, status, limited_by, quantity, certificates, share, missing FROM procurement_plan('1234567 kWh', 1, ARRAY[make_procurement_option('in_province_trade')]);
SELECT status, certificates, quantity, missing, missing_certificates FROM procurement_plan('1234567 kWh', 1, ARRAY[make_procurement_option('in_province_trade', '1234 MWh')]) WHERE step IS NULL;
-- other supply, such as a plant of one's own that burns coal, counts in the base only, and W can be too little
SELECT step, status, limited_by, quantity, certificates, share, missing, missing_certificates
FROM procurement_plan('10 MWh', 0.8, ARRAY[make_procurement_option('green_power', '7 MWh'), make_procurement_option('in_province_trade'), make_procurement_option('voluntary_trade')], other_supply => '10 MWh');
SELECT status, limited_by, share, missing FROM procurement_plan('10 MWh', 0.5, ARRAY[make_procurement_option('in_province_trade')], other_supply => '10 MWh') WHERE step IS NULL;

-- k = 1: all of the grid draw is non-fossil already, and no certificate helps
SELECT status, limited_by, share, missing FROM procurement_plan('10 MWh', 1, ARRAY[make_procurement_option('in_province_trade')], physical => '1 MWh', k => 1);
SELECT step, status, limited_by, quantity, share, missing, missing_certificates FROM procurement_plan('10 MWh', 0.8, ARRAY[make_procurement_option('in_province_trade')], other_supply => '10 MWh', k => 7, k_denominator => 7);
-- k near 1: more is missing than there is grid draw, or than an energy holds
SELECT status, limited_by, quantity, missing, missing_certificates FROM procurement_plan('10 MWh', 0.8, ARRAY[make_procurement_option('in_province_trade')], other_supply => '10 MWh', k => 0.999) WHERE step IS NULL;
SELECT status, limited_by, quantity, missing IS NULL AS unknown FROM procurement_plan('10 MWh', 0.8, ARRAY[make_procurement_option('in_province_trade')], other_supply => '10 MWh', k => 0.99999999999999999999) WHERE step IS NULL;
-- k = 0 and k = 0.5 of the same user
SELECT k, missing, missing_certificates FROM (VALUES (0.0), (0.5)) AS v(k), procurement_plan('100 MWh', 0.75, k => v.k);

-- target met already, exactly met, missed by one watt-hour
SELECT target, status, share, missing FROM (VALUES (0), (0.4), (0.5), (0.50000001)) AS v(target), procurement_plan('100 MWh', v.target, energy_trade => '30 MWh', certificate_trade => '20 MWh');
SELECT step, status, limited_by, quantity FROM procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('green_power', '1 GWh'), make_procurement_option('in_province_trade', last_day => '2026-01-01')], certificate_trade => '50 MWh', as_of => '2026-06-01');
-- a third: 33,333.334 kWh of 100 MWh, exactly
SELECT missing FROM procurement_plan('100 MWh', 1/3::numeric(30, 29));
-- physical supply only; W = 0; nothing at all
SELECT status, share, missing FROM procurement_plan('0 kWh', 1, physical => '5 MWh');
SELECT status, share, missing FROM procurement_plan('0 kWh', 0.9, physical => '5 MWh', other_supply => '5 MWh');
SELECT step, status, limited_by, share, missing FROM procurement_plan('0 kWh', 0.6, ARRAY[make_procurement_option('green_power')], physical => '5 MWh', other_supply => '5 MWh');
SELECT step, status, share, missing FROM procurement_plan('0 kWh', 1, ARRAY[make_procurement_option('green_power')]);
-- T + C = W: no room, and none needed
SELECT status, share FROM procurement_plan('10 MWh', 1, energy_trade => '4 MWh', certificate_trade => '6 MWh', k => 0.3);

-- why it is short: everything that stood in the way
SELECT n, status, limited_by, quantity FROM (VALUES
    (1, '{}'::procurement_option[]),
    (2, ARRAY[make_procurement_option('green_power', '1 MWh')]),
    (3, ARRAY[make_procurement_option('green_power', last_day => '2026-01-01')]),
    (4, ARRAY[make_procurement_option('green_power', headroom => '1 MWh')]),
    (5, ARRAY[make_procurement_option('green_power', last_day => '2026-01-01'), make_procurement_option('in_province_trade', '1 MWh'), make_procurement_option('in_province_trade', headroom => '2 MWh')])) AS v(n, options),
    procurement_plan('100 MWh', 0.5, v.options, as_of => '2026-06-01') WHERE step IS NULL ORDER BY n;
-- a price that is not known leaves the sum unknown, unless nothing is bought at it
SELECT step, option, certificates, price, cost FROM procurement_plan('10 MWh', 0.5, ARRAY[make_procurement_option('green_power', '2 MWh', 30), make_procurement_option('in_province_trade')]);
SELECT step, option, certificates, price, cost FROM procurement_plan('10 MWh', 0.5, ARRAY[make_procurement_option('green_power', price => 0.333333333333333333), make_procurement_option('in_province_trade')]);
-- near the limits of the type
SELECT status, quantity, certificates, cost, missing FROM procurement_plan('9223372036854775.807 kWh', 1, ARRAY[make_procurement_option('in_province_trade', price => 99999999999.99)]) WHERE step IS NULL;
SELECT status, round(share, 12) AS share, missing FROM procurement_plan('9223372036854775.807 kWh', 0.75, physical => '9223372036854775.807 kWh', other_supply => '9223372036854775.807 kWh');
-- an option is a row, so it can come from a table
CREATE TEMP TABLE offer (seller text, route route, volume energy, price numeric, last_day date);
INSERT INTO offer VALUES ('a', 'in_province_trade', '20 MWh', 6, '2026-12-31'), ('b', 'out_of_province_trade', '20 MWh', 4, '2026-12-31'), ('c', 'in_province_trade', '20 MWh', 5, '2026-12-31');
SELECT p.step, o.seller, p.certificates, p.cost
FROM (SELECT array_agg(make_procurement_option(route, volume, price, last_day) ORDER BY price) AS options, array_agg(seller ORDER BY price) AS sellers FROM offer) AS a,
     procurement_plan('100 MWh', 0.5, a.options, as_of => '2026-06-01') AS p, LATERAL (SELECT a.sellers[p.option] AS seller) AS o ORDER BY p.step;

--
-- Against a plain model: buys one certificate after the other and asks each
-- time whether the share is there
--
CREATE FUNCTION pg_temp.dice(text, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT (('x' || left(md5($1), 8))::bit(32)::bigint) % $2 $$;
CREATE FUNCTION pg_temp.model(w numeric, p numeric, t numeric, c numeric, o numeric, a numeric, b numeric, target numeric, options procurement_option[], as_of date,
                              OUT bought bigint[], OUT reached boolean, OUT counted numeric) LANGUAGE plpgsql AS $$
DECLARE
    base numeric := w + p + o;
    pool jsonb := '{}';
    green boolean;
    x procurement_option;
BEGIN
    counted := 0;
    bought := array_fill(0, ARRAY[coalesce(array_length(options, 1), 0)]);
    -- E b >= target b (W + P + O), E b = (P + T + C + x) b + (W - T - C - x) a
    reached := (p + t + c) * b + (w - t - c) * a >= target * b * base;
    FOREACH green IN ARRAY ARRAY[true, false] LOOP
        FOR i IN 1 .. coalesce(array_length(options, 1), 0) LOOP
            x := options[i];
            CONTINUE WHEN (x.route = 'green_power') <> green OR x.last_day < as_of OR a = b;
            WHILE NOT reached AND t + c + counted < w
                  AND (x.volume IS NULL OR (bought[i] + 1) * 1000000 <= wh(x.volume))
                  AND (x.headroom IS NULL OR (coalesce((pool ->> x.route::text)::bigint, 0) + 1) * 1000000 <= wh(x.headroom)) LOOP
                bought[i] := bought[i] + 1;
                pool := pool || jsonb_build_object(x.route::text, coalesce((pool ->> x.route::text)::bigint, 0) + 1);
                counted := least(counted + 1000000, w - t - c);
                reached := (p + t + c + counted) * b + (w - t - c - counted) * a >= target * b * base;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
CREATE TEMP TABLE user_case AS
SELECT n, w, p, t, c, o, a, b, target, as_of, ARRAY(
           SELECT make_procurement_option((ARRAY['green_power', 'in_province_trade', 'out_of_province_trade', 'voluntary_trade'])[pg_temp.dice(n || 'r' || i, 4) + 1]::route,
                      CASE WHEN pg_temp.dice(n || 'v' || i, 4) > 0 THEN make_energy(wh => pg_temp.dice(n || 'V' || i, 15000000)) END, pg_temp.dice(n || 'e' || i, 10000) / 100.0,
                      CASE WHEN pg_temp.dice(n || 'd' || i, 4) = 0 THEN as_of + pg_temp.dice(n || 'D' || i, 3)::int - 1 END,
                      CASE WHEN pg_temp.dice(n || 'h' || i, 3) = 0 THEN make_energy(wh => pg_temp.dice(n || 'H' || i, 20000000)) END)
           FROM generate_series(1, pg_temp.dice(n || 'i', 6)) AS i ORDER BY i) AS options
FROM (SELECT n, w, p, CASE WHEN share > 2 THEN 0 ELSE w * share / 8 END AS t, CASE WHEN share > 2 THEN 0 ELSE w / 7 END AS c, CASE pg_temp.dice(n || 'O', 4) WHEN 0 THEN pg_temp.dice(n || 'o', 20000000) ELSE 0 END AS o,
             CASE kind WHEN 0 THEN 0 WHEN 1 THEN b WHEN 2 THEN b - 1 ELSE pg_temp.dice(n || 'a', b + 1) END AS a, b, CASE pg_temp.dice(n || 'T', 8) WHEN 0 THEN 1 ELSE pg_temp.dice(n || 'Z', 100000) / 100000.0 END AS target, date '2026-06-01' AS as_of
      FROM (SELECT n::text AS n, CASE pg_temp.dice(n || 'W', 20) WHEN 0 THEN 0 ELSE pg_temp.dice(n || 'w', 50000000) END AS w, CASE pg_temp.dice(n || 'P', 2) WHEN 0 THEN 0 ELSE pg_temp.dice(n || 'p', 10000000) END AS p,
                   pg_temp.dice(n || 's', 6) AS share, 1 + pg_temp.dice(n || 'b', 1000000) AS b, pg_temp.dice(n || 'k', 12) AS kind FROM generate_series(1, 3000) AS n) AS x) AS y;
CREATE TEMP TABLE planned AS
SELECT u.n, m.bought AS model_bought, m.reached AS model_reached, m.counted AS model_counted,
       (SELECT array_agg(p.certificates ORDER BY p.option) FROM procurement_plan(make_energy(wh => w), target, options, make_energy(wh => u.p), make_energy(wh => t), make_energy(wh => c), make_energy(wh => o), a, b, as_of) AS p WHERE p.step IS NOT NULL) AS bought,
       s.*
FROM user_case AS u, pg_temp.model(w, p, t, c, o, a, b, target, options, as_of) AS m,
     procurement_plan(make_energy(wh => w), target, options, make_energy(wh => u.p), make_energy(wh => t), make_energy(wh => c), make_energy(wh => o), a, b, as_of) AS s
WHERE s.step IS NULL;
SELECT count(*) AS cases, count(*) FILTER (WHERE coalesce(bought, '{}') <> model_bought) AS other_certificates, count(*) FILTER (WHERE (status = 'reached') <> model_reached) AS other_outcome, count(*) FILTER (WHERE wh(quantity) <> model_counted) AS other_energy FROM planned;
-- the cases are of every kind
SELECT status, limited_by, count(*), count(*) FILTER (WHERE certificates > 0) AS with_certificates, count(*) FILTER (WHERE wh(quantity) < certificates * 1000000) AS last_in_part FROM planned GROUP BY 1, 2 ORDER BY 1, 2;
-- minimal: with one certificate less, however it is counted, the share is not there; and what is said to be missing would be enough, a watt-hour less would not
SELECT count(*) AS plans, count(*) FILTER (WHERE (u.p + t + c + least((certificates - 1) * 1000000, w - t - c)) * b + (w - t - c - least((certificates - 1) * 1000000, w - t - c)) * a::numeric >= target * b * (w + u.p + o)) AS too_many
FROM planned JOIN user_case AS u USING (n) WHERE status = 'reached' AND certificates > 0;
SELECT count(*) AS short, count(*) FILTER (WHERE NOT ((u.p + t + c + x) * b + (w - t - c - x) * a >= target * b * (w + u.p + o))) AS not_enough, count(*) FILTER (WHERE (u.p + t + c + x - 1) * b + (w - t - c - x + 1) * a >= target * b * (w + u.p + o)) AS too_much,
       count(*) FILTER (WHERE missing_certificates <> ceil(wh(missing) / 1000000.0)) AS other_certificates
FROM planned JOIN user_case AS u USING (n), LATERAL (SELECT (wh(quantity) + wh(missing))::numeric AS x) AS y WHERE status = 'short' AND missing IS NOT NULL;
-- rows add up to the last one, and shares only grow
SELECT count(*) AS plans, count(*) FILTER (WHERE r.certificates <> s.certificates OR r.quantity <> s.quantity OR r.cost <> s.cost OR r.share <> s.share OR r.missing <> s.missing) AS not_adding_up, count(*) FILTER (WHERE r.falling) AS falling
FROM planned AS s JOIN user_case AS u USING (n),
     LATERAL (SELECT sum(certificates) AS certificates, sum(quantity) AS quantity, sum(cost) AS cost, (array_agg(share ORDER BY step DESC))[1] AS share, (array_agg(missing ORDER BY step DESC))[1] AS missing, bool_or(falls) AS falling
              FROM (SELECT *, share < lag(share) OVER (ORDER BY step) AS falls FROM procurement_plan(make_energy(wh => w), target, options, make_energy(wh => u.p), make_energy(wh => t), make_energy(wh => c), make_energy(wh => o), a, b, as_of)) AS p
              WHERE step IS NOT NULL) AS r WHERE r.certificates IS NOT NULL;

--
-- Errors, with their numbers
--
SELECT * FROM procurement_plan('-1 MWh', 0.5);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan('100 MWh', 34.2);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan('100 MWh', 0.5, energy_trade => '60 MWh', certificate_trade => '40.000001 MWh');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan('100 MWh', 0.5, k => 1.000001);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan('100 MWh', 0.5, k => 3, k_denominator => 2);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan('100 MWh', 0.5, k => 0, k_denominator => 0);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('green_power'), make_procurement_option('self_use', '1 MWh')]);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('green_power', '-1 MWh')]);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan('100 MWh', 0.5, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT procurement_plan('100 MWh', 0.5, physical => '-1 MWh')$$,
    $$SELECT procurement_plan('100 MWh', 0.5, energy_trade => '-1 MWh')$$,
    $$SELECT procurement_plan('100 MWh', 0.5, certificate_trade => '-1 MWh')$$,
    $$SELECT procurement_plan('100 MWh', 0.5, other_supply => '-1 MWh')$$,
    $$SELECT procurement_plan('100 MWh', -0.1)$$,
    $$SELECT procurement_plan('100 MWh', 'NaN'::numeric)$$,
    $$SELECT procurement_plan('100 MWh', 'Infinity'::numeric)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, k => -0.1)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, k => 'NaN')$$,
    $$SELECT procurement_plan('100 MWh', 0.5, k_denominator => 'NaN')$$,
    $$SELECT procurement_plan('100 MWh', 0.5, k_denominator => 'Infinity')$$,
    $$SELECT procurement_plan('100 MWh', 0.5, k_denominator => -1)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('green_power', headroom => '-1 Wh')])$$,
    $$SELECT procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('green_power', price => -0.01)])$$,
    $$SELECT procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('green_power', price => 'NaN')])$$,
    $$SELECT procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('green_power', price => 'Infinity')])$$,
    $$SELECT procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('production')])$$,
    $$SELECT procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('off_grid')])$$,
    $$SELECT procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option(NULL)])$$,
    $$SELECT procurement_plan('100 MWh', 0.5, ARRAY[make_procurement_option('green_power'), NULL])$$,
    $$SELECT procurement_plan(NULL, 0.5)$$,
    $$SELECT procurement_plan('100 MWh', NULL)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, physical => NULL)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, energy_trade => NULL)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, certificate_trade => NULL)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, other_supply => NULL)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, k => NULL)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, k_denominator => NULL)$$,
    $$SELECT procurement_plan('100 MWh', 0.5, as_of => NULL)$$);
-- for an account there must be a ledger
SELECT * FROM procurement_plan(4, 2025, 0.8);
\echo :LAST_ERROR_SQLSTATE

--
-- With a ledger: the small model
--
SELECT create_ledger();
\set fixture :abs_srcdir '/test/fixture/model.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all
SELECT * FROM procurement_plan(4, 2025, 0.8);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) > 0 AS run FROM run_accounts(2025);
-- as on plain values: user 1 of the model is U1
SELECT * FROM procurement_plan(4, 2025, 0.8) EXCEPT SELECT * FROM procurement_plan('100 GWh', 0.8, physical => '5 GWh', energy_trade => '30 GWh', certificate_trade => '35 GWh', k => 204397260274, k_denominator => 887000000000);
SELECT round(share, 6) AS share, missing, missing_certificates FROM procurement_plan(4, 2025, 0.8);
SELECT round(p.share, 10) = round(u.non_fossil / (u.grid_draw + u.physical), 10) AS share_of_the_accounts FROM procurement_plan(4, 2025, 0.8) AS p, user_account AS u WHERE u.year = 2025 AND u.account_id = 4;
-- a quota to which allocated power does not count: (5 + 30 + 35) / 105
SELECT round(share, 6) AS share, missing FROM procurement_plan(4, 2025, 0.8, allocation => false);
SELECT step, route, status, limited_by, quantity, certificates, cost, round(share, 6) AS share FROM procurement_plan(4, 2025, 0.8, ARRAY[make_procurement_option('in_province_trade', '3 GWh', 5.5, headroom => '10 GWh'), make_procurement_option('green_power', '2 GWh', 20, '2025-12-31')], other_supply => '1 GWh', as_of => '2025-10-01');

-- the plan carried out: with k as published, the accounts then show the target, and with one certificate less they do not
INSERT INTO published_coefficient (year, province, coefficient) VALUES (2025, '500000', 0.23);
SELECT count(*) > 0 AS run FROM run_accounts(2025);
SELECT status, certificates AS n, missing FROM procurement_plan(5, 2025, 0.33, ARRAY[make_procurement_option('in_province_trade', '10 GWh')]) WHERE step IS NULL;
SELECT certificates AS n FROM procurement_plan(5, 2025, 0.33, ARRAY[make_procurement_option('in_province_trade', '10 GWh')]) WHERE step IS NULL \gset
SELECT sum(quantity) FROM transfer_certificates('plan', 2, 5, :n, effective_on => '2025-10-01');
SELECT sum(quantity) = :n - 1 AS all_but_one FROM retire('all but one', 5, 2025, :n - 1, effective_on => '2025-10-02');
SELECT count(*) > 0 AS run FROM run_accounts(2025);
SELECT non_fossil >= 0.33 * (grid_draw + physical) AS reached FROM user_account WHERE year = 2025 AND account_id = 5;
SELECT sum(quantity) FROM retire('the last', 5, 2025, 1, effective_on => '2025-10-02');
SELECT count(*) > 0 AS run FROM run_accounts(2025);
SELECT non_fossil >= 0.33 * (grid_draw + physical) AS reached FROM user_account WHERE year = 2025 AND account_id = 5;
SELECT status, quantity FROM procurement_plan(5, 2025, 0.33) WHERE step IS NULL;

-- a user with two provinces, and one of a province without coefficient
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '510100', '2025-03-01', '10 GWh'), (6, '540100', '2025-03-01', '10 GWh');
SELECT count(*) > 0 AS run FROM run_accounts(2025);
SELECT * FROM procurement_plan(5, 2025, 0.5);
\echo :LAST_ERROR_SQLSTATE
SELECT round(share, 6) AS share, missing FROM procurement_plan(5, 2025, 0.5, province => '510000');
SELECT round(share, 6) AS share, missing FROM procurement_plan(5, 2025, 0.5, province => '500000');
SELECT k.k, k.total, p.share, p.missing FROM coefficient AS k, procurement_plan(6, 2025, 0.5, province => '540000') AS p WHERE k.year = 2025 AND k.province = '540000';
-- several cities of one province are one
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (8, '510300', '2025-03-01', '100 GWh');
SELECT count(*) > 0 AS run FROM run_accounts(2025);
SELECT count(*) AS cities, sum(u.grid_draw) AS w, min(round(p.share, 6)) AS share, min(p.missing) AS missing FROM user_account AS u, procurement_plan(8, 2025, 0.9) AS p WHERE u.year = 2025 AND u.account_id = 8;

-- errors
SELECT * FROM procurement_plan(5, 2025, 0.5, province => '110000');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan(99, 2025, 0.5);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM procurement_plan(4, 2024, 0.5);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT procurement_plan(NULL::bigint, 2025, 0.5)$$,
    $$SELECT procurement_plan(4, NULL, 0.5)$$,
    $$SELECT procurement_plan(4, 2025, NULL)$$,
    $$SELECT procurement_plan(4, 2025, 1.5)$$,
    $$SELECT procurement_plan(4, 2025, 0.5, NULL)$$,
    $$SELECT procurement_plan(4, 2025, 0.5, allocation => NULL)$$,
    $$SELECT procurement_plan(4, 2025, 0.5, other_supply => NULL)$$,
    $$SELECT procurement_plan(4, 2025, 0.5, other_supply => '-1 kWh')$$,
    $$SELECT procurement_plan(4, 2025, 0.5, as_of => NULL)$$,
    $$SELECT procurement_plan(4, 2025, 0.5, ARRAY[make_procurement_option('self_use')])$$);
-- a role without grants plans on plain values only
SET client_min_messages = error;
DROP ROLE IF EXISTS certledger_nobody;
RESET client_min_messages;
CREATE ROLE certledger_nobody;
GRANT USAGE ON SCHEMA certledger TO certledger_nobody;
SET ROLE certledger_nobody;
SELECT missing_certificates FROM procurement_plan('1234567 kWh', 0.342);
SELECT * FROM procurement_plan(4, 2025, 0.5);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
-- one with EXECUTE needs the right to read the accounts
GRANT EXECUTE ON FUNCTION procurement_plan(bigint, integer, numeric, procurement_option[], boolean, region, energy, date), account_version(integer) TO certledger_nobody;
GRANT SELECT ON account_year TO certledger_nobody;
SET ROLE certledger_nobody;
\set VERBOSITY sqlstate
SELECT * FROM procurement_plan(4, 2025, 0.5);
\set VERBOSITY default
RESET ROLE;
GRANT SELECT ON user_account, coefficient TO certledger_nobody;
SET ROLE certledger_nobody;
SELECT status FROM procurement_plan(4, 2025, 0.5);
RESET ROLE;
REVOKE ALL ON user_account, coefficient, account_year FROM certledger_nobody;
REVOKE ALL ON FUNCTION procurement_plan(bigint, integer, numeric, procurement_option[], boolean, region, energy, date), account_version(integer) FROM certledger_nobody;
REVOKE USAGE ON SCHEMA certledger FROM certledger_nobody;
DROP ROLE certledger_nobody;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
