-- account_identity: the accounts of random worlds against a reference written
-- from the rules (发改能源〔2026〕622号 Annexes 1 to 3) in plain numbers of
-- watt-hours, cell by cell, and the standing identities.  The reference uses
-- none of the functions that compute the accounts.  To look further:
--   psql -v rounds=50 -v seed=0.7 -f sql/account_identity.sql
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\o
\if :{?rounds}
\else
\set rounds 10
\endif
\if :{?seed}
\else
\set seed 0.15
\endif
SELECT :rounds AS rounds, :seed AS seed;
\o /dev/null
SELECT setseed(:seed), set_config('certledger_test.rounds', :'rounds', false);
\o

-- a number from 0 to n - 1; an energy up to so many MWh, to the watt-hour
CREATE FUNCTION pg_temp.r(n integer) RETURNS integer LANGUAGE sql AS 'SELECT floor(random() * n)::integer';
CREATE FUNCTION pg_temp.e(up_to integer) RETURNS energy LANGUAGE sql AS
    'SELECT CASE WHEN random() < 0.05 THEN ''0 kWh''::energy ELSE make_energy(wh => floor(random() * up_to * 1000000)::bigint) END';

-- six provinces of the 31 with two cities each; a wind farm, an old hydro
-- plant and a roof; three users, an agent and the provincial account
CREATE TEMP TABLE place (n integer, province region, city1 region, city2 region);
INSERT INTO place
SELECT row_number() OVER (), p.region, min(c.region), max(c.region)
FROM (SELECT region FROM region_name WHERE tier = 'province' ORDER BY random() LIMIT 6) AS p
JOIN region_name AS c ON c.parent = p.region AND c.tier = 'city' GROUP BY p.region;
CREATE TEMP TABLE party (id bigint, kind account_kind, n integer);
INSERT INTO party
SELECT register_account(k.kind, k.name || p.n, CASE WHEN k.kind = 'provincial' THEN p.province ELSE p.city1 END,
                        personal_id => CASE WHEN k.kind <> 'provincial' THEN k.name || p.n END, opened_on => '2020-01-01'), k.kind, p.n
FROM place p, (VALUES ('generator'::account_kind, 'plant'), ('user', 'one'), ('user', 'two'), ('user', 'three'), ('agent', 'agent'), ('provincial', 'province')) AS k(kind, name)
ORDER BY p.n, k.name;
CREATE TEMP TABLE plant AS
SELECT register_project(format('%s%s%s', p.province, k.digit, lpad('1', 10, '0')), k.name || p.n, a.id, p.city2, k.source, 100000, k.since, registered_on => '2021-01-01') AS code, p.n, k.source
FROM place p JOIN party a ON a.n = p.n AND a.kind = 'generator',
     (VALUES ('wind', 1, 'wind'::energy_source, '2021-01-01'::date), ('hydro', 2, 'hydro', '2001-01-01'), ('roof', 3, 'solar', '2021-01-01')) AS k(name, digit, source, since)
ORDER BY p.n, k.digit;
SELECT count(DISTINCT province) AS provinces, (SELECT count(*) FROM party) AS accounts, (SELECT count(*) FROM plant) AS plants FROM place;

-- facts and documents of one year
CREATE PROCEDURE pg_temp.make_world(y integer) LANGUAGE plpgsql AS $$
DECLARE
    nplaces integer := 3 + pg_temp.r(4);
    sources energy_source[] := enum_range(NULL::energy_source);
    kinds energy_trade_kind[] := '{green_power,green_power,conventional,conventional,nuclear,fossil,spot,spot}';
    here place;
    there place;
    who party;
    whom party;
    k energy_trade_kind;
    single boolean;
    contracted energy;
    settled energy;
    ref text;
    got bigint;
    s energy_source;
    c integer;
