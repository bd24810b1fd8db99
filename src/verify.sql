-- verify.sql: replaying the movements against holdings, remainders and
-- documents.
--
-- Every part reads whole tables and joins them by hash or merge, also before
-- the first ANALYZE, so that a ledger of any size is verified in a few passes.
-- No part reads what another part found.

CREATE FUNCTION state_transition()
    RETURNS TABLE (number integer, from_state holding_state, event text, to_state holding_state)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT t.number, t.from_state::holding_state, t.event, t.to_state::holding_state
FROM (VALUES
    (1, 'accrued', 'issue', 'issued'),
    (2, 'issued', 'list', 'listed'),
    (3, 'listed', 'delist', 'issued'), (3, 'listed', 'expire', 'expired'),
    (4, 'listed', 'lock', 'locked'),
    (5, 'locked', 'release', 'listed'), (5, 'locked', 'lapse', 'listed'),
    (6, 'locked', 'settle', 'transferred'),
    (14, 'issued', 'retire', 'retired'), (14, 'transferred', 'retire', 'retired'),
    (15, 'issued', 'expire', 'expired'), (15, 'transferred', 'expire', 'expired'),
    (16, 'issued', 'freeze ccer', 'frozen'), (16, 'listed', 'freeze ccer', 'frozen'),
    (17, 'frozen', 'unfreeze ccer', 'issued'),
    (18, 'frozen', 'cancel ccer', 'cancelled'),
    (19, 'issued', 'correct', 'cancelled'), (19, 'listed', 'correct', 'cancelled'),
    (19, 'accrued', 'reissue', 'issued')) AS t(number, from_state, event, to_state)
UNION ALL
-- rows 7 to 13: at once, or offered and then accepted, rejected or withdrawn;
-- what was traded is traded again only where rule trades_allowed says so
SELECT DISTINCT m.number, s.from_state::holding_state, s.event, s.to_state::holding_state
FROM (VALUES (7, 'issued', 'bilateral'), (7, 'issued', 'auction'), (8, 'issued', 'green_power'),
             (7, 'transferred', 'bilateral'), (7, 'transferred', 'auction'), (8, 'transferred', 'green_power'),
             (9, 'issued', 'existing_hydro'), (10, 'issued', 'self_use'), (11, 'issued', 'off_grid'),
             (12, 'issued', 'mechanism_price'), (13, 'transferred', 'allocation')) AS m(number, from_state, mode),
LATERAL (VALUES (m.from_state, m.mode, 'transferred'), (m.from_state, 'offer ' || m.mode, 'frozen'),
                ('frozen', 'accept ' || m.mode, 'transferred'), ('frozen', 'reject ' || m.mode, m.from_state),
                ('frozen', 'withdraw ' || m.mode, m.from_state)) AS s(from_state, event, to_state)
UNION ALL
SELECT 19, s.state, 'cancel objection', 'cancelled'
FROM unnest('{issued,listed,locked,transferred,frozen}'::holding_state[]) AS s(state)
UNION ALL
SELECT 20, s.from_state, s.event, s.to_state
FROM unnest('{issued,listed,locked,transferred}'::holding_state[]) AS l(state),
LATERAL (VALUES (l.state, 'freeze dispute', 'frozen'::holding_state),
                ('frozen', 'unfreeze dispute', l.state)) AS s(from_state, event, to_state)
$$;
COMMENT ON FUNCTION state_transition() IS
    'every change of state that there is, and the event that makes it: number of the row in the state table of the rules (docs/verify.md), state before, event, state after; what is not in it is forbidden, and what was traded is traded again only as often as rule trades_allowed says';

CREATE FUNCTION order_end()
    RETURNS TABLE (hold_id bigint, ref text, ends_at timestamptz)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
    SET jit = off
    AS $$
SELECT h.hold_id, h.ref,
       CASE WHEN h.ends_at IS NOT NULL THEN h.ends_at
            WHEN r.value = 'none' THEN 'infinity'
            -- a time that had not come counts as the time of posting
            ELSE (least(h.effective_at, h.posted_at) AT TIME ZONE interval '8 hours' + r.value::interval) AT TIME ZONE interval '8 hours' END
FROM certledger.hold AS h
LEFT JOIN LATERAL (SELECT r.value FROM certledger.rule AS r
                   WHERE r.name = 'order_lifetime' AND r.effective_from <= h.effective_on
                   ORDER BY r.effective_from DESC LIMIT 1) AS r ON h.ends_at IS NULL
WHERE h.action = 'lock'
$$;
COMMENT ON FUNCTION order_end() IS
    'part of verify(): when every order ends: as it says, or after rule order_lifetime in China''s civil calendar';
REVOKE ALL ON FUNCTION order_end() FROM PUBLIC;

