# aggregate: sum, avg, min and max of energy beside bigint and numeric.
#
# Three tables hold the same rows: a month's consumption of as many users,
# each with its prefecture (400 of them, in no order), in kWh with three
# decimals.  They differ in the type of the figure only.  bigint holds
# watt-hours and is the limit: what PostgreSQL's own code needs for the same
# bytes.  numeric holds kilowatt-hours and is what is written without
# certledger.
#
# jit is left as the server has it.
#
# A target of 1.05 is less than a busy machine's noise in a few rounds, so the
# measures beside bigint have seven times as many as others, and a control without target says what the
# noise is worth: sum(bigint) beside itself, in as many rounds.

use strict;
use warnings;

my $count = size(10_000_000, 1_000_000);
my $million = $count / 1_000_000;
my $dbh = session();

# Consumption is spread evenly over the magnitudes from 1 kWh to 10 GWh.
run($dbh,
	'CREATE SCHEMA bench',
	'SELECT setseed(0.5)',
	qq{CREATE TABLE bench.as_bigint AS
		SELECT 1 + floor(400 * random())::int AS prefecture, (1000 * 10 ^ (7 * random()))::bigint AS value FROM generate_series(1, $count)},
	'CREATE TABLE bench.as_energy AS SELECT prefecture, make_energy(wh => value) AS value FROM as_bigint',
	'CREATE TABLE bench.as_numeric AS SELECT prefecture, kwh(value) AS value FROM as_energy',
	'VACUUM (ANALYZE) as_bigint, as_energy, as_numeric');
checkpoint($dbh);

my %ways = (serial => session(max_parallel_workers_per_gather => 0), parallel => session());

# How a result is written in kWh, by the type it comes from.
my %kwh = (energy => 'kwh(%s)', bigint => '%s / 1000.0', numeric => '%s');

# An aggregate of each type's whole table, as rows of kWh rounded to 1 Wh.
sub in_kwh
{
	my ($type, $group, @functions) = @_;
	my $columns = join(', ', map { 'round(' . sprintf($kwh{$type}, "$_(value)") . ", 3) AS $_" } @functions);
	return $group ? "SELECT prefecture, $columns FROM as_$type GROUP BY prefecture" : "SELECT $columns FROM as_$type";
}

# Measures functions of energy against the same of another type.
sub against
{
	my ($way, $type, $target, $rounds, @functions) = @_;
	my $columns = join(', ', map { "$_(value)" } @functions);

	measure(
		name => sprintf('%s(energy), %d M rows, %s, beside %s', join('/', @functions), $million, $way, $type),
		against => $type eq 'numeric' ? 'plain' : 'limit',
		target => $target,
		rounds => $rounds,
		warm => 1,
		certledger => sub { timed($ways{$way}, "SELECT $columns FROM as_energy") },
		reference => sub { timed($ways{$way}, "SELECT $columns FROM as_$type") },
		same => sub { same_rows($dbh, in_kwh('energy', 0, @functions), in_kwh($type, 0, @functions)) });
	return;
}

# Rounds of the measures beside bigint, and of those beside numeric.
my $rounds = 7 * ($ENV{ROUNDS} || size(3, 2));
my $fewer = size(7, 5);

foreach my $way (qw(serial parallel))
{
	my $bigint = sub { timed($ways{$way}, 'SELECT sum(value) FROM as_bigint') };

	measure(
		name => sprintf('control: sum(bigint) beside itself, %d M, %s', $million, $way),
		rounds => $rounds,
		warm => 1,
		certledger => $bigint,
		reference => $bigint);
	foreach my $functions (['sum'], ['avg'], [ 'min', 'max' ])
	{
		against($way, 'bigint', 1.05, $rounds, @$functions);
		against($way, 'numeric', 0.65, $fewer, @$functions);
	}
	measure(
		name => sprintf('sum(energy) by 400 keys, %d M rows, %s', $million, $way),
		target => 1.1,
		rounds => $rounds,
		warm => 1,
		certledger => sub { timed($ways{$way}, 'SELECT prefecture, sum(value) FROM as_energy GROUP BY prefecture') },
		reference => sub { timed($ways{$way}, 'SELECT prefecture, sum(value) FROM as_bigint GROUP BY prefecture') },
		same => sub { same_rows($dbh, in_kwh('energy', 1, 'sum'), in_kwh('bigint', 1, 'sum')) });
}

1;