BEGIN
    FOR here IN SELECT * FROM place WHERE n <= nplaces ORDER BY n LOOP
        FOREACH s IN ARRAY sources LOOP
            IF random() < 0.6 THEN
                settled := pg_temp.e(CASE WHEN random() < 0.1 THEN 50 ELSE 3000 END);
                INSERT INTO published_generation VALUES (y, here.province, s, settled, settled * round(random()::numeric, 3));
            END IF;
        END LOOP;
        IF random() < 0.2 THEN
            INSERT INTO published_coefficient VALUES (y, here.province, round(random()::numeric, 12));
        END IF;
        IF random() < 0.5 THEN
            INSERT INTO published_consumption VALUES (y, here.province, pg_temp.e(9000));
        END IF;
        -- caps published in place of computed ones, low enough to be reached
        INSERT INTO published_cap (year, kind, province, from_province, cap)
        SELECT y, v.kind, here.province, CASE WHEN v.kind = 'spot_pair' THEN (SELECT province FROM place WHERE n = (SELECT 1 + pg_temp.r(nplaces))) END, pg_temp.e(300)
        FROM unnest(enum_range(NULL::cap_kind)) AS v(kind) WHERE v.kind <> 'user' AND random() < 0.12;
        INSERT INTO generation
        SELECT p.code, make_date(y, 6, 1), CASE p.source WHEN 'solar' THEN 'self_use' ELSE 'on_grid' END::volume_class, make_energy(mwh => 900 + pg_temp.r(900), wh => pg_temp.r(1000000))
        FROM plant p WHERE p.n = here.n;
    END LOOP;
    PERFORM issue(make_date(y, 6, 1), 'issue ' || y, make_date(y, 7, 20));

    FOR c IN 1 .. 4 * nplaces LOOP
        SELECT * INTO here FROM place WHERE n = (SELECT 1 + pg_temp.r(nplaces));
        SELECT * INTO there FROM place WHERE n = (SELECT 1 + pg_temp.r(nplaces));
        IF here.n <> there.n OR random() < 0.3 THEN
            INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow)
            SELECT y, CASE WHEN random() < 0.3 THEN 'east' ELSE 'national' END, f, t, pg_temp.e(700)
            FROM (SELECT here.province AS f, CASE WHEN here.n <> there.n THEN there.province ELSE '000000' END AS t) AS v
            ON CONFLICT DO NOTHING;
        END IF;
    END LOOP;
    IF random() < 0.5 THEN  -- a market from which nobody named receives
        INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (y, 'abroad', here.province, '000000', pg_temp.e(200));
    END IF;

    FOR c IN 1 .. 60 LOOP
        SELECT * INTO here FROM place WHERE n = (SELECT 1 + pg_temp.r(nplaces));
        SELECT * INTO there FROM place WHERE n = (SELECT CASE WHEN random() < 0.3 THEN here.n ELSE 1 + pg_temp.r(nplaces) END);
        SELECT * INTO whom FROM party WHERE kind IN ('user', 'user', 'agent', 'provincial') ORDER BY random() LIMIT 1;
        k := kinds[1 + pg_temp.r(array_length(kinds, 1))];
        single := random() < 0.5;
        contracted := pg_temp.e(120);
        settled := pg_temp.e(120);
        INSERT INTO energy_trade (contract, month, kind, market, from_province, to_province, buyer, buyer_region,
                                  contracted, settled, certificate_settled, one_to_one, dedicated, line_loss)
        SELECT 'c' || v.number, make_date(y, 1 + pg_temp.r(12), 1), k, CASE WHEN v.number % 3 = 0 THEN 'east' ELSE 'national' END,
               here.province, there.province, v.buyer, CASE WHEN v.buyer IS NOT NULL THEN CASE WHEN random() < 0.5 THEN there.city1 ELSE there.city2 END END,
               contracted, settled,
               CASE WHEN k IN ('green_power', 'conventional') AND random() < 0.7 THEN least(settled, contracted) * round(random()::numeric, 2) ELSE '0 kWh' END,
               single, k = 'fossil' AND random() < 0.5,
               CASE WHEN here.n <> there.n AND k <> 'fossil' AND random() < 0.2 THEN settled * 0.03 ELSE '0 kWh' END
        FROM (SELECT pg_temp.r(9) AS number, CASE WHEN random() < 0.75 THEN CASE WHEN random() < 0.04 THEN 7777777 ELSE whom.id END END AS buyer) AS v
        ON CONFLICT DO NOTHING;
    END LOOP;

    INSERT INTO grid_draw (account_id, region, month, energy)
    SELECT CASE WHEN random() < 0.02 THEN 8888888 ELSE p.id END, CASE WHEN random() < 0.5 THEN l.city1 ELSE l.city2 END, make_date(y, 1 + pg_temp.r(12), 1), pg_temp.e(700)
    FROM party p, place l, generate_series(1, 3)
    WHERE p.kind IN ('user', 'agent', 'generator') AND l.n <= nplaces AND random() < CASE WHEN l.n = p.n THEN 0.7 ELSE 0.1 END
    ON CONFLICT DO NOTHING;
    INSERT INTO physical_supply (account_id, region, month, kind, energy)
    SELECT p.id, CASE WHEN random() < 0.5 THEN l.city1 ELSE l.city2 END, make_date(y, 1 + pg_temp.r(12), 1), (enum_range(NULL::supply_kind))[1 + pg_temp.r(5)], pg_temp.e(CASE WHEN random() < 0.2 THEN 9000 ELSE 100 END)
    FROM party p, place l WHERE p.kind IN ('user', 'generator') AND random() < CASE WHEN l.n = p.n THEN 0.4 ELSE 0.03 END
    ON CONFLICT DO NOTHING;

    -- transfers by every route, retirements of both regimes
    FOR c IN 1 .. 60 LOOP
        SELECT p.* INTO who FROM party p WHERE p.kind = 'generator' AND p.n <= nplaces ORDER BY random() LIMIT 1;
        SELECT p.* INTO whom FROM party p WHERE p.kind <> 'generator' ORDER BY random() LIMIT 1;
        IF c % 10 IN (4, 5) THEN  -- certificates that follow power
            SELECT a.* INTO who FROM energy_trade t JOIN place l ON l.province = t.from_province JOIN party a ON a.n = l.n AND a.kind = 'generator'
            WHERE t.kind = CASE WHEN c % 10 = 4 THEN 'spot' ELSE 'conventional' END::energy_trade_kind AND t.from_province <> t.to_province AND extract(year FROM t.month) = y
            ORDER BY random() LIMIT 1;
            SELECT a.* INTO whom FROM energy_trade t JOIN place l ON l.province = t.to_province JOIN party a ON a.n = l.n AND a.kind = 'user'
            WHERE t.kind = CASE WHEN c % 10 = 4 THEN 'spot' ELSE 'conventional' END::energy_trade_kind AND t.from_province = (SELECT province FROM place WHERE n = who.n)
              AND t.to_province <> t.from_province AND extract(year FROM t.month) = y
            ORDER BY random() LIMIT 1;
        END IF;
        ref := format('t%s/%s', y, c);
        BEGIN
            IF c % 10 = 0 THEN
                PERFORM transfer_certificates(ref, who.id, whom.id, 1 + pg_temp.r(60), 'green_power', price => 5, contract => 'g', effective_on => make_date(y, 8, 1) + pg_temp.r(9));
            ELSIF c % 10 = 1 THEN
                PERFORM transfer_certificates(ref, who.id, whom.id, 1 + pg_temp.r(60), 'existing_hydro', effective_on => make_date(y, 8, 1) + pg_temp.r(9));
            ELSIF c % 10 = 2 THEN
                PERFORM transfer_certificates(ref, who.id, whom.id, 1 + pg_temp.r(60), 'self_use', contract => 'm', proof => 'paid', effective_on => make_date(y, 8, 1) + pg_temp.r(9));
            ELSIF c % 10 = 3 THEN
                SELECT p.* INTO who FROM party p WHERE p.kind = 'provincial' ORDER BY random() LIMIT 1;
                SELECT p.* INTO whom FROM party p WHERE p.kind = 'user' ORDER BY random() LIMIT 1;
                PERFORM transfer_certificates(ref, who.id, whom.id, 1 + pg_temp.r(40), 'allocation', proof => 'plan', effective_on => make_date(y, 8, 10) + pg_temp.r(9));
            ELSIF c % 10 IN (4, 5) THEN
                IF whom.id IS NOT NULL THEN
                    PERFORM transfer_certificates(ref, who.id, whom.id, 1 + pg_temp.r(90), route => CASE WHEN c % 10 = 4 THEN 'spot_trade' ELSE 'out_of_province_trade' END::route, effective_on => make_date(y, 8, 1) + pg_temp.r(9));
                END IF;
            ELSE
                PERFORM transfer_certificates(ref, who.id, whom.id, 1 + pg_temp.r(90), CASE WHEN random() < 0.5 THEN 'bilateral' ELSE 'auction' END::trade_mode,
                    route => CASE WHEN who.n <> whom.n THEN (ARRAY[NULL, 'spot_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade', 'out_of_province_trade']::route[])[1 + pg_temp.r(6)] END,
                    effective_on => make_date(y, 8, 1) + pg_temp.r(9));
            END IF;
        EXCEPTION WHEN SQLSTATE 'LC001' OR SQLSTATE 'LC004' OR SQLSTATE 'LC005' OR SQLSTATE 'LC006' OR SQLSTATE 'LC009' OR SQLSTATE 'LC010' THEN
            NULL;  -- not enough left
        END;
    END LOOP;
    FOR c IN 1 .. 60 LOOP
        SELECT p.* INTO who FROM party p ORDER BY random() LIMIT 1;
        SELECT p.* INTO whom FROM party p ORDER BY random() LIMIT 1;
        IF random() < 0.7 THEN
            whom := who;
        END IF;
        SELECT * INTO there FROM place WHERE n = (SELECT 1 + pg_temp.r(nplaces));
        BEGIN
            PERFORM retire(format('r%s/%s', y, c), who.id, y, 1 + pg_temp.r(70), regime => CASE WHEN random() < 0.15 THEN 'voluntary' ELSE 'mandatory' END::claim_regime,
                beneficiary => whom.id, region => CASE WHEN random() < 0.25 THEN CASE WHEN random() < 0.1 THEN there.province ELSE there.city2 END END,
                effective_on => make_date(y + 1, 1, 1) + pg_temp.r(60));
        EXCEPTION WHEN SQLSTATE 'LC001' OR SQLSTATE 'LC006' OR SQLSTATE 'LC007' THEN
            NULL;  -- not enough left
        END;
    END LOOP;
