# storage: bytes that the ledger takes, heap and indexes, beside what the plain
# registry takes for the same.  All after VACUUM, which gives back what dead
# rows held inside of the tables but does not make them smaller.

use strict;
use warnings;
use FindBin;
use Registry;

my ($sellers, $buyers) = (1000, size(50_000, 5000));
my $transfers = size(100_000, 10_000);
my $projects = size(100_000, 10_000);
my $users = size(100_000, 10_000);
my $dbh = session();

# Bytes of tables with their indexes and partitions.
sub bytes
{
	my (@tables) = @_;
	my $list = join(', ', map { "'$_'::regclass" } @tables);

	run($dbh, 'VACUUM ' . join(', ', @tables));
	return value($dbh, "SELECT sum(pg_total_relation_size(oid)) FROM pg_class
		WHERE oid IN ($list) OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent IN ($list))");
}

# What a piece of work adds to tables.
sub added
{
	my ($work, @tables) = @_;
	my $before = bytes(@tables);

	$work->();
	return bytes(@tables) - $before;
}

market();

run($dbh, 'VACUUM ANALYZE');

# 1. Issue: a run of 240 for each project, and a run of a million.
my @issue = qw(issuance_line movement holding accrual);
run($dbh,
	"SELECT bench.add_accounts('generator', $sellers), bench.add_accounts('user', $buyers)",
	"SELECT bench.add_projects(0, $projects, 1, $sellers, 10000)", "SELECT bench.add_generation('2026-01-01', 0, $projects, 240, 240)");
my $lots = added(sub { run($dbh, q{SELECT issue('2026-01-01', effective_on => '2026-02-20')}) }, @issue);
my $runs = 2 * $sellers;
run($dbh, "SELECT bench.add_projects(1000000, $runs, 1, $sellers, 100000000)", "SELECT bench.add_generation('2025-12-01', 1000000, $runs, 1000000, 1000000)");
my $million = added(sub { run($dbh, q{SELECT issue('2025-12-01', effective_on => '2026-02-20')}) }, @issue);

plain_registry();
my $n = size(1_000_000, 100_000);
my $rows = added(sub {
	run($dbh, "INSERT INTO plain.certificate
		SELECT 50000000000000000260100000000111 + i * 100::numeric, 1 + i % 1000, 'issued', '2027-12-31', NULL FROM generate_series(0, $n - 1) AS i") },
	'plain.certificate');
my $bundles = added(sub {
	run($dbh, q{INSERT INTO plain.bundle SELECT lower(certificates)::text::numeric, quantity(certificates), account_id, 'issued', valid_until, NULL
		FROM holding ORDER BY last_certificate}) }, 'plain.bundle');
my $held = value($dbh, 'SELECT count(*) FROM holding');
report_only('bytes per million certificates, 240 each, row each', 'bytes', 1e6 * $lots / (240 * $projects), 1e6 * $rows / $n, 'plain');
report_only('bytes per million certificates, 240 each, bundles', 'bytes', 1e6 * $lots / (240 * $projects), 1e6 * $bundles / $held / 240, 'plain');
report_only('bytes per million certificates, one run, row each', 'bytes', $million / $runs, 1e6 * $rows / $n, 'plain');

# 2. Transfers: the oldest are those runs of a million.
stage($dbh, 'sales', $transfers, 1, $sellers, $sellers + 1, $buyers);
my $moved = added(sub { batch_post($dbh, 'sales', 'transfer_batch') }, qw(transfer movement holding));
run($dbh, "INSERT INTO plain.line SELECT n, ref, from_account, to_account, quantity, 5, '$Registry::day' FROM bench.sales");
my $moved_bundles = added(sub { run($dbh, 'SELECT plain.transfer_bundles_batch()') }, qw(plain.transfer plain.bundle));
report_only('bytes per transfer, row per bundle and no journal', 'bytes', $moved / $transfers, $moved_bundles / $transfers, 'plain');

# 3. A user's year: twelve months of grid draw, and its account.
run($dbh, "INSERT INTO grid_draw (account_id, region, month, energy)
	SELECT i, c.region, make_date(2025, m, 1), make_energy(wh => 1000 * (100000 + (i * 7919 + m * 104729) % 900000))
	FROM generate_series(1, $users) AS i JOIN bench.city AS c ON c.number = i % (SELECT count(*) FROM bench.city), generate_series(1, 12) AS m ORDER BY m, i");
run($dbh, 'SELECT run_accounts(2025)');
timed_script("$FindBin::RealBin/plain/storage.sql");
my $years = bytes(qw(grid_draw user_account));
report_only('bytes per user and year', 'bytes', $years / $users, bytes(qw(plain.grid_draw plain.user_account)) / $users, 'plain');
push @Bench::failures, 'storage: user_account has not one row for each user' if value($dbh, 'SELECT count(*) FROM user_account') != $users;

verified($dbh);
1;
