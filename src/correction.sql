-- correction.sql: correction of generation that was issued.

-- The settings keep the statements to one index scan per key, whatever the
-- planner thinks of tables without statistics.
CREATE FUNCTION post_correction() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET jit = off
    AS 'MODULE_PATHNAME', 'correction_post';
COMMENT ON FUNCTION post_correction() IS 'trigger of table correction: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_correction() FROM PUBLIC;

CREATE FUNCTION correct_generation(
    ref text, project_code text, month date, energy energy, proof text,
    volume_class volume_class DEFAULT 'on_grid', drawn energy DEFAULT '0 kWh',
    effective_on date DEFAULT NULL, dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'correction_correct_generation';
COMMENT ON FUNCTION correct_generation(text, text, date, energy, text, volume_class, energy, date, boolean) IS
    'corrects what a project produced in a month that was issued (更正): energy is the corrected total, never a difference; issues what is missing with the next numbers, or cancels what is too much where the producer still has it, and returns these ranges; effective_on defaults to today in China; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals: LC017, LC037, LC041 to LC043';
REVOKE ALL ON FUNCTION correct_generation(text, text, date, energy, text, volume_class, energy, date, boolean) FROM PUBLIC;
