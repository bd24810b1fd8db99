# The accounts of a moderately large year: a run that is cancelled at any moment
# leaves nothing half-written, and repeated it gives what an undisturbed run
# gives; so it does in parallel, with little memory, by other plans, and from
# facts that were loaded in another order.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../perl";

use CertledgerTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $USERS = 30000;
my $TIMEOUTS = 16;		# cancelled by statement_timeout
my $CANCELS = 8;		# cancelled by another session
my @FACTS = qw(grid_draw storage_charge physical_supply energy_trade market_province unified_purchase
  agreed_allocation interprovincial_flow published_generation published_consumption published_cap published_coefficient);
my @RESULTS = qw(recognition recognition_cap interprovincial_account province_account coefficient
  coefficient_month city_account user_account account_warning);
my $RUN = 'SELECT phase, lines FROM certledger.run_accounts(2026)';

my $node = new_node('accounts', "autovacuum = off\nmax_parallel_workers = 4");

create_ledger($node, 'accounts');
$node->safe_psql('accounts', facts());

# An undisturbed run, and how long it takes.
my $started = time();
my $phases = $node->safe_psql('accounts', $RUN);
my $elapsed = time() - $started;
my $digest = digest();

like($phases, qr/^users\|$USERS$/m, 'every user has an account');
like($phases, qr/^months\|[1-9][0-9]+$/m, 'some by coefficients of months');
unlike($digest, qr/\|0\|/, 'every result table has rows');
is($node->safe_psql('accounts', 'SELECT count(*) FROM certledger.account_identity WHERE residual_mwh <> 0'), '0', 'the identities hold');
note("$USERS users in $elapsed s");

# Other facts, so that a run has something to change; what it will give.
$node->safe_psql('accounts', "SET search_path = certledger; UPDATE certledger.grid_draw SET energy = energy + '1.001 kWh' WHERE account_id % 3 = 0;"
	  . "UPDATE certledger.published_generation SET generated = generated + '7 kWh' WHERE source = 'wind'");
$node->safe_psql('postgres', 'CREATE DATABASE undisturbed TEMPLATE accounts');
$started = time();
$node->safe_psql('undisturbed', $RUN);
$elapsed = time() - $started if time() - $started < $elapsed;
my $wanted = digest('undisturbed');
isnt($wanted, $digest, 'other facts give other accounts');