END
$$;

-- the reference, in watt-hours; codes are cut as text
CREATE FUNCTION pg_temp.p(region) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left($1::text, 2) || '0000' $$;
CREATE FUNCTION pg_temp.c(region) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN $1::text NOT LIKE '__00__' THEN left($1::text, 4) || '00' END $$;
CREATE TEMP TABLE ref_line (kind text, contract text, market text, f text, t text, buyer bigint, city text, dedicated boolean, volume numeric, settled numeric, moved numeric, loss numeric);
CREATE TEMP TABLE ref_cap (kind text, province text, f text, cap numeric, remaining numeric, PRIMARY KEY (kind, province, f));
CREATE TEMP TABLE ref_claim (id integer GENERATED ALWAYS AS IDENTITY, tier text, province text, city text, account bigint, method text, category text, f text, market text, document text,
                             claimed numeric, traded_on date, trade text, first gec, recognised numeric, reason text);
CREATE TEMP TABLE ref_draw (account bigint, city text, energy numeric, remaining numeric, PRIMARY KEY (account, city));
CREATE TEMP TABLE ref_generation (province text, source text, generated numeric, on_grid numeric);
CREATE TEMP TABLE ref_side (market text, province text, direction text, flow numeric, dedicated numeric, fossil numeric, spot numeric, t numeric, c numeric, loss numeric, residual numeric, short boolean, offer numeric, allocation numeric);
CREATE TEMP TABLE ref_province (province text, g numeric, t numeric, c numeric, s numeric, l numeric, e numeric, f numeric, io numeric);
CREATE TEMP TABLE ref_user (account bigint, city text, w numeric, p numeric, t numeric, c numeric, excess numeric, a numeric, e numeric);
CREATE TEMP TABLE ref_k (province text, p numeric, t numeric, c numeric, remaining numeric, numerator numeric, denominator numeric, published numeric, num numeric, den numeric, allocated numeric);

CREATE PROCEDURE pg_temp.reference(y integer) LANGUAGE plpgsql AS $$
DECLARE
    x record;
    bound record;
    got numeric;
    why text;
