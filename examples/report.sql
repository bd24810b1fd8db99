-- report.sql: what the ledger says of 2023.
-- Energies in 亿kWh (100 million kWh) for provinces, GWh for users.
SET search_path = certledger, public;
\pset border 1
\pset footer off
\pset null '-'

\echo
\echo '1. NON-FOSSIL POWER CONSUMPTION OF THE 31 PROVINCES IN 2023 (亿kWh), 发改能源〔2026〕622号 Annex 1'
\echo '   E = G + T + C + S - L. Generation and consumption are published (NBS, NEA); allocation by option B.'
SELECT r.province AS code, r.province_name AS province,
       round(generation_mwh / 100000, 1) AS "generation G",
       round(net_received_mwh / 100000, 1) AS "net received",
       round(energy_trade_mwh / 100000, 1) AS "trade T",
       round(certificate_trade_mwh / 100000, 1) AS "certificates C",
       round(allocation_mwh / 100000, 1) AS "allocation S",
       round(non_fossil_mwh / 100000, 1) AS "non-fossil E",
       round(consumption_mwh / 100000, 1) AS consumption,
       round(100 * non_fossil_share, 1) || ' %' AS share
FROM province_report r WHERE year = 2023
UNION ALL
SELECT '全国', '合计', round(sum(generation_mwh) / 100000, 1), round(sum(net_received_mwh) / 100000, 1),
       round(sum(energy_trade_mwh) / 100000, 1), round(sum(certificate_trade_mwh) / 100000, 1),
       round(sum(allocation_mwh) / 100000, 1), round(sum(non_fossil_mwh) / 100000, 1),
       round(sum(consumption_mwh) / 100000, 1),
       round(100 * sum(non_fossil_mwh) / sum(consumption_mwh), 1) || ' %'
FROM province_report WHERE year = 2023
ORDER BY 1;
\echo '   What a buyer gains a seller loses: T, C and S add up to 0, so E adds up to G. Net received does not:'
\echo '   that is the statistical difference between published consumption and generation, carried as it is.'

\echo
\echo '2. ALLOCATION COEFFICIENT OF CHONGQING (重庆), Annex 2: k = (E - P - T - C) / (G - P - T - C + F + IO)'
SELECT wh(numerator) AS "numerator (Wh)", wh(denominator) AS "denominator (Wh)", round(k, 10) AS k,
       round(mwh(allocated) / 1000, 3) AS "allocated (GWh)", round(mwh(loss_residual) / 1000, 3) AS "loss residual (GWh)"
FROM coefficient WHERE year = 2023 AND province = '500000';

\echo
\echo '3. ACCOUNTS OF USERS IN CHONGQING (GWh), Annex 3: E = P + T + C + A, A = (W - T - C) k; users are illustrative'
SELECT u.account_name AS "user", u.city,
       round(grid_draw_mwh / 1000, 1) AS "W (cap of T+C)", round(physical_mwh / 1000, 1) AS "P",
       round(energy_trade_mwh / 1000, 1) AS "T", round(certificate_trade_mwh / 1000, 1) AS "C",
       round(excess_mwh / 1000, 1) AS excess, round(allocation_mwh / 1000, 3) AS "A",
       round(non_fossil_mwh / 1000, 3) AS "E", round(100 * non_fossil_share, 2) || ' %' AS share
FROM user_report u WHERE year = 2023 AND province = '500000' ORDER BY account_id;

\echo '   Claims that were not recognised in full, and why:'
SELECT a.name AS "user", r.document, r.category, r.from_province AS "from",
       round(mwh(sum(r.claimed)) / 1000, 1) AS claimed, round(mwh(sum(r.recognised)) / 1000, 1) AS recognised,
       round(mwh(sum(r.excess)) / 1000, 1) AS excess, r.reason
FROM recognition r JOIN account a USING (account_id)
WHERE r.year = 2023 AND r.tier = 'user' AND r.reason IS NOT NULL
GROUP BY a.account_id, a.name, r.document, r.category, r.from_province, r.reason
ORDER BY a.account_id, r.category;

\echo
\echo '   Why E of the aluminium works is what it is, line by line (GWh); every line down to the meter and the document: explain_user_account()'
SELECT e.term, e.line, count(*) AS lines, round(sum(e.quantity_mwh) / 1000, 3) AS "GWh", min(e.document) AS document
FROM account a, explain_user_account(a.account_id, 2023) AS e
WHERE a.name = '示例铝业' AND e.level = 2 AND e.term <> 'k' AND e.input <> 'user_account'
GROUP BY e.part_of, e.term, e.line ORDER BY min(e.step);

\echo
\echo '4. INDIRECT EMISSIONS OF THE SAME USERS (t CO2, factors of 2023): all at the average, or fossil power only'
SELECT u.account_name AS "user", round(e.average_method) AS "average method", round(e.split_method) AS "split method",
       round(100 * e.non_fossil_share, 1) || ' %' AS "non-fossil share",
       round(100 * e.break_even_share, 1) || ' %' AS "split is lower above"
FROM user_account r JOIN user_report u USING (year, version, account_id),
     LATERAL indirect_emissions(r.grid_draw + r.physical, r.non_fossil,
         emission_factor('national_average', 2023), emission_factor('national_fossil', 2023)) AS e
WHERE r.year = 2023 AND u.province = '500000' AND r.city = u.city::region AND r.grid_draw > '0 kWh'
ORDER BY u.account_id;

\echo
\echo '5. THE LIFE OF ONE CERTIFICATE'
SELECT make_gec('50023020220600001', '2023-11-01', 123456) AS certificate \gset
\echo :certificate
SELECT h.effective_on AS "date", h.document, h.ref, f.name AS "from", h.from_state AS "was", t.name AS "to",
       h.to_state AS "is", h.route, quantity(h.certificates) AS "moved with it"
FROM certificate_history(:'certificate') AS h
LEFT JOIN account f ON f.account_id = h.from_account LEFT JOIN account t ON t.account_id = h.to_account
ORDER BY h.movement_id;
\echo '   Offered once more, it is refused:'
\set ON_ERROR_STOP off
\set SHOW_CONTEXT never
SELECT * FROM transfer_certificates('sold-twice',
    (SELECT account_id FROM account WHERE name = '示例铝业'), (SELECT account_id FROM account WHERE name = '示例化工'),
    certificates => gecmultirange(make_gecrange(:'certificate', 1)), price => 5, effective_on => '2024-07-01');
\set ON_ERROR_STOP on

\echo
\echo '6. EVERYTHING COUNTED ONCE'
SELECT state, sum(certificates) AS certificates FROM holding_balance GROUP BY state ORDER BY state;
SELECT (SELECT count(*) FROM verify()) AS "problems found by verify()",
       (SELECT max(abs(residual_mwh)) FROM account_identity) AS "largest residual of the identities (MWh)";
