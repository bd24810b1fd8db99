-- ets_green_offset.sql: green power and credits in the pilot carbon markets.

CREATE FUNCTION ets_shortfall(verified numeric, allocation numeric, held numeric DEFAULT 0) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'ets_shortfall';
COMMENT ON FUNCTION ets_shortfall(numeric, numeric, numeric) IS
    'allowance shortfall in t: verified emissions less allocation and what else is held, not below 0; error 22023 for a negative argument';

CREATE FUNCTION ets_green_offset(
    shortfall numeric, green energy, factor numeric,
    share_limit numeric DEFAULT 0.08, offset_limit numeric DEFAULT 2000,
    OUT green_energy energy, OUT green_factor numeric, OUT by_energy numeric, OUT by_share numeric,
    OUT by_limit numeric, OUT green_offset numeric, OUT bound_by text[], OUT remaining numeric)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'ets_green_offset';
COMMENT ON FUNCTION ets_green_offset(numeric, energy, numeric, numeric, numeric) IS
    'what green power may offset of an allowance shortfall, in t: green_offset is the least of by_energy = green x factor, by_share = share_limit x shortfall and by_limit = offset_limit; bound_by names each that it equals (energy, share, limit), remaining is the shortfall less the offset. factor in tCO2/MWh must be given. The defaults are the limits of Chongqing for compliance year 2024; offset_limit infinity is none. NULL for a NULL argument; error 22023 for a negative one, a share above 1, a factor from 2 on';

CREATE FUNCTION ets_green_offset(
    market region, year integer, shortfall numeric, green energy, factor numeric,
    OUT green_energy energy, OUT green_factor numeric, OUT by_energy numeric, OUT by_share numeric,
    OUT by_limit numeric, OUT green_offset numeric, OUT bound_by text[], OUT remaining numeric)
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'ets_green_offset_market';
COMMENT ON FUNCTION ets_green_offset(region, integer, numeric, energy, numeric) IS
    'what green power may offset of an allowance shortfall, in t, by the rules of a pilot market for a compliance year. Chongqing (500000): rules chongqing_ets_green_offset_share and _limit; Shenzhen (440300): at most the shortfall. factor NULL takes that of the market''s rule: shenzhen_ets_green_factor, or chongqing_ets_green_offset_factor, of which there is no row because the factor is on no public record (error LC016): give it, or insert the row. Columns as of the function on plain values. Errors: 22004, 22023 for the arguments; LC016, LC023 of the rules';
REVOKE ALL ON FUNCTION ets_green_offset(region, integer, numeric, energy, numeric) FROM PUBLIC;

CREATE FUNCTION ets_account_green_offset(
    account_id bigint, year integer, shortfall numeric, factor numeric,
    OUT green_energy energy, OUT green_factor numeric, OUT by_energy numeric, OUT by_share numeric,
    OUT by_limit numeric, OUT green_offset numeric, OUT bound_by text[], OUT remaining numeric)
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'ets_account_green_offset';
COMMENT ON FUNCTION ets_account_green_offset(bigint, integer, numeric, numeric) IS
    'what green power may offset of an allowance shortfall, as ets_green_offset(market, year), for the green power that the current accounts of the year recognised for an account (table recognition), in the market of the account''s region; factor NULL takes that of the market''s rule. Errors: 22004, 22023 for the arguments; 55000 when the accounts of the year were never run; LC015 for an account that is not registered; LC016, LC023 of the rules';
REVOKE ALL ON FUNCTION ets_account_green_offset(bigint, integer, numeric, numeric) FROM PUBLIC;

CREATE FUNCTION ets_credit_limit(obligation numeric, share_limit numeric DEFAULT 0.05) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'ets_credit_limit';
COMMENT ON FUNCTION ets_credit_limit(numeric, numeric) IS
    'greatest amount of CCER and CQCER credits together that may cover a compliance obligation, in t: share_limit x obligation; the default is that of Chongqing for compliance year 2024; error 22023 for a negative obligation or a share above 1';

CREATE FUNCTION ets_credit_limit(market region, year integer, obligation numeric) RETURNS numeric
    LANGUAGE c STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'ets_credit_limit_market';
COMMENT ON FUNCTION ets_credit_limit(region, integer, numeric) IS
    'greatest amount of credits that may cover a compliance obligation, in t, by the rules of a pilot market for a compliance year: Chongqing (500000) by rule chongqing_ets_credit_share. Errors: 22023 for the arguments; LC016, LC023 of the rule';
REVOKE ALL ON FUNCTION ets_credit_limit(region, integer, numeric) FROM PUBLIC;