BEGIN
    TRUNCATE ref_line, ref_cap, ref_claim, ref_draw, ref_generation, ref_side, ref_province, ref_user, ref_k;

    -- Annex 1: what a trade line counts, month by month
    INSERT INTO ref_line
    SELECT kind, contract, market, pg_temp.p(from_province), pg_temp.p(to_province), buyer, pg_temp.c(buyer_region), dedicated,
           sum(CASE WHEN kind = 'green_power' THEN wh(certificate_settled)
                    WHEN kind IN ('conventional', 'nuclear') AND NOT one_to_one AND contracted < settled THEN wh(contracted)
                    ELSE wh(settled) END), sum(wh(settled)), sum(wh(certificate_settled)), sum(wh(line_loss))
    FROM energy_trade WHERE extract(year FROM month) = y GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

    -- art. 7, Annexes 1 and 2: caps
    INSERT INTO ref_cap (kind, province, f, cap)
    SELECT 'province_in', q, '', greatest(coalesce((SELECT sum(wh(flow)) FROM interprovincial_flow WHERE year = y AND pg_temp.p(to_province) = q), 0)
                                - coalesce((SELECT sum(settled) FROM ref_line WHERE dedicated AND t = q AND f <> q), 0), 0) FROM (SELECT pg_temp.p(province) FROM place) AS a(q)
    UNION ALL
    SELECT 'province_out', q, '', greatest(coalesce((SELECT sum(wh(flow)) FROM interprovincial_flow WHERE year = y AND pg_temp.p(from_province) = q), 0)
                                - coalesce((SELECT sum(settled) FROM ref_line WHERE dedicated AND f = q AND t <> q), 0), 0) FROM (SELECT pg_temp.p(province) FROM place) AS a(q)
    UNION ALL
    SELECT 'in_province_pool', q, '', coalesce((SELECT sum(volume) FROM ref_line WHERE kind = 'conventional' AND f = q AND t = q), 0) FROM (SELECT pg_temp.p(province) FROM place) AS a(q)
    UNION ALL
    SELECT 'out_of_province_buyer', q, '', coalesce((SELECT sum(volume - moved) FROM ref_line WHERE kind = 'conventional' AND t = q AND f <> q), 0) FROM (SELECT pg_temp.p(province) FROM place) AS a(q)
    UNION ALL
    SELECT 'out_of_province_seller', q, '', coalesce((SELECT sum(volume - moved) FROM ref_line WHERE kind = 'conventional' AND f = q AND t <> q), 0) FROM (SELECT pg_temp.p(province) FROM place) AS a(q)
    UNION ALL
    SELECT 'spot_pair', t, f, least((SELECT sum(s.settled) FROM ref_line s WHERE s.kind = 'spot' AND s.f = l.f AND s.t <> s.f),
                                    (SELECT sum(s.settled) FROM ref_line s WHERE s.kind = 'spot' AND s.t = l.t AND s.t <> s.f))
    FROM ref_line l WHERE kind = 'spot' AND f <> t GROUP BY t, f;
    INSERT INTO ref_cap (kind, province, f, cap)
    SELECT kind::text, pg_temp.p(province), coalesce(pg_temp.p(from_province), ''), wh(published_cap.cap) FROM published_cap WHERE year = y
    ON CONFLICT (kind, province, f) DO UPDATE SET cap = EXCLUDED.cap;
    UPDATE ref_cap SET remaining = ref_cap.cap;
    INSERT INTO ref_draw SELECT account_id, pg_temp.c(region), sum(wh(energy)), sum(wh(energy)) FROM grid_draw WHERE extract(year FROM month) = y GROUP BY 1, 2;

    -- T between provinces: green power, conventional, nuclear, by contract
    INSERT INTO ref_claim (tier, province, city, account, method, category, f, market, document, claimed)
    SELECT 'province', t, city, buyer, 'energy_trade', kind, f, market, contract, volume FROM ref_line
    WHERE kind IN ('green_power', 'conventional', 'nuclear') AND f <> t
    ORDER BY position(kind IN 'green_power conventional nuclear'), contract COLLATE "C", f, t, buyer, city;
    FOR x IN SELECT * FROM ref_claim ORDER BY id LOOP
        got := x.claimed; why := NULL;
        FOR bound IN SELECT * FROM ref_cap WHERE (kind = 'province_in' AND province = x.province) OR (kind = 'province_out' AND province = x.f) ORDER BY kind LOOP
            IF bound.remaining < got THEN got := bound.remaining; why := bound.kind; END IF;
        END LOOP;
        UPDATE ref_cap SET remaining = remaining - got WHERE (kind = 'province_in' AND province = x.province) OR (kind = 'province_out' AND province = x.f);
        UPDATE ref_claim SET recognised = got, reason = why WHERE id = x.id;
    END LOOP;

    -- claims of users: green and nuclear power bought, certificates retired for
    -- accounting in the year of their production.  The documents tell how each
    -- certificate was acquired, the project where it was produced
    CREATE TEMP TABLE claim AS
    SELECT c.account, c.province, CASE WHEN a.kind = 'provincial' THEN NULL ELSE c.city END AS city, 'energy_trade' AS method, c.category, c.f, c.document, c.claimed,
           NULL::date AS traded_on, NULL::text AS trade, NULL::gec AS first, a.kind = 'provincial' IS TRUE AS provincial
    FROM (SELECT account, province, city, category, f, document, recognised AS claimed FROM ref_claim WHERE account IS NOT NULL AND category <> 'conventional' AND recognised > 0
          UNION ALL SELECT buyer, t, city, kind, f, contract, volume FROM ref_line WHERE buyer IS NOT NULL AND kind IN ('green_power', 'nuclear') AND f = t) AS c
    LEFT JOIN account a ON a.account_id = c.account
    UNION ALL
    SELECT d.beneficiary, d.province, CASE WHEN d.provincial THEN NULL ELSE d.city END, 'certificate_trade',
           CASE WHEN d.mode IS NULL THEN 'production'
                WHEN d.mode IN ('green_power', 'self_use') THEN d.mode
                WHEN d.mode IN ('existing_hydro', 'allocation') THEN 'transfer'
                WHEN d.province = d.produced_in THEN 'in_province_trade'
                ELSE coalesce(d.route, 'voluntary_trade') END,
           d.produced_in, d.document, sum(d.quantity) * 1000000, d.traded_on, d.trade, min(d.first), d.provincial
    FROM (SELECT r.beneficiary, a.kind = 'provincial' AS provincial, pg_temp.p(r.region) AS province, pg_temp.c(r.region) AS city, r.ref AS document, t.mode::text AS mode,
                 t.route::text AS route, t.effective_on AS traded_on, t.ref AS trade, pg_temp.p(p.region) AS produced_in, quantity(m.certificates) AS quantity, lower(m.certificates) AS first
          FROM retirement r
          JOIN account a ON a.account_id = r.beneficiary
          JOIN movement m ON m.document = 'retirement' AND m.document_id = r.retirement_id
          JOIN project p ON p.project_code = left(lower(m.certificates)::text, 17)
          LEFT JOIN LATERAL (SELECT b.document_id FROM movement b
                             WHERE b.document = 'transfer' AND b.certificates @> m.certificates ORDER BY b.movement_id DESC LIMIT 1) AS b ON true
          LEFT JOIN transfer t ON t.transfer_id = b.document_id
          WHERE r.regime = 'mandatory' AND substr(lower(m.certificates)::text, 18, 2)::integer + 2000 = y) AS d
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 9, 10, d.provincial;
    FOR x IN SELECT *, array_position('{green_power,nuclear,transfer,in_province_trade,spot_trade,voluntary_trade,out_of_province_trade}'::text[], category) AS step FROM claim
             ORDER BY step, traded_on, trade COLLATE "C", document COLLATE "C", first, account, city, f LOOP
        got := x.claimed; why := NULL;
        IF x.category IN ('production', 'self_use') OR (x.category = 'green_power' AND x.method = 'certificate_trade') THEN
            got := 0;
            why := CASE x.category WHEN 'production' THEN 'not_acquired' WHEN 'self_use' THEN 'counted_in_physical_supply' ELSE 'counted_in_energy_trade' END;
        ELSE
            IF NOT x.provincial AND coalesce((SELECT remaining FROM ref_draw WHERE account = x.account AND city = x.city), 0) < got THEN
                got := coalesce((SELECT remaining FROM ref_draw WHERE account = x.account AND city = x.city), 0);
                why := 'user';
            END IF;
            FOR bound IN SELECT v.kind, coalesce(n.remaining, 0) AS remaining
                       FROM (VALUES (1, 'in_province_trade', 'in_province_pool', x.province, ''), (1, 'spot_trade', 'spot_pair', x.province, x.f),
                                    (2, 'spot_trade', 'province_in', x.province, ''), (3, 'spot_trade', 'province_out', x.f, ''),
                                    (2, 'voluntary_trade', 'province_in', x.province, ''), (3, 'voluntary_trade', 'province_out', x.f, ''),
                                    (2, 'out_of_province_trade', 'out_of_province_buyer', x.province, ''), (3, 'out_of_province_trade', 'out_of_province_seller', x.f, ''))
                            AS v(position, category, kind, province, f)
                       LEFT JOIN ref_cap n USING (kind, province, f) WHERE v.category = x.category ORDER BY v.position LOOP
                IF bound.remaining < got THEN got := bound.remaining; why := bound.kind; END IF;
            END LOOP;
            UPDATE ref_draw SET remaining = remaining - got WHERE account = x.account AND city = x.city;
            UPDATE ref_cap SET remaining = remaining - got
            WHERE (x.category = 'in_province_trade' AND kind = 'in_province_pool' AND province = x.province)
               OR (x.category = 'spot_trade' AND kind = 'spot_pair' AND province = x.province AND f = x.f)
               OR (x.category IN ('spot_trade', 'voluntary_trade') AND (kind = 'province_in' AND province = x.province OR kind = 'province_out' AND province = x.f))
               OR (x.category = 'out_of_province_trade' AND (kind = 'out_of_province_buyer' AND province = x.province OR kind = 'out_of_province_seller' AND province = x.f));
        END IF;
        INSERT INTO ref_claim (tier, province, city, account, method, category, f, document, claimed, recognised, reason)
        VALUES ('user', x.province, x.city, x.account, x.method, x.category, x.f, x.document, x.claimed, got, why);
    END LOOP;
    DROP TABLE claim;

    -- Annex 1: E = G + T + C + S - L
    INSERT INTO ref_generation
    SELECT pg_temp.p(province), source, wh(generated), wh(on_grid) FROM published_generation WHERE year = y;
    INSERT INTO ref_generation
    SELECT pg_temp.p(p.region), p.source, sum(wh(g.energy)), coalesce(sum(wh(g.energy)) FILTER (WHERE g.volume_class = 'on_grid'), 0)
    FROM generation g JOIN project p USING (project_code)
    WHERE extract(year FROM g.month) = y AND NOT EXISTS (SELECT FROM ref_generation r WHERE r.province = pg_temp.p(p.region) AND r.source = p.source::text)
    GROUP BY 1, 2;
    INSERT INTO ref_side (market, province, direction, flow, dedicated, fossil, spot, t, c, loss)
    SELECT e.market, CASE d.direction WHEN 'sent' THEN e.f ELSE e.t END, d.direction, sum(e.flow), sum(e.dedicated), sum(e.fossil), sum(e.spot), sum(e.trade), sum(e.certificates),
           CASE d.direction WHEN 'sent' THEN sum(e.loss) ELSE 0 END
    FROM (SELECT market, pg_temp.p(from_province) AS f, pg_temp.p(to_province) AS t, wh(flow)::numeric AS flow, 0 AS dedicated, 0 AS fossil, 0 AS spot, 0 AS trade, 0 AS certificates, 0 AS loss FROM interprovincial_flow WHERE year = y
          UNION ALL
          SELECT market, f, t, 0, CASE WHEN dedicated THEN settled ELSE 0 END, CASE WHEN kind = 'fossil' THEN settled ELSE 0 END, CASE WHEN kind = 'spot' THEN settled ELSE 0 END, 0, 0, loss FROM ref_line WHERE f <> t
          UNION ALL
          SELECT market, f, province, 0, 0, 0, 0, recognised, 0, 0 FROM ref_claim WHERE tier = 'province'
          UNION ALL
          -- certificates name no market: that of most power from the seller, else of most power
          SELECT coalesce((SELECT w.market FROM interprovincial_flow w WHERE w.year = y AND pg_temp.p(w.to_province) = r.province
                           ORDER BY (pg_temp.p(w.from_province) = r.f) DESC, w.flow DESC, w.market LIMIT 1), 'national'), f, province, 0, 0, 0, 0, 0, recognised, 0
          FROM ref_claim r WHERE tier = 'user' AND category IN ('spot_trade', 'voluntary_trade')) AS e, (VALUES ('sent'), ('received')) AS d(direction)
    WHERE CASE d.direction WHEN 'sent' THEN e.f ELSE e.t END <> '000000'
    GROUP BY 1, 2, 3;
    UPDATE ref_side SET residual = greatest(flow - fossil - t - c, 0), short = flow - fossil - t - c < 0;
    -- option B: what sellers offer by their on-grid mix, shared by residual
    UPDATE ref_side s SET offer = CASE WHEN s.direction = 'sent' THEN
        coalesce((SELECT div(s.residual * m.clean, m.total) + CASE WHEN 2 * mod(s.residual * m.clean, m.total) >= m.total THEN 1 ELSE 0 END
                  FROM (SELECT sum(on_grid) AS total, coalesce(sum(on_grid) FILTER (WHERE source IN ('wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean', 'nuclear')), 0) AS clean
                        FROM ref_generation g WHERE g.province = s.province) AS m WHERE m.total > 0), 0) ELSE 0 END;
    UPDATE ref_side s SET allocation = CASE WHEN n.wanted = 0 THEN 0 WHEN s.direction = 'sent' THEN s.offer
                                            ELSE div(n.pool * n.upto, n.wanted) - div(n.pool * (n.upto - s.residual), n.wanted) END
    FROM (SELECT r.market, r.province, r.direction, p.pool, p.wanted,
                 sum(r.residual) OVER (PARTITION BY r.market, r.direction ORDER BY r.province) AS upto
          FROM ref_side r JOIN (SELECT market, sum(offer) AS pool, coalesce(sum(residual) FILTER (WHERE direction = 'received'), 0) AS wanted FROM ref_side GROUP BY market) AS p USING (market)) AS n
    WHERE (n.market, n.province, n.direction) = (s.market, s.province, s.direction);
    INSERT INTO ref_province
    SELECT i.province, sum(g), sum(t), sum(c), sum(s), sum(l), sum(g + t + c + s - l), sum(f), sum(io)
    FROM (SELECT province, generated AS g, 0 AS t, 0 AS c, 0 AS s, 0 AS l, 0 AS f, 0 AS io FROM ref_generation WHERE source IN ('wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean', 'nuclear')
          UNION ALL SELECT province, 0, 0, 0, 0, 0, on_grid, 0 FROM ref_generation WHERE source = 'fossil'
          UNION ALL SELECT province, 0, t, c, allocation, 0, 0, flow FROM ref_side WHERE direction = 'received'
          UNION ALL SELECT province, 0, - t, - c, - allocation, loss, 0, - flow FROM ref_side WHERE direction = 'sent'
          UNION ALL SELECT DISTINCT pg_temp.p(region), 0, 0, 0, 0, 0, 0, 0 FROM grid_draw WHERE extract(year FROM month) = y
          UNION ALL SELECT DISTINCT pg_temp.p(region), 0, 0, 0, 0, 0, 0, 0 FROM physical_supply WHERE extract(year FROM month) = y
          UNION ALL SELECT province, 0, 0, 0, 0, 0, 0, 0 FROM ref_claim) AS i
    GROUP BY i.province;

    -- Annexes 2 and 3: E = P + T + C + A, A = (W - T - C) k
    INSERT INTO ref_user
    SELECT account, city, sum(w), sum(p), sum(t), sum(c), sum(excess)
    FROM (SELECT account, city, energy AS w, 0 AS p, 0 AS t, 0 AS c, 0 AS excess FROM ref_draw
          UNION ALL SELECT account_id, pg_temp.c(region), 0, wh(energy), 0, 0, 0 FROM physical_supply WHERE extract(year FROM month) = y
          UNION ALL SELECT account, city, 0, 0, CASE method WHEN 'energy_trade' THEN recognised ELSE 0 END, CASE method WHEN 'certificate_trade' THEN recognised ELSE 0 END,
                           CASE WHEN reason NOT LIKE 'counted%' AND reason <> 'not_acquired' THEN claimed - recognised ELSE 0 END
                    FROM ref_claim WHERE tier = 'user' AND city IS NOT NULL) AS i
    GROUP BY account, city;
    INSERT INTO ref_k (province, p, t, c, remaining, numerator, denominator, published)
    SELECT v.province, i.p, i.t, i.c, i.remaining, v.e - i.p - i.t - i.c, v.g - i.p - i.t - i.c + v.f + v.io,
           (SELECT coefficient FROM published_coefficient b WHERE b.year = y AND pg_temp.p(b.province) = v.province)
    FROM ref_province v,
         LATERAL (SELECT coalesce(sum(u.p), 0) AS p, coalesce(sum(u.t), 0) AS t, coalesce(sum(u.c), 0) AS c, coalesce(sum(u.w - u.t - u.c), 0) AS remaining
                  FROM ref_user u WHERE left(u.city, 2) = left(v.province, 2)) AS i;
    UPDATE ref_k SET num = CASE WHEN published IS NOT NULL THEN published WHEN denominator <= 0 THEN 0 WHEN numerator < 0 THEN 0 WHEN numerator > denominator THEN denominator ELSE numerator END,
                     den = CASE WHEN published IS NOT NULL THEN 1 WHEN denominator <= 0 THEN NULL ELSE denominator END;
    UPDATE ref_user u SET a = coalesce(div(n.num * n.upto, n.den) - div(n.num * (n.upto - (u.w - u.t - u.c)), n.den), 0)
    FROM (SELECT r.account, r.city, k.num, k.den, sum(r.w - r.t - r.c) OVER (PARTITION BY k.province ORDER BY r.city, r.account) AS upto
          FROM ref_user r JOIN ref_k k ON left(k.province, 2) = left(r.city, 2)) AS n
    WHERE (n.account, n.city) = (u.account, u.city);
    UPDATE ref_user SET e = p + t + c + a;
    UPDATE ref_k SET allocated = coalesce((SELECT sum(u.a) FROM ref_user u WHERE left(u.city, 2) = left(ref_k.province, 2)), 0);
