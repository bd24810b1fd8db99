# What roles may do, and what a hostile schema cannot do: functions, operators
# and tables that someone plants in public or as temporary ones do not change
# what the ledger does.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../perl";

use CertledgerTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('roles');

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE stranger LOGIN;
CREATE ROLE visitor LOGIN;
CREATE ROLE trader LOGIN;
CREATE ROLE auditor LOGIN;
CREATE ROLE registrar LOGIN;
SQL

create_ledger($node, 'roles');
fill_ledger($node, 'roles');
$node->safe_psql('roles', <<'SQL');
GRANT USAGE ON SCHEMA certledger TO visitor, trader, auditor, registrar;
-- a trader inserts documents and knows their references
GRANT INSERT ON certledger.transfer TO trader;
GRANT EXECUTE ON FUNCTION certledger.transfer_certificates TO trader, registrar;
-- an auditor reads everything
GRANT SELECT ON ALL TABLES IN SCHEMA certledger TO auditor, registrar;
GRANT EXECUTE ON FUNCTION certledger.verify(), certledger.verify_holdings(), certledger.verify_history(),
	certledger.verify_documents(), certledger.verify_issues(), certledger.verify_claims(), certledger.verify_guards(),
	certledger.movement_event(), certledger.order_end(), certledger.certificate_history(certledger.gec) TO auditor;
-- a registrar calls the functions
GRANT INSERT ON certledger.transfer, certledger.retirement, certledger.account TO registrar;
GRANT EXECUTE ON FUNCTION certledger.retire, certledger.register_account, certledger.account_region TO registrar;
GRANT CREATE ON SCHEMA public TO visitor;
CREATE SCHEMA hers AUTHORIZATION visitor;
SQL
my $contents = contents($node, 'roles');

# A role without grants
stranger_cannot('stranger', "SELECT * FROM certledger.holding", 'read holdings');
stranger_cannot('stranger', "SELECT * FROM certledger.rule", 'read rules');
stranger_cannot('stranger', "SELECT '1 kWh'::certledger.energy", 'name a type');
stranger_cannot('stranger', "SELECT certledger.retire('x', 1, 2025, 1)", 'retire');
stranger_cannot('stranger', "SELECT certledger.create_ledger()", 'create a ledger');
stranger_cannot('stranger', "DROP EXTENSION certledger CASCADE", 'drop the extension');
stranger_cannot('stranger', "CREATE TABLE certledger.x ()", 'create a table');

# The schema alone gives the types and what computes, and no more
is(sqlstate($node, 'roles', "SELECT '1 MWh'::certledger.energy OPERATOR(certledger.+) '1 kWh', certledger.province('500100')",
		as('visitor')),
	'00000', 'visitor can compute with the types');
my @tables = split(/\n/, $node->safe_psql('roles',
	"SELECT relname FROM pg_class WHERE relnamespace = 'certledger'::regnamespace AND relkind IN ('r', 'p', 'v')"));
