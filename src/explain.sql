-- explain.sql: why an account is what it is (发改能源〔2026〕622号 Annexes 1 to
-- 3): every term in lines that add up to it, down to the fact and the document.

CREATE TYPE explanation AS (
    step integer, part_of integer, level integer, region region, term text, line text,
    formula text, quantity energy, quantity_mwh numeric, ratio numeric, month date, document text,
    input text, input_rows bigint, rules text, source text);
COMMENT ON TYPE explanation IS 'a line of the explanation of an account; the lines that are part of another add up to it';
COMMENT ON COLUMN explanation.step IS 'number of the line in reading order, from 1';
COMMENT ON COLUMN explanation.part_of IS 'step of the line that it is part of; empty for a term';
COMMENT ON COLUMN explanation.level IS '1 for a term of the account, 2 for what it consists of, 3 for what that consists of';
COMMENT ON COLUMN explanation.region IS 'city or province that the line is about; empty for the sum over a user''s cities';
COMMENT ON COLUMN explanation.term IS 'term of the formula: of users and cities W, P, T, C, excess, k, A, E, share; of provinces G, T, C, R, S, L, E, share, F, IO, sum P, sum T, sum C, k, sum A, loss residual; within k the terms of its fraction';
COMMENT ON COLUMN explanation.line IS 'what the line is, in words';
COMMENT ON COLUMN explanation.formula IS 'how it comes about, with the numbers filled in, in MWh unless they say otherwise';
COMMENT ON COLUMN explanation.quantity IS 'its energy, with its sign; empty for a ratio';
COMMENT ON COLUMN explanation.quantity_mwh IS 'the same in MWh';
COMMENT ON COLUMN explanation.ratio IS 'of k and of a share, the ratio';
COMMENT ON COLUMN explanation.month IS 'month of the fact, as its first day';
COMMENT ON COLUMN explanation.document IS 'document behind it: contract, ref of a retirement, or publication';
COMMENT ON COLUMN explanation.input IS 'table that it was read from';
COMMENT ON COLUMN explanation.input_rows IS 'rows of that table in the line';
COMMENT ON COLUMN explanation.rules IS 'rules that decide it, each with its value in force on the last day of the year (table rule)';
COMMENT ON COLUMN explanation.source IS 'the document of the law, with its annex';

CREATE FUNCTION explained_version(account_id bigint, year integer, version integer) RETURNS integer
    LANGUAGE c STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'explained_user_version';
COMMENT ON FUNCTION explained_version(bigint, integer, integer) IS
    'version of a year in which to explain the account of a user: the one named, else the last that was run; errors 22004 without account or year, 55000 when it was not run or does not have the user, LC015 for an unknown account';

CREATE FUNCTION explained_version(region region, is_city boolean, year integer, version integer) RETURNS integer
    LANGUAGE c STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'explained_region_version';
COMMENT ON FUNCTION explained_version(region, boolean, integer, integer) IS
    'version of a year in which to explain the account of a city, or else of a province: the one named, else the last that was run; errors 22004 without region or year, 22023 for a region of another tier, 55000 when it was not run or does not have the region';

CREATE FUNCTION mwh_text(energy energy) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN trim_scale(mwh(energy))::text;
COMMENT ON FUNCTION mwh_text(energy) IS 'an energy in MWh as text, without zeros at its end; exact';

CREATE FUNCTION rules_in_force(names text[], year integer) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT string_agg(n.name || ' = ' || coalesce(r.value, '(none in force)'), '; ' ORDER BY n.number)
FROM unnest($1) WITH ORDINALITY AS n(name, number)
LEFT JOIN LATERAL (SELECT u.value FROM certledger.rule AS u
                   WHERE u.name = n.name AND u.effective_from <= make_date($2, 12, 31)
                   ORDER BY u.effective_from DESC LIMIT 1) AS r ON true
$$;
COMMENT ON FUNCTION rules_in_force(text[], integer) IS
    'rules with their values in force on the last day of a year, on which its accounts are computed, as text';

CREATE FUNCTION cap_region(reason text, city region, province region, from_province region) RETURNS region
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN reason IN ('user', 'green_power_retired', 'city') THEN city
                WHEN reason IN ('province_in', 'spot_pair', 'in_province_pool', 'out_of_province_buyer') THEN province
                WHEN reason IN ('province_out', 'voluntary_out', 'out_of_province_seller') THEN from_province END;
COMMENT ON FUNCTION cap_region(text, region, region, region) IS
    'city or province of the cap that a claim reached, given the reason in recognition, the city and province that claim and the province that produced; NULL where the reason is no cap';

