-- certificate_filter.sql: which of its certificates an account gives away.

CREATE TYPE certificate_filter AS (
    produced_from date,
    produced_to   date,
    source        energy_source,
    region        region,
    project_code  text,
    volume_class  volume_class,
    route         route
);
COMMENT ON TYPE certificate_filter IS
    'which certificates a document takes, oldest validity first: all that satisfy every field that is not empty; make one with make_certificate_filter()';
COMMENT ON COLUMN certificate_filter.produced_from IS 'first production month, as its first day';
COMMENT ON COLUMN certificate_filter.produced_to IS 'last production month, as its first day';
COMMENT ON COLUMN certificate_filter.source IS 'primary energy';
COMMENT ON COLUMN certificate_filter.region IS 'where the energy was produced: a province, prefecture or county, with all below it';
COMMENT ON COLUMN certificate_filter.project_code IS '17-digit code of the project';
COMMENT ON COLUMN certificate_filter.volume_class IS 'volume class of the certificates';
COMMENT ON COLUMN certificate_filter.route IS 'route by which the holder has them';

CREATE FUNCTION make_certificate_filter(
    vintage integer DEFAULT NULL, source energy_source DEFAULT NULL, region region DEFAULT NULL,
    project_code text DEFAULT NULL, volume_class volume_class DEFAULT NULL, route route DEFAULT NULL,
    produced_from date DEFAULT NULL, produced_to date DEFAULT NULL)
    RETURNS certificate_filter
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT ROW(greatest(date_trunc('month', $7::timestamp)::date, make_date($1, 1, 1)),
           least(date_trunc('month', $8::timestamp)::date, make_date($1, 12, 1)),
           $2, $3, $4, $5, $6)::certledger.certificate_filter
$$;
COMMENT ON FUNCTION make_certificate_filter(integer, energy_source, region, text, volume_class, route, date, date) IS
    'a filter of certificates: by production year (vintage), source, place, project, class, route, or production months; whatever is left out does not matter';