# Cancelled at moments spread over its time.
my (%reached, $cancelled);
for my $i (1 .. $TIMEOUTS)
{
	my $ms = 1 + int(1000 * $elapsed * $i / $TIMEOUTS);
	my ($status, $out, $err) = $node->psql('accounts',
		parallel($i % 2) . "SET client_min_messages = debug1; SET statement_timeout = '${ms}ms'; $RUN");

	if ($status == 0)
	{
		is(digest(), $wanted, "within $ms ms it ends");
		again();
		next;
	}
	$cancelled++;
	like($err, qr/canceling statement due to statement timeout/, "cancelled after $ms ms");
	my @done = $err =~ /accounts: phase ([\w ]+) wrote/g;
	$reached{ $done[-1] // 'none' }++;
	nothing_happened("cancelled after $ms ms, phase " . ($done[-1] // 'none'));
}
cmp_ok($cancelled, '>=', $TIMEOUTS / 2, 'most runs were cancelled');
cmp_ok(scalar(keys %reached), '>=', 3, 'in several phases: ' . join(', ', sort keys %reached));

for my $i (1 .. $CANCELS)
{
	my ($client) = start_clients($node, 'accounts', "\\set ON_ERROR_STOP 1\nSET application_name = 'run';\n" . parallel($i % 2) . "$RUN;\n\\echo done\n");

	$node->poll_query_until('accounts', "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'run' AND query LIKE '%run_accounts%' AND state = 'active'");
	sleep(rand(0.9 * $elapsed));
	my $by = $i == $CANCELS ? 'pg_terminate_backend' : 'pg_cancel_backend';
	$node->safe_psql('postgres', "SELECT count($by(pid)) FROM pg_stat_activity WHERE application_name = 'run' AND backend_type = 'client backend'");
	my ($result) = finish_clients($client);
	if (grep { $_ eq 'done' } @{ $result->{lines} })
	{
		is(digest(), $wanted, "$by came too late");
		again();
		next;
	}
	is(join(' ', keys %{ $result->{states} }), $by eq 'pg_cancel_backend' ? '57014' : '57P01', "$by ends a run");
	nothing_happened("$by, attempt $i");
}
$node->poll_query_until('accounts', 'SELECT count(*) = 0 FROM pg_ls_tmpdir()');
is($node->safe_psql('accounts', 'SELECT count(*) FROM pg_ls_tmpdir()'), '0', 'no temporary files are left');

# A transaction that caught the error goes on, and can run the year after all.
is($node->safe_psql('accounts', <<SQL), '57014', 'cancelled inside a transaction');
SET client_min_messages = error;
CREATE TABLE caught (sqlstate text);
BEGIN;
SAVEPOINT before;
SET statement_timeout = '@{[ 1 + int(100 * $elapsed) ]}ms';
DO \$\$
BEGIN
	PERFORM FROM certledger.run_accounts(2026);
EXCEPTION WHEN query_canceled THEN
	INSERT INTO caught VALUES (SQLSTATE);
END \$\$;
SET statement_timeout = 0;
DO \$\$ BEGIN PERFORM FROM certledger.run_accounts(2026); END \$\$;
COMMIT;
SELECT sqlstate FROM caught;
SQL
is(digest(), $wanted, 'repeated, it gives what an undisturbed run gives');
is($node->safe_psql('accounts', 'SELECT count(*) FROM certledger.account_identity WHERE residual_mwh <> 0'), '0', 'and the identities hold');

# In parallel, in little memory, by other plans.
my %plans = (
	'in parallel' => parallel(1),
	'not in parallel' => parallel(0),
	'in little memory' => "SET work_mem = '64kB'; SET hash_mem_multiplier = 1; SET maintenance_work_mem = '1MB';",
	'by sorting' => 'SET enable_hashagg = off; SET enable_hashjoin = off;',
	'by hashing' => 'SET enable_mergejoin = off; SET enable_nestloop = off; SET enable_sort = off; SET enable_indexscan = off; SET enable_bitmapscan = off;',
	'parallel, in little memory' => parallel(1) . "SET work_mem = '64kB'; SET hash_mem_multiplier = 1;",
	'in another place and time' => "SET timezone = 'America/New_York'; SET datestyle = 'German'; SET extra_float_digits = 0; SET search_path = public;");
foreach my $name (sort keys %plans)
{
	$node->safe_psql('accounts', "$plans{$name} $RUN");
	is(digest(), $wanted, "$name: the same accounts");
}

SKIP:
{
	skip 'auto_explain is not installed', 2 if sqlstate($node, 'accounts', "LOAD 'auto_explain'") ne '00000';
	my $explain = "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on;"
	  . 'SET auto_explain.log_timing = off; SET auto_explain.log_nested_statements = on; SET auto_explain.log_level = notice;';

	like(draw_plan(parallel(1) . $explain), qr/Workers Launched: [1-9]/, 'workers are launched to read the grid draw of the users');
	unlike(draw_plan(parallel(0) . $explain), qr/Workers Launched/, 'but not where they may not be');
}

# From facts that were loaded in another order.
foreach my $order ('md5(t::text)', 'md5(t::text) DESC')
{
	$node->safe_psql('accounts', join("\n", 'BEGIN;',
		(map { "CREATE TEMP TABLE copy_$_ ON COMMIT DROP AS TABLE certledger.$_; TRUNCATE certledger.$_;"
			  . " INSERT INTO certledger.$_ SELECT * FROM copy_$_ AS t ORDER BY $order;" } @FACTS),
		'COMMIT;', "$RUN;"));
	is(digest(), $wanted, "loaded in the order of $order: the same accounts");
}

$node->stop;
done_testing();

# Facts of a year: users of four provinces, of whom every tenth has physical
# supply and every hundredth storage or trade; provinces that trade, one with
# coefficients of months, claims of certificates beyond a pool.
sub facts
{
	return <<"SQL";
SET search_path = certledger, public;
CREATE FUNCTION pg_temp.e(n bigint, up_to integer) RETURNS energy LANGUAGE sql AS 'SELECT make_energy(wh => mod(abs(hashint8extended(\$1, 7)), \$2 * 1000000::bigint))';
CREATE TEMP TABLE place AS SELECT n, p, c FROM unnest('{110100,130100,500100,500200,510100,510300,650100,650200}'::region[]) WITH ORDINALITY AS r(c, n), LATERAL province(c) AS p;
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT u, c, make_date(2026, m, 1), pg_temp.e(12 * u + m, 10) FROM generate_series(1, $USERS) AS u JOIN place ON n = 1 + u % 8, generate_series(1, 3) AS m;
INSERT INTO physical_supply (account_id, region, month, kind, energy)
SELECT u, c, '2026-05-01', 'self_use', pg_temp.e(u, 1) FROM generate_series(10, $USERS, 10) AS u JOIN place ON n = 1 + u % 8;
INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged)
SELECT u, c, '2026-06-01', 'new_storage', pg_temp.e(u, 4), pg_temp.e(u, 3) FROM generate_series(100, $USERS, 100) AS u JOIN place ON n = 1 + u % 8;
INSERT INTO published_generation (year, province, source, generated, on_grid)
SELECT 2026, p, s, e, e FROM (SELECT DISTINCT p FROM place) AS p, unnest('{wind,hydro,nuclear,fossil}'::energy_source[]) WITH ORDINALITY AS s(s, n), LATERAL (SELECT pg_temp.e(1000 * n + hashint4(ascii(substr(p::text, 2, 1))), 60000)) AS v(e);
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow)
SELECT 2026, CASE WHEN b.n < 4 THEN 'north' ELSE 'west' END, a.p, b.p, pg_temp.e(10 * a.n + b.n, 20000) FROM place AS a, place AS b WHERE a.p <> b.p AND a.n IN (1, 2, 4, 6, 8) AND b.n IN (1, 2, 4, 6, 8);
INSERT INTO energy_trade (contract, month, kind, market, from_province, to_province, buyer, buyer_region, contracted, settled, certificate_settled, one_to_one)
SELECT 'c' || u, make_date(2026, 1 + u % 12, 1), k, 'west', a.p, b.p, CASE WHEN k <> 'conventional' THEN u END, CASE WHEN k <> 'conventional' THEN b.c END, pg_temp.e(u + 1, 6), pg_temp.e(u, 6), CASE WHEN k = 'green_power' THEN pg_temp.e(u, 6) ELSE '0 kWh' END, u % 2 = 0
FROM generate_series(50, $USERS, 50) AS u JOIN place AS b ON b.n = 1 + u % 8 JOIN place AS a ON a.n = 1 + u / 50 % 8, LATERAL (SELECT ('{green_power,conventional,nuclear}'::energy_trade_kind[])[1 + u % 3]) AS v(k);
INSERT INTO market_province (year, market, province) SELECT DISTINCT 2026, 'west', p FROM place WHERE n > 2;
INSERT INTO published_consumption (year, region, consumption) SELECT DISTINCT 2026, p, '70 GWh'::energy FROM place;
INSERT INTO unified_purchase (purchase, month, kind, market, from_province, to_province, volume) SELECT 'plant', make_date(2026, m, 1), 'nuclear', 'west', '130000', NULL, pg_temp.e(m, 500) FROM generate_series(1, 12) AS m;
INSERT INTO agreed_allocation (year, market, from_province, to_province, non_fossil) VALUES (2026, 'north', '650000', '130000', '1 GWh');
INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'in_province_pool', '500000', '777.777777 MWh');
INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2026, '650000', '2026-01-01', 0.3), (2026, '650000', '2026-03-01', 0.7);
-- the first 300 users of 重庆 claim 3 certificates each, more than the pool has
INSERT INTO account (kind, name, personal_id, region, opened_on)
SELECT CASE u WHEN 1 THEN 'generator' ELSE 'user' END::account_kind, 'u' || u, 'u' || u, c, '2020-01-01' FROM generate_series(1, 2403) AS u JOIN place ON n = 1 + u % 8 ORDER BY u;
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on) VALUES ('50000000000000001', 'wind', 1, '500100', 'wind', 10000, '2021-01-01', '2021-01-01');
INSERT INTO generation VALUES ('50000000000000001', '2026-01-01', 'on_grid', '1000 MWh');
INSERT INTO issuance (ref, month, effective_on) VALUES ('issue', '2026-01-01', '2026-02-10');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) SELECT 't' || u, 'bilateral', 1, u, 3, '2026-03-01'::date + u % 50 FROM generate_series(2, 2402, 8) AS u;
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on) SELECT 'r' || u, u, 3, 'mandatory', 2026, u, '500100', '2026-06-01' FROM generate_series(2, 2402, 8) AS u;
ANALYZE;
SQL
}

