SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS certledger;
RESET client_min_messages;
SET search_path = certledger, public;

-- the words, in the order in which they sort
SELECT t.typname, string_agg(e.enumlabel, ' ' ORDER BY e.enumsortorder) AS words
FROM pg_type AS t JOIN pg_enum AS e ON e.enumtypid = t.oid
WHERE t.typnamespace = 'certledger'::regnamespace
GROUP BY t.typname ORDER BY t.typname;
-- terminal states sort after the live ones: the index of live holdings relies on it
SELECT s AS state, s < 'retired' AS live FROM unnest(enum_range(NULL::holding_state)) AS s ORDER BY s;
-- every word has its comment in both languages
SELECT t.typname, e.enumlabel
FROM pg_type AS t JOIN pg_enum AS e ON e.enumtypid = t.oid
WHERE t.typnamespace = 'certledger'::regnamespace
  AND t.typname NOT IN ('cap_kind', 'route')
  AND obj_description(t.oid, 'pg_type') NOT LIKE '%' || e.enumlabel || '%'
ORDER BY 1, e.enumsortorder;
SELECT 'sold'::holding_state;
\echo :LAST_ERROR_SQLSTATE