cmp_ok(scalar(@tables), '>', 30, 'the ledger has tables');
is($node->safe_psql('roles', <<'SQL'), '', 'visitor has no right on any table, view or sequence');
SELECT relname FROM pg_class
WHERE relnamespace = 'certledger'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
  AND CASE relkind WHEN 'S' THEN has_sequence_privilege('visitor', oid, 'USAGE, SELECT, UPDATE')
	  ELSE has_table_privilege('visitor', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
		OR has_any_column_privilege('visitor', oid, 'SELECT, INSERT, UPDATE, REFERENCES') END
SQL
# (rule_value() reads with the rights of its caller, ledger_definition() is text)
is($node->safe_psql('roles', <<'SQL'), '', 'visitor can call no function that writes, acts for its owner or reads tables');
SELECT oid::regprocedure FROM pg_proc
WHERE pronamespace = 'certledger'::regnamespace AND has_function_privilege('visitor', oid, 'EXECUTE')
  AND (provolatile = 'v' OR prosecdef OR prorettype IN ('trigger'::regtype, 'event_trigger'::regtype)
	   OR prosrc ~* '(FROM|JOIN|INTO) certledger\.' AND proname NOT IN ('rule_value', 'ledger_definition'))
SQL
stranger_cannot('visitor', $_, 'call ' . (/(\w+)\(/)[0]) foreach (
	"SELECT certledger.register_account('user', 'x', '500100', personal_id => 'x')",
	"SELECT certledger.issue('2025-06-01')",
	"SELECT certledger.transfer_certificates('x', 1, 10, 1)",
	"SELECT certledger.retire('x', 1, 2025, 1)",
	"SELECT certledger.run_accounts(2025)",
	"SELECT certledger.verify()",
	"SELECT certledger.rule_value('certificate_energy')",
	"SELECT certledger.certificate_history('65000000000000001250600000000111')");
stranger_cannot('visitor', $_, $_) foreach (
	"CREATE TABLE hers.transfer (LIKE pg_class); CREATE TRIGGER t AFTER INSERT ON hers.transfer"
	  . " REFERENCING NEW TABLE AS i FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_transfer()",
	"CREATE TRIGGER t BEFORE INSERT ON certledger.holding FOR EACH STATEMENT EXECUTE FUNCTION suppress_redundant_updates_trigger()");

# Not even a superuser posts by a trigger of another table.
is_refused($node, 'roles', <<'SQL', '39P01', 'post_transfer() on a table of another schema');
CREATE TABLE public.transfer (LIKE certledger.transfer);
CREATE TRIGGER t AFTER INSERT ON public.transfer
	REFERENCING NEW TABLE AS i FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_transfer();
INSERT INTO public.transfer SELECT * FROM certledger.transfer LIMIT 1;
SQL
$node->safe_psql('roles', 'DROP TABLE IF EXISTS public.transfer');
is(contents($node, 'roles'), $contents, 'nothing of this changed the ledger');

# A trader inserts documents; the posting has rights that the trader has not.
is(sqlstate($node, 'roles', insert('trade 1', 1), as('trader')), '00000', 'trader can insert a transfer');
stranger_cannot('trader', 'SELECT * FROM certledger.transfer', 'read transfers');
stranger_cannot('trader', "INSERT INTO certledger.movement DEFAULT VALUES", 'insert a movement');
stranger_cannot('trader', "UPDATE certledger.holding SET account_id = 10", 'change holdings');
stranger_cannot('trader', "INSERT INTO certledger.retirement DEFAULT VALUES", 'insert a retirement');
is_refused($node, 'roles', insert('trade 2', 1_000_000_000), 'LC001', 'trader is refused what there is not', as('trader'));
is_refused($node, 'roles', <<'SQL', '22023', 'trader cannot post as another', as('trader'));
INSERT INTO certledger.transfer (ref, mode, from_account, to_account, quantity, effective_on, posted_by)
VALUES ('trade 3', 'bilateral', 1, 10, 1, '2025-10-01', 'auditor')
SQL
is_refused($node, 'roles', <<'SQL', '22023', 'trader cannot post at another time', as('trader'));
INSERT INTO certledger.transfer (ref, mode, from_account, to_account, quantity, effective_on, posted_at)
VALUES ('trade 3', 'bilateral', 1, 10, 1, '2025-10-01', '2025-10-01')
SQL
is($node->safe_psql('roles', "SELECT ref, posted_by FROM certledger.transfer WHERE posted_by = 'trader'"),
	'trade 1|trader', 'a document says who posted it');

# An auditor reads and verifies.
is(sqlstate($node, 'roles', 'SELECT count(*) FROM certledger.verify()', as('auditor')), '00000', 'auditor can verify');
is(sqlstate($node, 'roles', 'SELECT count(*) FROM certledger.holding_balance, certledger.user_report', as('auditor')),
	'00000', 'auditor can read views');
stranger_cannot('auditor', insert('audit', 1), 'insert a transfer');

# A registrar calls the functions.
is(sqlstate($node, 'roles', $_, as('registrar')), '00000', 'registrar can call ' . (/(\w+)\(/)[0]) foreach (
	"SELECT certledger.register_account('user', 'x', '500100', personal_id => 'x')",
	"SELECT certledger.transfer_certificates('call', 1, 10, 5, effective_on => '2025-10-01')",
	"SELECT certledger.transfer_certificates('call', 1, 10, 5, effective_on => '2025-10-01')",
	"SELECT certledger.retire('call', 10, 2025, 5, effective_on => '2025-10-01')");
is_sound($node, 'roles', 'roles');

# One ledger is made and used where nobody has planted anything, another where
# everything is planted that may be found by mistake: traps note that they were
# called.  Both must come out the same.
foreach my $dbname ('clean', 'hostile')
{
	$node->safe_psql('postgres', "CREATE DATABASE $dbname");
}
$node->safe_psql('hostile', <<'SQL');
CREATE TABLE public.trap (sprung text);
CREATE FUNCTION public.spring(what text) RETURNS boolean LANGUAGE sql
	AS $$ INSERT INTO public.trap VALUES ($1); SELECT true $$;
GRANT ALL ON public.trap TO PUBLIC;
DO $do$
DECLARE
	t text;
	o text;
BEGIN
	-- operators that match what the ledger compares better than, or as well as, the built-in ones
	FOREACH t IN ARRAY ARRAY['bigint', 'integer', 'date', 'text', 'numeric', 'boolean', 'timestamptz', 'name', 'oid']
	LOOP
		FOREACH o IN ARRAY ARRAY['=', '<>', '<', '<=', '>', '>=']
		LOOP
			EXECUTE pg_catalog.format('CREATE FUNCTION public.%I(%s, %s) RETURNS boolean LANGUAGE sql AS %L',
				'op' || o || t, t, t, pg_catalog.format('SELECT public.spring(%L)', o || ' ' || t));
			EXECUTE pg_catalog.format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.%I)',
				o, t, t, 'op' || o || t);
		END LOOP;
	END LOOP;
	-- functions by the names of built-in ones
	FOREACH t IN ARRAY ARRAY['lower(anyrange) RETURNS anyelement AS $$ SELECT public.spring(''lower''); SELECT pg_catalog.lower($1) $$',
		'upper(anyrange) RETURNS anyelement AS $$ SELECT public.spring(''upper''); SELECT pg_catalog.upper($1) $$',
		'now() RETURNS timestamptz AS $$ SELECT public.spring(''now''); SELECT pg_catalog.now() $$',
		'format(text, text, text) RETURNS text AS $$ SELECT public.spring(''format''); SELECT ''x''::text $$',
		'to_char(date, text) RETURNS text AS $$ SELECT public.spring(''to_char''); SELECT ''x''::text $$',
		'abs(numeric) RETURNS numeric AS $$ SELECT public.spring(''abs''); SELECT 0::numeric $$',
		'unnest(bigint[]) RETURNS SETOF bigint AS $$ SELECT public.spring(''unnest''); SELECT 1::bigint $$',
		'quantity(text) RETURNS bigint AS $$ SELECT public.spring(''quantity''); SELECT 0::bigint $$',
		'rule_value(text, date) RETURNS text AS $$ SELECT public.spring(''rule_value''); SELECT ''x''::text $$']
	LOOP
		EXECUTE 'CREATE FUNCTION public.' || replace(t, ' AS $$', ' LANGUAGE sql AS $$');
	END LOOP;
END $do$;
CREATE TABLE public.holding (certificates text, account_id bigint);
CREATE TABLE public.account (account_id bigint);
CREATE TYPE public.energy AS ENUM ('trap');
SQL
$node->safe_psql('clean', 'CREATE EXTENSION certledger; SELECT certledger.create_ledger()');
$node->safe_psql('hostile', <<'SQL');
SET search_path = public, pg_catalog;
CREATE EXTENSION certledger;
SELECT certledger.create_ledger();
SQL
is($node->safe_psql('hostile', 'SELECT DISTINCT sprung FROM public.trap'), '', 'nothing planted is called when a ledger is made');

# Now what can only be planted once the types are there.
$node->safe_psql('hostile', <<'SQL');
DO $do$
DECLARE
	t text;
	o text;
BEGIN
	FOREACH t IN ARRAY ARRAY['energy', 'region', 'gec', 'gecrange', 'gecmultirange', 'uscc', 'holding_state', 'route',
		'account_kind', 'trade_mode', 'volume_class', 'energy_source', 'claim_regime', 'document_kind', 'tier']
	LOOP
		FOREACH o IN ARRAY ARRAY['=', '<>', '<', '<=', '>', '>=', '&&', '@>']
		LOOP
			EXECUTE pg_catalog.format('CREATE FUNCTION public.%I(certledger.%I, certledger.%I) RETURNS boolean LANGUAGE sql AS %L',
				'op' || o || t, t, t, pg_catalog.format('SELECT public.spring(%L)', o || ' ' || t));
			EXECUTE pg_catalog.format('CREATE OPERATOR public.%s (LEFTARG = certledger.%I, RIGHTARG = certledger.%I, FUNCTION = public.%I)',
				o, t, t, 'op' || o || t);
		END LOOP;
	END LOOP;
	FOREACH t IN ARRAY ARRAY['quantity(certledger.gecrange)', 'quantity(certledger.gecmultirange)', 'lower(certledger.gecrange)',
		'wh(certledger.energy)', 'sum(certledger.energy)', 'serial(certledger.gec)']
	LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION public.%s RETURNS bigint LANGUAGE sql AS %L', t,
			pg_catalog.format('SELECT public.spring(%L); SELECT 0::bigint', t));
	END LOOP;
