-- holding.sql: questions about holdings: where certificates are, who has
-- those of a project, which expire soon.
--
-- All read indexes, however large the ledger is: sequential scans are off, so
-- that a plan made while the tables were small is as good later.  (What an
-- account may still sell or retire is a question to the rules, and answered by
-- the functions that post.)

CREATE FUNCTION holding_state_at(state holding_state, order_ends_at timestamptz, at timestamptz)
    RETURNS holding_state
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN state = 'locked' AND order_ends_at <= at THEN 'listed'::holding_state ELSE state END;
COMMENT ON FUNCTION holding_state_at(holding_state, timestamptz, timestamptz) IS
    'state of a holding at a time, given its columns state and order_ends_at: certificates that are locked for an order count as listed from the end of the order on, without waiting for a sweep (rule order_lifetime)';

CREATE FUNCTION certificate_place(certificate gec)
    RETURNS TABLE (account_id bigint, account_name text, state holding_state, route route,
                   valid_until date, trades smallint, certificates gecrange, transfer_ref text,
                   listing_ref text, order_ref text, order_ends_at timestamptz, freeze_ref text,
                   pending_ref text)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET jit = off
    AS $$
SELECT h.account_id, (SELECT a.name FROM certledger.account AS a WHERE a.account_id = h.account_id),
       certledger.holding_state_at(h.state, h.order_ends_at, now()), h.route, h.valid_until, h.trades,
       h.certificates,
       (SELECT t.ref FROM certledger.transfer AS t WHERE t.transfer_id = h.transfer_id),
       (SELECT d.ref FROM certledger.hold AS d WHERE d.hold_id = h.listing_id),
       (SELECT d.ref FROM certledger.hold AS d WHERE d.hold_id = h.order_id), h.order_ends_at,
       (SELECT d.ref FROM certledger.hold AS d WHERE d.hold_id = h.freeze_id),
       (SELECT t.ref FROM certledger.transfer AS t WHERE t.transfer_id = h.pending_id)
FROM (SELECT * FROM certledger.holding AS p
      WHERE p.last_certificate >= $1
      ORDER BY p.last_certificate LIMIT 1) AS h
WHERE h.certificates @> $1
$$;
COMMENT ON FUNCTION certificate_place(gec) IS
    'where a certificate is now: holder, state (a lock whose order has ended counts as listed), route, last day of validity, trades so far, the range it is in, and the references of the transfer that brought it, the listing, the order, the freeze and the pending transfer under which it is; one row, none for a code that was never issued';
REVOKE ALL ON FUNCTION certificate_place(gec) FROM PUBLIC;

CREATE FUNCTION project_holders(project_code text)
    RETURNS TABLE (account_id bigint, account_name text, state holding_state, vintage integer,
                   certificates bigint)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET jit = off
    AS $$
-- codes of a project are neighbours: from the first of month, class and serial
-- to the greatest digits there are
SELECT p.account_id, (SELECT a.name FROM certledger.account AS a WHERE a.account_id = p.account_id),
       p.state, p.vintage, p.certificates
FROM (SELECT h.account_id, certledger.holding_state_at(h.state, h.order_ends_at, now()) AS state,
             extract(year FROM production_month(h.last_certificate))::integer AS vintage,
             sum(quantity(h.certificates))::bigint AS certificates
      FROM certledger.holding AS h
      WHERE h.last_certificate >= make_gec($1, '2000-01-01', 1)
        AND h.last_certificate <= ($1 || repeat('9', 15))::gec
      GROUP BY 1, 2, 3) AS p
ORDER BY p.account_id, p.vintage, p.state
$$;
COMMENT ON FUNCTION project_holders(text) IS
    'who holds certificates of a project (17-digit code; 22P02 for another text), or held them when they were retired, expired or cancelled: account, state, production year and number of certificates (1 MWh each); no rows when none were issued';
REVOKE ALL ON FUNCTION project_holders(text) FROM PUBLIC;

CREATE FUNCTION expiring(until date DEFAULT china_today() + 90, account bigint DEFAULT NULL)
    RETURNS TABLE (account_id bigint, account_name text, production_month date, valid_until date,
                   state holding_state, certificates bigint)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET jit = off
    AS $$
-- one probe of the index of live holdings for each account asked for
SELECT a.account_id, a.name, production_month(h.last_certificate), h.valid_until,
       certledger.holding_state_at(h.state, h.order_ends_at, now()), sum(quantity(h.certificates))::bigint
FROM (SELECT o.account_id, o.name FROM certledger.account AS o WHERE o.account_id = $2
      UNION ALL
      SELECT o.account_id, o.name FROM certledger.account AS o WHERE $2 IS NULL) AS a,
LATERAL (SELECT l.last_certificate, l.certificates, l.valid_until, l.state, l.order_ends_at
         FROM certledger.holding AS l
         WHERE l.account_id = a.account_id AND l.state < 'retired' AND l.valid_until <= $1
         OFFSET 0) AS h
GROUP BY 1, 2, 3, 4, 5
ORDER BY 4, 1, 3, 5
$$;
COMMENT ON FUNCTION expiring(date, bigint) IS
    'live certificates whose last day of validity is on or before a day (by default 90 days from today in China), of one account or of all: by account, production month and state, those that expire first come first; also those that have expired already and were not swept by expire(); certificates of 1 MWh';
REVOKE ALL ON FUNCTION expiring(date, bigint) FROM PUBLIC;
