-- rule.sql: parameters of the rules, by effective date.
-- Table rule is laid out by create_ledger().

CREATE FUNCTION china_today() RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (now() AT TIME ZONE interval '8 hours')::date;
COMMENT ON FUNCTION china_today() IS
    'today in China''s civil calendar (UTC+8), whatever the time zone of the session; the default of every effective date';

CREATE FUNCTION rule_value(name text, on_date date DEFAULT china_today()) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT value FROM certledger.rule
WHERE name = $1 AND effective_from <= $2
ORDER BY effective_from DESC LIMIT 1
$$;
COMMENT ON FUNCTION rule_value(text, date) IS
    'value of a rule as it stands on a day (table rule); NULL when none is in force';

CREATE FUNCTION certificate_valid_until(month date) RETURNS date
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT CASE WHEN r.value LIKE 'until %' THEN substr(r.value, 7)::date
            ELSE (date_trunc('month', $1::timestamp) + r.value::interval)::date - 1 END
FROM (SELECT certledger.rule_value('certificate_validity', $1) AS value) AS r
$$;
COMMENT ON FUNCTION certificate_valid_until(date) IS
    'last day of validity of certificates for energy generated in a month: rule certificate_validity, 24 months counted from the month of generation, 2025-12-31 for generation before 2024 (国能发新能规〔2024〕67号)';

CREATE FUNCTION rule_changed() RETURNS trigger
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'rule_changed';
COMMENT ON FUNCTION rule_changed() IS
    'row trigger of table rule: has all sessions forget, once the change is committed, what their postings remember of the rules';
REVOKE ALL ON FUNCTION rule_changed() FROM PUBLIC;
