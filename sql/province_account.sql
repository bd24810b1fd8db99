-- province_account: the province tier, vectors P1 to P8.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\set fixture :abs_srcdir '/test/fixture/model.sql'
\i :fixture
\o
-- GWh with the digits of the vectors
CREATE FUNCTION pg_temp.gwh(e energy) RETURNS numeric LANGUAGE sql AS 'SELECT round(mwh(e) / 1000, 6)';

SELECT phase, lines FROM run_accounts(2025);

-- P1: monthly minimum
SELECT pg_temp.gwh(sum(volume)) AS p1 FROM energy_trade_volume(2025) WHERE contract = 'monthly AB';
-- P2: T of A, B, C
SELECT province, pg_temp.gwh(energy_trade) AS p2 FROM province_account ORDER BY province DESC;
-- P3, P4: caps of mode 1 and what mode 2 may use once energy trade and mode 1 had theirs
SELECT c.kind, c.region, c.from_province, pg_temp.gwh(c.cap) AS cap, pg_temp.gwh(c.recognised) AS recognised
FROM recognition_cap c ORDER BY c.kind, c.region;
SELECT c.kind, c.region, pg_temp.gwh(c.cap - sum(i.energy_trade)
           - coalesce((SELECT sum(r.recognised) FROM recognition r WHERE r.category = 'spot_trade'
                       AND (c.kind = 'province_in' AND r.province = c.region
                            OR c.kind = 'province_out' AND r.from_province = c.region)), '0 kWh')) AS p4
FROM recognition_cap c JOIN interprovincial_account i ON i.province = c.region
     AND i.direction = CASE c.kind WHEN 'province_in' THEN 'received' ELSE 'sent' END
WHERE c.kind IN ('province_in', 'province_out')
GROUP BY c.kind, c.region, c.cap ORDER BY c.kind, c.region;
-- P5, P6: residuals and allocation
SELECT province, direction, pg_temp.gwh(flow) AS flow, pg_temp.gwh(fossil_trade) AS fossil,
       pg_temp.gwh(energy_trade) AS t, pg_temp.gwh(certificate_trade) AS c,
       pg_temp.gwh(residual) AS p5, pg_temp.gwh(allocation) AS p6
FROM interprovincial_account ORDER BY province DESC;
SELECT allocation FROM interprovincial_account WHERE direction = 'sent';
-- P6b: E, and the sum exactly
SELECT province, pg_temp.gwh(generation) AS g, pg_temp.gwh(energy_trade) AS t,
       pg_temp.gwh(certificate_trade) AS c, pg_temp.gwh(allocation) AS s, pg_temp.gwh(non_fossil) AS p6b
FROM province_account ORDER BY province DESC;
SELECT sum(non_fossil) AS sum FROM province_account;
SELECT identity, region, left_mwh, right_mwh, residual_mwh FROM account_identity ORDER BY 1, 2;
SELECT * FROM account_warning;

-- P7: mode 2 of 60 is inside its cap of 70, but leaves a negative residual
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on)
VALUES ('m3', 'bilateral', 1, 8, 20000, '2025-08-02');
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('r5', 8, 20000, 'mandatory', 2025, 8, '510100', '2025-09-02');
SELECT phase, lines FROM run_accounts(2025);
SELECT province, direction, pg_temp.gwh(residual) AS p7 FROM interprovincial_account ORDER BY province DESC;
SELECT warning, region, detail FROM account_warning;
SELECT sum(non_fossil) AS sum FROM province_account;

-- P8: a claim of 80 under the cap of 70
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on)
VALUES ('m4', 'bilateral', 1, 8, 20000, '2025-08-03');
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('r6', 8, 20000, 'mandatory', 2025, 8, '510100', '2025-09-03');
SELECT count(*) FROM run_accounts(2025);
SELECT document, pg_temp.gwh(claimed) AS claimed, pg_temp.gwh(recognised) AS recognised,
       pg_temp.gwh(excess) AS p8, reason
FROM recognition WHERE account_id = 8 ORDER BY document;
SELECT sum(pg_temp.gwh(recognised)) AS recognised, sum(pg_temp.gwh(excess)) AS excess
FROM recognition WHERE account_id = 8;
SELECT sum(non_fossil) AS sum FROM province_account;
SELECT count(*) FROM verify();
