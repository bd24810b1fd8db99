-- run_accounts.sql: running the accounts of a year.
-- The order of the phases stands in run_accounts.c.

CREATE FUNCTION clear_accounts(year integer, version integer, province region) RETURNS bigint
    LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH warning AS (
    -- what was found about the users of other provinces stays
    DELETE FROM certledger.account_warning AS w
    WHERE w.year = $1 AND w.version = $2
      AND ($3 IS NULL OR w.region IS NULL OR w.region <@ $3
           OR w.warning NOT IN ('coefficient without denominator', 'coefficient below 0', 'coefficient above 1',
                                'grid draw above supply', 'storage discharge ignored', 'unknown account'))
    RETURNING 1
), recognition AS (
    DELETE FROM certledger.recognition AS r WHERE r.year = $1 AND r.version = $2 RETURNING 1
), cap AS (
    DELETE FROM certledger.recognition_cap AS c WHERE c.year = $1 AND c.version = $2 RETURNING 1
), interprovincial AS (
    DELETE FROM certledger.interprovincial_account AS i WHERE i.year = $1 AND i.version = $2 RETURNING 1
), province AS (
    DELETE FROM certledger.province_account AS p WHERE p.year = $1 AND p.version = $2 RETURNING 1
), coefficient AS (
    DELETE FROM certledger.coefficient AS c
    WHERE c.year = $1 AND c.version = $2 AND ($3 IS NULL OR c.province = $3) RETURNING 1
), month AS (
    DELETE FROM certledger.coefficient_month AS m
    WHERE m.year = $1 AND m.version = $2 AND ($3 IS NULL OR m.province = $3) RETURNING 1
), city AS (
    DELETE FROM certledger.city_account AS c
    WHERE c.year = $1 AND c.version = $2 AND ($3 IS NULL OR c.city <@ $3) RETURNING 1
)
SELECT (SELECT count(*) FROM warning) + (SELECT count(*) FROM recognition) + (SELECT count(*) FROM cap)
       + (SELECT count(*) FROM interprovincial) + (SELECT count(*) FROM province)
       + (SELECT count(*) FROM coefficient) + (SELECT count(*) FROM month)
       + (SELECT count(*) FROM city)
$$;
COMMENT ON FUNCTION clear_accounts(integer, integer, region) IS
    'phase of run_accounts(): removes what an earlier run of the same version left, but the accounts of users; of cities, those of one province, or all where it is NULL';

CREATE FUNCTION account_rules(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH inserted AS (
    INSERT INTO certledger.account_warning (year, version, warning, rule, detail)
    SELECT $1, $2, 'rule not implemented', i.name,
           format('rule %s is %s; the accounts were computed with %s', i.name,
                  coalesce(r.value, 'not in force'), i.value)
    FROM (VALUES ('not_one_to_one_volume', 'monthly_minimum'), ('unified_purchase_sharing', 'consumption'),
                 ('spot_cap_default', 'min_untyped_spot'), ('line_loss_bearer', 'seller'), ('line_loss_default', '0'),
                 ('interprovincial_direction', 'gross for caps and residuals, net for the coefficient'),
                 ('accounting_year_of_certificate', 'production_month'), ('certificate_counts_when', 'retired'),
                 ('plant_grid_draw', 'user'), ('sub_province_grid', 'administrative_province'),
                 ('accounting_period', '1 year')) AS i(name, value),
         LATERAL (SELECT certledger.rule_value(i.name, make_date($1, 12, 31)) AS value) AS r
    WHERE r.value IS DISTINCT FROM i.value
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_rules(integer, integer) IS
    'phase of run_accounts(): warns of rules whose value in force is not the one that the accounts implement, so that no setting is ignored silently; a rule with several values that they know is refused at any other (error LC023)';

CREATE FUNCTION account_basis(year integer, version integer)
    RETURNS TABLE (province region, basis numeric)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT b.province, sum(b.hash)
FROM (SELECT p.province, hash_record_extended(ROW(p.non_fossil, p.generation, p.fossil_on_grid, p.net_received), 0)::numeric
      FROM certledger.province_account AS p WHERE p.year = $1 AND p.version = $2
      UNION ALL
      SELECT r.province, hash_record_extended(ROW(r.account_id, r.city, r.identification, r.recognised, r.excess, r.reason), 1)::numeric
      FROM certledger.recognition AS r
      WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user' AND r.city IS NOT NULL) AS b(province, hash)
GROUP BY b.province
$$;
COMMENT ON FUNCTION account_basis(integer, integer) IS
    'a number for what the users'' accounts of a province rest on beside their own facts: the provincial account and what was recognised; when it changes they must be run again';

CREATE FUNCTION account_stale(year integer, version integer, provinces region[], bases numeric[], province region) RETURNS bigint
    LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH basis AS MATERIALIZED (
    SELECT b.province, b.basis FROM certledger.account_basis($1, $2) AS b
), stale AS (
    UPDATE certledger.coefficient AS c SET up_to_date = false
    WHERE c.year = $1 AND c.version = $2 AND c.province <> $5 AND c.up_to_date
      AND (SELECT b.basis FROM basis AS b WHERE b.province = c.province)
          IS DISTINCT FROM
          (SELECT o.basis FROM unnest($3, $4) AS o(province, basis) WHERE o.province = c.province)
    RETURNING c.province
), warned AS (
    INSERT INTO certledger.account_warning (year, version, warning, region, detail)
    SELECT $1, $2, 'users not run', p.province,
           format('the run was limited to %s; the accounts of the users here rest on former figures or are missing', $5)
    FROM certledger.province_account AS p
    LEFT JOIN certledger.coefficient AS c ON c.year = $1 AND c.version = $2 AND c.province = p.province
    WHERE p.year = $1 AND p.version = $2 AND p.province <> $5
      AND (c.up_to_date IS NOT TRUE OR p.province IN (SELECT s.province FROM stale AS s))
    RETURNING 1
)
SELECT count(*) FROM warned
$$;
COMMENT ON FUNCTION account_stale(integer, integer, region[], numeric[], region) IS
    'phase of run_accounts() that was limited to a province: marks the coefficients of other provinces whose basis has changed, given what it was, and warns of users that are to be run again';

CREATE FUNCTION run_accounts(year integer, province region DEFAULT NULL,
                             OUT phase text, OUT lines bigint, OUT elapsed interval) RETURNS SETOF record
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    SET row_security = off
    AS 'MODULE_PATHNAME', 'run_accounts';
COMMENT ON FUNCTION run_accounts(integer, region) IS
    'computes the accounts of a year for all provinces, cities and users from the facts as they stand, as often as wanted until the year is closed, and returns for each phase the lines it wrote and the time it took (发改能源〔2026〕622号 Annexes 1 to 3); with equal facts it gives equal results; with a province, cities and users of that province only, on the accounts of all provinces; errors LC023, LC046, LC048, 22004, 22023';

REVOKE ALL ON FUNCTION province_generation(integer), is_non_fossil(energy_source, integer),
    account_interprovincial(integer, integer), account_provinces(integer, integer, region[]),
    clear_accounts(integer, integer, region), account_rules(integer, integer), account_basis(integer, integer),
    account_stale(integer, integer, region[], numeric[], region), run_accounts(integer, region)
    FROM PUBLIC;