CREATE FUNCTION explain_category(category text, identification identification) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE category
        WHEN 'green_power' THEN CASE identification WHEN 'energy_trade' THEN 'green power (绿电交易)' ELSE 'certificates of green power trade' END
        WHEN 'conventional' THEN 'conventional trade of renewable power'
        WHEN 'nuclear' THEN 'nuclear power (核电市场交易)'
        WHEN 'unified_purchase' THEN 'unified purchase (统购统销)'
        WHEN 'transfer' THEN 'certificates allocated or transferred (划转), route 3'
        WHEN 'in_province_trade' THEN 'certificates traded within the province, route 1'
        WHEN 'spot_trade' THEN 'certificates along spot settlement, mode 1, route 2(a)'
        WHEN 'voluntary_trade' THEN 'certificates traded between provinces, mode 2, route 2(a)'
        WHEN 'out_of_province_trade' THEN 'certificates of other provinces, route 2(b)'
        WHEN 'self_use' THEN 'certificates of own use'
        WHEN 'off_grid' THEN 'certificates of off-grid power'
        WHEN 'production' THEN 'certificates of one''s own production'
        ELSE category END;
COMMENT ON FUNCTION explain_category(text, identification) IS
    'a category of recognition in words (发改能源〔2026〕622号 Annexes 1 and 2)';

CREATE FUNCTION explain_cap(year integer, version integer, reason text, account_id bigint, city region,
                            province region, from_province region, traded_on date) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT CASE $3
    WHEN 'counted_in_energy_trade' THEN 'counted in T: the green power itself'
    WHEN 'counted_in_physical_supply' THEN 'counted in P: the supply itself'
    WHEN 'not_acquired' THEN 'not acquired: the producer''s own certificates'
    WHEN 'green_power_retired' THEN 'cap green_power_retired: green power counts as far as its certificates are retired'
    WHEN 'user' THEN
        'cap user of ' || $5::text || ': W is '
        || mwh_text(coalesce((SELECT u.grid_draw FROM certledger.user_account AS u
                              WHERE u.year = $1 AND u.version = $2 AND u.account_id = $4 AND u.city = $5), '0 kWh'))
    ELSE 'cap ' || $3 || ' of ' || certledger.cap_region($3, $5, $6, $7)::text
         || coalesce((SELECT format('%s: %s, recognised under it %s',
                                    coalesce(' from ' || c.from_province::text, ' up to ' || to_char(c.month, 'YYYY-MM'), ''),
                                    mwh_text(c.cap), mwh_text(c.recognised))
                      FROM certledger.recognition_cap AS c
                      WHERE c.year = $1 AND c.version = $2
                        AND c.kind = CASE WHEN certledger.cap_region($3, $5, $6, $7) IS NOT NULL THEN $3::certledger.cap_kind END
                        AND c.region = certledger.cap_region($3, $5, $6, $7)
                        AND (c.from_province IS NULL OR c.from_province = $7)
                        AND (c.month IS NULL OR extract(month FROM c.month) >= voluntary_month($8, $1))
                      ORDER BY c.recognised < c.cap, c.month LIMIT 1), ': 0')
    END
$$;
COMMENT ON FUNCTION explain_cap(integer, integer, text, bigint, region, region, region, date) IS
    'why a claim was not recognised in full, in words: the cap that it reached, with its volume and its use, or where else the energy is counted; NULL without a reason';

CREATE FUNCTION explain_add_up(lines explanation[]) RETURNS SETOF explanation
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        WITH line AS (
            SELECT l.*, l.ordinality AS place,
                   max(l.ordinality) FILTER (WHERE l.level = 1) OVER so_far AS term_place,
                   max(l.ordinality) FILTER (WHERE l.level = 2) OVER so_far AS line_place
            FROM unnest(lines) WITH ORDINALITY AS l
            WINDOW so_far AS (ORDER BY l.ordinality)
        ), placed AS (
            SELECT l.*, CASE l.level WHEN 2 THEN l.term_place WHEN 3 THEN l.line_place END AS whole
            FROM line AS l
        ), gap AS (
            -- what the lines do not add up to stands after them
            SELECT w.place, w.level, w.region, w.term,
                   w.quantity - coalesce(sum(p.quantity), '0 kWh') AS quantity,
                   (SELECT max(d.place) FROM placed AS d
                    WHERE d.level >= w.level
                      AND CASE w.level WHEN 1 THEN d.term_place ELSE d.line_place END = w.place) AS last
            FROM placed AS w LEFT JOIN placed AS p ON p.whole = w.place
            WHERE w.quantity IS NOT NULL AND w.level < 3
            GROUP BY w.place, w.level, w.region, w.term, w.quantity
            HAVING (w.level = 1 OR count(p.quantity) > 0)
               AND w.quantity <> coalesce(sum(p.quantity), '0 kWh')
        ), numbered AS (
            SELECT a.*, row_number() OVER (ORDER BY a.place, a.after)::integer AS number
            FROM (SELECT p.place, 0 AS after, p.whole, p.level, p.region, p.term, p.line, p.formula, p.quantity,
                         p.ratio, p.month, p.document, p.input, p.input_rows, p.rules, p.source
                  FROM placed AS p
                  UNION ALL
                  SELECT g.last, 3 - g.level, g.place, g.level + 1, g.region, g.term,
                         'not in the lines above',
                         'facts, claims or rules are no longer what they were when these accounts were run',
                         g.quantity, NULL, NULL, NULL, NULL, NULL, NULL, NULL
                  FROM gap AS g) AS a
        )
        SELECT n.number, w.number, n.level, n.region, n.term, n.line, n.formula, n.quantity, mwh(n.quantity),
               n.ratio, n.month, n.document, n.input, n.input_rows, n.rules, n.source
        FROM numbered AS n LEFT JOIN numbered AS w ON w.place = n.whole AND w.after = 0
        ORDER BY n.number;
    END;
