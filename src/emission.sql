-- emission.sql: indirect emissions from electricity.

CREATE FUNCTION emission(electricity energy, factor numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN mwh(electricity) * factor;
COMMENT ON FUNCTION emission(energy, numeric) IS
    'emissions in t CO2 of electricity at a factor in kgCO2/kWh, which is tCO2/MWh; exact';

CREATE FUNCTION indirect_emissions(
    electricity energy, non_fossil energy, average_factor numeric, fossil_factor numeric,
    OUT average_method numeric, OUT split_method numeric,
    OUT non_fossil_share numeric, OUT break_even_share numeric)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT emission(electricity, average_factor),
               emission(electricity - non_fossil, fossil_factor),
               CASE WHEN electricity <> '0 kWh' THEN non_fossil / electricity END,
               CASE WHEN fossil_factor <> 0 THEN 1 - average_factor / fossil_factor END;
    END;
COMMENT ON FUNCTION indirect_emissions(energy, energy, numeric, numeric) IS
    'indirect emissions of electricity in t CO2 by both methods of the explanatory questions to 发改能源〔2026〕622号: all electricity at the average factor; or non-fossil power at 0 and the rest at the fossil factor. electricity is grid draw plus physical supply, factors in kgCO2/kWh; the split method is the lower one when non_fossil_share is above break_even_share';

CREATE FUNCTION emission_factor(kind text, year integer, region region DEFAULT '000000') RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT f.factor FROM certledger.emission_factor AS f
WHERE f.kind = $1 AND f.data_year <= $2 AND f.region = $3
ORDER BY f.data_year DESC LIMIT 1
$$;
COMMENT ON FUNCTION emission_factor(text, integer, region) IS
    'CO2 factor of electricity in kgCO2/kWh for a year: the latest published for that year or before (rule factor_year_choice); kinds as in table emission_factor; NULL where none is published (Tibet has no provincial one)';
REVOKE ALL ON FUNCTION emission_factor(text, integer, region) FROM PUBLIC;
