-- verify.sql: replaying the movements against holdings, remainders and documents.

CREATE FUNCTION verify()
    RETURNS TABLE (problem text, account_id bigint, state holding_state, certificates gecrange, detail text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH flow AS (
    -- each line adds its range where it went and takes it where it came from;
    -- holdings take what must then be left, so that nothing may remain
    SELECT m.to_account AS account_id, m.to_state AS state, m.to_route AS route, m.certificates, 1 AS weight
    FROM certledger.movement AS m
    UNION ALL
    SELECT m.from_account, m.from_state, m.from_route, m.certificates, -1
    FROM certledger.movement AS m
    WHERE m.from_account IS NOT NULL
    UNION ALL
    SELECT h.account_id, h.state, h.route, h.certificates, -1
    FROM certledger.holding AS h
), bound AS (
    SELECT f.account_id, f.state, f.route, b.at, sum(b.weight) AS weight
    FROM flow AS f,
    LATERAL (VALUES (lower(f.certificates), f.weight), (upper(f.certificates), - f.weight)) AS b(at, weight)
    GROUP BY f.account_id, f.state, f.route, b.at
    HAVING sum(b.weight) <> 0
), swept AS (
    SELECT b.account_id, b.state, b.route, b.at, sum(b.weight) OVER w AS balance, lead(b.at) OVER w AS next
    FROM bound AS b
    WINDOW w AS (PARTITION BY b.account_id, b.state, b.route ORDER BY b.at)
), document AS (
    SELECT 'issuance'::document_kind AS kind, l.issuance_id AS id, d.ref, l.certificates AS line,
           NULL::bigint AS from_account, l.account_id AS to_account, d.effective_on, d.posted_at,
           l.quantity
    FROM certledger.issuance_line AS l
    JOIN certledger.issuance AS d ON d.issuance_id = l.issuance_id
    WHERE l.quantity > 0
    UNION ALL
    SELECT 'transfer', t.transfer_id, t.ref, NULL, t.from_account, t.to_account, t.effective_on,
           t.posted_at, t.quantity
    FROM certledger.transfer AS t
    UNION ALL
    SELECT 'retirement', r.retirement_id, r.ref, NULL, r.account_id, r.account_id, r.effective_on,
           r.posted_at, r.quantity
    FROM certledger.retirement AS r
), posted AS (
    -- of an issuance each line is a document of its own, found by its range
    SELECT m.document AS kind, m.document_id AS id,
           CASE WHEN m.document = 'issuance' THEN m.certificates END AS line,
           min(m.from_account) AS from_account, min(m.to_account) AS to_account,
           min(m.effective_on) AS effective_on, min(m.posted_at) AS posted_at,
           sum(quantity(m.certificates)) AS quantity,
           (min(m.to_account), min(m.effective_on), min(m.posted_at))
           = (max(m.to_account), max(m.effective_on), max(m.posted_at))
           AND min(m.from_account) IS NOT DISTINCT FROM max(m.from_account) AS uniform
    FROM certledger.movement AS m
    GROUP BY 1, 2, 3
)
SELECT CASE WHEN s.balance > 0 THEN 'movements without holding' ELSE 'holding without movements' END,
       s.account_id, s.state, gecrange(s.at, s.next),
       format('%s times in account %s and state %s', abs(s.balance), s.account_id, s.state)
FROM swept AS s WHERE s.balance <> 0
UNION ALL
SELECT 'overlapping holdings', o.account_id, o.state, o.certificates,
       format('overlaps the range that begins with %s', o.next)
FROM (SELECT h.account_id, h.state, h.certificates,
             lead(h.first_certificate) OVER (ORDER BY h.first_certificate) AS next
      FROM certledger.holding AS h) AS o
WHERE upper(o.certificates) > o.next
UNION ALL
SELECT 'holding differs from its issue', h.account_id, h.state, h.certificates,
       format('region %s, source %s, valid until %s; issued with %s, %s, %s', h.region, h.source,
              h.valid_until, l.region, l.source, l.valid_until)
FROM certledger.holding AS h
LEFT JOIN certledger.issuance_line AS l
    ON l.project_code = project_code(h.first_certificate)
   AND l.month = production_month(h.first_certificate)
   AND l.certificates @> h.certificates
WHERE (h.region, h.source, h.valid_until) IS DISTINCT FROM (l.region, l.source, l.valid_until)
UNION ALL
SELECT 'holding names another transfer', h.account_id, h.state, h.certificates,
       format('transfer %s did not bring it to account %s by route %s', coalesce(h.transfer_id::text, 'none'),
              h.account_id, h.route)
FROM certledger.holding AS h
LEFT JOIN certledger.movement AS m
    ON m.document = 'transfer' AND m.document_id = h.transfer_id
   AND m.to_account = h.account_id AND m.to_route = h.route
   -- of the same run: a hash join first, then the ranges
   AND lower(m.certificates) - serial(lower(m.certificates)) = h.first_certificate - serial(h.first_certificate)
   AND m.certificates @> h.certificates
WHERE CASE WHEN h.transfer_id IS NULL THEN h.route <> 'production' ELSE m.movement_id IS NULL END
UNION ALL
SELECT 'guard not in force', NULL, NULL, NULL,
       format('table %s: %s', c.oid::regclass,
              coalesce(string_agg(format('trigger %s is not ENABLE ALWAYS', t.tgname), ', ' ORDER BY t.tgname)
                           FILTER (WHERE t.tgenabled <> 'A'),
                       'it has no guard'))
FROM pg_class AS c
LEFT JOIN pg_trigger AS t ON t.tgrelid = c.oid
    AND t.tgfoid IN ('certledger.guard_append_only()'::regprocedure,
                     'certledger.guard_posted_only()'::regprocedure,
                     'certledger.guard_issued_generation()'::regprocedure)
WHERE c.oid IN (SELECT format('certledger.%I', n)::regclass
                FROM unnest(ARRAY['account', 'project', 'generation', 'accrual', 'issuance', 'issuance_line',
                                  'transfer', 'retirement', 'holding']) AS n
                UNION ALL
                SELECT relid FROM pg_partition_tree('certledger.movement'))
GROUP BY c.oid
HAVING bool_or(t.tgenabled <> 'A') OR count(t.oid) = 0
UNION ALL
SELECT 'issue without generation', l.account_id, NULL, l.certificates,
       format('project %s, month %s, class %s: issued for %s, generation has %s', l.project_code,
              l.month, l.volume_class, l.energy, coalesce(g.energy::text, 'no row'))
FROM certledger.issuance_line AS l
LEFT JOIN certledger.generation AS g
    ON g.project_code = l.project_code AND g.month = l.month AND g.volume_class = l.volume_class
WHERE g.energy IS DISTINCT FROM l.energy
UNION ALL
SELECT 'remainder differs', NULL, 'accrued', NULL,
       format('project %s, class %s: accrual has %s, lines leave %s', coalesce(a.project_code, l.project_code),
              coalesce(a.volume_class, l.volume_class), a.energy, l.energy)
FROM certledger.accrual AS a
FULL JOIN (SELECT i.project_code, i.volume_class,
                  sum(i.energy) - make_energy(mwh => sum(i.quantity)) AS energy
           FROM certledger.issuance_line AS i GROUP BY i.project_code, i.volume_class) AS l
    ON l.project_code = a.project_code AND l.volume_class = a.volume_class
WHERE a.energy IS DISTINCT FROM l.energy
UNION ALL
SELECT CASE WHEN p.kind IS NULL THEN 'document without movements'
            WHEN d.kind IS NULL THEN 'movements without document'
            ELSE 'movements differ from their document' END,
       coalesce(d.to_account, p.to_account), NULL, coalesce(d.line, p.line),
       format('%s %s: %s certificates from account %s to account %s, movements have %s from %s to %s',
              coalesce(d.kind, p.kind), coalesce(d.ref, p.id::text), d.quantity, d.from_account,
              d.to_account, p.quantity, p.from_account, p.to_account)
FROM document AS d
FULL JOIN posted AS p ON p.kind = d.kind AND p.id = d.id
    AND coalesce(p.line, 'empty') = coalesce(d.line, 'empty')
WHERE p.kind IS NULL OR d.kind IS NULL OR NOT p.uniform
   OR (p.quantity, p.from_account, p.to_account, p.effective_on, p.posted_at)
      IS DISTINCT FROM (d.quantity, d.from_account, d.to_account, d.effective_on, d.posted_at)
ORDER BY 1, 2, 3, 4, 5
$$;
COMMENT ON FUNCTION verify() IS
    'replays all movements and compares them with holdings, remainders and documents, and checks that the guards are in force; no rows means that everything agrees';
REVOKE ALL ON FUNCTION verify() FROM PUBLIC;
