-- emission.sql: indirect emissions from electricity.

CREATE FUNCTION emission(electricity energy, factor numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'emission_of_energy';
COMMENT ON FUNCTION emission(energy, numeric) IS
    'emissions in t CO2 of electricity at a factor in kgCO2/kWh, which is tCO2/MWh; exact, of the sign of the energy; error 22023 for a factor below 0, from 2 on (it is in another unit), or not finite';

CREATE FUNCTION indirect_emissions(
    electricity energy, non_fossil energy, average_factor numeric, fossil_factor numeric,
    non_fossil_factor numeric DEFAULT 0,
    OUT average_method numeric, OUT split_method numeric,
    OUT non_fossil_share numeric, OUT break_even_share numeric,
    OUT difference numeric, OUT lower_method text)
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'emission_indirect';
COMMENT ON FUNCTION indirect_emissions(energy, energy, numeric, numeric, numeric) IS
    'indirect emissions of electricity in t CO2 by both methods of the explanatory questions to 发改能源〔2026〕622号: all electricity at the average factor; or the rest at the fossil factor and non-fossil power at its own, which is 0. electricity is grid draw plus physical supply, factors in kgCO2/kWh. The split method is the lower one when non_fossil_share is above break_even_share; difference is average less split, lower_method average, split or equal. What is NULL is unknown: the method that needs it is NULL, the other is not. Error 22023 for negative energy, non_fossil above electricity, a factor below 0 or from 2 on';

CREATE FUNCTION emission_factor_source(
    kind text, year integer, region region DEFAULT '000000',
    OUT factor numeric, OUT data_year integer, OUT notice text, OUT status text)
    LANGUAGE c STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'emission_factor_source';
COMMENT ON FUNCTION emission_factor_source(text, integer, region) IS
    'CO2 factor of electricity in kgCO2/kWh for an accounting year, with its data year, the notice that published it and how sure the figure is (table emission_factor). The data year is chosen by rule factor_year_choice: the latest not after the year, or a fixed one. National kinds are of 000000; of another region the province is taken, for regional_average the grid region of the province. All NULL where none is published (西藏 has no province_average; rule province_without_factor). Errors: 22023 for an unknown kind, a region that does not fit it, a year outside 2000 to 2099; LC016, LC023 of the rules';
REVOKE ALL ON FUNCTION emission_factor_source(text, integer, region) FROM PUBLIC;

CREATE FUNCTION emission_factor(kind text, year integer, region region DEFAULT '000000') RETURNS numeric
    LANGUAGE c STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'emission_factor';
COMMENT ON FUNCTION emission_factor(text, integer, region) IS
    'CO2 factor of electricity in kgCO2/kWh for an accounting year: the factor of emission_factor_source(), with its errors; NULL where none is published';
REVOKE ALL ON FUNCTION emission_factor(text, integer, region) FROM PUBLIC;

CREATE FUNCTION indirect_emissions(account_id bigint, year integer, scope text DEFAULT 'national')
    RETURNS TABLE (city region, electricity energy, non_fossil energy,
                   average_factor numeric, average_factor_year integer,
                   fossil_factor numeric, fossil_factor_year integer,
                   average_method numeric, split_method numeric,
                   difference numeric, lower_method text,
                   non_fossil_share numeric, break_even_share numeric)
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'emission_indirect_account';
COMMENT ON FUNCTION indirect_emissions(bigint, integer, text) IS
    'indirect emissions in t CO2 of the electricity in the current accounts (user_account) of an account and year, by both methods: a row for each city in which it consumes, and one with city NULL for the total; no row when the accounts have no consumption of it. scope says which average factor: national, regional (grid region of the province) or provincial; the fossil factor is the national one. Scope zero_carbon_park is the method of rule zero_carbon_park_fossil_factor: physical supply and green power at 0, all other power at that factor, and no average method. Factors and their data years by emission_factor_source(); methods by rules emission_methods and non_fossil_emission_factor; what needs a factor that is not published is NULL. Errors: 22004, 22023 for the arguments; 55000 when the accounts of the year were never run; LC015 for an unknown account; LC016, LC023 of the rules';
REVOKE ALL ON FUNCTION indirect_emissions(bigint, integer, text) FROM PUBLIC;
