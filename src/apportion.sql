-- apportion.sql: sharing a pool of energy out in whole watt-hours.

CREATE FUNCTION apportion(pool energy, weight energy) RETURNS energy
    LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'apportion_by_sum';
COMMENT ON FUNCTION apportion(energy, energy) IS
    'window function: share of the pool by weight, in whole watt-hours; the shares of a partition add up to the pool exactly and each differs from the exact share by less than 1 Wh; deterministic for a given order; errors 22004, 22012, 22023';

CREATE FUNCTION apportion(pool energy, weight energy, total energy) RETURNS energy
    LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'apportion_by_total';
COMMENT ON FUNCTION apportion(energy, energy, energy) IS
    'window function: weight times pool/total, in whole watt-hours; any run of rows from the first adds up to the exact value rounded down to 1 Wh; errors 22004, 22012, 22023';
