# issuance: issue(month) for a country, beside bare inserts of the rows that it
# leaves.  Months follow each other; bare inserts of a round write the rows
# that the ledger wrote in the round before, so that either may come first.

use strict;
use warnings;
use Registry;

my $projects = size(832_000, 40_000);
my $owners = size(50_000, 2500);
my $rounds = $ENV{ROUNDS} || size(2, 3);
my @months = map { $_ == 0 ? '2025-12-01' : sprintf('2026-%02d-01', $_) } 0 .. $rounds;
my @tables = qw(issuance_line movement holding accrual);
my $dbh = session();

market();
run($dbh,
	"SELECT bench.add_accounts('generator', $owners)",
	"SELECT bench.add_projects(0, $projects, 1, $owners, 10000)",
	'VACUUM ANALYZE');
run($dbh, "CREATE TABLE bench.bare_$_ (LIKE certledger.$_ INCLUDING ALL EXCLUDING IDENTITY)") foreach @tables;

# Reports the generation of a month and issues for it; keeps what this left.
sub issue
{
	my ($k) = @_;
	my $month = $months[$k];

	run($dbh, "SELECT bench.add_generation('$month', 0, $projects, 1, 479)");
	checkpoint($dbh);
	my $seconds = timed($dbh, "SELECT * FROM issue('$month', effective_on => (date '$month' + interval '1 month')::date)");
	run($dbh,
		"CREATE UNLOGGED TABLE bench.issuance_line_$k AS SELECT * FROM issuance_line WHERE month = '$month' ORDER BY project_code, volume_class",
		"CREATE UNLOGGED TABLE bench.movement_$k AS SELECT * FROM movement WHERE document = 'issuance'
		 AND document_id = (SELECT issuance_id FROM issuance WHERE month = '$month') ORDER BY movement_id",
		"CREATE UNLOGGED TABLE bench.holding_$k AS SELECT h.* FROM bench.movement_$k AS m JOIN holding AS h ON h.last_certificate = upper(m.certificates) - 1 ORDER BY m.movement_id",
		"CREATE UNLOGGED TABLE bench.accrual_$k AS SELECT * FROM accrual ORDER BY project_code, volume_class",
		'VACUUM ' . join(', ', map { "bench.${_}_$k" } @tables));
	return $seconds;
}

# What the ledger wrote in the round before.  Remainders replace each other, so
# that their table starts empty each time.
sub bare
{
	my ($round) = @_;
	my $k = $round - 1;

	run($dbh, 'TRUNCATE bench.bare_accrual');
	checkpoint($dbh);
	return timed($dbh, map { "INSERT INTO bench.bare_$_ SELECT * FROM bench.${_}_$k" } @tables);
}

issue(0);
measure(
	name => 'issue(month), ' . $projects =~ s/(\d{3})$/,$1/r . ' projects, bare inserts', target => 3, rounds => $rounds,
	certledger => \&issue, reference => \&bare,
	same => sub {
		# both have the same lines, and these what the energy so far is good for
		my $last = $months[-2];
		return same_rows($dbh, "SELECT * FROM bench.bare_issuance_line WHERE month = '$last'", "SELECT * FROM issuance_line WHERE month = '$last'")
		  // same_rows($dbh, 'SELECT project_code, sum(quantity)::bigint FROM issuance_line GROUP BY 1',
			'SELECT project_code, trunc(sum(kwh(energy)) / 1000)::bigint FROM generation GROUP BY 1');
	});
verified($dbh);
1;