END
$$;

-- every difference between the two, either way
CREATE TEMP VIEW product AS
SELECT year, 'recognition' AS what, ARRAY[tier::text, province::text, city::text, account_id::text, identification::text, category, from_province::text, document, reason] AS key,
       ARRAY[wh(claimed), wh(recognised), wh(excess)]::numeric[] AS numbers
FROM recognition WHERE claimed > '0 kWh'
UNION ALL
SELECT year, 'recognition_cap', ARRAY[kind::text, province::text, from_province::text], ARRAY[wh(cap), wh(recognised)]::numeric[] FROM recognition_cap WHERE cap > '0 kWh' OR published
UNION ALL
SELECT year, 'interprovincial_account', ARRAY[market, province::text, direction],
       ARRAY[wh(flow), wh(dedicated_fossil), wh(fossil_trade), wh(untyped_spot), wh(energy_trade), wh(certificate_trade), wh(residual), wh(allocation), wh(line_loss)]::numeric[] FROM interprovincial_account
UNION ALL
SELECT year, 'province_account', ARRAY[province::text], ARRAY[wh(generation), wh(energy_trade), wh(certificate_trade), wh(allocation), wh(line_loss), wh(non_fossil), wh(fossil_on_grid), wh(net_received)]::numeric[] FROM province_account
UNION ALL
SELECT year, 'coefficient', ARRAY[province::text], ARRAY[wh(physical), wh(energy_trade), wh(certificate_trade), wh(numerator), wh(denominator), round(published, 12), round(k, 12), wh(allocated), wh(loss_residual)]::numeric[] FROM coefficient
UNION ALL
SELECT year, 'city_account', ARRAY[city::text], ARRAY[wh(grid_draw), wh(physical), wh(energy_trade), wh(certificate_trade), wh(allocation), wh(non_fossil)]::numeric[] FROM city_account
UNION ALL
SELECT year, 'user_account', ARRAY[account_id::text, city::text], ARRAY[wh(grid_draw), wh(physical), wh(energy_trade), wh(certificate_trade), wh(excess), wh(allocation), wh(non_fossil)]::numeric[] FROM user_account
UNION ALL
SELECT year, 'account_warning', ARRAY[warning, region::text], NULL FROM account_warning;
CREATE TEMP VIEW reference AS
SELECT 'recognition' AS what, ARRAY[tier, province, city, account::text, method, category, f, document, reason] AS key, ARRAY[claimed, recognised, claimed - recognised] AS numbers FROM ref_claim WHERE claimed > 0
UNION ALL
SELECT 'recognition_cap', ARRAY[kind, province, nullif(f, '')], ARRAY[cap, cap - remaining] FROM ref_cap WHERE cap > 0 OR EXISTS (SELECT FROM published_cap b WHERE b.year = current_setting('certledger_test.year')::integer AND (b.kind::text, pg_temp.p(b.province), coalesce(pg_temp.p(b.from_province), '')) = (ref_cap.kind, ref_cap.province, ref_cap.f))
UNION ALL
SELECT 'interprovincial_account', ARRAY[market, province, direction], ARRAY[flow, dedicated, fossil, spot, t, c, residual, allocation, loss] FROM ref_side
UNION ALL
SELECT 'province_account', ARRAY[province], ARRAY[g, t, c, s, l, e, f, io] FROM ref_province
UNION ALL
SELECT 'coefficient', ARRAY[province], ARRAY[p, t, c, numerator, denominator, published, round(num / den, 12), allocated, numerator - allocated] FROM ref_k
UNION ALL
SELECT 'city_account', ARRAY[city], ARRAY[sum(w), sum(p), sum(t), sum(c), sum(a), sum(e)] FROM ref_user GROUP BY city
UNION ALL
SELECT 'user_account', ARRAY[account::text, city], ARRAY[w, p, t, c, excess, a, e] FROM ref_user
UNION ALL
SELECT 'account_warning', ARRAY['negative residual', province], NULL FROM ref_side WHERE short
UNION ALL
SELECT 'account_warning', ARRAY['nothing received to allocate to', province], NULL FROM ref_side s WHERE offer > 0 AND allocation = 0 AND NOT EXISTS (SELECT FROM ref_side b WHERE b.market = s.market AND b.direction = 'received' AND b.residual > 0)
UNION ALL
SELECT 'account_warning', ARRAY[CASE WHEN denominator <= 0 THEN 'coefficient without denominator' WHEN numerator < 0 THEN 'coefficient below 0' ELSE 'coefficient above 1' END, province], NULL FROM ref_k
WHERE published IS NULL AND (denominator <= 0 OR numerator < 0 OR numerator > denominator)
UNION ALL
SELECT 'account_warning', ARRAY['grid draw above supply', province], NULL FROM ref_k WHERE denominator > 0 AND remaining > denominator
UNION ALL
SELECT DISTINCT 'account_warning', ARRAY['unknown account', left(city, 2) || '0000'], NULL::numeric[] FROM ref_user WHERE account NOT IN (SELECT account_id FROM account);
CREATE TEMP TABLE difference (year integer, side text, what text, key text[], numbers numeric[]);
CREATE TEMP TABLE compared (year integer, what text, lines bigint);
CREATE TEMP TABLE corner (year integer, what text, lines bigint);