-- What each line of movement is: the event of the state table, and the hold
-- or transfer that it ends.
CREATE FUNCTION movement_event()
    RETURNS TABLE (movement_id bigint, document document_kind, document_id bigint, certificates gecrange,
                   from_account bigint, from_state holding_state, from_route route,
                   to_account bigint, to_state holding_state, to_route route,
                   event text, ends bigint, transfer_id bigint, trade boolean)
    LANGUAGE sql STABLE ROWS 1000000
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
    SET jit = off
    AS $$
SELECT m.movement_id, m.document, m.document_id, m.certificates,
       m.from_account, m.from_state, m.from_route, m.to_account, m.to_state, m.to_route,
       CASE m.document
           WHEN 'issuance' THEN 'issue'
           WHEN 'correction' THEN CASE WHEN m.from_state = 'accrued' THEN 'issue' ELSE 'correct' END
           WHEN 'transfer' THEN CASE WHEN m.to_state = 'frozen' THEN 'offer ' || t.mode
                                     WHEN t.mode = 'listing' THEN 'settle' ELSE t.mode::text END
           WHEN 'response' THEN r.kind || ' ' || t.mode
           WHEN 'retirement' THEN 'retire'
           WHEN 'hold' THEN CASE WHEN h.action = 'lock' AND m.from_state = 'locked' THEN 'lapse'
                                 WHEN h.action IN ('freeze', 'unfreeze') THEN h.action || ' ' || coalesce(h.reason, o.reason)
                                 ELSE h.action::text END
           WHEN 'cancellation' THEN CASE WHEN m.from_state = 'accrued' THEN 'reissue' ELSE 'cancel ' || c.reason END
           WHEN 'expiry' THEN 'expire'
       END,
       CASE m.document WHEN 'transfer' THEN t.hold_id WHEN 'response' THEN r.transfer_id
                       WHEN 'cancellation' THEN CASE WHEN m.from_state <> 'accrued' THEN c.ends_hold END
                       WHEN 'hold' THEN CASE WHEN h.action = 'lock' AND m.from_state = 'locked' THEN h.hold_id
                                             ELSE h.ends_hold END END,
       CASE WHEN m.from_account <> m.to_account THEN t.transfer_id END,
       m.from_account <> m.to_account AND t.mode IN ('listing', 'bilateral', 'auction', 'green_power')
FROM certledger.movement AS m
LEFT JOIN certledger.response AS r ON m.document = 'response' AND r.response_id = m.document_id
LEFT JOIN certledger.transfer AS t
    ON t.transfer_id = CASE m.document WHEN 'transfer' THEN m.document_id WHEN 'response' THEN r.transfer_id END
LEFT JOIN certledger.hold AS h ON m.document = 'hold' AND h.hold_id = m.document_id
LEFT JOIN certledger.hold AS o ON o.hold_id = h.ends_hold
LEFT JOIN certledger.cancellation AS c ON m.document = 'cancellation' AND c.cancellation_id = m.document_id
$$;
COMMENT ON FUNCTION movement_event() IS
    'part of verify(): every line of movement with its event in state_transition(), the hold or transfer that it ends, the transfer by which it brought certificates to another account, and whether that was a trade';
REVOKE ALL ON FUNCTION movement_event() FROM PUBLIC;

CREATE FUNCTION verify_holdings()
    RETURNS TABLE (problem text, account_id bigint, state holding_state, certificates gecrange, detail text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
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
)
SELECT CASE WHEN s.balance > 0 THEN 'movements without holding' ELSE 'holding without movements' END,
       s.account_id, s.state, gecrange(s.at, s.next),
       format('%s times in account %s and state %s', abs(s.balance), s.account_id, s.state)
FROM swept AS s WHERE s.balance <> 0
UNION ALL
SELECT 'overlapping holdings', o.account_id, o.state, o.certificates,
       format('overlaps the range that begins with %s', o.next)
FROM (SELECT h.account_id, h.state, h.certificates,
             lead(lower(h.certificates)) OVER (ORDER BY h.last_certificate) AS next
      FROM certledger.holding AS h) AS o
WHERE upper(o.certificates) > o.next
UNION ALL
SELECT 'holding differs from its issue', h.account_id, h.state, h.certificates,
       format('region %s, source %s, valid until %s; issued with %s, %s, %s', h.region, h.source,
              h.valid_until, l.region, l.source, l.valid_until)
FROM certledger.holding AS h
LEFT JOIN certledger.issuance_line AS l
    ON l.project_code = project_code(h.last_certificate)
   AND l.month = production_month(h.last_certificate)
   AND l.certificates @> h.certificates
WHERE (h.region, h.source, h.valid_until) IS DISTINCT FROM (l.region, l.source, l.valid_until)
$$;
COMMENT ON FUNCTION verify_holdings() IS
    'part of verify(): every certificate is in one holding, where the movements leave it, as it was issued';
REVOKE ALL ON FUNCTION verify_holdings() FROM PUBLIC;

CREATE FUNCTION piece_numbers(first bigint, last bigint) RETURNS SETOF bigint
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE ROWS 2
    AS 'generate_series_int8';
