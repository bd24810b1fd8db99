-- The rows of one sale by the server's executor (plain/sale.sql).  Variables
-- as in transfer.sql.
\set n :n + 1
\set s random(:seller, :seller + :sellers - 1)
\set b random(:buyer, :buyer + :buyers - 1)
\set q random(1, 479)
SELECT bench.sale(:run::text || '/' || :client_id::text || '/' || :n::text, :s, :b, :q, 5, '2026-07-01');
