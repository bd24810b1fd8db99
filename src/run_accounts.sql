-- run_accounts.sql: running the accounts of a year.
-- The order of the phases stands in run_accounts.c.

CREATE FUNCTION account_version(year integer) RETURNS integer
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$ SELECT max(version) FROM certledger.account_year WHERE account_year.year = $1 $$;
COMMENT ON FUNCTION account_version(integer) IS
    'current version of a year''s accounts; NULL when they were never run';

CREATE FUNCTION clear_accounts(year integer, version integer) RETURNS void
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
DELETE FROM certledger.account_warning WHERE account_warning.year = $1 AND account_warning.version = $2;
DELETE FROM certledger.recognition WHERE recognition.year = $1 AND recognition.version = $2;
DELETE FROM certledger.recognition_cap WHERE recognition_cap.year = $1 AND recognition_cap.version = $2;
DELETE FROM certledger.interprovincial_account WHERE interprovincial_account.year = $1 AND interprovincial_account.version = $2;
DELETE FROM certledger.province_account WHERE province_account.year = $1 AND province_account.version = $2;
DELETE FROM certledger.coefficient WHERE coefficient.year = $1 AND coefficient.version = $2;
DELETE FROM certledger.user_account WHERE user_account.year = $1 AND user_account.version = $2;
DELETE FROM certledger.city_account WHERE city_account.year = $1 AND city_account.version = $2;
$$;
COMMENT ON FUNCTION clear_accounts(integer, integer) IS
    'phase of run_accounts(): removes what an earlier run of the same version left';

CREATE FUNCTION account_rules(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH inserted AS (
    INSERT INTO certledger.account_warning (year, version, warning, detail)
    SELECT $1, $2, 'rule not implemented',
           format('rule %s is %s; the accounts were computed with %s', i.name,
                  coalesce(r.value, 'not in force'), i.value)
    FROM (VALUES ('interprovincial_allocation', 'on_grid_share'), ('line_loss_bearer', 'seller'),
                 ('negative_residual', 'clamp'), ('spot_cap_default', 'min_untyped_spot'),
                 ('pool_sharing', 'first_come'),
                 ('green_power_needs_retirement', 'no'),
                 ('coefficient_out_of_range', 'clamp'), ('coefficient_without_denominator', 'unknown'),
                 ('published_coefficient_overrides', 'yes')) AS i(name, value),
         LATERAL (SELECT certledger.rule_value(i.name, make_date($1, 12, 31)) AS value) AS r
    WHERE r.value IS DISTINCT FROM i.value
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_rules(integer, integer) IS
    'phase of run_accounts(): warns of rules whose value in force is not one that the accounts implement, so that no setting is ignored silently';

CREATE FUNCTION run_accounts(year integer, OUT result text, OUT lines bigint) RETURNS SETOF record
    LANGUAGE c VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS 'MODULE_PATHNAME', 'run_accounts';
COMMENT ON FUNCTION run_accounts(integer) IS
    'computes the accounts of a year for all provinces, cities and users from the facts as they stand, as often as wanted, and returns the result tables with the lines each now has (发改能源〔2026〕622号 Annexes 1 to 3); with equal facts it gives equal results';


REVOKE ALL ON FUNCTION energy_trade_volume(integer), province_generation(integer),
    is_non_fossil(energy_source, integer), account_caps(integer, integer),
    cap_of(integer, integer, cap_kind, region, region), account_energy_trade(integer, integer),
    caps_of_claim(text, region, region), user_claim(integer, integer),
    account_claims(integer, integer), account_cap_use(integer, integer),
    account_interprovincial(integer, integer), account_provinces(integer, integer),
    account_users(integer, integer), account_cities(integer, integer), account_version(integer),
    clear_accounts(integer, integer), account_rules(integer, integer), run_accounts(integer)
    FROM PUBLIC;
