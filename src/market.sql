-- market.sql: what was issued, traded and used, month by month, in the form in
-- which the national statistics are published.
--
-- A month is that of the day on which a document takes effect.  Both read the
-- lines of movement of the months asked for once, by the BRIN index on
-- effective_on, and join each with its document.  What changes hands is what a
-- line takes from one account to another: a transfer that waits for acceptance
-- counts when it is accepted, and holds never.

CREATE FUNCTION market_statistics(from_month date, to_month date)
    RETURNS TABLE (month date, issued bigint, tradable bigint, projects bigint, traded bigint,
                   green_power bigint, transferred bigint, retired bigint, mandatory bigint,
                   voluntary bigint, expired bigint, cancelled bigint)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH line AS (
    SELECT date_trunc('month', m.effective_on::timestamp)::date AS month,
           CASE WHEN m.from_state = 'accrued' THEN 'issued'
                WHEN m.from_account <> m.to_account
                THEN CASE WHEN t.mode = 'green_power' THEN 'green_power'
                          WHEN t.mode IN ('listing', 'bilateral', 'auction') THEN 'alone'
                          ELSE 'transferred' END
                WHEN m.to_state = 'retired' THEN r.regime::text
                ELSE m.to_state::text END AS event,
           CASE WHEN m.from_state = 'accrued'
                THEN project_code(lower(m.certificates)) COLLATE "C" END AS project_code,
           quantity(m.certificates) AS quantity,
           CASE WHEN m.from_state = 'accrued' AND tradable(lower(m.certificates))
                THEN quantity(m.certificates) ELSE 0 END AS tradable
    FROM certledger.movement AS m
    LEFT JOIN certledger.response AS a ON m.document = 'response' AND a.response_id = m.document_id
    LEFT JOIN certledger.transfer AS t
        ON t.transfer_id = CASE m.document WHEN 'transfer' THEN m.document_id
                                           WHEN 'response' THEN a.transfer_id END
    LEFT JOIN certledger.retirement AS r
        ON m.document = 'retirement' AND r.retirement_id = m.document_id
    WHERE m.effective_on >= date_trunc('month', $1::timestamp)::date
      AND m.effective_on < (date_trunc('month', $2::timestamp) + interval '1 month')::date
      AND (m.from_state = 'accrued' OR m.from_account <> m.to_account OR m.to_state >= 'retired')
), event AS (
    -- one row for each project that was issued to, so that they can be counted
    SELECT l.month, l.event, l.project_code, sum(l.quantity) AS quantity, sum(l.tradable) AS tradable
    FROM line AS l GROUP BY l.month, l.event, l.project_code
)
SELECT s.month::date,
       coalesce(sum(e.quantity) FILTER (WHERE e.event = 'issued'), 0)::bigint,
       coalesce(sum(e.tradable), 0)::bigint,
       count(*) FILTER (WHERE e.event = 'issued'),
       coalesce(sum(e.quantity) FILTER (WHERE e.event IN ('alone', 'green_power')), 0)::bigint,
       coalesce(sum(e.quantity) FILTER (WHERE e.event = 'green_power'), 0)::bigint,
       coalesce(sum(e.quantity) FILTER (WHERE e.event = 'transferred'), 0)::bigint,
       coalesce(sum(e.quantity) FILTER (WHERE e.event IN ('mandatory', 'voluntary')), 0)::bigint,
       coalesce(sum(e.quantity) FILTER (WHERE e.event = 'mandatory'), 0)::bigint,
       coalesce(sum(e.quantity) FILTER (WHERE e.event = 'voluntary'), 0)::bigint,
       coalesce(sum(e.quantity) FILTER (WHERE e.event = 'expired'), 0)::bigint,
       coalesce(sum(e.quantity) FILTER (WHERE e.event = 'cancelled'), 0)::bigint
FROM generate_series(date_trunc('month', $1::timestamp), date_trunc('month', $2::timestamp), interval '1 month') AS s(month)
LEFT JOIN event AS e ON e.month = s.month::date
GROUP BY s.month
ORDER BY s.month
$$;
COMMENT ON FUNCTION market_statistics(date, date) IS
    'statistics of the market for each month from the first to the second day''s: certificates (1 MWh each) issued, of which tradable, and for how many projects; traded, of which by green power; transferred without trade (划转); retired, of which under the mandatory and the voluntary regime; expired; cancelled; months are those in which documents take effect, and months without any have zeros; 22008 for infinite days';
REVOKE ALL ON FUNCTION market_statistics(date, date) FROM PUBLIC;

CREATE FUNCTION market_price(from_month date, to_month date)
    RETURNS TABLE (month date, green_power boolean, vintage integer, traded bigint, priced bigint,
                   average_price numeric, lowest_price numeric, highest_price numeric)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH line AS (
    SELECT date_trunc('month', m.effective_on::timestamp)::date AS month,
           t.mode = 'green_power' AS green_power,
           extract(year FROM production_month(lower(m.certificates)))::integer AS vintage,
           quantity(m.certificates) AS quantity, coalesce(t.price, o.price) AS price
    FROM certledger.movement AS m
    LEFT JOIN certledger.response AS a ON m.document = 'response' AND a.response_id = m.document_id
    JOIN certledger.transfer AS t
        ON t.transfer_id = CASE m.document WHEN 'transfer' THEN m.document_id
                                           WHEN 'response' THEN a.transfer_id END
    LEFT JOIN certledger.hold AS o ON o.hold_id = t.hold_id
    WHERE m.effective_on >= date_trunc('month', $1::timestamp)::date
      AND m.effective_on < (date_trunc('month', $2::timestamp) + interval '1 month')::date
      AND m.from_account <> m.to_account
      AND t.mode IN ('listing', 'bilateral', 'auction', 'green_power')
)
SELECT l.month, l.green_power, l.vintage, sum(l.quantity)::bigint,
       coalesce(sum(l.quantity) FILTER (WHERE l.price IS NOT NULL), 0)::bigint,
       sum(l.price * l.quantity) / sum(l.quantity) FILTER (WHERE l.price IS NOT NULL),
       min(l.price), max(l.price)
FROM line AS l
GROUP BY GROUPING SETS ((l.month, l.green_power, l.vintage), (l.month, l.green_power))
ORDER BY l.month, l.green_power, l.vintage NULLS FIRST
$$;
COMMENT ON FUNCTION market_price(date, date) IS
    'prices in yuan per certificate for each month from the first to the second day''s, of certificates traded alone and of those of green power, for all production years together (vintage empty) and for each: certificates traded, of which with a price, their average weighted by certificates and not rounded, the lowest and the highest; of a trade by listing that names no price, that of its order; 22008 for infinite days';
REVOKE ALL ON FUNCTION market_price(date, date) FROM PUBLIC;