COMMENT ON FUNCTION explain_add_up(explanation[]) IS
    'numbers the lines of an explanation, given in reading order with their levels, says which is part of which, and adds a line wherever the parts do not add up to the whole, as when facts were changed after the accounts were run';

CREATE FUNCTION explain_coefficient(province region, year integer, version integer) RETURNS SETOF explanation
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
WITH coefficient AS MATERIALIZED (
    SELECT c.*, p.non_fossil, p.generation, p.fossil_on_grid, p.net_received
    FROM certledger.coefficient AS c
    JOIN certledger.province_account AS p ON p.year = c.year AND p.version = c.version AND p.province = c.province
    WHERE c.province = $1 AND c.year = $2 AND c.version = $3
), line(part, level, term, line, formula, quantity, ratio, month, document, input, input_rows, rules, source) AS (
    SELECT 1, 1, 'k', 'allocation coefficient (分摊系数) of ' || c.province::text,
           CASE WHEN c.published IS NOT NULL THEN 'k = ' || trim_scale(c.k)::text || ' as published, in place of ' ELSE 'k = ' END
           || '(E - P - T - C) / (G - P - T - C + F + IO) = ' || mwh_text(c.numerator) || ' / ' || mwh_text(c.denominator)
           || CASE WHEN c.denominator <= '0 kWh' THEN ', which is none'
                   ELSE ' = ' || round(c.numerator / c.denominator, 12)::text END
           || CASE WHEN c.published IS NOT NULL OR c.denominator <= '0 kWh' THEN ''
                   WHEN c.numerator < '0 kWh' THEN ', taken as 0'
                   WHEN c.numerator > c.denominator THEN ', taken as 1' ELSE '' END
           || CASE WHEN c.up_to_date THEN '' ELSE '; it rests on a former account of the province' END,
           NULL::energy, c.k, NULL::date, NULL::text, 'coefficient', 1::bigint,
           certledger.rules_in_force(ARRAY['coefficient_out_of_range', 'coefficient_without_denominator', 'published_coefficient_overrides'], $2),
           '发改能源〔2026〕622号 Annex 2'
    FROM coefficient AS c
    UNION ALL
    SELECT 2, 2, 'k', 'numerator: non-fossil consumption that is not identified', 'E - P - T - C', c.numerator,
           NULL, NULL, NULL, 'coefficient', 1, NULL, NULL FROM coefficient AS c
    UNION ALL
    SELECT t.part, 3, t.term, t.line, NULL, t.quantity, NULL, NULL, NULL, t.input, 1, NULL, NULL
    FROM coefficient AS c,
         LATERAL (VALUES (3, 'E', 'non-fossil consumption of the province', c.non_fossil, 'province_account'),
                         (4, 'P', 'physical supply of its users', - c.physical, 'coefficient'),
                         (5, 'T', 'energy trade of its users', - c.energy_trade, 'coefficient'),
                         (6, 'C', 'certificates of its users', - c.certificate_trade, 'coefficient'))
             AS t(part, term, line, quantity, input)
    UNION ALL
    SELECT 7, 2, 'k', 'denominator: supply that is not identified', 'G - P - T - C + F + IO', c.denominator,
           NULL, NULL, NULL, 'coefficient', 1, NULL, NULL FROM coefficient AS c
    UNION ALL
    SELECT t.part, 3, t.term, t.line, NULL, t.quantity, NULL, NULL, NULL, t.input, 1, NULL, NULL
    FROM coefficient AS c,
         LATERAL (VALUES (8, 'G', 'non-fossil generation of the province', c.generation, 'province_account'),
                         (9, 'P', 'physical supply of its users', - c.physical, 'coefficient'),
                         (10, 'T', 'energy trade of its users', - c.energy_trade, 'coefficient'),
                         (11, 'C', 'certificates of its users', - c.certificate_trade, 'coefficient'),
                         (12, 'F', 'on-grid volume of its fossil plants', c.fossil_on_grid, 'province_account'),
                         (13, 'IO', 'received less sent volume of the province', c.net_received, 'province_account'))
             AS t(part, term, line, quantity, input)
    UNION ALL
    SELECT 14, 2, 'k', 'coefficient that the provincial energy authority published', trim_scale(b.coefficient)::text,
           NULL, b.coefficient, NULL, b.publication, 'published_coefficient', 1, NULL, NULL
    FROM coefficient AS c
    JOIN certledger.published_coefficient AS b ON b.year = c.year AND b.province = c.province AND b.month IS NULL
    WHERE c.published IS NOT NULL
    UNION ALL
    SELECT 14 + extract(month FROM m.month)::integer, 2, 'k',
           CASE WHEN m.published THEN 'coefficient that was published for the month' ELSE 'coefficient of the year, for none was published' END,
           trim_scale(round(m.k, 12))::text, NULL, m.k, m.month, b.publication,
           CASE WHEN m.published THEN 'published_coefficient' ELSE 'coefficient' END, 1, NULL, NULL
    FROM certledger.coefficient_month AS m
    LEFT JOIN certledger.published_coefficient AS b ON b.year = m.year AND b.province = m.province AND b.month = m.month
    WHERE m.province = $1 AND m.year = $2 AND m.version = $3
)
SELECT NULL::integer, NULL::integer, l.level, $1, l.term, l.line, l.formula, l.quantity, NULL::numeric, l.ratio, l.month, l.document, l.input,
       l.input_rows, l.rules, l.source
