-- One sale of the oldest certificates of an account by the plain registry;
-- way is certificates or bundles.  Variables as in transfer.sql.
\set n :n + 1
\set s random(:seller, :seller + :sellers - 1)
\set b random(:buyer, :buyer + :buyers - 1)
\set q random(1, 479)
SELECT CASE :way::text WHEN 'bundles' THEN plain.transfer_bundles(:run::text || '/' || :client_id::text || '/' || :n::text, :s, :b, :q, 5, '2026-07-01')
                       ELSE plain.transfer_certificates(:run::text || '/' || :client_id::text || '/' || :n::text, :s, :b, :q, 5, '2026-07-01') END;
