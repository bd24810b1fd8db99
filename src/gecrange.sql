-- gecrange.sql: ranges of certificates

CREATE TYPE gecrange;

CREATE FUNCTION gecrange_canonical(gecrange) RETURNS gecrange
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gecrange_canonical';
COMMENT ON FUNCTION gecrange_canonical(gecrange) IS
    'the form [first, end) of a range; 22003 when it has none because it ends with the last code';

CREATE FUNCTION gec_subdiff(gec, gec) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gecrange_subdiff';
COMMENT ON FUNCTION gec_subdiff(gec, gec) IS
    'steps from the second certificate to the first, for GiST indexes on gecrange';

CREATE TYPE gecrange AS RANGE (
    SUBTYPE = gec,
    SUBTYPE_OPCLASS = gec_ops,
    CANONICAL = gecrange_canonical,
    SUBTYPE_DIFF = gec_subdiff,
    MULTIRANGE_TYPE_NAME = gecmultirange);
COMMENT ON TYPE gecrange IS
    'range of certificates, always held as [first, end): end is the code after the last certificate';
COMMENT ON TYPE gecmultirange IS
    'set of certificates, as ranges that neither overlap nor touch';
COMMENT ON FUNCTION gecrange(gec, gec) IS
    'the certificates from the first argument up to, but not with, the second; 22000 when they stand the other way round';
COMMENT ON FUNCTION gecrange(gec, gec, text) IS
    'the certificates between two codes, with bounds [), [], (] or (); 22000 when they stand the other way round';
COMMENT ON FUNCTION gecmultirange() IS 'the empty set of certificates';
COMMENT ON FUNCTION gecmultirange(gecrange) IS
    'the certificates of a range as a set';
COMMENT ON FUNCTION gecmultirange(gecrange[]) IS
    'the certificates of all the ranges as a set';
COMMENT ON CAST (gecrange AS gecmultirange) IS
    'the certificates of a range as a set';

CREATE FUNCTION make_gecrange(first gec, quantity bigint) RETURNS gecrange
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gecrange_from_quantity';
COMMENT ON FUNCTION make_gecrange(gec, bigint) IS
    'range of quantity certificates from first on; 22023 when quantity is below 1, 22003 when they go beyond the codes';

CREATE FUNCTION quantity(gecrange) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gecrange_quantity';
COMMENT ON FUNCTION quantity(gecrange) IS
    'number of certificates in the range, 0 when empty; 22023 when a bound is infinite, 22003 beyond bigint';

CREATE FUNCTION quantity(gecmultirange) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gecmultirange_quantity';
COMMENT ON FUNCTION quantity(gecmultirange) IS
    'number of certificates in the set, 0 when empty; 22023 when a bound is infinite, 22003 beyond bigint';

CREATE FUNCTION energy(gecrange) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gecrange_energy';
COMMENT ON FUNCTION energy(gecrange) IS
    'energy of the certificates in the range, 1,000 kWh each; 22023 when a bound is infinite, 22003 when it does not fit';

CREATE FUNCTION energy(gecmultirange) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gecmultirange_energy';
COMMENT ON FUNCTION energy(gecmultirange) IS
    'energy of the certificates in the set, 1,000 kWh each; 22023 when a bound is infinite, 22003 when it does not fit';

CREATE FUNCTION is_run(gecrange) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gecrange_is_run';
COMMENT ON FUNCTION is_run(gecrange) IS
    'whether the range has at least one certificate and all are of one project, month, volume class and trade class, with serials 1 to 999999999';