FROM line AS l ORDER BY l.part
$$;
COMMENT ON FUNCTION explain_coefficient(region, integer, integer) IS
    'the lines of k in the explanation of an account: numerator and denominator with their terms, and what was published (发改能源〔2026〕622号 Annex 2)';

CREATE FUNCTION explain_months(account_id bigint, city region, year integer, version integer)
    RETURNS TABLE (month date, remaining energy)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT m.month, sum(m.remaining)
FROM certledger.user_month AS m
WHERE m.year = $3 AND m.version = $4 AND m.city = $2 AND ($1 IS NULL OR m.account_id = $1)
GROUP BY m.month
$$;
COMMENT ON FUNCTION explain_months(bigint, region, integer, integer) IS
    'grid draw of a user in a city, or of all users of the city where it is NULL, that T and C leave in each month of a year (view user_month)';

CREATE FUNCTION explain_user_account(account_id bigint, year integer, version integer DEFAULT NULL)
    RETURNS SETOF explanation
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
SELECT e.*
FROM certledger.explained_version($1, $2, $3) AS v(version),
LATERAL (
WITH unit AS MATERIALIZED (
    SELECT u.*, province(u.city) AS province, u.grid_draw - u.energy_trade - u.certificate_trade AS remaining
    FROM certledger.user_account AS u
    WHERE u.account_id = $1 AND u.year = $2 AND u.version = v.version
), claim AS MATERIALIZED (
    -- a provincial account claims for its province
    SELECT r.*, CASE WHEN a.kind = 'provincial' THEN r.province ELSE coalesce(r.city, r.province) END AS place
    FROM certledger.recognition AS r LEFT JOIN certledger.account AS a ON a.account_id = r.account_id
    WHERE r.account_id = $1 AND r.year = $2 AND r.version = v.version
), contract AS MATERIALIZED (
    -- what the user claims of energy between provinces is what the province
    -- tier left of it
    SELECT c.*, row_number() OVER (ORDER BY c.category, c.month, c.document COLLATE "C", c.from_province) AS part
    FROM (SELECT r.place, r.province, r.category, r.from_province, r.month, r.document,
                 sum(r.claimed) FILTER (WHERE r.tier = 'province') AS province_claimed,
                 sum(r.excess) FILTER (WHERE r.tier = 'province') AS province_excess,
                 min(r.reason) FILTER (WHERE r.tier = 'province') AS province_reason,
                 sum(r.claimed) FILTER (WHERE r.tier = 'user') AS claimed,
                 coalesce(sum(r.recognised) FILTER (WHERE r.tier = 'user'), '0 kWh') AS recognised,
                 sum(r.excess) FILTER (WHERE r.tier = 'user') AS excess,
                 min(r.reason) FILTER (WHERE r.tier = 'user') AS reason
          FROM claim AS r WHERE r.identification = 'energy_trade'
          GROUP BY r.place, r.province, r.category, r.from_province, r.month, r.document) AS c
), certificate AS MATERIALIZED (
    SELECT r.*, row_number() OVER (ORDER BY array_position(ARRAY['transfer', 'in_province_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade'], r.category),
                                            r.category, r.traded_on, r.month, r.document COLLATE "C", r.from_province) AS part
    FROM claim AS r WHERE r.identification = 'certificate_trade'
), place AS MATERIALIZED (
    SELECT p.region, u.city, u.province, u.energy_trade, u.certificate_trade
    FROM (SELECT city FROM unit UNION SELECT place FROM claim) AS p(region) LEFT JOIN unit AS u ON u.city = p.region
), rule AS MATERIALIZED (
    SELECT certledger.rule_value('storage_charging', make_date($2, 12, 31)) = 'grid_draw' AS charging,
           certledger.rule_value('storage_discharging', make_date($2, 12, 31)) = 'deduct' AS discharging
), storage AS MATERIALIZED (
    SELECT s.*, u.city, row_number() OVER (ORDER BY s.month, s.region, s.kind) AS part
    FROM certledger.storage_charge AS s JOIN unit AS u ON u.city = prefecture(s.region)
    WHERE s.account_id = $1 AND s.month >= make_date($2, 1, 1) AND s.month < make_date($2 + 1, 1, 1)
), allocated AS MATERIALIZED (
    -- A, of the year or month by month: what k is taken of, with the k of the
    -- month or else the fraction of the year
    SELECT u.city, u.allocation, m.month, CASE WHEN m.published THEN m.k END AS k, c.pool, c.total, coalesce(d.remaining, '0 kWh') AS remaining
    FROM unit AS u
    JOIN certledger.coefficient AS c ON c.year = $2 AND c.version = v.version AND c.province = u.province
    JOIN certledger.coefficient_month AS m ON m.year = $2 AND m.version = v.version AND m.province = u.province
    LEFT JOIN LATERAL certledger.explain_months($1, u.city, $2, v.version) AS d ON d.month = m.month
    UNION ALL
    SELECT u.city, u.allocation, NULL, NULL, c.pool, c.total, u.remaining
    FROM unit AS u
    JOIN certledger.coefficient AS c ON c.year = $2 AND c.version = v.version AND c.province = u.province
    WHERE NOT EXISTS (SELECT FROM certledger.coefficient_month AS m
                      WHERE m.year = $2 AND m.version = v.version AND m.province = u.province)
), share AS MATERIALIZED (
    SELECT a.*, x.exact, make_energy(wh => trunc(x.exact)::bigint) AS share
    FROM allocated AS a,
         LATERAL (SELECT CASE WHEN a.k IS NOT NULL THEN wh(a.remaining) * a.k
                              WHEN a.total > '0 kWh' THEN wh(a.remaining)::numeric * wh(a.pool) / wh(a.total)
                              ELSE 0 END AS exact) AS x
), line(region, term_place, part, subpart, level, term, line, formula, quantity, ratio, month, document, input, input_rows, rules, source) AS (
    -- W
    SELECT u.city, 1, 0::bigint, 0::bigint, 1, 'W', 'grid draw (下网电量), up to which T and C count', 'W = ' || mwh_text(u.grid_draw),
           u.grid_draw, NULL::numeric, NULL::date, NULL::text, 'user_account', 1::bigint,
           certledger.rules_in_force(ARRAY['plant_grid_draw', 'storage_charging', 'storage_discharging'], $2),
           '发改能源〔2026〕622号 Annexes 3 and 4'
    FROM unit AS u
    UNION ALL
    SELECT u.city, 1, row_number() OVER (ORDER BY d.month, d.region), 0, 2, 'W', 'drawn in ' || d.region::text, NULL, d.energy,
           NULL, d.month, d.publication, 'grid_draw', 1, NULL, NULL
    FROM certledger.grid_draw AS d JOIN unit AS u ON u.city = prefecture(d.region)
    WHERE d.account_id = $1 AND d.month >= make_date($2, 1, 1) AND d.month < make_date($2 + 1, 1, 1)
    UNION ALL
    SELECT s.city, 2, s.part, 0, 2, 'W', 'charged by ' || s.kind::text || ' in ' || s.region::text,
           CASE WHEN NOT r.charging THEN mwh_text(s.charged) || ' charged do not count' END,
           CASE WHEN r.charging THEN s.charged ELSE '0 kWh' END,
           NULL, s.month, s.publication, 'storage_charge', 1, NULL, NULL
    FROM storage AS s, rule AS r
    UNION ALL
    SELECT s.city, 2, s.part, 1, 2, 'W', 'discharged by ' || s.kind::text || ' in ' || s.region::text,
           CASE WHEN NOT r.discharging THEN mwh_text(s.discharged) || ' discharged are not deducted' END,
           CASE WHEN r.discharging THEN - s.discharged ELSE '0 kWh' END,
           NULL, s.month, s.publication, 'storage_charge', 1, NULL, NULL
    FROM storage AS s, rule AS r WHERE r.charging AND s.discharged > '0 kWh'
    UNION ALL
    SELECT s.city, 3, 0, 0, 2, 'W', 'discharged beyond what was charged', 'storage draws no less than 0',
           sum(s.discharged - s.charged), NULL, NULL, NULL, 'storage_charge', count(*), NULL, NULL
    FROM storage AS s, rule AS r WHERE r.charging AND r.discharging
    GROUP BY s.city HAVING sum(s.discharged - s.charged) > '0 kWh'
    -- P
    UNION ALL
    SELECT u.city, 11, 0, 0, 1, 'P', 'physical supply (物理认定)', 'P = ' || mwh_text(u.physical), u.physical, NULL, NULL, NULL,
           'user_account', 1, NULL, '发改能源〔2026〕622号 Annexes 3 and 4'
    FROM unit AS u
    UNION ALL
    SELECT u.city, 11, row_number() OVER (ORDER BY s.month, s.kind, s.region, s.project_code), 0, 2, 'P',
           s.kind::text || ' in ' || s.region::text || coalesce(', project ' || s.project_code, ''), NULL, s.energy,
           NULL, s.month, s.publication, 'physical_supply', 1, NULL, NULL
    FROM certledger.physical_supply AS s JOIN unit AS u ON u.city = prefecture(s.region)
    WHERE s.account_id = $1 AND s.month >= make_date($2, 1, 1) AND s.month < make_date($2 + 1, 1, 1)
    -- T
    UNION ALL
    SELECT p.region, 21, 0, 0, 1, 'T', 'green power and nuclear power bought, as recognised (交易认定-电能量)',
           'T = ' || mwh_text(x.recognised), x.recognised, NULL, NULL, NULL,
           CASE WHEN p.city IS NULL THEN 'recognition' ELSE 'user_account' END, 1,
           certledger.rules_in_force(ARRAY['energy_trade_fill_order', 'claim_fill_order', 'not_one_to_one_volume', 'green_power_needs_retirement'], $2),
           '发改能源〔2026〕622号 art. 7, Annexes 1 to 3'
    FROM place AS p,
         LATERAL (SELECT coalesce(p.energy_trade, (SELECT sum(c.recognised) FROM contract AS c WHERE c.place = p.region), '0 kWh') AS recognised) AS x
    UNION ALL
    SELECT c.place, 21, c.part, 0, 2, 'T',
           certledger.explain_category(c.category, 'energy_trade') || ' from ' || c.from_province::text,
           CASE WHEN c.category = 'conventional' THEN 'counts for the province; for a user its certificates count' END,
           c.recognised, NULL, c.month, c.document, 'recognition',
           (c.province_claimed IS NOT NULL)::integer + (c.claimed IS NOT NULL)::integer, NULL, NULL
    FROM contract AS c
    UNION ALL
    SELECT c.place, 21, c.part, row_number() OVER (PARTITION BY c.part ORDER BY t.market COLLATE "C", t.buyer_region, t.contracted, t.settled), 3, 'T',
           CASE WHEN t.contract IS NULL THEN 'the contract is no longer in energy_trade' ELSE 'settlement in market ' || t.market END,
           CASE WHEN t.kind = 'green_power'
                THEN 'certificates settled: ' || mwh_text(t.certificate_settled) || ' of ' || mwh_text(t.settled)
                WHEN t.one_to_one THEN 'settled, one-to-one: ' || mwh_text(t.settled)
                ELSE 'least of contract ' || mwh_text(t.contracted) || ' and settlement ' || mwh_text(t.settled) END,
           coalesce(certledger.energy_trade_counted(t.kind, t.contracted, t.settled, t.certificate_settled, t.one_to_one), '0 kWh'),
           NULL, c.month, coalesce(t.publication, c.document), 'energy_trade', (t.contract IS NOT NULL)::integer, NULL, NULL
    FROM contract AS c
    LEFT JOIN certledger.energy_trade AS t
        ON t.contract = c.document AND t.month = c.month AND t.kind::text = c.category AND t.buyer = $1
        AND t.from_province = c.from_province AND t.to_province = c.province
        AND (c.place = c.province OR prefecture(t.buyer_region) = c.place)
    WHERE c.category <> 'conventional'
    UNION ALL
    SELECT c.place, 21, c.part, 1000000, 3, 'T', 'not recognised between the provinces',
           certledger.explain_cap($2, v.version, c.province_reason, $1, c.place, c.province, c.from_province, NULL),
           - c.province_excess, NULL, c.month, c.document, 'recognition', 1, NULL, NULL
    FROM contract AS c WHERE c.province_excess > '0 kWh' AND c.category <> 'conventional'
    UNION ALL
    SELECT c.place, 21, c.part, 1000001, 3, 'T', 'not recognised for the user',
           certledger.explain_cap($2, v.version, c.reason, $1, c.place, c.province, c.from_province, NULL),
           - c.excess, NULL, c.month, c.document, 'recognition', 1, NULL, NULL
    FROM contract AS c WHERE c.excess > '0 kWh'
    -- C
    UNION ALL
    SELECT p.region, 31, 0, 0, 1, 'C', 'certificates retired in the year of their production, as recognised (交易认定-绿证)',
           'C = ' || mwh_text(x.recognised), x.recognised, NULL, NULL, NULL,
           CASE WHEN p.city IS NULL THEN 'recognition' ELSE 'user_account' END, 1,
           certledger.rules_in_force(ARRAY['certificate_counts_when', 'accounting_year_of_certificate', 'claim_fill_order', 'pool_sharing', 'out_of_province_route'], $2),
           '发改能源〔2026〕622号 arts. 5 and 7, Annexes 1 to 3'
    FROM place AS p,
         LATERAL (SELECT coalesce(p.certificate_trade, (SELECT sum(c.recognised) FROM certificate AS c WHERE c.place = p.region), '0 kWh') AS recognised) AS x
    UNION ALL
    SELECT c.place, 31, c.part, 0, 2, 'C', certledger.explain_category(c.category, 'certificate_trade') || ', produced in ' || c.from_province::text,
           NULL, c.recognised, NULL, c.month, c.document, 'recognition', 1, NULL, NULL
    FROM certificate AS c
    UNION ALL
    SELECT c.place, 31, c.part, 1, 3, 'C', 'retired',
           (wh(c.claimed) / 1000000)::text || ' certificates of retirement ' || c.document
           || coalesce(' of ' || to_char(r.effective_on, 'YYYY-MM-DD'), '') || coalesce(', acquired ' || to_char(c.traded_on, 'YYYY-MM-DD'), ''),
           c.claimed, NULL, c.month, c.document, 'retirement', (r.ref IS NOT NULL)::integer, NULL, NULL
    FROM certificate AS c LEFT JOIN certledger.retirement AS r ON r.ref = c.document
    UNION ALL
    SELECT c.place, 31, c.part, 2, 3, 'C', 'not recognised',
           certledger.explain_cap($2, v.version, c.reason, $1, c.city, c.province, c.from_province, c.traded_on),
           - c.excess, NULL, c.month, c.document, 'recognition', 1, NULL, NULL
    FROM certificate AS c WHERE c.excess > '0 kWh'
    -- what caps cut
    UNION ALL
    SELECT u.city, 41, 0, 0, 1, 'excess', 'claimed beyond a cap: not in the account, free for voluntary disclosure', NULL, u.excess,
           NULL, NULL, NULL, 'user_account', 1, certledger.rules_in_force(ARRAY['excess_policy'], $2), '发改能源〔2026〕622号 art. 7'
    FROM unit AS u WHERE u.excess > '0 kWh'
    UNION ALL
    SELECT u.city, 41, row_number() OVER (ORDER BY c.identification, c.category, c.month, c.document COLLATE "C", c.from_province), 0, 2,
           CASE c.identification WHEN 'energy_trade' THEN 'T' ELSE 'C' END,
           certledger.explain_category(c.category, c.identification) || CASE c.identification WHEN 'energy_trade' THEN ' from ' ELSE ', produced in ' END || c.from_province::text,
           certledger.explain_cap($2, v.version, c.reason, $1, c.city, c.province, c.from_province, c.traded_on),
           c.excess, NULL, c.month, c.document, 'recognition', 1, NULL, NULL
    FROM claim AS c JOIN unit AS u ON u.city = c.place
    WHERE c.tier = 'user' AND c.excess > '0 kWh' AND certledger.cap_region(c.reason, c.city, c.province, c.from_province) IS NOT NULL
    -- k and A
    UNION ALL
    SELECT u.city, 51, k.ordinality, 0, k.level, k.term, k.line, k.formula, k.quantity, k.ratio, k.month, k.document,
           k.input, k.input_rows, k.rules, k.source
    FROM unit AS u, LATERAL certledger.explain_coefficient(u.province, $2, v.version) WITH ORDINALITY AS k
    UNION ALL
    SELECT u.city, 61, 0, 0, 1, 'A', 'allocated (分摊认定)',
           format('A = (W - T - C) x k = (%s - %s - %s) x k%s = %s', mwh_text(u.grid_draw), mwh_text(u.energy_trade), mwh_text(u.certificate_trade),
                  CASE WHEN EXISTS (SELECT FROM share AS s WHERE s.city = u.city AND s.month IS NOT NULL) THEN ' of each month' END, mwh_text(u.allocation)),
           u.allocation, NULL, NULL, NULL, 'user_account', 1, NULL, '发改能源〔2026〕622号 Annexes 2 and 3'
    FROM unit AS u
    UNION ALL
    SELECT s.city, 61, row_number() OVER (ORDER BY s.month), 0, 2, 'A',
           CASE WHEN s.month IS NULL THEN 'share of the year, whole watt-hours' ELSE 'share of the month, whole watt-hours' END,
           CASE WHEN s.k IS NOT NULL
                THEN format('%s x %s = %s Wh before rounding', mwh_text(s.remaining), trim_scale(s.k), trim_scale(round(s.exact, 6)))
                ELSE format('%s x %s / %s = %s Wh before rounding', mwh_text(s.remaining), mwh_text(s.pool), mwh_text(s.total), trim_scale(round(s.exact, 6))) END,
           s.share, NULL, s.month, NULL, CASE WHEN s.month IS NULL THEN 'coefficient' ELSE 'coefficient_month' END, 1, NULL, NULL
    FROM share AS s WHERE s.month IS NULL OR s.remaining > '0 kWh'
    UNION ALL
    SELECT s.city, 62, 0, 0, 2, 'A', 'rounding',
           'below 1 Wh in each share: the running sums of the users are cut to whole watt-hours, so that all shares of the province add up',
           s.allocation - sum(s.share), NULL, NULL, NULL, 'user_account', 1, NULL, NULL
    FROM share AS s GROUP BY s.city, s.allocation
    HAVING s.allocation > sum(s.share) AND s.allocation - sum(s.share) <= make_energy(wh => count(*))
    -- E
    UNION ALL
    SELECT u.city, 71, 0, 0, 1, 'E', 'non-fossil power consumption (非化石能源电力消费量)',
           format('E = P + T + C + A = %s + %s + %s + %s = %s', mwh_text(u.physical), mwh_text(u.energy_trade),
                  mwh_text(u.certificate_trade), mwh_text(u.allocation), mwh_text(u.non_fossil)),
           u.non_fossil, NULL, NULL, NULL, 'user_account', 1, NULL, '发改能源〔2026〕622号 Annex 3'
    FROM unit AS u
    UNION ALL
    SELECT u.city, 71, t.part, 0, 2, t.term, t.line, NULL, t.quantity, NULL, NULL, NULL, 'user_account', 1, NULL, NULL
    FROM unit AS u,
         LATERAL (VALUES (1, 'P', 'physical supply', u.physical), (2, 'T', 'energy trade', u.energy_trade),
                         (3, 'C', 'certificates', u.certificate_trade), (4, 'A', 'allocated', u.allocation))
             AS t(part, term, line, quantity)
    UNION ALL
    SELECT u.city, 81, 0, 0, 1, 'share', 'non-fossil share of consumption',
           format('E / (W + P) = %s / %s', mwh_text(u.non_fossil), mwh_text(u.grid_draw + u.physical)),
           NULL, u.non_fossil / (u.grid_draw + u.physical), NULL, NULL, 'user_account', 1, NULL, NULL
    FROM unit AS u WHERE u.grid_draw + u.physical > '0 kWh'
    -- several cities
    UNION ALL
    SELECT NULL, 90 + t.part, 0, 0, 1, t.term, 'all cities of the user', NULL, sum(t.quantity), NULL, NULL, NULL, 'user_account', count(*), NULL, NULL
    FROM unit AS u,
         LATERAL (VALUES (1, 'W', u.grid_draw), (2, 'P', u.physical), (3, 'T', u.energy_trade), (4, 'C', u.certificate_trade),
                         (5, 'excess', u.excess), (6, 'A', u.allocation), (7, 'E', u.non_fossil)) AS t(part, term, quantity)
    GROUP BY t.part, t.term HAVING count(*) > 1
    UNION ALL
    SELECT NULL, 90 + t.part, row_number() OVER (ORDER BY u.city), 0, 2, t.term, 'in ' || u.city::text, NULL, t.quantity, NULL, NULL, NULL, 'user_account', 1, NULL, NULL
    FROM unit AS u,
         LATERAL (VALUES (1, 'W', u.grid_draw), (2, 'P', u.physical), (3, 'T', u.energy_trade), (4, 'C', u.certificate_trade),
                         (5, 'excess', u.excess), (6, 'A', u.allocation), (7, 'E', u.non_fossil)) AS t(part, term, quantity)
    WHERE (SELECT count(*) FROM unit) > 1
)
SELECT array_agg(ROW(NULL, NULL, l.level, l.region, l.term, l.line, l.formula, l.quantity, NULL, l.ratio, l.month,
                     l.document, l.input, l.input_rows, l.rules, l.source)::explanation
                 ORDER BY l.region, l.term_place, l.part, l.subpart) AS lines
FROM line AS l
) AS x, LATERAL certledger.explain_add_up(x.lines) AS e
ORDER BY e.step
$$;
COMMENT ON FUNCTION explain_user_account(bigint, integer, integer) IS
    'why the account of a user in a year is what it is, line by line and city by city: W, P, T, C, what caps cut, k, A and E, down to the fact and document of each month; of the version named, else of the last that was run; the parts of a line add up to it, and what facts that changed later leave open is a line of its own (发改能源〔2026〕622号 Annex 3); errors 22004, 55000 when the year was not run or does not have the user, LC015 for an unknown account';

REVOKE ALL ON FUNCTION explained_version(bigint, integer, integer), explained_version(region, boolean, integer, integer),
    rules_in_force(text[], integer), explain_cap(integer, integer, text, bigint, region, region, region, date),
    explain_coefficient(region, integer, integer), explain_months(bigint, region, integer, integer), explain_user_account(bigint, integer, integer) FROM PUBLIC;