END $do$;
SQL

$node->safe_psql('hostile', <<'SQL');
SET search_path = public, pg_catalog;
CREATE TABLE public.step AS SELECT now() AS at, lower(int4range(1, 2)) AS first;
SQL
is($node->safe_psql('hostile', 'SELECT DISTINCT sprung FROM public.trap ORDER BY 1; TRUNCATE public.trap'),
	"lower\nnow", 'the traps spring when someone steps on them');

my $plant = <<'SQL';
CREATE TEMP TABLE holding (certificates text);
CREATE TEMP TABLE account (account_id bigint, kind text, region text, closed_on date);
CREATE TEMP TABLE movement (x text);
CREATE TEMP TABLE transfer (ref text);
CREATE TEMP TABLE rule (name text, value text);
CREATE TEMP TABLE generation (x text);
CREATE TYPE pg_temp.gec AS ENUM ('trap');
CREATE TYPE pg_temp.holding_state AS ENUM ('trap');
CREATE FUNCTION pg_temp.lower(anyrange) RETURNS anyelement LANGUAGE sql
	AS $$ SELECT public.spring('pg_temp.lower'); SELECT pg_catalog.lower($1) $$;
SET search_path = pg_temp, public, pg_catalog;
SQL

# Everything by qualified name, as a careful caller in a hostile place does.
my $use = <<'SQL';
SELECT FROM certledger.register_account('generator', 'seller', '500100', personal_id => 'g', opened_on => '2020-01-01');
SELECT FROM certledger.register_account('user', 'buyer', '500100', personal_id => 'u', opened_on => '2020-01-01');
SELECT FROM certledger.register_account('user', 'buyer', '500100', personal_id => 'u', opened_on => '2020-01-01');
SELECT FROM certledger.register_project('50000000000000001', 'farm', 1, '500100', 'wind', 1000, '2021-01-01', registered_on => '2021-01-01');
INSERT INTO certledger.generation VALUES ('50000000000000001', '2025-06-01', 'on_grid', '100.5 MWh');
SELECT FROM certledger.issue('2025-06-01', 'issue', '2025-07-22');
SELECT FROM certledger.transfer_certificates('t1', 1, 2, 20, effective_on => '2025-08-01');
SELECT FROM certledger.transfer_certificates('t1', 1, 2, 20, effective_on => '2025-08-01');
INSERT INTO certledger.transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on)
	VALUES ('t2', 'auction', 1, 2, 10,
		certledger.gecmultirange(certledger.make_gecrange(certledger.make_gec('50000000000000001', '2025-06-01', 41), 10)), '2025-08-01');
