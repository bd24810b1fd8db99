-- project.sql: registered generation projects.

CREATE FUNCTION register_project(
    project_code text, name text, owner bigint, region region, source energy_source,
    capacity_kw numeric, commissioned_on date, technology text DEFAULT NULL,
    market_based boolean DEFAULT true, subsidised boolean DEFAULT false,
    registered_on date DEFAULT NULL, last_unit_on date DEFAULT NULL,
    storage storage_metering DEFAULT 'none')
    RETURNS text
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'project_register';
COMMENT ON FUNCTION register_project(text, text, bigint, region, energy_source, numeric, date, text, boolean, boolean, date, date, storage_metering) IS
    'registers a generation project (建档立卡) under its 17-digit code and returns the code; capacity in kW; last_unit_on where units came one after the other; storage says how storage at the plant is metered; repeating the call with equal content is harmless (else error LC012); registered_on defaults to today; a hydro project with units on both sides of rule existing_hydro_before is refused (error LC044)';
REVOKE ALL ON FUNCTION register_project(text, text, bigint, region, energy_source, numeric, date, text, boolean, boolean, date, date, storage_metering) FROM PUBLIC;

CREATE FUNCTION check_project_units() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS 'MODULE_PATHNAME', 'project_check_units';
COMMENT ON FUNCTION check_project_units() IS
    'trigger of table project that refuses a hydro project with units on both sides of the day of rule existing_hydro_before (error LC044)';
REVOKE ALL ON FUNCTION check_project_units() FROM PUBLIC;
