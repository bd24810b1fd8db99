-- One sale of the oldest certificates of an account, by a call: accounts
-- spread over so many sellers and buyers.  Variables: run, n, seller, sellers,
-- buyer, buyers.
\set n :n + 1
\set s random(:seller, :seller + :sellers - 1)
\set b random(:buyer, :buyer + :buyers - 1)
\set q random(1, 479)
SELECT quantity FROM certledger.transfer_certificates(:run::text || '/' || :client_id::text || '/' || :n::text, :s, :b, :q, price => 5, effective_on => '2026-07-01');
