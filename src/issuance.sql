-- issuance.sql: issue of certificates for a month's generation.

CREATE FUNCTION certificate_class(
    volume_class volume_class, source energy_source, commissioned_on date, existing_hydro_before date)
    RETURNS volume_class
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN volume_class = 'on_grid' AND source = 'hydro'
                     AND commissioned_on < existing_hydro_before
                THEN 'existing_hydro'::volume_class ELSE volume_class END;
COMMENT ON FUNCTION certificate_class(volume_class, energy_source, date, date) IS
    'volume class written into certificates: on-grid volume of hydro units commissioned before a day (rule existing_hydro_before) becomes existing_hydro 存量常规水电';

CREATE FUNCTION certificate_tradable(
    certificate_class volume_class, source energy_source, market_based boolean)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN certificate_class = 'on_grid'
           AND (source IN ('wind', 'solar', 'biomass', 'geothermal', 'ocean')
                OR (source = 'hydro' AND market_based));
COMMENT ON FUNCTION certificate_tradable(volume_class, energy_source, boolean) IS
    'whether certificates of a class may be traded: on-grid volume of wind, solar, biomass, geothermal and ocean power, and of new hydro that is fully market-based (发改能源〔2023〕1044号)';

CREATE FUNCTION post_issuance() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS 'MODULE_PATHNAME', 'issuance_post';
COMMENT ON FUNCTION post_issuance() IS 'trigger of table issuance: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_issuance() FROM PUBLIC;

CREATE FUNCTION issue(
    month date, ref text DEFAULT NULL, effective_on date DEFAULT NULL,
    OUT issuance_id bigint, OUT projects bigint, OUT certificates bigint,
    OUT tradable bigint, OUT carried energy)
    RETURNS SETOF record
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'issuance_issue';
COMMENT ON FUNCTION issue(date, text, date) IS
    'issues certificates for everything generated in a month (given as its first day) and not issued before: one per 1,000 kWh, the remainder is carried; returns the document, its projects, certificates, tradable certificates and carried remainder; ref defaults to a new number, effective_on to today but not before the month is over';
REVOKE ALL ON FUNCTION issue(date, text, date) FROM PUBLIC;
