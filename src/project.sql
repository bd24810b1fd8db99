-- project.sql: registered generation projects.

CREATE FUNCTION register_project(
    project_code text, name text, owner bigint, region region, source energy_source,
    capacity_kw numeric, commissioned_on date, technology text DEFAULT NULL,
    market_based boolean DEFAULT true, subsidised boolean DEFAULT false,
    registered_on date DEFAULT NULL)
    RETURNS text
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'project_register';
COMMENT ON FUNCTION register_project(text, text, bigint, region, energy_source, numeric, date, text, boolean, boolean, date) IS
    'registers a generation project (建档立卡) under its 17-digit code and returns the code; capacity in kW; repeating the call with equal content is harmless (else error LC012); registered_on defaults to today';
REVOKE ALL ON FUNCTION register_project(text, text, bigint, region, energy_source, numeric, date, text, boolean, boolean, date) FROM PUBLIC;
