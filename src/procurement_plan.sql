-- procurement_plan.sql: how many certificates and how much green power reach a
-- target (发改能源〔2026〕622号 Annex 3).

CREATE TYPE procurement_option AS (
    route    route,
    volume   energy,
    price    numeric,
    last_day date,
    headroom energy
);
COMMENT ON TYPE procurement_option IS
    'something that a user may buy to raise its non-fossil share; make one with make_procurement_option()';
COMMENT ON COLUMN procurement_option.route IS 'what it is: green_power, or the route of certificates, such as in_province_trade or out_of_province_trade';
COMMENT ON COLUMN procurement_option.volume IS 'energy on offer, of which whole certificates of 1 MWh can be bought; empty for any';
COMMENT ON COLUMN procurement_option.price IS 'yuan for a certificate, which is 1 MWh; empty when it is not known';
COMMENT ON COLUMN procurement_option.last_day IS 'last day on which it can be bought; empty for any';
COMMENT ON COLUMN procurement_option.headroom IS 'energy that the cap of this route still leaves, in whole certificates; options of one route use it together; empty for no cap but the grid draw';

CREATE FUNCTION make_procurement_option(
    route route, volume energy DEFAULT NULL, price numeric DEFAULT NULL,
    last_day date DEFAULT NULL, headroom energy DEFAULT NULL)
    RETURNS procurement_option
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(route, volume, price, last_day, headroom)::procurement_option;
COMMENT ON FUNCTION make_procurement_option(route, energy, numeric, date, energy) IS
    'an option for procurement_plan(): its route, and where they limit it the energy on offer, the price in yuan for 1 MWh, the last day to buy, and the energy that the cap of its route leaves';

CREATE FUNCTION procurement_plan(
    grid_draw energy, target numeric, options procurement_option[] DEFAULT '{}',
    physical energy DEFAULT '0 kWh', energy_trade energy DEFAULT '0 kWh',
    certificate_trade energy DEFAULT '0 kWh', other_supply energy DEFAULT '0 kWh',
    k numeric DEFAULT 0, k_denominator numeric DEFAULT 1, as_of date DEFAULT china_today())
    RETURNS TABLE (step integer, option integer, route route, status text, limited_by text,
                   quantity energy, certificates bigint, price numeric, cost numeric,
                   share numeric, missing energy, missing_certificates bigint, last_day date)
    LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 4
    AS 'MODULE_PATHNAME', 'procurement_plan';
COMMENT ON FUNCTION procurement_plan(energy, numeric, procurement_option[], energy, energy, energy, energy, numeric, numeric, date) IS
    'what to buy so that (P + T + C + (W - T - C) k) / (W + P + O) reaches a target from 0 to 1 (发改能源〔2026〕622号 Annex 3): W grid_draw, P physical, T energy_trade and C certificate_trade recognised already, O other_supply, k an allocation coefficient or numerator of k_denominator, 0 where allocation does not count. A row for each option, green power first, with the energy that counts, certificates of 1 MWh to buy, cost in yuan, share after it, and what is missing then; the last row, without a step, sums up: reached, or short and limited by what. Options whose last day is before as_of are missed. T + C stays within W. Errors 22004, 22023';

CREATE FUNCTION procurement_plan(
    account_id bigint, year integer, target numeric, options procurement_option[] DEFAULT '{}',
    allocation boolean DEFAULT true, province region DEFAULT NULL,
    other_supply energy DEFAULT '0 kWh', as_of date DEFAULT china_today())
    RETURNS TABLE (step integer, option integer, route route, status text, limited_by text,
                   quantity energy, certificates bigint, price numeric, cost numeric,
                   share numeric, missing energy, missing_certificates bigint, last_day date)
    LANGUAGE c STABLE ROWS 4
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS 'MODULE_PATHNAME', 'procurement_plan_account';
COMMENT ON FUNCTION procurement_plan(bigint, integer, numeric, procurement_option[], boolean, region, energy, date) IS
    'what an account should buy to reach a target, as on plain values, with W, P, T, C and k of the current accounts of a year; allocation false plans for a quota to which allocated power does not count; province names one where the account consumes in several. Errors as on plain values, and 42P01, 55000 when the accounts were never run or do not have the account';
REVOKE ALL ON FUNCTION procurement_plan(bigint, integer, numeric, procurement_option[], boolean, region, energy, date) FROM PUBLIC;
