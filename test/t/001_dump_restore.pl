# A filled ledger goes through pg_dump and comes back the same, in plain,
# custom and directory format, with everything in force that guards it.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../perl";

use CertledgerTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('dump');
my $dir = $node->basedir;

create_ledger($node, 'source');
fill_ledger($node, 'source');

# What an administrator adds must come back too.
$node->safe_psql('source', <<'SQL');
CREATE ROLE reader LOGIN;
GRANT USAGE ON SCHEMA certledger TO reader;
GRANT SELECT ON certledger.holding TO reader;
ALTER TABLE certledger.holding ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON certledger.holding FOR SELECT TO reader USING (account_id = 10);
CREATE INDEX holding_region_idx ON certledger.holding (region) INCLUDE (source);
CREATE INDEX movement_day_idx ON certledger.movement (effective_on);
CREATE TABLE certledger.movement_2031 PARTITION OF certledger.movement
	FOR VALUES FROM ('2031-01-01 00:00+08') TO ('2032-01-01 00:00+08');
CREATE TRIGGER movement_2031_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2031
	FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2031 ENABLE ALWAYS TRIGGER movement_2031_append_only;
COMMENT ON TABLE certledger.movement_2031 IS '2031 年变动';
ALTER TABLE certledger.transfer ADD COLUMN remark text;
SQL

my $contents = contents($node, 'source');
my $catalog = catalog('source');
my %rows = map { (split(/\|/))[ 0, 1 ] } split(/\n/, $contents);
my @empty = grep { !$rows{$_} } grep {
	!/^\w+_(20\d\d|other)$/
} sort keys %rows;

is_sound($node, 'source', 'source');
is("@empty", '', 'the source has rows in every table and view');
is( $node->safe_psql('source', "SELECT count(*) FROM certledger.account WHERE name ~ '重庆'"),
	2, 'the source has names in Chinese');
dump_to('source', "$dir/source.sql");

restore('plain', sub {
	my ($dbname) = @_;
	$node->command_ok(
		[ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $dbname,
			'-o', '/dev/null', '-f', "$dir/source.sql" ],
		'plain: psql restores');
});
restore('single', sub {
	my ($dbname) = @_;
	$node->command_ok(
		[ 'psql', '-X', '-q', '-1', '-v', 'ON_ERROR_STOP=1', '-d', $dbname,
			'-o', '/dev/null', '-f', "$dir/source.sql" ],
		'single: psql restores in one transaction');
});
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/source.dump", 'source' ],
	'pg_dump, custom format');
restore('custom', sub {
	my ($dbname) = @_;
	$node->command_ok(
		[ 'pg_restore', '--exit-on-error', '-d', $dbname, "$dir/source.dump" ],
		'custom: pg_restore restores');
});
$node->command_ok([ 'pg_dump', '-Fd', '-j2', '-f', "$dir/source.dir", 'source' ],
	'pg_dump, directory format, in parallel');
restore('directory', sub {
	my ($dbname) = @_;
	$node->command_ok(
		[ 'pg_restore', '--exit-on-error', '-j2', '-d', $dbname, "$dir/source.dir" ],
		'directory: pg_restore restores in parallel');
});

# The source goes on as its copies do, also with the numbers of documents,
# of which every refusal takes one.
guards('source');
my $after = go_on('source');
foreach my $dbname ('plain', 'single', 'custom', 'directory')
{
	is(go_on($dbname), $after, "$dbname: further documents go on as in the source");
	is_sound($node, $dbname, "$dbname, further documents");
}

$node->stop;
done_testing();