-- the worlds, from 2024: all facts first, so that each year is computed among
-- the others.  Up to 2025 a vintage may be retired for another year's consumption
DO $$
BEGIN
    FOR y IN 2024 .. 2023 + current_setting('certledger_test.rounds')::integer LOOP
        CALL pg_temp.make_world(y);
    END LOOP;
END
$$;
SELECT count(*) FROM verify();
DO $$
BEGIN
    FOR y IN 2024 .. 2023 + current_setting('certledger_test.rounds')::integer LOOP
        PERFORM run_accounts(y);
        PERFORM set_config('certledger_test.year', y::text, false);
        CALL pg_temp.reference(y);
        INSERT INTO difference SELECT y, 'product', d.* FROM (SELECT what, key, numbers FROM product WHERE year = y EXCEPT ALL SELECT * FROM reference) AS d;
        INSERT INTO difference SELECT y, 'reference', d.* FROM (SELECT * FROM reference EXCEPT ALL SELECT what, key, numbers FROM product WHERE year = y) AS d;
        INSERT INTO compared SELECT y, what, count(*) FROM reference GROUP BY what;
        INSERT INTO corner SELECT y, 'reason ' || coalesce(reason, 'none'), count(*) FROM ref_claim GROUP BY reason;
        INSERT INTO corner SELECT y, 'category ' || category, count(*) FROM ref_claim WHERE recognised > 0 GROUP BY category;
        INSERT INTO corner SELECT y, key[1], count(*) FROM reference WHERE what = 'account_warning' GROUP BY key[1];
        INSERT INTO corner SELECT y, 'published coefficient', count(*) FROM ref_k WHERE published IS NOT NULL;
        INSERT INTO corner SELECT y, 'coefficient between 0 and 1', count(*) FROM ref_k WHERE published IS NULL AND numerator > 0 AND numerator < denominator AND remaining > 0;
    END LOOP;
