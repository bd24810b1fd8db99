-- direct_connection_share.sql: an hour of a direct connection shared out among
-- its users (发改能源〔2026〕688号).

CREATE FUNCTION direct_connection_share(generated energy, load energy, share numeric DEFAULT NULL) RETURNS energy
    LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'direct_connection_share';
COMMENT ON FUNCTION direct_connection_share(energy, energy, numeric) IS
    'window function: what a user uses of the generation of an hour (a partition) of a direct connection (绿电直连, 发改能源〔2026〕688号), in whole watt-hours: by its contract share (0 to 1 of the generation, NULL for none) up to its load, and of what is left by its load that is not met; the users of an hour add up to the generation or their load, whichever is less, exactly; errors 22003, 22004, 22023';
