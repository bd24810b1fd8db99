-- history.sql: what happened to a certificate.

CREATE FUNCTION certificate_history(certificate gec)
    RETURNS TABLE (movement_id bigint, document document_kind, ref text, effective_on date,
                   from_account bigint, from_state holding_state, to_account bigint,
                   to_state holding_state, route route, certificates gecrange)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET jit = off
    AS $$
SELECT m.movement_id, m.document,
       CASE m.document
           WHEN 'issuance' THEN (SELECT d.ref FROM certledger.issuance AS d WHERE d.issuance_id = m.document_id)
           WHEN 'correction' THEN (SELECT d.ref FROM certledger.correction AS d WHERE d.correction_id = m.document_id)
           WHEN 'transfer' THEN (SELECT d.ref FROM certledger.transfer AS d WHERE d.transfer_id = m.document_id)
           WHEN 'response' THEN (SELECT d.ref FROM certledger.response AS d WHERE d.response_id = m.document_id)
           WHEN 'hold' THEN (SELECT d.ref FROM certledger.hold AS d WHERE d.hold_id = m.document_id)
           WHEN 'cancellation' THEN (SELECT d.ref FROM certledger.cancellation AS d WHERE d.cancellation_id = m.document_id)
           WHEN 'expiry' THEN (SELECT d.ref FROM certledger.expiry AS d WHERE d.expiry_id = m.document_id)
           WHEN 'retirement' THEN (SELECT d.ref FROM certledger.retirement AS d WHERE d.retirement_id = m.document_id)
       END,
       m.effective_on, m.from_account, m.from_state, m.to_account, m.to_state, m.to_route,
       m.certificates
FROM certledger.movement AS m
WHERE m.certificates @> $1
  -- a range lies within one run, whose first serial is 1
  AND lower(m.certificates) BETWEEN $1 + (1 - serial($1)) AND $1
ORDER BY m.movement_id
$$;
COMMENT ON FUNCTION certificate_history(gec) IS
    'every movement of one certificate, from issue on, with the document behind it; no rows for a code that was never issued';
REVOKE ALL ON FUNCTION certificate_history(gec) FROM PUBLIC;