# Names and definitions of what there is in the ledger.
sub catalog
{
	my ($dbname) = @_;

	return $node->safe_psql($dbname, <<'SQL');
SELECT line FROM (
	SELECT format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
	FROM pg_constraint WHERE connamespace = 'certledger'::regnamespace
	UNION ALL
	SELECT format('trigger %s on %s (%s): %s, %s', tgname, tgrelid::regclass, tgenabled, pg_get_triggerdef(oid),
		obj_description(oid, 'pg_trigger'))
	FROM pg_trigger WHERE NOT tgisinternal
	UNION ALL
	SELECT format('index %s on %s: %s', indexname, tablename, indexdef)
	FROM pg_indexes WHERE schemaname = 'certledger'
	UNION ALL
	SELECT format('policy %s on %s to %s: %s', policyname, tablename, roles, qual) FROM pg_policies
	UNION ALL
	SELECT format('partition %s of %s %s', inhrelid::regclass, inhparent::regclass, pg_get_expr(relpartbound, inhrelid))
	FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE relkind = 'r'
	UNION ALL
	SELECT format('sequence %s at %s', sequencename, last_value) FROM pg_sequences
	UNION ALL
	SELECT format('%s %s, rights %s, row security %s, comment %s', relkind, relname, relacl, relrowsecurity,
		obj_description(oid, 'pg_class'))
	FROM pg_class WHERE relnamespace = 'certledger'::regnamespace
) AS lines(line) ORDER BY line COLLATE "C"
SQL
}

# Dumps a database as plain SQL.
sub dump_to
{
	my ($dbname, $file) = @_;

	$node->command_ok([ 'pg_dump', '-f', $file, $dbname ], "$dbname: pg_dump");
	return;
}

# A plain dump without the lines that differ each time.
sub dump_text
{
	my ($file) = @_;

	return join("\n", grep { !/^\\(un)?restrict / && !/^-- (Dumped|Started|Completed)/ }
		  split(/\n/, slurp_file($file)));
}

# Lines that only one of two texts has.
sub difference
{
	my ($old, $new) = @_;
	my %count;

	$count{$_}-- foreach split(/\n/, $old);
	$count{$_}++ foreach split(/\n/, $new);
	return join("\n", map { ($count{$_} < 0 ? '- ' : '+ ') . $_ }
		  grep { $count{$_} != 0 } sort keys %count);
}

# Restores into a new database and checks what came back.
sub restore
{
	my ($dbname, $restore) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $dbname TEMPLATE template0");
	$restore->($dbname);
	is(difference($contents, contents($node, $dbname)), '', "$dbname: identical rows");
	is(difference($catalog, catalog($dbname)), '',
		"$dbname: identical constraints, triggers, indexes, policies, partitions, sequences, rights, comments");
	is_sound($node, $dbname, $dbname);

	dump_to($dbname, "$dir/$dbname.sql");
	my ($first, $second) = map { dump_text("$dir/$_.sql") } ('source', $dbname);
	is(difference($first, $second), '', "$dbname: its dump has no other lines than the first");
	ok($first eq $second, "$dbname: its dump equals the first");

	is( $node->safe_psql($dbname, <<'SQL', extra_params => [ '-U', 'reader' ]),
SELECT count(*) > 0, min(account_id), max(account_id) FROM certledger.holding
SQL
		't|10|10', "$dbname: the policy is in force");
	guards($dbname);
	return;
}

