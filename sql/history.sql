SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();
SELECT register_account('generator', 'plant', '650100', personal_id => 'a', opened_on => '2024-01-01') AS plant,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2024-01-01') AS mill,
       register_account('provincial', '重庆', '500000', opened_on => '2024-01-01') AS province;
SELECT register_project('10000000000000001', 'solar', 1, '650100', 'solar', 100000, '2020-01-01', registered_on => '2024-01-01');
SELECT register_project('10000000000000002', 'hydro', 1, '650100', 'hydro', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2026-01-01', 'on_grid', '1000 MWh'), ('10000000000000001', '2026-02-01', 'on_grid', '1000 MWh'),
    ('10000000000000001', '2026-01-01', 'self_use', '1000 MWh'), ('10000000000000002', '2026-01-01', 'on_grid', '1000 MWh');
INSERT INTO issuance (ref, month, effective_on) VALUES ('January', '2026-01-01', '2026-02-10'), ('February', '2026-02-01', '2026-03-10');
SELECT sum(quantity) FROM transfer_certificates('sale 1', 1, 2, 100, effective_on => '2026-03-01');
SELECT sum(quantity) FROM transfer_certificates('sale 2', 1, 2, 100, effective_on => '2026-03-02');
SELECT sum(quantity) FROM retire('claim 1', 2, 2026, 150, effective_on => '2026-04-01');
SELECT sum(quantity) FROM transfer_certificates('settlement', 1, 3, 500, 'existing_hydro', effective_on => '2026-03-03');
SELECT sum(quantity) FROM transfer_certificates('plan', 3, 2, 200, 'allocation', proof => 'filed 2026-05', effective_on => '2026-05-03');
SELECT sum(quantity) FROM retire('claim 2', 2, 2026, certificates => gecmultirange(make_gecrange(
    make_gec('10000000000000002', '2026-01-01', 51, 'existing_hydro', false), 10)), effective_on => '2026-06-01');

-- the life of certificates: sold and retired, sold, never sold
SELECT document, ref, effective_on, from_account, from_state, to_account, to_state, route, quantity(certificates)
FROM certificate_history('10000000000000001260100000015011');
SELECT document, ref, effective_on, from_account, from_state, to_account, to_state, route, quantity(certificates)
FROM certificate_history('10000000000000001260100000015111');
SELECT document, ref, effective_on, from_account, from_state, to_account, to_state, route, certificates
FROM certificate_history('10000000000000001260100000020111');
-- moved to the provincial account, allocated and retired
SELECT document, ref, effective_on, from_account, from_state, to_account, to_state, route, quantity(certificates)
FROM certificate_history(make_gec('10000000000000002', '2026-01-01', 60, 'existing_hydro', false));
-- first and last of a run, of another month, of another class
SELECT g, count(*) FROM unnest('{10000000000000001260100000000111,10000000000000001260100000100011,10000000000000001260200000100011,10000000000000001260100000100022}'::gec[]) AS g,
    certificate_history(g) GROUP BY g ORDER BY g;
-- never issued
SELECT * FROM certificate_history('10000000000000001260100000100111');
SELECT * FROM certificate_history('10000000000000001260100000000011');
SELECT * FROM certificate_history('00000000000000000000000000000000');
SELECT * FROM certificate_history('99999999999999999999999999999999');
SELECT * FROM certificate_history(NULL);
-- every certificate has one place, and its history ends there
SELECT count(*) AS certificates, count(*) FILTER (WHERE last.to_account = h.account_id AND last.to_state = h.state AND last.route = h.route) AS agree
FROM holding AS h, generate_series(0, quantity(h.certificates) - 1, 10) AS step,
LATERAL (SELECT * FROM certificate_history(lower(h.certificates) + step) ORDER BY movement_id DESC LIMIT 1) AS last;

-- every kind of document has its reference
SELECT sum(quantity) FROM list_certificates('listing', 1, certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 301), 20)), effective_at => '2026-06-01 12:00+08');
SELECT sum(quantity) FROM lock_order('order', 1, 2, 'Beijing', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 301), 10)), effective_at => '2026-06-01 13:00+08');
SELECT sum(quantity) FROM lock_order('order again', 1, 2, 'Beijing', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 301), 10)), effective_at => '2026-06-03 13:00+08');
SELECT sum(quantity) FROM release_order('release', 'order again', effective_at => '2026-06-03 14:00+08');
SELECT sum(quantity) FROM delist('delisting', 1, certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 301), 20)), effective_at => '2026-06-04 12:00+08');
SELECT sum(quantity) FROM transfer_certificates('offer', 1, 2, certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 301), 5)), pending => true, effective_on => '2026-06-05');
SELECT sum(quantity) FROM accept_transfer('acceptance', 'offer', effective_on => '2026-06-06');
SELECT sum(quantity) FROM freeze('freeze', 2, 'dispute', 'file', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 301), 5)), effective_at => '2026-06-07 12:00+08');
SELECT sum(quantity) FROM unfreeze('end of freeze', 'freeze', 'file', effective_at => '2026-06-08 12:00+08');
SELECT certificates FROM expire('2028-01-01', 'sweep');
SELECT document, ref, effective_on, from_account, from_state, to_account, to_state, route, quantity(certificates) FROM certificate_history(make_gec('10000000000000001', '2026-01-01', 301));
SELECT sum(quantity) FROM cancel_certificates('cancellation', 'objection', 'decision', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-02-01', 1), 5)), account => 1, objected_on => '2026-04-01', reissue => true, effective_on => '2026-04-02');
SELECT sum(quantity) FROM correct_generation('correction', '10000000000000001', '2026-02-01', '990 MWh', 'meter', effective_on => '2026-04-03');
SELECT g.serial, h.document, h.ref, h.effective_on, h.from_state, h.to_state, quantity(h.certificates) FROM (VALUES (1), (1001), (1000)) AS g(serial), certificate_history(make_gec('10000000000000001', '2026-02-01', g.serial)) AS h ORDER BY 1, h.movement_id;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
