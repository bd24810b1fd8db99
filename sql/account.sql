SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();

-- one account of each kind
SELECT register_account('generator', '重庆风电', '500100', '91500100MA0000001G', opened_on => '2024-01-01');
SELECT register_account('user', 'a mill', '500112', '91500100MA0000002K', grid_account => '5000012345678', opened_on => '2024-01-01');
SELECT register_account('agent', '售电公司', '510100', '91500100MA0000003N', opened_on => '2024-01-01');
SELECT register_account('provincial', '重庆市省级账户', '500000', opened_on => '2024-01-01');
SELECT register_account('user', 'a natural person', '510100', personal_id => 'digest-1', opened_on => '2024-01-01');
SELECT account_id, kind, name, uscc, personal_id, region, city, grid_account, opened_on, closed_on
FROM account ORDER BY account_id;

-- repeating the call returns the number; a day that is not given is not compared
SELECT register_account('generator', '重庆风电', '500100', '91500100MA0000001G', opened_on => '2024-01-01') AS same,
       register_account('generator', '重庆风电', '500100', '91500100MA0000001G') AS day_omitted,
       register_account('provincial', '重庆市省级账户', '500000') AS provincial,
       register_account('user', 'a natural person', '510100', personal_id => 'digest-1') AS person;
-- one account per entity: other content is refused
SELECT register_account('generator', 'another name', '500100', '91500100MA0000001G');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', '重庆风电', '500100', '91500100MA0000001G');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('generator', '重庆风电', '510100', '91500100MA0000001G');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('generator', '重庆风电', '500100', '91500100MA0000001G', opened_on => '2024-01-02');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('generator', '重庆风电', '500100', '91500100MA0000001G', personal_id => 'digest-1');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'another person', '510100', personal_id => 'digest-1');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('provincial', 'a second one', '500000');
\echo :LAST_ERROR_SQLSTATE
-- refused calls used no number up, and other provinces have their own account
SELECT register_account('provincial', '四川省省级账户', '510000', opened_on => '2024-01-01');

-- constraints, by name
\set VERBOSITY terse
SELECT register_account('user', '', '500100', personal_id => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'without identity', '500100');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'in a whole province', '500000', personal_id => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'in the nation', '000000', personal_id => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('provincial', 'of a city', '500100');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'short number', '500100', personal_id => 'x', grid_account => '123456789');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'long number', '500100', personal_id => 'x', grid_account => '12345678901234567');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'unknown city', '509900', personal_id => 'x');
\echo :LAST_ERROR_SQLSTATE
-- S-6
SELECT register_account('user', 'bad check digit', '500100', uscc => '91110000100013428X');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account(NULL, 'no kind', '500100', personal_id => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', NULL, '500100', personal_id => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'no region', NULL, personal_id => 'x');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default

-- inserting is the same as calling, except that a repeated identity is an error
INSERT INTO account (kind, name, region, uscc, opened_on)
VALUES ('user', 'inserted', '500100', '91500100MA0000004R', '2024-01-01');
SELECT register_account('user', 'inserted', '500100', '91500100MA0000004R') = max(account_id) AS same FROM account;
INSERT INTO account (kind, name, region, uscc, opened_on)
VALUES ('user', 'inserted', '500100', '91500100MA0000004R', '2024-01-01');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO account (kind, name, region, personal_id) VALUES ('user', 'x', '500100', 'digest-1');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO account (kind, name, region) VALUES ('provincial', 'x', '500000');
\echo :LAST_ERROR_SQLSTATE
COPY account (kind, name, region, personal_id, opened_on) FROM stdin;
user	first of two	500100	digest-2	2024-01-01
user	second of two	510100	digest-3	2024-01-01
\.
SELECT name, city FROM account WHERE personal_id IN ('digest-2', 'digest-3') ORDER BY personal_id;

-- where a holder is
SELECT account_region(2), account_region(4), account_region(NULL) IS NULL AS of_none;
SELECT account_region(999);
\echo :LAST_ERROR_SQLSTATE

-- names, addresses and closing change; number, kind and identity do not
UPDATE account SET name = 'renamed', region = '510107', closed_on = '2027-01-01' WHERE account_id = 2;
SELECT name, region, city, closed_on FROM account WHERE account_id = 2;
UPDATE account SET closed_on = '2023-12-31' WHERE account_id = 3;
\echo :LAST_ERROR_SQLSTATE
UPDATE account SET account_id = 99 WHERE account_id = 3;
\echo :LAST_ERROR_SQLSTATE
UPDATE account SET kind = 'user' WHERE account_id = 3;
\echo :LAST_ERROR_SQLSTATE
UPDATE account SET uscc = NULL WHERE account_id = 3;
\echo :LAST_ERROR_SQLSTATE
UPDATE account SET personal_id = 'x' WHERE account_id = 3;
\echo :LAST_ERROR_SQLSTATE
DELETE FROM account WHERE account_id = 3;
\echo :LAST_ERROR_SQLSTATE
TRUNCATE account CASCADE;
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM account;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
