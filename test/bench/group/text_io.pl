# text_io: energy, gec, region and uscc as text, in COPY TO and COPY FROM,
# beside numeric and uuid columns with as many rows.
#
# energy against numeric of the same values (kWh with three decimals), the
# others against uuid, the type of PostgreSQL for a code of fixed size.  A
# table has the one column.  COPY TO writes to /dev/null, so that no disk
# counts; COPY FROM reads a file that COPY TO wrote, into an empty unlogged
# table.  The server must run on this machine.

use strict;
use warnings;

use File::Temp qw(tempdir);

my $count = size(3_000_000, 300_000);
my $rounds = $ENV{ROUNDS} || size(5, 7);
my $dbh = session();
my $directory = tempdir(CLEANUP => 1);

chmod 0777, $directory;

# What a row holds.  Certificates come in runs of serial numbers of a project,
# credit codes have a region and a body that differ in every row.
my %value = (
	energy => 'make_energy(wh => wh)',
	numeric => 'kwh(make_energy(wh => wh))',
	gec => q{(lpad((10000000000000000 + g / 240 * 7919)::text, 17, '0') || '2601' || lpad((g % 240 + 1)::text, 9, '0') || '11')::gec},
	region => q{(ARRAY[11,12,13,14,15,21,22,23,31,32,33,34,35,36,37,41,42,43,44,45,46,50,51,52,53,54,61,62,63,64,65])[1 + g % 31]
		* 10000 + (1 + g / 31 % 20) * 100 + g / 620 % 30},
	uscc => q{(body || uscc_check_character(body))::uscc},
	uuid => 'gen_random_uuid()');
$value{region} = "lpad(($value{region})::text, 6, '0')::region";

run($dbh, 'CREATE SCHEMA bench', 'SELECT setseed(0.5)',
	qq{CREATE TABLE bench.source AS
		SELECT g, (1000 * 10 ^ (7 * random()))::bigint AS wh, '91' || lpad((110000 + g % 540000)::text, 6, '0') || upper(lpad(to_hex(g), 9, '0')) AS body
		FROM generate_series(1, $count) AS g});
foreach my $type (sort keys %value)
{
	run($dbh,
		"CREATE TABLE bench.all_$type AS SELECT $value{$type} AS value FROM source",
		"CREATE UNLOGGED TABLE bench.read_$type (value $type)",
		"VACUUM (ANALYZE) all_$type",
		"COPY all_$type TO '$directory/$type'");
}
run($dbh, 'DROP TABLE source');
checkpoint($dbh);

sub copy_to { my ($type) = @_; return timed($dbh, "COPY all_$type TO '/dev/null'") }

# Into a table that is empty, and whose file is new.
sub copy_from
{
	my ($type) = @_;

	run($dbh, "TRUNCATE read_$type");
	return timed($dbh, "COPY read_$type FROM '$directory/$type'");
}

# What a table that was read lacks or has beyond the one that was written.
sub read_again
{
	my ($type) = @_;
	my $difference = same_rows($dbh, "SELECT value FROM all_$type", "SELECT value FROM read_$type");
	return defined $difference ? "$type: $difference" : undef;
}

foreach my $pair ([ 'energy', 'numeric' ], [ 'gec', 'uuid' ], [ 'region', 'uuid' ], [ 'uscc', 'uuid' ])
{
	my ($type, $other) = @$pair;

	measure(
		name => "COPY TO, $type beside $other",
		target => 1.3,
		rounds => $rounds,
		warm => 1,
		certledger => sub { copy_to($type) },
		reference => sub { copy_to($other) },
		same => sub { value($dbh, "SELECT count(*) FROM all_$type") == value($dbh, "SELECT count(*) FROM all_$other") ? undef : 'different counts' });
	measure(
		name => "COPY FROM, $type beside $other",
		target => 1.3,
		rounds => $rounds,
		warm => 1,
		certledger => sub { copy_from($type) },
		reference => sub { copy_from($other) },
		same => sub {
			return read_again($type) // read_again($other) //
				($type eq 'energy' ? same_rows($dbh, 'SELECT kwh(value) FROM read_energy', 'SELECT value FROM read_numeric') : undef);
		});
}

1;
