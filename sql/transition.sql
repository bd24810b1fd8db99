-- transition: every state and every event, allowed or forbidden.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\o
SET datestyle = ISO;

-- Certificates 4 to 6 of a run of 10 are brought into a state; then every
-- event is tried on them: by a plain INSERT of the document, by the function,
-- by the function as a dry run, and by somebody else.  What must come of it
-- is written down below by hand, from the table of states of the rules
-- (ISSUED to CANCELLED, #2 to #20), not taken from the product.
--
-- Account 1 owns the projects, 2 and 4 are buyers, 3 and 5 provincial accounts,
-- 6 is somebody else.
INSERT INTO account (kind, name, personal_id, region, opened_on) VALUES
    ('generator', 'owner', 'a', '500100', '2020-01-01'), ('user', 'buyer', 'b', '500100', '2020-01-01'),
    ('provincial', 'province', NULL, '500000', '2020-01-01'), ('user', 'another buyer', 'd', '500100', '2020-01-01'),
    ('provincial', 'another province', NULL, '650000', '2020-01-01'), ('user', 'somebody else', 'f', '500100', '2020-01-01');
INSERT INTO project (project_code, name, owner, region, source, technology, capacity_kw, commissioned_on, registered_on) VALUES
    ('10000000000000001', 'wind farm at sea', 1, '500100', 'wind', 'deep_offshore_wind', 1000, '2020-01-01', '2020-01-01'),
    ('10000000000000002', 'old hydro', 1, '500100', 'hydro', NULL, 1000, '2020-01-01', '2020-01-01'),
    ('10000000000000003', 'roof', 1, '500100', 'solar', NULL, 1000, '2020-01-01', '2020-01-01');
INSERT INTO generation VALUES
    ('10000000000000001', '2025-06-01', 'on_grid', '10 MWh'), ('10000000000000002', '2025-06-01', 'on_grid', '10 MWh'),
    ('10000000000000003', '2025-06-01', 'self_use', '10 MWh'), ('10000000000000003', '2025-06-01', 'off_grid', '10 MWh'),
    ('10000000000000003', '2025-06-01', 'mechanism_price', '10 MWh');
SELECT certificates, tradable FROM issue('2025-06-01', 'I', '2025-07-10');

-- Kinds of certificates, by what decides over their events
CREATE TEMP TABLE kind (kind text PRIMARY KEY, project text, reported volume_class, class volume_class, tradable boolean);
INSERT INTO kind VALUES
    ('wind', '10000000000000001', 'on_grid', 'on_grid', true), ('hydro', '10000000000000002', 'on_grid', 'existing_hydro', false),
    ('self', '10000000000000003', 'self_use', 'self_use', false), ('off', '10000000000000003', 'off_grid', 'off_grid', false),
    ('mechanism', '10000000000000003', 'mechanism_price', 'mechanism_price', false);

-- Steps by which states are reached.  0 is of a first round that is over
-- again, so that every state has a history; 1 is what holds now.
CREATE TEMP TABLE step (step text PRIMARY KEY, statement text);
INSERT INTO step VALUES
    ('L0', $$list_certificates('L0', 1, certificates => {run}, effective_at => '2025-07-20 10:00+08')$$),
    ('K0', $$lock_order('K0', 1, 2, 'V', certificates => {run}, effective_at => '2025-07-20 11:00+08')$$),
    ('R0', $$release_order('R0', 'K0', effective_at => '2025-07-20 12:00+08')$$),
    ('D0', $$delist('D0', 1, certificates => {run}, effective_at => '2025-07-20 13:00+08')$$),
    ('F0', $$freeze('F0', 1, 'ccer', 'P', certificates => {run}, effective_at => '2025-07-21 10:00+08')$$),
    ('G0', $$freeze('F0', 1, 'dispute', 'P', certificates => {run}, effective_at => '2025-07-21 10:00+08')$$),
    ('U0', $$unfreeze('U0', 'F0', 'P', effective_at => '2025-07-21 11:00+08')$$),
    ('L1', $$list_certificates('L1', 1, certificates => {run}, effective_at => '2025-07-30 10:00+08')$$),
    ('K1', $$lock_order('K1', 1, 2, 'V', certificates => {run}, effective_at => '2025-08-01 11:00+08')$$),
    ('E1', $$lock_order('K1', 1, 2, 'V', certificates => {run}, effective_at => '2025-07-30 11:00+08')$$),
    ('S1', $$settle_order('S1', 'K1', effective_at => '2025-08-01 11:30+08')$$),
    ('T1', $$transfer_certificates('T1', 1, 2, certificates => {run}, effective_on => '2025-07-30')$$),
    ('F1', $$freeze('F1', 1, 'ccer', 'P', certificates => {run}, effective_at => '2025-08-01 11:30+08')$$),
    ('G1', $$freeze('F1', 1, 'dispute', 'P', certificates => {run}, effective_at => '2025-08-01 11:30+08')$$),
    ('G2', $$freeze('F1', 2, 'dispute', 'P', certificates => {run}, effective_at => '2025-08-01 11:30+08')$$),
    ('G3', $$freeze('F1', 3, 'dispute', 'P', certificates => {run}, effective_at => '2025-08-01 11:30+08')$$),
    ('P1', $$transfer_certificates('P1', 1, 2, certificates => {run}, pending => true, effective_on => '2025-07-30')$$),
    ('PH', $$transfer_certificates('P1', 1, 3, mode => 'existing_hydro', certificates => {run}, pending => true, effective_on => '2025-07-30')$$),
    ('PA', $$transfer_certificates('P1', 3, 2, mode => 'allocation', proof => 'P', certificates => {run}, pending => true, effective_on => '2025-07-31')$$),
    ('A1', $$accept_transfer('A1', 'P1', effective_on => '2025-07-31')$$),
    ('J1', $$reject_transfer('J1', 'P1', effective_on => '2025-07-31')$$),
    ('W1', $$withdraw_transfer('W1', 'P1', effective_on => '2025-07-31')$$),
    ('HU', $$transfer_certificates('HU', 1, 2, mode => 'existing_hydro', certificates => {run}, effective_on => '2025-07-30')$$),
    ('HP', $$transfer_certificates('HP', 1, 3, mode => 'existing_hydro', certificates => {run}, effective_on => '2025-07-30')$$),
    ('SU', $$transfer_certificates('SU', 1, 2, mode => 'self_use', contract => 'C', proof => 'P', certificates => {run}, effective_on => '2025-07-30')$$),
    ('OG', $$transfer_certificates('OG', 1, 2, mode => 'off_grid', proof => 'P', certificates => {run}, effective_on => '2025-07-30')$$),
    ('MP', $$transfer_certificates('MP', 1, 3, mode => 'mechanism_price', certificates => {run}, effective_on => '2025-07-30')$$),
    ('AL', $$allocate_certificates('AL', 3, 2, NULL, 'P', certificates => {run}, effective_on => '2025-07-31')$$),
    ('X1', $$retire('X1', 1, 2025, certificates => {run}, effective_on => '2025-07-31')$$),
    ('X2', $$retire('X2', 2, 2025, certificates => {run}, effective_on => '2025-07-31')$$),
    ('XE', $$expire('2027-06-01', 'XE')$$),
    ('CC', $$cancel_certificates('CC', 'ccer', 'P', freeze_ref => 'F1', effective_on => '2025-08-01')$$),
    ('CO', $$cancel_certificates('CO', 'objection', 'P', {run}, account => 1, objected_on => '2025-07-31', effective_on => '2025-07-31')$$);

-- States, by the steps to them; what they are called in table holding, whose
-- they are, and which documents an event on them names
CREATE TEMP TABLE state (kind text, state text, called holding_state, holder int, listing text, lock text, frozen_by text, offer text, steps text,
                         PRIMARY KEY (kind, state));
INSERT INTO state VALUES
    ('wind', 'issued', 'issued', 1, 'L0', 'K0', 'F0', 'none', 'L0 K0 R0 D0 F0 U0'),
    ('wind', 'listed', 'listed', 1, 'L1', 'K0', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 L1'),
    ('wind', 'locked', 'locked', 1, 'L1', 'K1', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 L1 K1'),
    ('wind', 'order ended', 'locked', 1, 'L1', 'K1', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 L1 E1'),
    ('wind', 'bought', 'transferred', 2, 'L0', 'K0', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 T1'),
    ('wind', 'delivered', 'transferred', 2, 'L1', 'K1', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 L1 K1 S1'),
    ('wind', 'accepted', 'transferred', 2, 'L0', 'K0', 'F0', 'P1', 'L0 K0 R0 D0 F0 U0 P1 A1'),
    ('wind', 'rejected', 'issued', 1, 'L0', 'K0', 'F0', 'P1', 'L0 K0 R0 D0 F0 U0 P1 J1'),
    ('wind', 'withdrawn', 'issued', 1, 'L0', 'K0', 'F0', 'P1', 'L0 K0 R0 D0 F0 U0 P1 W1'),
    ('wind', 'ccer', 'frozen', 1, 'L0', 'K0', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 F1'),
    ('wind', 'ccer of listed', 'frozen', 1, 'L1', 'K0', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 L1 F1'),
    ('wind', 'ccer of ended', 'frozen', 1, 'L1', 'K1', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 L1 E1 F1'),
    ('wind', 'dispute of issued', 'frozen', 1, 'L0', 'K0', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 G1'),
    ('wind', 'dispute of listed', 'frozen', 1, 'L1', 'K0', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 L1 G1'),
    ('wind', 'dispute of locked', 'frozen', 1, 'L1', 'K1', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 L1 K1 G1'),
    ('wind', 'dispute of ended', 'frozen', 1, 'L1', 'K1', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 L1 E1 G1'),
    ('wind', 'dispute of bought', 'frozen', 2, 'L0', 'K0', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 T1 G2'),
    ('wind', 'offered', 'frozen', 1, 'L0', 'K0', 'F0', 'P1', 'L0 K0 R0 D0 F0 U0 P1'),
    ('wind', 'retired', 'retired', 1, 'L0', 'K0', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 X1'),
    ('wind', 'retired, bought', 'retired', 2, 'L0', 'K0', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 T1 X2'),
    ('wind', 'expired', 'expired', 1, 'L0', 'K0', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 XE'),
    ('wind', 'expired, locked', 'expired', 1, 'L1', 'K1', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 L1 K1 XE'),
    ('wind', 'cancelled, ccer', 'cancelled', 1, 'L0', 'K0', 'F1', 'none', 'L0 K0 R0 D0 F0 U0 F1 CC'),
    ('wind', 'cancelled', 'cancelled', 1, 'L0', 'K0', 'F0', 'none', 'L0 K0 R0 D0 F0 U0 CO'),
    ('wind', 'cancelled, offered', 'cancelled', 1, 'L0', 'K0', 'F0', 'P1', 'L0 K0 R0 D0 F0 U0 P1 CO'),
    ('hydro', 'issued', 'issued', 1, 'none', 'none', 'F0', 'none', 'G0 U0'),
    ('hydro', 'received', 'transferred', 2, 'none', 'none', 'F0', 'none', 'G0 U0 HU'),
    ('hydro', 'province', 'transferred', 3, 'none', 'none', 'F0', 'none', 'G0 U0 HP'),
    ('hydro', 'allocated', 'transferred', 2, 'none', 'none', 'F0', 'none', 'G0 U0 HP AL'),
    ('hydro', 'accepted by province', 'transferred', 3, 'none', 'none', 'F0', 'P1', 'G0 U0 PH A1'),
    ('hydro', 'dispute of issued', 'frozen', 1, 'none', 'none', 'F1', 'none', 'G0 U0 G1'),
    ('hydro', 'dispute of received', 'frozen', 2, 'none', 'none', 'F1', 'none', 'G0 U0 HU G2'),
    ('hydro', 'dispute of province', 'frozen', 3, 'none', 'none', 'F1', 'none', 'G0 U0 HP G3'),
    ('hydro', 'offered', 'frozen', 1, 'none', 'none', 'F0', 'P1', 'G0 U0 PH'),
    ('hydro', 'offered by province', 'frozen', 3, 'none', 'none', 'F0', 'P1', 'G0 U0 HP PA'),
    ('hydro', 'retired', 'retired', 1, 'none', 'none', 'F0', 'none', 'G0 U0 X1'),
    ('hydro', 'retired, allocated', 'retired', 2, 'none', 'none', 'F0', 'none', 'G0 U0 HP AL X2'),
    ('hydro', 'expired', 'expired', 3, 'none', 'none', 'F0', 'none', 'G0 U0 HP XE'),
    ('hydro', 'cancelled', 'cancelled', 1, 'none', 'none', 'F0', 'none', 'G0 U0 CO'),
    ('self', 'issued', 'issued', 1, 'none', 'none', 'F0', 'none', 'G0 U0'),
    ('self', 'received', 'transferred', 2, 'none', 'none', 'F0', 'none', 'G0 U0 SU'),
    ('self', 'dispute of received', 'frozen', 2, 'none', 'none', 'F1', 'none', 'G0 U0 SU G2'),
    ('self', 'retired', 'retired', 2, 'none', 'none', 'F0', 'none', 'G0 U0 SU X2'),
    ('off', 'issued', 'issued', 1, 'none', 'none', 'F0', 'none', 'G0 U0'),
    ('off', 'received', 'transferred', 2, 'none', 'none', 'F0', 'none', 'G0 U0 OG'),
    ('off', 'cancelled', 'cancelled', 1, 'none', 'none', 'F0', 'none', 'G0 U0 CO'),
    ('mechanism', 'issued', 'issued', 1, 'none', 'none', 'F0', 'none', 'G0 U0'),
    ('mechanism', 'province', 'transferred', 3, 'none', 'none', 'F0', 'none', 'G0 U0 MP'),
    ('mechanism', 'allocated', 'transferred', 2, 'none', 'none', 'F0', 'none', 'G0 U0 MP AL'),
    ('mechanism', 'dispute of province', 'frozen', 3, 'none', 'none', 'F1', 'none', 'G0 U0 MP G3'),
    ('mechanism', 'expired', 'expired', 1, 'none', 'none', 'F0', 'none', 'G0 U0 XE');

-- Events: the document by which each is inserted and the call that is the
-- same; whom the certificates are with afterwards; what it is for somebody
-- else than the holder (empty where no holder is named).  wide: touches other
-- certificates too.
CREATE TEMP TABLE event (position serial, event text PRIMARY KEY, document document_kind, goes_to text, by_another text, wide boolean,
                         called text, inserted text);
INSERT INTO event (event, document, goes_to, by_another, wide, called, inserted) VALUES
    ('list', 'hold', 'holder', '002', false,
     $$list_certificates('E', {holder}, price => 5, certificates => {run}, venue => 'V', effective_at => {time}{dry})$$,
     $$hold (ref, action, account_id, quantity, certificates, price, venue, effective_at) VALUES ('E', 'list', {holder}, 3, {run}, 5, 'V', {time})$$),
    ('delist', 'hold', 'holder', '002', false,
     $$delist('E', {holder}, certificates => {run}, effective_at => {time}{dry})$$,
     $$hold (ref, action, account_id, quantity, certificates, effective_at) VALUES ('E', 'delist', {holder}, 3, {run}, {time})$$),
    ('delist listing', 'hold', 'holder', '030', false,
     $$delist('E', {holder}, listing => '{listing}', effective_at => {time}{dry})$$,
     $$hold (ref, action, account_id, ends_hold, effective_at) VALUES ('E', 'delist', {holder}, {listing_id}, {time})$$),
    ('lock', 'hold', 'holder', '002', false,
     $$lock_order('E', {holder}, {buyer}, 'V', certificates => {run}, effective_at => {time}{dry})$$,
     $$hold (ref, action, account_id, buyer, venue, quantity, certificates, effective_at) VALUES ('E', 'lock', {holder}, {buyer}, 'V', 3, {run}, {time})$$),
    ('release', 'hold', 'holder', NULL, false,
     $$release_order('E', '{lock}', effective_at => {time}{dry})$$,
     $$hold (ref, action, account_id, ends_hold, effective_at) VALUES ('E', 'release', {lock_account}, {lock_id}, {time})$$),
    ('settle', 'transfer', 'buyer', NULL, false,
     $$settle_order('E', '{lock}', effective_at => {time}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, hold_id, effective_on, effective_at) VALUES ('E', 'listing', {lock_account}, {lock_buyer}, 3, {lock_id}, {day}, {time})$$),
    ('bilateral', 'transfer', 'buyer', '002', false,
     $$transfer_certificates('E', {holder}, {buyer}, certificates => {run}, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES ('E', 'bilateral', {holder}, {buyer}, 3, {run}, {day})$$),
    ('auction', 'transfer', 'buyer', '002', false,
     $$transfer_certificates('E', {holder}, {buyer}, mode => 'auction', certificates => {run}, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES ('E', 'auction', {holder}, {buyer}, 3, {run}, {day})$$),
    ('green power', 'transfer', 'buyer', '002', false,
     $$transfer_certificates('E', {holder}, {buyer}, mode => 'green_power', certificates => {run}, price => 5, contract => 'C', effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, price, contract, effective_on) VALUES ('E', 'green_power', {holder}, {buyer}, 3, {run}, 5, 'C', {day})$$),
    ('hydro to user', 'transfer', 'buyer', '002', false,
     $$transfer_certificates('E', {holder}, {buyer}, mode => 'existing_hydro', certificates => {run}, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES ('E', 'existing_hydro', {holder}, {buyer}, 3, {run}, {day})$$),
    ('hydro to province', 'transfer', 'province', '002', false,
     $$transfer_certificates('E', {holder}, {province}, mode => 'existing_hydro', certificates => {run}, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES ('E', 'existing_hydro', {holder}, {province}, 3, {run}, {day})$$),
    ('self-use', 'transfer', 'buyer', '002', false,
     $$transfer_certificates('E', {holder}, {buyer}, mode => 'self_use', certificates => {run}, contract => 'C', proof => 'P', effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, contract, proof, effective_on) VALUES ('E', 'self_use', {holder}, {buyer}, 3, {run}, 'C', 'P', {day})$$),
    ('off-grid', 'transfer', 'buyer', '002', false,
     $$transfer_certificates('E', {holder}, {buyer}, mode => 'off_grid', certificates => {run}, proof => 'P', effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, proof, effective_on) VALUES ('E', 'off_grid', {holder}, {buyer}, 3, {run}, 'P', {day})$$),
    ('mechanism', 'transfer', 'province', '002', false,
     $$transfer_certificates('E', {holder}, {province}, mode => 'mechanism_price', certificates => {run}, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES ('E', 'mechanism_price', {holder}, {province}, 3, {run}, {day})$$),
    ('allocate', 'transfer', 'buyer', '022', false,
     $$allocate_certificates('E', {holder}, {buyer}, NULL, 'P', certificates => {run}, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, proof, effective_on) VALUES ('E', 'allocation', {holder}, {buyer}, 3, {run}, 'P', {day})$$),
    ('retire', 'retirement', 'holder', '002', false,
     $$retire('E', {holder}, 2025, certificates => {run}, effective_on => {day}{dry})$$,
     $$retirement (ref, account_id, quantity, certificates, regime, consumption_year, beneficiary, region, effective_on) VALUES ('E', {holder}, 3, {run}, 'mandatory', 2025, {holder}, '500000', {day})$$),
    ('expire', 'expiry', 'holder', NULL, true,
     $$expire('2027-06-01', 'E'{dry})$$,
     $$expiry (ref, effective_on) VALUES ('E', '2027-06-01')$$),
    ('freeze ccer', 'hold', 'holder', '002', false,
     $$freeze('E', {holder}, 'ccer', 'P', certificates => {run}, effective_at => {time}{dry})$$,
     $$hold (ref, action, account_id, quantity, certificates, reason, proof, effective_at) VALUES ('E', 'freeze', {holder}, 3, {run}, 'ccer', 'P', {time})$$),
    ('unfreeze', 'hold', 'holder', NULL, false,
     $$unfreeze('E', '{freeze}', 'P', effective_at => {time}{dry})$$,
     $$hold (ref, action, account_id, ends_hold, proof, effective_at) VALUES ('E', 'unfreeze', {freeze_account}, {freeze_id}, 'P', {time})$$),
    ('cancel ccer', 'cancellation', 'holder', NULL, false,
     $$cancel_certificates('E', 'ccer', 'P', freeze_ref => '{freeze}', effective_on => {day}{dry})$$,
     $$cancellation (ref, reason, account_id, ends_hold, proof, effective_on) VALUES ('E', 'ccer', {freeze_account}, {freeze_id}, 'P', {day})$$),
    ('cancel objection', 'cancellation', 'holder', '002', false,
     $$cancel_certificates('E', 'objection', 'P', {run}, account => {holder}, objected_on => {day}, effective_on => {day}{dry})$$,
     $$cancellation (ref, reason, account_id, quantity, certificates, objected_on, proof, effective_on) VALUES ('E', 'objection', {holder}, 3, {run}, {day}, 'P', {day})$$),
    ('re-issue', 'cancellation', 'holder', '002', true,
     $$cancel_certificates('E', 'objection', 'P', {run}, account => {holder}, objected_on => {day}, reissue => true, effective_on => {day}{dry})$$,
     $$cancellation (ref, reason, account_id, quantity, certificates, objected_on, reissue, proof, effective_on) VALUES ('E', 'objection', {holder}, 3, {run}, {day}, true, 'P', {day})$$),
    ('freeze dispute', 'hold', 'holder', '002', false,
     $$freeze('E', {holder}, 'dispute', 'P', certificates => {run}, effective_at => {time}{dry})$$,
     $$hold (ref, action, account_id, quantity, certificates, reason, proof, effective_at) VALUES ('E', 'freeze', {holder}, 3, {run}, 'dispute', 'P', {time})$$),
    ('offer', 'transfer', 'holder', '002', false,
     $$transfer_certificates('E', {holder}, {buyer}, certificates => {run}, pending => true, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, pending, effective_on) VALUES ('E', 'bilateral', {holder}, {buyer}, 3, {run}, true, {day})$$),
    ('offer hydro', 'transfer', 'holder', '002', false,
     $$transfer_certificates('E', {holder}, {buyer}, mode => 'existing_hydro', certificates => {run}, pending => true, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, pending, effective_on) VALUES ('E', 'existing_hydro', {holder}, {buyer}, 3, {run}, true, {day})$$),
    ('offer allocation', 'transfer', 'holder', '022', false,
     $$allocate_certificates('E', {holder}, {buyer}, NULL, 'P', certificates => {run}, pending => true, effective_on => {day}{dry})$$,
     $$transfer (ref, mode, from_account, to_account, quantity, certificates, proof, pending, effective_on) VALUES ('E', 'allocation', {holder}, {buyer}, 3, {run}, 'P', true, {day})$$),
    ('accept', 'response', 'receiver', NULL, false,
     $$accept_transfer('E', '{offer}', effective_on => {day}{dry})$$,
     $$response (ref, kind, transfer_id, effective_on) VALUES ('E', 'accept', {offer_id}, {day})$$),
    ('reject', 'response', 'holder', NULL, false,
     $$reject_transfer('E', '{offer}', effective_on => {day}{dry})$$,
     $$response (ref, kind, transfer_id, effective_on) VALUES ('E', 'reject', {offer_id}, {day})$$),
    ('withdraw', 'response', 'holder', NULL, false,
     $$withdraw_transfer('E', '{offer}', effective_on => {day}{dry})$$,
     $$response (ref, kind, transfer_id, effective_on) VALUES ('E', 'withdraw', {offer_id}, {day})$$),
    ('correct', 'correction', 'holder', NULL, true,
     $$correct_generation('E', '{project}', '2025-06-01', '0 kWh', 'P', '{reported}', effective_on => {day}{dry})$$,
     $$correction (ref, project_code, month, volume_class, energy, proof, effective_on) VALUES ('E', '{project}', '2025-06-01', '{reported}', '0 kWh', 'P', {day})$$),
    ('issue', 'issuance', 'holder', NULL, true,
     $$issue('2025-06-01', 'E', {day}{dry})$$,
     $$issuance (ref, month, effective_on) VALUES ('E', '2025-06-01', {day})$$);

-- What must come of it: a state, or the last three digits of the SQLSTATE LC...
-- A state that stays is an event that does not concern the certificates.
CREATE TEMP TABLE expectation (kind text, state text, event text, expected text, PRIMARY KEY (kind, state, event));
CREATE FUNCTION pg_temp.expect(kind text, rows text) RETURNS void LANGUAGE sql AS $$
INSERT INTO expectation
SELECT $1, trim(split_part(r.line, '|', 1)), e.event, (regexp_split_to_array(trim(split_part(r.line, '|', 2)), ' +'))[e.position]
FROM regexp_split_to_table(trim(E'\n ' FROM $2), E' *\n *') AS r(line), event AS e $$;
-- columns: list, delist, delist listing, lock, release, settle | bilateral, auction, green power, hydro to user, hydro to province, self-use,
-- off-grid, mechanism, allocate | retire, expire | freeze ccer, unfreeze, cancel ccer, cancel objection, re-issue, freeze dispute |
-- offer, offer hydro, offer allocation, accept, reject, withdraw | correct, issue
SELECT pg_temp.expect('wind', '
issued            | lis 009 028 009 028 028  tra tra tra 010 010 010 010 010 022  ret exp  fro 028 028 can can fro  fro 010 022 029 029 029  can iss
listed            | 009 iss iss loc 028 028  009 009 009 009 009 009 009 009 022  009 exp  fro 028 028 can can fro  009 009 022 029 029 029  can lis
locked            | 025 025 028 025 lis tra  025 025 025 025 025 025 025 025 022  025 exp  025 028 028 can can fro  025 025 022 029 029 029  037 loc
order ended       | 009 iss iss loc lis 031  009 009 009 009 009 009 009 009 022  009 exp  fro 028 028 can can fro  009 009 022 029 029 029  can loc
bought            | 005 009 030 005 028 028  005 005 005 009 009 009 009 009 022  ret exp  009 028 028 can can fro  005 009 022 029 029 029  037 tra
delivered         | 005 009 030 005 028 028  005 005 005 009 009 009 009 009 022  ret exp  009 028 028 can can fro  005 009 022 029 029 029  037 tra
accepted          | 005 009 030 005 028 028  005 005 005 009 009 009 009 009 022  ret exp  009 028 028 can can fro  005 009 022 028 028 028  037 tra
rejected          | lis 009 028 009 028 028  tra tra tra 010 010 010 010 010 022  ret exp  fro 028 028 can can fro  fro 010 022 028 028 028  can iss
withdrawn         | lis 009 028 009 028 028  tra tra tra 010 010 010 010 010 022  ret exp  fro 028 028 can can fro  fro 010 022 028 028 028  can iss
ccer              | 026 026 028 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 iss can can can 026  026 026 022 029 029 029  037 fro
ccer of listed    | 026 026 028 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 iss can can can 026  026 026 022 029 029 029  037 fro
ccer of ended     | 026 026 028 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 iss can can can 026  026 026 022 029 029 029  037 fro
dispute of issued | 026 026 028 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 iss 030 can can 026  026 026 022 029 029 029  037 fro
dispute of listed | 026 026 028 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 lis 030 can can 026  026 026 022 029 029 029  037 fro
dispute of locked | 026 026 028 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 loc 030 can can 026  026 026 022 029 029 029  037 fro
dispute of ended  | 026 026 028 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 loc 030 can can 026  026 026 022 029 029 029  037 fro
dispute of bought | 026 026 030 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 tra 030 can can 026  026 026 022 029 029 029  037 fro
offered           | 026 026 028 026 028 028  026 026 026 026 026 026 026 026 022  026 fro  026 028 028 can can 026  026 026 022 tra iss iss  037 fro
retired           | 003 003 028 003 028 028  003 003 003 003 003 003 003 003 022  003 ret  003 028 028 003 003 003  003 003 022 029 029 029  037 ret
retired, bought   | 003 003 030 003 028 028  003 003 003 003 003 003 003 003 022  003 ret  003 028 028 003 003 003  003 003 022 029 029 029  037 ret
expired           | 003 003 028 003 028 028  003 003 003 003 003 003 003 003 022  003 exp  003 028 028 003 003 003  003 003 022 029 029 029  037 exp
expired, locked   | 003 003 028 003 028 028  003 003 003 003 003 003 003 003 022  003 exp  003 028 028 003 003 003  003 003 022 029 029 029  037 exp
cancelled, ccer   | 003 003 028 003 028 028  003 003 003 003 003 003 003 003 022  003 can  003 028 028 003 003 003  003 003 022 029 029 029  037 can
cancelled         | 003 003 028 003 028 028  003 003 003 003 003 003 003 003 022  003 can  003 028 028 003 003 003  003 003 022 029 029 029  037 can
cancelled, offered| 003 003 028 003 028 028  003 003 003 003 003 003 003 003 022  003 can  003 028 028 003 003 003  003 003 022 028 028 028  037 can
');
SELECT pg_temp.expect('hydro', '
issued               | 004 009 029 004 029 029  004 004 004 tra tra 010 010 010 022  ret exp  033 028 030 can can fro  004 fro 022 029 029 029  can iss
received             | 004 009 029 004 029 029  004 004 004 009 009 009 009 009 022  ret exp  009 028 030 can can fro  004 009 022 029 029 029  037 tra
province             | 004 009 029 004 029 029  004 004 004 009 009 009 009 009 tra  ret exp  009 028 030 can can fro  004 009 fro 029 029 029  037 tra
allocated            | 004 009 029 004 029 029  004 004 004 009 009 009 009 009 022  ret exp  009 028 030 can can fro  004 009 022 029 029 029  037 tra
accepted by province | 004 009 029 004 029 029  004 004 004 009 009 009 009 009 tra  ret exp  009 028 030 can can fro  004 009 fro 028 028 028  037 tra
dispute of issued    | 004 026 029 004 029 029  004 004 004 026 026 026 026 026 022  026 fro  026 iss 030 can can 026  004 026 022 029 029 029  037 fro
dispute of received  | 004 026 029 004 029 029  004 004 004 026 026 026 026 026 022  026 fro  026 tra 030 can can 026  004 026 022 029 029 029  037 fro
dispute of province  | 004 026 029 004 029 029  004 004 004 026 026 026 026 026 026  026 fro  026 tra 030 can can 026  004 026 026 029 029 029  037 fro
offered              | 004 026 029 004 029 029  004 004 004 026 026 026 026 026 022  026 fro  026 028 030 can can 026  004 026 022 tra iss iss  037 fro
offered by province  | 004 026 029 004 029 029  004 004 004 026 026 026 026 026 026  026 fro  026 028 030 can can 026  004 026 026 tra tra tra  037 fro
retired              | 003 003 029 003 029 029  003 003 003 003 003 003 003 003 022  003 ret  003 028 030 003 003 003  003 003 022 029 029 029  037 ret
retired, allocated   | 003 003 029 003 029 029  003 003 003 003 003 003 003 003 022  003 ret  003 028 030 003 003 003  003 003 022 029 029 029  037 ret
expired              | 003 003 029 003 029 029  003 003 003 003 003 003 003 003 003  003 exp  003 028 030 003 003 003  003 003 003 029 029 029  037 exp
cancelled            | 003 003 029 003 029 029  003 003 003 003 003 003 003 003 022  003 can  003 028 030 003 003 003  003 003 022 029 029 029  037 can
');
SELECT pg_temp.expect('self', '
issued               | 004 009 029 004 029 029  004 004 004 010 010 tra 010 010 022  ret exp  033 028 030 can can fro  004 010 022 029 029 029  can iss
received             | 004 009 029 004 029 029  004 004 004 009 009 009 009 009 022  ret exp  009 028 030 can can fro  004 009 022 029 029 029  037 tra
dispute of received  | 004 026 029 004 029 029  004 004 004 026 026 026 026 026 022  026 fro  026 tra 030 can can 026  004 026 022 029 029 029  037 fro
retired              | 003 003 029 003 029 029  003 003 003 003 003 003 003 003 022  003 ret  003 028 030 003 003 003  003 003 022 029 029 029  037 ret
');
SELECT pg_temp.expect('off', '
issued               | 004 009 029 004 029 029  004 004 004 010 010 010 tra 010 022  ret exp  033 028 030 can can fro  004 010 022 029 029 029  can iss
received             | 004 009 029 004 029 029  004 004 004 009 009 009 009 009 022  ret exp  009 028 030 can can fro  004 009 022 029 029 029  037 tra
cancelled            | 003 003 029 003 029 029  003 003 003 003 003 003 003 003 022  003 can  003 028 030 003 003 003  003 003 022 029 029 029  037 can
');
SELECT pg_temp.expect('mechanism', '
issued               | 004 009 029 004 029 029  004 004 004 010 010 010 010 tra 022  ret exp  033 028 030 can can fro  004 010 022 029 029 029  can iss
province             | 004 009 029 004 029 029  004 004 004 009 009 009 009 009 tra  ret exp  009 028 030 can can fro  004 009 fro 029 029 029  037 tra
allocated            | 004 009 029 004 029 029  004 004 004 009 009 009 009 009 022  ret exp  009 028 030 can can fro  004 009 022 029 029 029  037 tra
dispute of province  | 004 026 029 004 029 029  004 004 004 026 026 026 026 026 026  026 fro  026 tra 030 can can 026  004 026 026 029 029 029  037 fro
expired              | 003 003 029 003 029 029  003 003 003 003 003 003 003 003 022  003 exp  003 028 030 003 003 003  003 003 022 029 029 029  037 exp
');
-- every state has an expectation of every event, and no other is there
SELECT s.kind, s.state, e.event FROM state AS s CROSS JOIN event AS e FULL JOIN expectation AS x USING (kind, state, event)
WHERE (s.called IS NULL) <> (e.called IS NULL) OR x.expected IS NULL OR length(x.expected) <> 3;

-- What is true of a ledger apart from the certificates of a run: who has the others, and how much was posted
CREATE FUNCTION pg_temp.others(run gecmultirange) RETURNS text LANGUAGE sql AS $$
SELECT md5(string_agg(format('%s %s %s %s', c.code, c.account_id, c.state, c.route), ',' ORDER BY c.code))
FROM (SELECT lower(h.certificates) + g AS code, h.account_id, h.state, h.route
      FROM holding AS h, generate_series(0, quantity(h.certificates) - 1) AS g) AS c
WHERE NOT run @> c.code $$;
CREATE FUNCTION pg_temp.posted() RETURNS text LANGUAGE sql AS $$
SELECT format('%s %s %s %s %s %s %s %s %s %s %s', (SELECT count(*) FROM movement), (SELECT count(*) FROM hold), (SELECT count(*) FROM transfer),
    (SELECT count(*) FROM response), (SELECT count(*) FROM retirement), (SELECT count(*) FROM cancellation), (SELECT count(*) FROM expiry),
    (SELECT count(*) FROM correction), (SELECT count(*) FROM issuance), (SELECT count(*) FROM issuance_line),
    (SELECT md5(string_agg(h::text, ',' ORDER BY last_certificate)) FROM holding AS h)) $$;

-- Brings certificates into a state and tries every event on them
CREATE TEMP TABLE outcome (kind text, state text, event text, how text, expected text, got text, flaw text);
CREATE FUNCTION pg_temp.drive(s state) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    k kind;
    run gecmultirange;
    words jsonb;
    step_sql text;
    e record;
    how text;
    command text;
    word text;
    value text;
    got text;
    told text;
    flaw text;
    holder_after bigint;
    before text;
    rest text;
    mark bigint;
    result outcome[];
BEGIN
    SELECT * INTO k FROM kind WHERE kind.kind = s.kind;
    run := gecmultirange(make_gecrange(make_gec(k.project, '2025-06-01', 4, k.class, k.tradable), 3));
    BEGIN
        FOR step_sql IN SELECT step.statement FROM regexp_split_to_table(s.steps, ' ') WITH ORDINALITY AS t(word, n) JOIN step ON step.step = t.word ORDER BY t.n
        LOOP
            EXECUTE 'SELECT FROM ' || replace(step_sql, '{run}', quote_literal(run) || '::gecmultirange');
        END LOOP;
        got := (SELECT string_agg(DISTINCT format('%s with %s', h.state, h.account_id), ', ') FROM holding AS h WHERE h.certificates && run);
        IF got <> format('%s with %s', s.called, s.holder) THEN
            RAISE EXCEPTION 'the steps led to %', got;
        END IF;
        words := jsonb_build_object('run', quote_literal(run) || '::gecmultirange', 'holder', s.holder,
            'buyer', CASE s.holder WHEN 2 THEN 4 ELSE 2 END, 'province', CASE s.holder WHEN 3 THEN 5 ELSE 3 END,
            'listing', s.listing, 'lock', s.lock, 'freeze', s.frozen_by, 'offer', s.offer, 'project', k.project, 'reported', k.reported,
            'listing_id', coalesce((SELECT hold_id FROM hold WHERE ref = s.listing), 0),
            'lock_id', coalesce((SELECT hold_id FROM hold WHERE ref = s.lock), 0),
            'lock_account', coalesce((SELECT account_id FROM hold WHERE ref = s.lock), 1),
            'lock_buyer', coalesce((SELECT buyer FROM hold WHERE ref = s.lock), 2),
            'freeze_id', coalesce((SELECT hold_id FROM hold WHERE ref = s.frozen_by), 0),
            'freeze_account', coalesce((SELECT account_id FROM hold WHERE ref = s.frozen_by), 1),
            'offer_id', coalesce((SELECT transfer_id FROM transfer WHERE ref = s.offer), 0),
            'receiver', coalesce((SELECT to_account FROM transfer WHERE ref = s.offer), 0),
            'day', '''2025-08-01''', 'time', '''2025-08-01 12:00+08''');
        before := pg_temp.posted();
        rest := pg_temp.others(run);
        mark := (SELECT coalesce(max(movement_id), 0) FROM movement);

        FOR e IN SELECT event.*, x.expected FROM event JOIN expectation AS x USING (event) WHERE x.kind = s.kind AND x.state = s.state ORDER BY position
        LOOP
            FOREACH how IN ARRAY ARRAY['inserted', 'called', 'dry run', 'another']
            LOOP
                CONTINUE WHEN how = 'inserted' AND e.inserted IS NULL OR how = 'another' AND e.by_another IS NULL;
                -- a dry run tells only events of functions that return what moved
                command := CASE WHEN how IN ('inserted', 'another') THEN 'INSERT INTO ' || e.inserted
                                WHEN e.event IN ('issue', 'expire') THEN 'SELECT NULL::text, 0 FROM ' || e.called
                                ELSE 'SELECT p.to_state::text, p.ordinality FROM ' || e.called
                                     || ' WITH ORDINALITY AS p WHERE {run} @> p.certificates ORDER BY p.ordinality DESC LIMIT 1' END;
                command := replace(command, '{dry}', CASE how WHEN 'dry run' THEN ', dry_run => true' ELSE '' END);
                IF how = 'another' THEN
                    command := replace(command, '{holder}', '6');
                END IF;
                FOR word, value IN SELECT * FROM jsonb_each_text(words) LOOP
                    command := replace(command, '{' || word || '}', value);
                END LOOP;
                flaw := '';
                told := NULL;
                BEGIN
                    IF how IN ('inserted', 'another') THEN
                        EXECUTE command;
                    ELSE
                        EXECUTE command INTO told;
                    END IF;
                    IF how = 'dry run' THEN
                        got := CASE WHEN e.event = 'expire' THEN e.expected ELSE left(coalesce(told, s.called::text), 3) END;
                        IF pg_temp.posted() <> before THEN
                            flaw := flaw || ' left something behind';
                        END IF;
                    ELSE
                        SELECT left(string_agg(DISTINCT h.state::text, '+'), 12), max(h.account_id) INTO got, holder_after
                        FROM holding AS h WHERE h.certificates && run;
                        got := CASE WHEN got LIKE '%+%' THEN got ELSE left(got, 3) END;
                        IF how = 'called' AND e.event <> 'expire' AND left(coalesce(told, s.called::text), 3) <> got THEN
                            flaw := flaw || ' told ' || told;
                        END IF;
                        IF holder_after IS DISTINCT FROM (CASE WHEN e.goes_to = 'holder' THEN s.holder
                                WHEN e.goes_to = 'buyer' AND e.event = 'settle' THEN (words ->> 'lock_buyer')::bigint
                                ELSE (words ->> e.goes_to)::bigint END) THEN
                            flaw := flaw || ' went to ' || holder_after;
                        END IF;
                        -- the line that says so, and none where nothing happened
                        IF (SELECT coalesce(sum(quantity(m.certificates)) FILTER (WHERE m.document = e.document AND left(m.to_state::text, 3) = got), 0)
                            FROM movement AS m WHERE m.movement_id > mark AND run @> m.certificates)
                           <> (CASE WHEN got = left(s.called::text, 3) AND e.event IN ('expire', 'issue') THEN 0 ELSE 3 END) THEN
                            flaw := flaw || ' without its movement';
                        END IF;
                        IF NOT e.wide AND pg_temp.others(run) <> rest THEN
                            flaw := flaw || ' moved others too';
                        END IF;
                        IF EXISTS (SELECT FROM verify()) THEN
                            flaw := flaw || ' does not verify';
                        END IF;
                    END IF;
                    RAISE EXCEPTION USING ERRCODE = 'ZZ001';
                EXCEPTION WHEN OTHERS THEN
                    IF SQLSTATE <> 'ZZ001' THEN
                        got := CASE WHEN SQLSTATE LIKE 'LC%' THEN right(SQLSTATE, 3) ELSE SQLSTATE || ' ' || SQLERRM END;
                    END IF;
                END;
                result := result || ROW(s.kind, s.state, e.event, how, CASE WHEN how <> 'another' THEN e.expected
                    -- whoever names a hold of another, and whoever names none
                    WHEN e.event = 'delist listing' AND s.listing = 'none' THEN '029' ELSE e.by_another END, got, flaw)::outcome;
            END LOOP;
        END LOOP;
        RAISE EXCEPTION USING ERRCODE = 'ZZ002';
    EXCEPTION WHEN SQLSTATE 'ZZ002' THEN
        NULL;
    END;
    INSERT INTO outcome SELECT * FROM unnest(result);
END $$;
DO $$ DECLARE s state; BEGIN FOR s IN SELECT * FROM state ORDER BY kind, state LOOP
    PERFORM pg_temp.drive(s);
    END LOOP; END $$;
-- differences: none
SELECT kind, state, event, how, expected, got, flaw FROM outcome WHERE got <> expected OR flaw <> '' ORDER BY kind, state, event, how;
SELECT how, count(*) AS pairs, count(*) FILTER (WHERE expected ~ '^[a-z]') AS allowed, count(*) FILTER (WHERE expected ~ '^[0-9]') AS refused
FROM outcome GROUP BY how ORDER BY how;
-- all states and all events were driven, and nothing was left behind
SELECT count(DISTINCT (kind, state)) = (SELECT count(*) FROM state) AS states, count(DISTINCT event) = (SELECT count(*) FROM event) AS events FROM outcome;
SELECT count(*) FROM hold;
SELECT * FROM verify();

--
-- Nothing is rewritten, in any state: no document, line, movement or holding
--
CREATE FUNCTION pg_temp.rewrites(s state) RETURNS TABLE (relation name, attempt text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    k kind;
    run text;
    r record;
    step_sql text;
    attempts text[];
BEGIN
    SELECT * INTO k FROM kind WHERE kind.kind = s.kind;
    run := quote_literal(gecmultirange(make_gecrange(make_gec(k.project, '2025-06-01', 4, k.class, k.tradable), 3))) || '::gecmultirange';
    BEGIN
        FOR step_sql IN SELECT step.statement FROM regexp_split_to_table(s.steps, ' ') WITH ORDINALITY AS t(word, n) JOIN step ON step.step = t.word ORDER BY t.n
        LOOP
            EXECUTE 'SELECT FROM ' || replace(step_sql, '{run}', run);
        END LOOP;
        FOR r IN
            SELECT c.relname, (SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attidentity = '' AND a.attgenerated = ''
                               AND NOT a.attisdropped ORDER BY a.attnum LIMIT 1) AS attname
            FROM pg_class AS c LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid
            WHERE c.relnamespace = 'certledger'::regnamespace AND c.relkind IN ('r', 'p')
                AND (c.relname IN ('issuance', 'issuance_line', 'issuance_refusal', 'correction', 'transfer', 'response', 'retirement', 'hold', 'cancellation',
                                   'expiry', 'holding', 'accrual') OR 'movement'::regclass IN (c.oid, i.inhparent))
        LOOP
            FOREACH attempt IN ARRAY ARRAY[
                format('UPDATE %I SET %I = %I', r.relname, r.attname, r.attname),
                format('DELETE FROM %I', r.relname),
                format('TRUNCATE %I', r.relname),
                format('TRUNCATE %I CASCADE', r.relname),
                format('MERGE INTO %I AS t USING (VALUES (1)) AS v(n) ON true WHEN MATCHED THEN DELETE', r.relname),
                format('MERGE INTO %I AS t USING (VALUES (1)) AS v(n) ON true WHEN MATCHED THEN UPDATE SET %I = t.%I', r.relname, r.attname, r.attname)]
            LOOP
                relation := r.relname;
                BEGIN
                    EXECUTE attempt;
                    outcome := 'done';
                EXCEPTION WHEN OTHERS THEN
                    outcome := SQLSTATE;
                END;
                attempts := attempts || ARRAY[relation::text, attempt, outcome];
            END LOOP;
        END LOOP;
        RAISE EXCEPTION USING ERRCODE = 'ZZ002';
    EXCEPTION WHEN SQLSTATE 'ZZ002' THEN
        NULL;
    END;
    RETURN QUERY SELECT attempts[i]::name, attempts[i + 1], attempts[i + 2] FROM generate_series(1, array_length(attempts, 1), 3) AS i;
END $$;
CREATE TEMP TABLE rewrite AS SELECT s.kind, s.state, r.* FROM state AS s, LATERAL pg_temp.rewrites(s) AS r;
SELECT kind, state, relation, attempt, outcome FROM rewrite WHERE outcome NOT IN ('LC013', 'LC014') ORDER BY kind, state, relation, attempt;
SELECT count(DISTINCT (kind, state)) = (SELECT count(*) FROM state) AS states,
       string_agg(DISTINCT relation, ' ' ORDER BY relation) FILTER (WHERE relation NOT LIKE 'movement\_%') AS tables,
       count(DISTINCT relation) FILTER (WHERE relation LIKE 'movement\_%') = (SELECT count(*) FROM pg_inherits WHERE inhparent = 'movement'::regclass) AS partitions,
       count(DISTINCT split_part(attempt, ' ', 1)) AS commands
FROM rewrite;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