# Everything that is refused in a ledger is refused in this one.
sub guards
{
	my ($dbname) = @_;
	my $refused = sub { is_refused($node, $dbname, $_[0], $_[1], "$dbname, $_[2]") };

	$refused->("UPDATE certledger.holding SET account_id = 10", 'LC014', 'raw UPDATE of holding');
	$refused->("DELETE FROM certledger.holding", 'LC014', 'raw DELETE of holding');
	$refused->("SET session_replication_role = replica; DELETE FROM certledger.holding",
		'LC014', 'raw DELETE as replica');
	$refused->("TRUNCATE certledger.holding", 'LC014', 'TRUNCATE of holding');
	$refused->("UPDATE certledger.movement SET to_account = 10", 'LC013', 'raw UPDATE of movement');
	$refused->("TRUNCATE certledger.movement_2025", 'LC013', 'TRUNCATE of a partition of movement');
	$refused->("INSERT INTO certledger.movement SELECT * FROM certledger.movement LIMIT 1",
		'428C9', 'a movement with a number of its own');
	$refused->("INSERT INTO certledger.movement OVERRIDING USER VALUE SELECT * FROM certledger.movement LIMIT 1",
		'LC014', 'raw INSERT into movement');
	$refused->("UPDATE certledger.accrual SET energy = '1 kWh'", 'LC014', 'raw UPDATE of accrual');
	$refused->("DELETE FROM certledger.transfer", 'LC013', 'DELETE of documents');
	$refused->("UPDATE certledger.account SET kind = 'user'", 'LC013', 'another kind for accounts');
	$refused->("SELECT certledger.transfer_certificates('new', 1, 10, 1000000000, effective_on => '2025-10-01')",
		'LC001', 'overspending');
	$refused->("SELECT certledger.transfer_certificates('named', 1, 10, 1, effective_on => '2025-10-01')",
		'LC012', 'reference with other content');
	$refused->("INSERT INTO certledger.transfer (ref, mode, from_account, to_account, quantity, effective_on)"
		  . " VALUES ('named', 'bilateral', 1, 10, 1, '2025-10-01')", '23505', 'reference used twice');
	$refused->("INSERT INTO certledger.generation VALUES ('99999999999999999', '2025-01-01', 'on_grid', '1 MWh')",
		'23503', 'generation of an unknown project');
	$refused->("INSERT INTO certledger.generation VALUES ('50010100000000007', '2025-01-02', 'on_grid', '1 MWh')",
		'23514', 'generation of a day');
	$refused->("UPDATE certledger.user_account SET allocation = '0 kWh'", 'LC049', 'raw UPDATE of results');
	$refused->("DELETE FROM certledger.recognition_2025", 'LC049', 'raw DELETE of a partition of results');
	$refused->("SET session_replication_role = replica; UPDATE certledger.account_year SET state = 'open', closed_at = NULL, closed_by = NULL WHERE year = 2024",
		'LC049', 'a year opened by hand');
	$refused->("SELECT certledger.run_accounts(2024)", 'LC046', 'a run of a closed year');
	$refused->("SELECT certledger.restate_year(2025, 'again')", 'LC047', 'restating an open year');
	$refused->("SELECT certledger.create_ledger()", '42P07', 'a second ledger');
	$refused->("DROP EXTENSION certledger", '2BP01', 'DROP EXTENSION');
	return;
}

# Posts further documents and tells their numbers and what they moved.
sub go_on
{
	my ($dbname) = @_;

	return $node->safe_psql($dbname, <<'SQL');
SET search_path = certledger, public;
INSERT INTO generation VALUES ('50010100000000007', '2025-05-01', 'on_grid', '1.5 MWh');
SELECT * FROM issue('2025-05-01', 'next issue', '2025-06-22');
SELECT * FROM correct_generation('next', '50010100000000007', '2025-04-01', '19 MWh', '复核', effective_on => '2025-09-30');
SELECT * FROM transfer_certificates('next', 1, 10, 12, effective_on => '2025-10-01');
SELECT * FROM transfer_certificates('next', 1, 10, 12, effective_on => '2025-10-01');
SELECT * FROM retire('next', 10, 2025, 100, effective_on => '2025-10-02');
SELECT register_account('user', '新用户', '500100', personal_id => 'next', opened_on => '2025-01-01');
SELECT max(movement_id), count(*) FROM movement;
SELECT phase, lines FROM run_accounts(2025);
SELECT close_year(2025);
SELECT restate_year(2024, 'restored');
SELECT phase, lines FROM run_accounts(2024);
SELECT year, version, state, reason FROM account_year ORDER BY year, version;
SELECT version, count(*), sum(grid_draw), sum(allocation), sum(non_fossil) FROM user_account GROUP BY version ORDER BY version;
SELECT tableoid::regclass::text = 'movement_' || to_char(now() AT TIME ZONE 'UTC' + interval '8 hours', 'YYYY')
	OR tableoid = 'movement_other'::regclass FROM movement ORDER BY movement_id DESC LIMIT 1;
SQL
}
