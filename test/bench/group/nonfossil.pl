# nonfossil: non-fossil consumption of users, prefectures, provinces and the
# nation, three methods and four figures at once, beside one sum(bigint) with
# the same ROLLUP.
#
# The rows are what twelve months leave: for each user and month an energy by
# each of the four identifications, month after month.  Both tables have them
# all, in columns of the same widths, energy on the one side and bigint on the
# other.  Both sides write what they found into a table, so that no client
# counts, and the tables are compared.
#
# The second work_mem lets a hash table of users fit, the first is PostgreSQL's
# own; which plan that gives is the planner's choice.

use strict;
use warnings;

my $users = size(208_334, 20_834);
my $million = sprintf('%.0f', $users * 48 / 1_000_000);
my $dbh = session();

run($dbh,
	'CREATE SCHEMA bench',
	'SELECT setseed(0.5)',
	# 341 prefectures of 31 provinces
	q{CREATE TABLE bench.city AS
		SELECT row_number() OVER () AS id, (p * 10000)::text::region AS province, (p * 10000 + c * 100)::text::region AS prefecture
		FROM unnest(ARRAY[11,12,13,14,15,21,22,23,31,32,33,34,35,36,37,41,42,43,44,45,46,50,51,52,53,54,61,62,63,64,65]) AS p, generate_series(1, 11) AS c},
	qq{CREATE TABLE bench.users AS
		SELECT u AS account, province, prefecture, 10 ^ (5 * random()) AS kwh
		FROM (SELECT u, 1 + floor(341 * random())::bigint AS id FROM generate_series(1::bigint, $users) AS u) AS u JOIN city USING (id)},
	q{CREATE TABLE bench.as_bigint AS
		SELECT account, province, prefecture, identification, (1000 * kwh * (0.5 + random()))::bigint AS value
		FROM generate_series(1, 12) AS month, users, unnest(enum_range(NULL::identification)) AS identification
		ORDER BY month, account, identification},
	q{CREATE TABLE bench.as_energy AS SELECT account, province, prefecture, identification, make_energy(wh => value) AS value FROM as_bigint},
	'VACUUM (ANALYZE) as_bigint, as_energy',
	# what the parts must be, by plain sums
	q{CREATE TABLE bench.parts AS SELECT province, prefecture, account, identification, sum(value) AS value FROM as_bigint GROUP BY 1, 2, 3, 4});
checkpoint($dbh);

my $rollup = 'GROUP BY ROLLUP (province, prefecture, account)';

# Seconds that a query takes to fill a temporary table.
sub into
{
	my ($session, $table, $query) = @_;

	run($session, "DROP TABLE IF EXISTS $table");
	return timed($session, "CREATE TEMP TABLE $table AS $query");
}

# How the two results differ, and the parts from plain sums.
sub differs
{
	my ($session) = @_;
	my $keys = 'province, prefecture, account';
	my @methods = qw(physical energy_trade certificate_trade allocation);
	my $columns = join(', ', map { "wh((e).$_) AS $_" } @methods);
	my $parts = join(', ', map { "sum(value) FILTER (WHERE identification = '$_') AS $_" } @methods);

	return same_rows($session, "SELECT $keys, wh((e).total) AS total FROM consumption", "SELECT $keys, total FROM sums")
	  // same_rows($session, "SELECT $keys, $columns FROM consumption",
		"SELECT $keys, $parts FROM parts $rollup");
}

foreach my $memory (qw(4MB 256MB))
{
	my $session = session(work_mem => $memory);

	measure(
		name => "nonfossil, ROLLUP, $million M rows, work_mem $memory",
		target => 1.5,
		rounds => $ENV{ROUNDS} || size(3, 5),
		certledger => sub { into($session, 'consumption', "SELECT province, prefecture, account, nonfossil(identification, value) AS e FROM as_energy $rollup") },
		reference => sub { into($session, 'sums', "SELECT province, prefecture, account, sum(value) AS total FROM as_bigint $rollup") },
		same => sub { differs($session) });
}

1;