END
$$;

-- no cell differs
SELECT year, side, what, key, numbers FROM difference ORDER BY year, what, key, side LIMIT 20;
-- something was compared of every table, and of 27 corners most were met; how
-- many depends on the order in which the server draws random numbers
SELECT what, sum(lines) > 0 AS compared FROM compared GROUP BY what ORDER BY what;
SELECT count(DISTINCT what) >= 20 AS corners_met FROM corner WHERE lines > 0;

-- the standing identities.  1: provinces add up to generation less losses
SELECT count(*) AS years, count(*) FILTER (WHERE i.e <> i.g - i.l) AS broken
FROM (SELECT year, sum(wh(non_fossil)) AS e, sum(wh(generation)) AS g, sum(wh(line_loss)) AS l FROM province_account GROUP BY year) AS i;
-- what a buyer gains a seller loses
SELECT count(*) AS years, count(*) FILTER (WHERE i.t <> 0 OR i.c <> 0 OR i.s <> 0) AS broken
FROM (SELECT year, sum(wh(energy_trade)) AS t, sum(wh(certificate_trade)) AS c, sum(wh(allocation)) AS s FROM province_account GROUP BY year) AS i;
-- 2: E of a province less that of its cities is the loss residual, exactly,
-- and k x (denominator - sum (W - T - C)) to less than 1 Wh where k is the
-- computed one, within 0 and 1
SELECT count(*) > 0 AS provinces, count(*) FILTER (WHERE i.e - i.cities <> i.residual) AS broken,
       count(*) FILTER (WHERE i.plain) > 0 AS plain,
       count(*) FILTER (WHERE i.plain AND abs(i.residual * i.den - i.num * (i.den - i.remaining)) >= i.den) AS not_within_1_wh