COMMENT ON FUNCTION piece_numbers(bigint, bigint) IS
    'part of verify(): the numbers from one to another, like generate_series(), whose estimate of 1,000 rows a call would mislead the planner: most ranges have one piece';

-- Estimates of what is replayed can be far off; sorting and merging does not
-- depend on them, where a hash table would be split into far too many parts.
CREATE FUNCTION verify_history()
    RETURNS TABLE (problem text, account_id bigint, state holding_state, certificates gecrange, detail text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
    SET enable_hashjoin = off
    SET jit = off
    AS $$
WITH step AS MATERIALIZED (
    SELECT * FROM certledger.movement_event()
), bound AS MATERIALIZED (
    -- between two neighbouring bounds all certificates have one history
    SELECT b.at, row_number() OVER (ORDER BY b.at) AS n
    FROM (SELECT lower(s.certificates) AS at FROM step AS s UNION SELECT upper(s.certificates) FROM step AS s
          UNION SELECT lower(h.certificates) FROM certledger.holding AS h
          UNION SELECT upper(h.certificates) FROM certledger.holding AS h) AS b
), visit AS (
    SELECT g.n, s.movement_id, s.document, s.document_id, s.from_account, s.from_state, s.from_route,
           s.to_account, s.to_state, s.to_route, s.event, s.ends, s.transfer_id, s.trade
    FROM step AS s
    JOIN bound AS l ON l.at = lower(s.certificates)
    JOIN bound AS u ON u.at = upper(s.certificates),
    LATERAL certledger.piece_numbers(l.n, u.n - 1) AS g(n)
), walked AS MATERIALIZED (
    SELECT v.*,
           lag(v.movement_id) OVER w AS before_id, lag(v.document) OVER w AS before_document,
           lag(v.document_id) OVER w AS before_document_id, lag(v.to_account) OVER w AS before_account,
           lag(v.to_state) OVER w AS before_state, lag(v.to_route) OVER w AS before_route,
           lead(v.movement_id) OVER w AS after_id,
           max(v.movement_id) FILTER (WHERE v.event = 'list') OVER w AS list_id,
           max(v.movement_id) FILTER (WHERE v.event = 'lock') OVER w AS lock_id,
           max(v.movement_id) FILTER (WHERE v.transfer_id IS NOT NULL) OVER w AS move_id,
           count(*) FILTER (WHERE v.trade) OVER w AS trades
    FROM visit AS v
    WINDOW w AS (PARTITION BY v.n ORDER BY v.movement_id ROWS UNBOUNDED PRECEDING)
), place AS (
    -- where the last line leaves them: what a dispute freeze covers is kept
    SELECT w.*, CASE WHEN w.to_state <> 'frozen' THEN w.to_state
                     WHEN w.event = 'freeze dispute' THEN w.from_state END AS covered
    FROM walked AS w WHERE w.after_id IS NULL
), expected AS (
    SELECT p.n, p.to_account, p.to_state, p.to_route, m.transfer_id, p.trades,
           CASE WHEN p.covered IN ('listed', 'locked') THEN l.document_id END AS listing_id,
           CASE WHEN p.covered = 'locked' THEN k.document_id END AS order_id,
           CASE WHEN p.to_state = 'frozen' AND p.document = 'hold' THEN p.document_id END AS freeze_id,
           CASE WHEN p.to_state = 'frozen' AND p.document = 'transfer' THEN p.document_id END AS pending_id
    FROM place AS p
    LEFT JOIN step AS m ON m.movement_id = p.move_id
    LEFT JOIN step AS l ON l.movement_id = p.list_id
    LEFT JOIN step AS k ON k.movement_id = p.lock_id
), held AS MATERIALIZED (
    SELECT g.n, h.*
    FROM certledger.holding AS h
    JOIN bound AS l ON l.at = lower(h.certificates)
    JOIN bound AS u ON u.at = upper(h.certificates),
    LATERAL certledger.piece_numbers(l.n, u.n - 1) AS g(n)
)
SELECT 'forbidden transition', s.to_account, s.to_state, s.certificates,
       format('line %s of %s %s: event %s from state %s of account %s to state %s of account %s', s.movement_id,
              s.document, s.document_id, s.event, s.from_state, s.from_account,
              s.to_state, s.to_account)
FROM step AS s
LEFT JOIN certledger.state_transition() AS t
    ON t.from_state = s.from_state AND t.event = s.event AND t.to_state = s.to_state
-- only what is transferred changes its holder and its route
WHERE s.event IS NOT NULL
  AND (t.event IS NULL
       OR (s.from_account <> s.to_account) <> (s.to_state = 'transferred' AND s.document IN ('transfer', 'response')
                                               AND s.event !~ '^(reject|withdraw) ')
       OR (s.from_account = s.to_account AND s.from_route <> s.to_route))
UNION ALL
SELECT DISTINCT 'movements out of order', w.from_account, w.from_state, s.certificates,
       CASE WHEN w.before_id IS NULL
            THEN format('line %s takes them from account %s in state %s by route %s, and no line brought them there',
                        w.movement_id, w.from_account, w.from_state, w.from_route)
            ELSE format('line %s takes them from account %s in state %s by route %s; line %s left them in account %s, state %s, route %s',
                        w.movement_id, w.from_account, w.from_state, w.from_route, w.before_id,
                        w.before_account, w.before_state, w.before_route) END
FROM walked AS w
JOIN step AS s ON s.movement_id = w.movement_id
WHERE CASE WHEN w.before_id IS NULL THEN w.from_state <> 'accrued'
           ELSE (w.before_account, w.before_state, w.before_route)
                IS DISTINCT FROM (w.from_account, w.from_state, w.from_route) END
UNION ALL
SELECT DISTINCT 'traded too often', w.to_account, w.to_state, s.certificates,
       format('transfer %s is trade %s of these certificates, rule trades_allowed says %s', t.ref, w.trades, r.value)
FROM walked AS w
JOIN step AS s ON s.movement_id = w.movement_id
JOIN certledger.transfer AS t ON t.transfer_id = w.transfer_id
LEFT JOIN LATERAL (SELECT r.value FROM certledger.rule AS r
                   WHERE r.name = 'trades_allowed' AND r.effective_from <= t.effective_on
                   ORDER BY r.effective_from DESC LIMIT 1) AS r ON true
WHERE w.trade AND w.trades > 1 AND w.trades > CASE WHEN r.value ~ '^[0-9]{1,3}$' THEN r.value::integer ELSE 1 END
UNION ALL
-- a line that ends a hold or answers a transfer takes what is under it
SELECT DISTINCT 'movement ends another hold', w.from_account, w.from_state, s.certificates,
       format('line %s of %s %s ends %s, under which they were not', w.movement_id, w.document,
              w.document_id, w.ends)
FROM walked AS w
JOIN step AS s ON s.movement_id = w.movement_id
LEFT JOIN step AS l ON l.movement_id = w.list_id
LEFT JOIN step AS k ON k.movement_id = w.lock_id
WHERE w.ends IS NOT NULL
  AND w.ends <> CASE WHEN w.event = 'delist' THEN coalesce(l.document_id, 0)
                     WHEN w.event IN ('release', 'lapse', 'settle') THEN coalesce(k.document_id, 0)
                     WHEN w.before_document = CASE w.document WHEN 'response' THEN 'transfer' ELSE 'hold' END::document_kind
                     THEN w.before_document_id
                     ELSE 0 END
UNION ALL
SELECT DISTINCT c.problem, d.account_id, d.state, d.certificates,
       format('holding has %s, movements say %s', coalesce(c.has, 'none'), coalesce(c.says, 'none'))
FROM (SELECT h.account_id, h.state, h.certificates,
             h.transfer_id, h.trades, h.listing_id, h.order_id, h.order_ends_at, h.freeze_id, h.pending_id,
             e.transfer_id AS said_transfer, e.trades AS said_trades, e.listing_id AS said_listing,
             e.order_id AS said_order, x.ends_at AS said_end, e.freeze_id AS said_freeze, e.pending_id AS said_pending
      FROM held AS h
      JOIN expected AS e ON e.n = h.n AND e.to_account = h.account_id AND e.to_state = h.state AND e.to_route = h.route
      LEFT JOIN certledger.order_end() AS x ON x.hold_id = e.order_id
      WHERE (h.transfer_id, h.trades, h.listing_id, h.order_id, h.order_ends_at, h.freeze_id, h.pending_id)
            IS DISTINCT FROM
            (e.transfer_id, e.trades, e.listing_id, e.order_id, x.ends_at, e.freeze_id, e.pending_id)) AS d,
LATERAL (VALUES
    ('holding names another transfer', d.transfer_id::text, d.said_transfer::text),
    ('holding has another number of trades', d.trades::text, d.said_trades::text),
    ('holding names another listing', d.listing_id::text, d.said_listing::text),
    ('holding names another order', d.order_id::text, d.said_order::text),
    ('holding names another end of its order', d.order_ends_at::text, d.said_end::text),
    ('holding names another freeze', d.freeze_id::text, d.said_freeze::text),
    ('holding names another pending transfer', d.pending_id::text, d.said_pending::text)) AS c(problem, has, says)
WHERE c.has IS DISTINCT FROM c.says
$$;
COMMENT ON FUNCTION verify_history() IS
    'part of verify(): every line of movement is a transition that the state table allows, begins where the line before left the certificates, and ends the hold that they were under; and what holdings say of transfer, trades, listing, order, freeze and pending transfer follows from the lines';
REVOKE ALL ON FUNCTION verify_history() FROM PUBLIC;

CREATE FUNCTION verify_documents()
    RETURNS TABLE (problem text, account_id bigint, state holding_state, certificates gecrange, detail text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
    SET jit = off
    AS $$
WITH issuing AS (
    -- what issues: of such a document each line is a document of its own
    SELECT 'issuance'::document_kind AS kind, d.issuance_id AS id, d.ref, d.effective_on, d.posted_at
    FROM certledger.issuance AS d
    UNION ALL
    SELECT 'correction', d.correction_id, d.ref, d.effective_on, d.posted_at FROM certledger.correction AS d
    UNION ALL
    SELECT 'cancellation', d.cancellation_id, d.ref, d.effective_on, d.posted_at FROM certledger.cancellation AS d
), debited AS (
    SELECT l.document AS kind, l.document_id AS id, sum(l.debited) AS quantity
    FROM certledger.issuance_line AS l
    GROUP BY l.document, l.document_id
), document AS (
    -- quantity is empty where the document says no number: all that was left;
    -- accounts are empty where it takes from whoever has them
    SELECT i.kind, i.id, i.ref, l.certificates AS line, NULL::bigint AS from_account,
           l.account_id AS to_account, i.effective_on, i.posted_at, l.quantity::numeric AS quantity, true AS needed
    FROM certledger.issuance_line AS l
    JOIN issuing AS i ON i.kind = l.document AND i.id = l.document_id
    WHERE l.quantity > 0
    UNION ALL
    SELECT 'transfer', t.transfer_id, t.ref, NULL, t.from_account, t.to_account, t.effective_on, t.posted_at,
           t.quantity, true
    FROM certledger.transfer AS t
    UNION ALL
    SELECT 'response', r.response_id, r.ref, NULL, t.from_account,
           CASE r.kind WHEN 'accept' THEN t.to_account ELSE t.from_account END, r.effective_on, r.posted_at, NULL, true
    FROM certledger.response AS r
    LEFT JOIN certledger.transfer AS t ON t.transfer_id = r.transfer_id
    UNION ALL
    SELECT 'retirement', r.retirement_id, r.ref, NULL, r.account_id, r.account_id, r.effective_on, r.posted_at,
           r.quantity, true
    FROM certledger.retirement AS r
    UNION ALL
    SELECT 'hold', h.hold_id, h.ref, NULL, h.account_id, h.account_id, h.effective_on, h.posted_at, h.quantity, true
    FROM certledger.hold AS h
    UNION ALL
    SELECT 'cancellation', c.cancellation_id, c.ref, NULL, c.account_id, c.account_id, c.effective_on, c.posted_at,
           coalesce(c.quantity, d.quantity), true
    FROM certledger.cancellation AS c
    LEFT JOIN debited AS d ON c.reissue AND d.kind = 'cancellation' AND d.id = c.cancellation_id
    UNION ALL
    SELECT 'correction', c.correction_id, c.ref, NULL, NULL, NULL, c.effective_on, c.posted_at,
           coalesce(d.quantity, 0), coalesce(d.quantity, 0) > 0
    FROM certledger.correction AS c
    LEFT JOIN debited AS d ON d.kind = 'correction' AND d.id = c.correction_id
    UNION ALL
    SELECT 'expiry', e.expiry_id, e.ref, NULL, NULL, NULL, e.effective_on, e.posted_at, NULL, false
    FROM certledger.expiry AS e
), posted AS (
    SELECT m.document AS kind, m.document_id AS id,
           CASE WHEN m.from_state = 'accrued' THEN m.certificates END AS line,
           min(m.from_account) AS from_account, min(m.to_account) AS to_account,
           min(m.effective_on) AS effective_on, min(m.posted_at) AS posted_at,
           sum(quantity(m.certificates)) AS quantity,
           (min(m.to_state) = 'frozen' AND max(m.to_state) = 'frozen') AS offered,
           (min(m.to_account), min(m.from_account)) IS NOT DISTINCT FROM (max(m.to_account), max(m.from_account)) AS one_pair,
           (min(m.effective_on), min(m.posted_at)) = (max(m.effective_on), max(m.posted_at)) AS at_once
    FROM certledger.movement AS m
    LEFT JOIN certledger.hold AS h ON m.document = 'hold' AND h.hold_id = m.document_id
    -- the end of an order is found later, as often as some of it is needed
    WHERE NOT (coalesce(h.action = 'lock', false) AND m.from_state = 'locked')
    GROUP BY 1, 2, 3
), offer AS (
    SELECT p.id FROM posted AS p WHERE p.kind = 'transfer' AND p.offered
)
SELECT CASE WHEN p.kind IS NULL THEN 'document without movements'
            WHEN d.kind IS NULL THEN 'movements without document'
            ELSE 'movements differ from their document' END,
       coalesce(d.to_account, p.to_account), NULL::holding_state, coalesce(d.line, p.line),
       format('%s %s: %s certificates from account %s to account %s, movements have %s from %s to %s',
              coalesce(d.kind, p.kind), coalesce(d.ref, p.id::text), d.quantity, d.from_account,
              d.to_account, p.quantity, p.from_account, p.to_account)
FROM document AS d
FULL JOIN posted AS p ON p.kind = d.kind AND p.id = d.id
    AND coalesce(p.line, 'empty') = coalesce(d.line, 'empty')
LEFT JOIN offer AS o ON d.kind = 'transfer' AND o.id = d.id
WHERE CASE WHEN p.kind IS NULL THEN d.needed
           WHEN d.kind IS NULL THEN true
           ELSE NOT p.at_once
                OR (p.effective_on, p.posted_at) IS DISTINCT FROM (d.effective_on, d.posted_at)
                OR p.quantity <> d.quantity
                OR (d.kind NOT IN ('correction', 'expiry') OR d.line IS NOT NULL)
                   AND (NOT p.one_pair
                        OR (p.from_account, p.to_account) IS DISTINCT FROM
                           (d.from_account, CASE WHEN o.id IS NULL THEN d.to_account ELSE d.from_account END))
      END
UNION ALL
-- of a transfer no more is answered than was offered, and then nothing waits
SELECT 'response differs from its transfer', t.from_account, NULL, NULL,
       format('response %s answers transfer %s: offered %s, answered %s, still pending %s', r.ref,
              coalesce(t.ref, r.transfer_id::text), coalesce(f.quantity, 0), coalesce(p.quantity, 0), coalesce(w.quantity, 0))
FROM certledger.response AS r
LEFT JOIN certledger.transfer AS t ON t.transfer_id = r.transfer_id
LEFT JOIN posted AS f ON f.kind = 'transfer' AND f.id = r.transfer_id AND f.offered
LEFT JOIN posted AS p ON p.kind = 'response' AND p.id = r.response_id
LEFT JOIN (SELECT h.pending_id, sum(quantity(h.certificates)) AS quantity
           FROM certledger.holding AS h WHERE h.pending_id IS NOT NULL GROUP BY h.pending_id) AS w
    ON w.pending_id = r.transfer_id
WHERE f.id IS NULL OR p.quantity > f.quantity OR w.pending_id IS NOT NULL
UNION ALL
-- the end of an order is dated by the order, or by an earlier expiry of what
-- it locked
SELECT 'order lapses on another day', m.to_account, m.to_state, m.certificates,
       format('line %s is of %s, order %s ends at %s', m.movement_id, m.effective_on, h.ref, h.ends_at)
FROM certledger.movement AS m
JOIN certledger.order_end() AS h ON h.hold_id = m.document_id
LEFT JOIN certledger.movement AS e
    ON e.document = 'expiry' AND e.from_state = 'listed' AND e.posted_at = m.posted_at
   AND e.effective_on = m.effective_on AND lower(e.certificates) = lower(m.certificates)
WHERE m.document = 'hold' AND m.from_state = 'locked' AND e.movement_id IS NULL
  AND m.effective_on IS DISTINCT FROM (h.ends_at AT TIME ZONE interval '8 hours')::date
$$;
COMMENT ON FUNCTION verify_documents() IS
    'part of verify(): every document has its lines of movement, with its accounts, quantity, day and time, and every line a document';
REVOKE ALL ON FUNCTION verify_documents() FROM PUBLIC;

CREATE FUNCTION verify_issues()
    RETURNS TABLE (problem text, account_id bigint, state holding_state, certificates gecrange, detail text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
    SET jit = off
    AS $$
WITH line AS MATERIALIZED (
    SELECT l.*, lag(l.sequence) OVER w AS before_sequence, lag(l.energy) OVER w AS before_energy,
           lead(l.sequence) OVER w AS after_sequence
    FROM certledger.issuance_line AS l
    WINDOW w AS (PARTITION BY l.project_code, l.month, l.volume_class ORDER BY l.sequence)
)
-- certificates stand for what the last line says, and that is what was reported
SELECT 'issue without generation', l.account_id, NULL::holding_state, l.certificates,
       format('project %s, month %s, class %s: issued for %s, generation has %s', l.project_code,
              l.month, l.volume_class, l.energy, coalesce((g.energy - g.drawn)::text, 'no row'))
FROM line AS l
LEFT JOIN certledger.generation AS g
    ON g.project_code = l.project_code AND g.month = l.month AND g.volume_class = l.volume_class
WHERE l.after_sequence IS NULL AND g.energy - g.drawn IS DISTINCT FROM l.energy
UNION ALL
SELECT 'lines of issue do not follow', l.account_id, NULL, l.certificates,
       format('project %s, month %s, class %s: line %s begins with %s, line %s ended with %s', l.project_code,
              l.month, l.volume_class, l.sequence, l.former_energy, coalesce(l.before_sequence::text, 'before'),
              coalesce(l.before_energy, '0 kWh'))
FROM line AS l
WHERE l.sequence <> coalesce(l.before_sequence + 1, 0)
   OR l.former_energy <> coalesce(l.before_energy, '0 kWh')
UNION ALL
SELECT 'remainder differs', NULL, 'accrued', NULL,
       format('project %s, class %s: accrual has %s, lines leave %s', coalesce(a.project_code, l.project_code),
              coalesce(a.volume_class, l.volume_class), a.energy, l.energy)
FROM certledger.accrual AS a
FULL JOIN (SELECT i.project_code, i.volume_class,
                  sum(i.energy - i.former_energy) - make_energy(mwh => sum(i.quantity - i.debited)) AS energy
           FROM certledger.issuance_line AS i GROUP BY i.project_code, i.volume_class) AS l
    ON l.project_code = a.project_code AND l.volume_class = a.volume_class
WHERE a.energy IS DISTINCT FROM l.energy
UNION ALL
-- serials of a run begin with 1, and each issue goes on where the last ended
SELECT CASE WHEN r.serial < r.wanted THEN 'serials used again' ELSE 'serials left out' END,
       r.account_id, NULL, r.certificates,
       format('begins with serial %s, the next one of its run is %s', r.serial, r.wanted)
FROM (SELECT l.account_id, l.certificates, serial(lower(l.certificates)) AS serial,
             coalesce(max(serial(lower(l.certificates)) + l.quantity) OVER (
                 PARTITION BY lower(l.certificates) - serial(lower(l.certificates))
                 ORDER BY lower(l.certificates), upper(l.certificates), l.sequence, l.volume_class
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 1) AS wanted
      FROM certledger.issuance_line AS l WHERE l.certificates IS NOT NULL) AS r
WHERE r.serial <> r.wanted
$$;
COMMENT ON FUNCTION verify_issues() IS
    'part of verify(): what was issued agrees with generation and remainders, and serial numbers of each run are used once and without gap';
REVOKE ALL ON FUNCTION verify_issues() FROM PUBLIC;

CREATE FUNCTION verify_claims()
    RETURNS TABLE (problem text, account_id bigint, state holding_state, certificates gecrange, detail text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
    SET jit = off
    AS $$
WITH claim AS MATERIALIZED (
    SELECT d.beneficiary, extract(year FROM production_month(lower(m.certificates)))::integer AS year,
           CASE WHEN a.kind = 'provincial' THEN province(d.region) ELSE coalesce(prefecture(d.region), d.region) END AS region,
           m.from_route AS route, province(h.region) AS from_province, t.effective_on AS traded_on,
           sum(quantity(m.certificates)) AS certificates
    FROM certledger.retirement AS d
    JOIN certledger.account AS a ON a.account_id = d.beneficiary
    JOIN certledger.movement AS m ON m.document = 'retirement' AND m.document_id = d.retirement_id
    JOIN certledger.holding AS h ON h.last_certificate = upper(m.certificates) - 1
    LEFT JOIN certledger.transfer AS t ON t.transfer_id = h.transfer_id
    WHERE d.regime = 'mandatory' AND m.from_route NOT IN ('production', 'self_use', 'off_grid')
    GROUP BY 1, 2, 3, 4, 5, 6
), part AS (
    SELECT c.*, province(c.region) AS province,
           c.route IN ('in_province_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade') AS trade
    FROM claim AS c
), pool AS (
    SELECT p.year, p.province AS region, p.route, p.from_province,
           CASE WHEN p.from_province <> p.province AND p.route IN ('in_province_trade', 'voluntary_trade')
                THEN voluntary_month(p.traded_on, p.year) ELSE 0 END AS month, p.certificates
    FROM part AS p WHERE p.trade
    UNION ALL
    SELECT p.year, p.region, p.route, p.from_province, 0, p.certificates
    FROM part AS p WHERE tier(p.region) = 'city' AND p.route <> 'green_power'
), gate AS (
    SELECT p.year, p.province, 'in' AS direction, p.certificates FROM part AS p
    UNION ALL
    SELECT p.year, p.from_province, 'out', p.certificates FROM part AS p WHERE p.trade AND p.from_province <> p.province
)
SELECT 'total of claims differs', coalesce(t.beneficiary, c.beneficiary), NULL::holding_state, NULL::gecrange,
       format('claim_total of %s, %s, %s from %s has %s, retirements have %s', coalesce(t.year, c.year), coalesce(t.region, c.region),
              coalesce(t.route, c.route), coalesce(t.from_province, c.from_province), coalesce(t.certificates, 0),
              coalesce(c.certificates, 0))
FROM certledger.claim_total AS t
FULL JOIN (SELECT c.beneficiary, c.year, c.region, c.route, c.from_province, sum(c.certificates) AS certificates
           FROM claim AS c GROUP BY 1, 2, 3, 4, 5) AS c
    ON c.beneficiary = t.beneficiary AND c.year = t.year AND c.region = t.region AND c.route = t.route
    AND c.from_province = t.from_province
WHERE t.certificates IS DISTINCT FROM c.certificates
UNION ALL
SELECT 'total of claims differs', NULL, NULL, NULL,
       format('claim_pool of %s, %s, %s from %s, month %s has %s, retirements have %s', coalesce(t.year, c.year),
              coalesce(t.region, c.region), coalesce(t.route, c.route), coalesce(t.from_province, c.from_province),
              coalesce(t.month, c.month), coalesce(t.certificates, 0), coalesce(c.certificates, 0))
FROM (SELECT p.year, p.region, p.route, p.from_province, p.month, sum(p.certificates) AS certificates
      FROM certledger.claim_pool AS p GROUP BY 1, 2, 3, 4, 5) AS t
FULL JOIN (SELECT p.year, p.region, p.route, p.from_province, p.month, sum(p.certificates) AS certificates
           FROM pool AS p GROUP BY 1, 2, 3, 4, 5) AS c
    ON c.year = t.year AND c.region = t.region AND c.route = t.route AND c.from_province = t.from_province
    AND c.month = t.month
WHERE t.certificates IS DISTINCT FROM c.certificates
UNION ALL
SELECT 'total of claims differs', NULL, NULL, NULL,
       format('claim_gate of %s, %s, %s has %s, retirements have %s', coalesce(t.year, c.year), coalesce(t.province, c.province),
              coalesce(t.direction, c.direction), coalesce(t.certificates, 0), coalesce(c.certificates, 0))
FROM (SELECT g.year, g.province, g.direction, sum(g.certificates) AS certificates
      FROM certledger.claim_gate AS g GROUP BY 1, 2, 3) AS t
FULL JOIN (SELECT g.year, g.province, g.direction, sum(g.certificates) AS certificates FROM gate AS g GROUP BY 1, 2, 3) AS c
    ON c.year = t.year AND c.province = t.province AND c.direction = t.direction
WHERE t.certificates IS DISTINCT FROM c.certificates
$$;
COMMENT ON FUNCTION verify_claims() IS
    'part of verify(): the totals of claims, by which caps are judged, are those of the retirements';
REVOKE ALL ON FUNCTION verify_claims() FROM PUBLIC;

CREATE FUNCTION verify_guards()
    RETURNS TABLE (problem text, account_id bigint, state holding_state, certificates gecrange, detail text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT 'guard not in force', NULL::bigint, NULL::holding_state, NULL::gecrange,
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
                                  'issuance_refusal', 'correction', 'transfer', 'response', 'retirement', 'hold',
                                  'cancellation', 'expiry', 'holding', 'claim_total', 'claim_pool', 'claim_gate']) AS n
                UNION ALL
                SELECT relid FROM pg_partition_tree('certledger.movement'))
GROUP BY c.oid
HAVING bool_or(t.tgenabled <> 'A') OR count(t.oid) = 0
UNION ALL
-- a document that nothing posts is a row without consequence
SELECT 'documents are not posted', NULL, NULL, NULL,
       format('table %s: %s', d.oid::regclass,
              CASE WHEN count(t.oid) = 0 THEN 'it has no trigger that posts'
                   ELSE format('trigger %s is disabled', min(t.tgname) FILTER (WHERE t.tgenabled NOT IN ('O', 'A'))) END)
FROM unnest(ARRAY['issuance', 'correction', 'transfer', 'response', 'retirement', 'hold', 'cancellation', 'expiry']) AS n(name)
JOIN pg_class AS d ON d.oid = format('certledger.%I', n.name)::regclass
LEFT JOIN pg_trigger AS t ON t.tgrelid = d.oid AND NOT t.tgisinternal
    AND t.tgfoid IN (SELECT p.oid FROM pg_proc AS p
                     WHERE p.pronamespace = 'certledger'::regnamespace AND p.proname = 'post_' || n.name)
GROUP BY d.oid
HAVING count(t.oid) = 0 OR bool_or(t.tgenabled NOT IN ('O', 'A'))
$$;
COMMENT ON FUNCTION verify_guards() IS
    'part of verify(): the triggers that post documents and those that guard history are in force';
REVOKE ALL ON FUNCTION verify_guards() FROM PUBLIC;

CREATE FUNCTION verify()
    RETURNS TABLE (problem text, account_id bigint, state holding_state, certificates gecrange, detail text)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
    SET jit = off
    AS $$
SELECT * FROM certledger.verify_holdings()
UNION ALL
SELECT * FROM certledger.verify_history()
UNION ALL
SELECT * FROM certledger.verify_documents()
UNION ALL
SELECT * FROM certledger.verify_issues()
UNION ALL
SELECT * FROM certledger.verify_claims()
UNION ALL
SELECT * FROM certledger.verify_guards()
ORDER BY 1, 2, 3, 4, 5
$$;
COMMENT ON FUNCTION verify() IS
    'replays all movements and compares them with holdings, remainders, documents and totals, and checks that the triggers that post and guard are in force; no rows means that everything agrees';
REVOKE ALL ON FUNCTION verify() FROM PUBLIC;
