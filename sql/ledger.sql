SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never

-- types and functions work without a ledger
SELECT make_energy(mwh => 1), quantity(make_gecrange(make_gec('10000000000000001', '2026-01-01', 1), 240));
\set VERBOSITY sqlstate
SELECT * FROM verify();
SELECT register_account('user', 'x', '500100', personal_id => 'x');
SELECT rule_value('certificate_validity', '2026-01-01');
\set VERBOSITY default
SELECT length(ledger_definition()) > 10000 AS defined, ledger_definition() LIKE '%CREATE TABLE certledger.holding%' AS has_holding,
       ledger_definition() LIKE '%@LEDGER_PARTS@%' AS placeholder_left;

-- a database holds one ledger
SELECT create_ledger();
SELECT create_ledger();
\echo :LAST_ERROR_SQLSTATE
SELECT relname, relkind FROM pg_class WHERE relnamespace = 'certledger'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition
ORDER BY relkind, relname;
-- its objects are no members of the extension, so that they are dumped like any others; they belong to who laid it out
SELECT count(*) AS members FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND classid = 'pg_class'::regclass
    AND objid IN (SELECT oid FROM pg_class WHERE relnamespace = 'certledger'::regnamespace AND relkind IN ('r', 'p', 'v', 'i', 'I', 'S'));
SELECT count(*) AS others FROM pg_class WHERE relnamespace = 'certledger'::regnamespace AND relowner <> current_user::regrole;

-- the extension cannot be dropped under it
\set VERBOSITY terse
DROP EXTENSION certledger;
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
SELECT count(*) FROM holding;

--
-- Nothing is granted to PUBLIC
--
-- on no table, partition, view or sequence, nor on the schema
SELECT c.relname FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.relnamespace = 'certledger'::regnamespace AND a.grantee = 0 ORDER BY 1;
SELECT a.privilege_type FROM pg_namespace AS n, aclexplode(n.nspacl) AS a WHERE n.nspname = 'certledger' AND a.grantee = 0;
-- on no function that writes or reads the ledger, except those that need the reader's own right to the tables
SELECT p.proname
FROM pg_proc AS p
WHERE p.pronamespace = 'certledger'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE')
  AND (p.provolatile <> 'i' OR p.prosecdef OR p.prorettype = 'trigger'::regtype)
ORDER BY 1;
-- a role without grants gets nowhere, even when it may use the schema
SET client_min_messages = error;
DROP ROLE IF EXISTS certledger_nobody;
RESET client_min_messages;
CREATE ROLE certledger_nobody;
GRANT USAGE ON SCHEMA certledger TO certledger_nobody;
SET ROLE certledger_nobody;
SELECT make_energy(mwh => 1);
SELECT count(*) FROM holding;
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM holding_balance;
\echo :LAST_ERROR_SQLSTATE
SELECT rule_value('certificate_validity', '2026-01-01');
\echo :LAST_ERROR_SQLSTATE
SELECT register_account('user', 'x', '500100', personal_id => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM issue('2026-01-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('x', 1, 2, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('x', 1, 2026, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM verify();
\echo :LAST_ERROR_SQLSTATE
SELECT create_ledger();
\echo :LAST_ERROR_SQLSTATE
INSERT INTO transfer (ref, mode, from_account, to_account, quantity) VALUES ('x', 'bilateral', 1, 2, 1);
\echo :LAST_ERROR_SQLSTATE
INSERT INTO movement_2026 DEFAULT VALUES;
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

--
-- Who may insert a document needs no right to what it writes: the posting has the owner's
--
SELECT register_account('generator', 'plant', '500100', personal_id => 'a', opened_on => '2024-01-01') AS plant,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2024-01-01') AS mill;
SELECT register_project('10000000000000001', 'wind', 1, '500100', 'wind', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2026-01-01', 'on_grid', '100 MWh');
SELECT certificates FROM issue('2026-01-01', 'I', '2026-02-10');
GRANT INSERT, SELECT ON transfer TO certledger_nobody;
SET ROLE certledger_nobody;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('x', 'bilateral', 1, 2, 10, '2026-03-01');
SELECT ref, quantity FROM transfer;
SELECT count(*) FROM movement;
\echo :LAST_ERROR_SQLSTATE
UPDATE transfer SET quantity = 1;
\echo :LAST_ERROR_SQLSTATE
-- objects of its own, first in its path, do not mislead the posting
SET search_path = pg_temp, certledger, public;
CREATE TEMP TABLE holding (certificates int);
CREATE TEMP TABLE account (account_id bigint);
INSERT INTO certledger.transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('y', 'bilateral', 1, 2, 10, '2026-03-01');
DROP TABLE pg_temp.holding, pg_temp.account;
SET search_path = certledger, public;
RESET ROLE;
SELECT account_id, state, quantity(certificates) FROM holding ORDER BY last_certificate;
-- to call the function it needs EXECUTE, and to see the outcome SELECT on movement
SET ROLE certledger_nobody;
SELECT quantity FROM transfer_certificates('z', 1, 2, 10, effective_on => '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
GRANT SELECT ON movement TO certledger_nobody;
GRANT EXECUTE ON FUNCTION transfer_certificates TO certledger_nobody;
SET ROLE certledger_nobody;
SELECT quantity, to_account FROM transfer_certificates('z', 1, 2, 10, effective_on => '2026-03-01');
SELECT quantity, to_account FROM transfer_certificates('z', 1, 2, 10);
RESET ROLE;
SELECT ref, posted_by = session_user AS by_login_role FROM transfer ORDER BY transfer_id;
REVOKE ALL ON transfer, movement FROM certledger_nobody;
REVOKE ALL ON FUNCTION transfer_certificates FROM certledger_nobody;
REVOKE USAGE ON SCHEMA certledger FROM certledger_nobody;
DROP ROLE certledger_nobody;

--
-- A ledger that was dropped with its extension can be laid out again in the same session
--
SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SELECT create_ledger();
SELECT register_account('generator', 'plant', '500100', personal_id => 'a', opened_on => '2024-01-01') AS plant,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2024-01-01') AS mill;
SELECT register_project('10000000000000001', 'wind', 1, '500100', 'wind', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2026-01-01', 'on_grid', '100 MWh');
SELECT certificates FROM issue('2026-01-01', 'I', '2026-02-10');
SELECT quantity, to_account, route FROM transfer_certificates('T', 1, 2, 10, effective_on => '2026-03-01');
SELECT quantity, to_state FROM retire('R', 2, 2026, 5, effective_on => '2026-03-02');
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;

-- a schema in which others have a hand is not used
CREATE ROLE certledger_test_other;
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
RESET client_min_messages;
CREATE SCHEMA certledger AUTHORIZATION certledger_test_other;
CREATE EXTENSION certledger;
\echo :LAST_ERROR_SQLSTATE
ALTER SCHEMA certledger OWNER TO CURRENT_USER;
GRANT CREATE ON SCHEMA certledger TO PUBLIC;
CREATE EXTENSION certledger;
REVOKE CREATE ON SCHEMA certledger FROM PUBLIC;
CREATE EXTENSION certledger;
GRANT CREATE ON SCHEMA certledger TO certledger_test_other;
SELECT certledger.create_ledger();
\echo :LAST_ERROR_SQLSTATE
DROP EXTENSION certledger;
DROP SCHEMA certledger;
DROP ROLE certledger_test_other;