# Whether the planner should read in parallel whatever it can.
sub parallel
{
	my ($on) = @_;

	return $on
	  ? 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0; '
	  : 'SET max_parallel_workers_per_gather = 0; ';
}

# All results, and the state of the year without its times.
sub digest
{
	my ($dbname) = @_;

	return $node->safe_psql($dbname // 'accounts', join("\n",
		(map { "SELECT '$_', count(*), sum(hash_record_extended(t, 0)::numeric) FROM certledger.$_ AS t;" } @RESULTS),
		'SELECT year, version, state, reason FROM certledger.account_year ORDER BY 1, 2;'));
}

# Checks that the results are those of the last run that was completed.
sub nothing_happened
{
	my ($name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(digest(), $digest, "$name: nothing is half-written");
}

# Brings the results back to what they were, from the former facts.
sub again
{
	$digest = digest();
	return;
}

# The plan that a run used to read the grid draw of the users.
sub draw_plan
{
	my ($settings) = @_;
	my ($status, $out, $err) = $node->psql('accounts', "$settings $RUN");
	my ($plan) = $err =~ /(Query Text: \s*SELECT d\.account_id, d\.region, sum\(d\.energy\).*?)(?=^NOTICE:|\z)/ms;

	return $plan // "no plan found: $err";
}