FROM (SELECT wh(p.non_fossil) AS e, coalesce((SELECT sum(wh(c.non_fossil)) FROM city_account c WHERE c.year = p.year AND pg_temp.p(c.city) = p.province::text), 0) AS cities,
             wh(k.loss_residual) AS residual, wh(k.numerator)::numeric AS num, wh(k.denominator)::numeric AS den,
             k.published IS NULL AND k.numerator >= '0 kWh' AND k.denominator > '0 kWh' AND k.numerator <= k.denominator AS plain,
             coalesce((SELECT sum(wh(u.grid_draw - u.energy_trade - u.certificate_trade)) FROM user_account u WHERE u.year = p.year AND pg_temp.p(u.city) = p.province::text), 0) AS remaining
      FROM province_account p JOIN coefficient k USING (year, province)) AS i;
-- each A is within 1 Wh of (W - T - C) k
SELECT count(*) > 0 AS users, count(*) FILTER (WHERE abs(wh(u.allocation)::numeric * wh(k.total) - wh(u.grid_draw - u.energy_trade - u.certificate_trade)::numeric * wh(k.pool)) >= wh(k.total)) AS not_within_1_wh
FROM user_account u JOIN coefficient k ON k.year = u.year AND k.province::text = pg_temp.p(u.city) WHERE k.total > '0 kWh';
-- 3: T + C are within the grid draw, of users and of cities
SELECT count(*) > 0 AS users, count(*) FILTER (WHERE energy_trade + certificate_trade > grid_draw) AS broken FROM user_account;
SELECT count(*) > 0 AS cities, count(*) FILTER (WHERE energy_trade + certificate_trade > grid_draw) AS broken FROM city_account;
-- and the view says the same
SELECT identity, count(*) > 0 AS lines, count(*) FILTER (WHERE residual_mwh <> 0) AS broken FROM account_identity GROUP BY identity ORDER BY identity;

-- no certificate counts twice: the retired ranges of the mandatory regime are
-- disjoint, and what is claimed of a year is what was retired of its vintage
SELECT count(*) > 0 AS years, count(*) FILTER (WHERE r.certificates <> r.apart) AS overlapping,
       count(*) FILTER (WHERE r.certificates * 1000000 <> c.claimed) AS not_claimed_once, count(*) FILTER (WHERE c.claimed <> c.recognised + c.excess) AS not_whole
FROM (SELECT 2000 + substr(lower(m.certificates)::text, 18, 2)::integer AS year, sum(quantity(m.certificates)) AS certificates, quantity(range_agg(m.certificates)) AS apart
      FROM retirement t JOIN movement m ON m.document = 'retirement' AND m.document_id = t.retirement_id WHERE t.regime = 'mandatory' GROUP BY 1) AS r
JOIN (SELECT year, sum(wh(claimed)) AS claimed, sum(wh(recognised)) AS recognised, sum(wh(excess)) AS excess FROM recognition WHERE identification = 'certificate_trade' GROUP BY year) AS c USING (year);
-- nothing is recognised above any cap, counted from the claims
SELECT count(*) > 0 AS caps, count(*) FILTER (WHERE i.used > i.cap OR i.used <> i.recognised) AS broken
FROM (SELECT wh(c.cap) AS cap, wh(c.recognised) AS recognised,
             coalesce((SELECT sum(wh(r.recognised)) FROM recognition r
                       WHERE r.year = c.year AND CASE c.kind
                           WHEN 'province_in' THEN r.province = c.province AND (r.tier = 'province' OR r.category IN ('spot_trade', 'voluntary_trade'))
                           WHEN 'province_out' THEN r.from_province = c.province AND (r.tier = 'province' OR r.category IN ('spot_trade', 'voluntary_trade'))
                           WHEN 'spot_pair' THEN r.category = 'spot_trade' AND r.province = c.province AND r.from_province = c.from_province
                           WHEN 'in_province_pool' THEN r.category = 'in_province_trade' AND r.province = c.province
                           WHEN 'out_of_province_buyer' THEN r.category = 'out_of_province_trade' AND r.province = c.province
                           WHEN 'out_of_province_seller' THEN r.category = 'out_of_province_trade' AND r.from_province = c.province END), 0) AS used
      FROM recognition_cap c) AS i;