SELECT FROM certledger.retire('r1', 2, 2025, 7, effective_on => '2025-09-01');
INSERT INTO certledger.retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
	VALUES ('r2', 1, 3, 'voluntary', 2026, 2, '500100', '2025-09-02');
INSERT INTO certledger.grid_draw VALUES (2, '500100', '2025-06-01', '1 GWh');
INSERT INTO certledger.published_generation VALUES (2025, '500000', 'wind', '10 GWh', '9 GWh'), (2025, '510000', 'hydro', '10 GWh', '9 GWh');
INSERT INTO certledger.interprovincial_flow VALUES (2025, 'national', '510000', '500000', '1 GWh');
SELECT FROM certledger.run_accounts(2025);
SELECT problem, detail FROM certledger.verify();
SELECT movement_id, ref, from_account, to_account, to_state
	FROM certledger.certificate_history(certledger.make_gec('50000000000000001', '2025-06-01', 41));
SELECT certificates FROM certledger.holding_balance AS t ORDER BY t::text;
SELECT certledger.account_region(2), certledger.transfer_certificates('t3', 1, 2, 1, effective_on => '2025-08-02');
SQL

my $clean = $node->safe_psql('clean', $use);
my ($status, $out, $err) = $node->psql('hostile', $plant . $use, on_error_stop => 1);
is($status, 0, 'the ledger works in a hostile place') or diag($err);
is($out, $clean, 'with the same results');
is(contents($node, 'hostile', 'posted_at,run_at,opened_at'), contents($node, 'clean', 'posted_at,run_at,opened_at'), 'and the same tables');
is($node->safe_psql('hostile', 'SELECT DISTINCT sprung FROM public.trap ORDER BY 1'), '', 'nothing planted was called');
is(sqlstate($node, 'hostile', "$plant SELECT certledger.transfer_certificates('t9', 1, 2, 1000, effective_on => '2025-08-01')"),
	'LC001', 'overspending is refused there too');
is_sound($node, 'hostile', 'hostile');

$node->stop;
done_testing();

# Connects as a role.
sub as
{
	my ($role) = @_;

	return (extra_params => [ '-U', $role ]);
}

# A transfer, as plain INSERT.
sub insert
{
	my ($ref, $quantity) = @_;

	return "INSERT INTO certledger.transfer (ref, mode, from_account, to_account, quantity, effective_on)"
	  . " VALUES ('$ref', 'bilateral', 1, 10, $quantity, '2025-10-01')";
}

# Checks that a role lacks the right to do something.
sub stranger_cannot
{
	my ($role, $sql, $what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_refused($node, 'roles', $sql, '42501', "$role cannot $what", as($role));
}
