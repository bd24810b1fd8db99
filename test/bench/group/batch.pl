# batch: many documents at once, by transfer_batch(), INSERT and
# retire_batch(), beside bare inserts of the rows they leave and beside the
# plain-SQL registry (plain/registry.sql) with a row for each certificate and
# with a row for each bundle.
#
# Every side works on the same lines.  A set of lines is posted by
# transfer_batch(), and what it leaves is kept; bare inserts, plain ways and
# retire_batch() of a round take the set that was posted in the round before,
# so that each side may come first.  The plain ways get the first lines of the
# set and, of each seller, the oldest certificates that it had before, so that
# they must sell the very same certificates to the same buyers.

use strict;
use warnings;
use Registry;

my $lines = size(100_000, 10_000);
my $plain_lines = size(2000, 500);
my ($sellers, $buyers) = (size(1000, 200), size(50_000, 5000));
my $projects = 2 * $sellers;
my $buyer = $sellers + 1;
my $rounds = $ENV{ROUNDS} || size(3, 2);
my $dbh = session();
my @sets;

market();
run($dbh,
	"SELECT bench.add_accounts('generator', $sellers), bench.add_accounts('user', $buyers)",
	"SELECT bench.add_projects(0, $projects, 1, $sellers, 1000000)",
	"SELECT bench.add_generation('2026-01-01', 0, $projects, 300000, 500000)",
	# as many sellers again as there are buyers, for trades that are as scattered as retirements
	"SELECT bench.add_accounts('generator', $buyers)",
	"SELECT bench.add_projects(100000, $buyers, $buyer + $buyers, $buyers, 10000)",
	"SELECT bench.add_generation('2026-01-01', 100000, $buyers, 4000, 6000)",
	q{SELECT issue('2026-01-01', effective_on => '2026-02-20')},
	"SELECT bench.add_facts($buyer, $buyers)",
	# every cap is judged: what does not fit is refused
	q{INSERT INTO rule (name, effective_from, value, unit, description, source, status)
	  SELECT name, '2026-01-01', 'reject', unit, description, 'the benchmark', 'confirmed' FROM rule WHERE name = 'excess_policy'},
	'VACUUM ANALYZE');
plain_registry();
bare_tables($dbh, qw(transfer movement holding retirement claim_total));

# Stages a set of lines under a new name, of the few sellers or of the many.
sub new_lines
{
	my ($kind, $n, $many) = @_;
	my $name = $kind . ++our $number;

	stage($dbh, $name, $n, $many ? ($buyer + $buyers, $buyers) : (1, $sellers), $buyer, $buyers);
	return $name;
}

# Posts a new set and keeps what the other sides need.
sub post_batch
{
	my $name = new_lines('batch', $lines);

	# what each seller has that is oldest, enough for the lines of the plain ways
	run($dbh, "CREATE UNLOGGED TABLE bench.${name}_stock AS
		SELECT h.account_id, lower(h.certificates)::text::numeric AS first_code, h.quantity, h.valid_until, s.wanted
		FROM (SELECT from_account, sum(quantity)::bigint AS wanted FROM bench.$name WHERE n <= $plain_lines GROUP BY from_account) AS s
		JOIN LATERAL (SELECT h.account_id, h.certificates, quantity(h.certificates) AS quantity, h.valid_until,
		                     sum(quantity(h.certificates)) OVER (ORDER BY h.valid_until, h.last_certificate) - quantity(h.certificates) AS before
		              FROM holding AS h WHERE h.account_id = s.from_account AND h.state = 'issued') AS h ON h.before < s.wanted");
	my $before = remember($dbh);
	my $seconds = batch_post($dbh, $name, 'transfer_batch');
	left_rows($dbh, $name, $before);
	push @sets, $name;
	return $seconds;
}

# Fills the plain registry with what the first lines of a set sell, as rows of
# certificates or of bundles, and as much again, and stages its lines.
sub fill_plain
{
	my ($name, $table) = @_;

	run($dbh, 'TRUNCATE plain.line', "DELETE FROM plain.$table WHERE state = 'issued'", $table eq 'certificate'
		? "INSERT INTO plain.certificate
		   SELECT s.first_code + 100 * i, s.account_id, 'issued', s.valid_until, NULL
		   FROM bench.${name}_stock AS s, generate_series(0, least(s.quantity, 2 * s.wanted) - 1) AS i"
		: "INSERT INTO plain.bundle
		   SELECT s.first_code, s.quantity, s.account_id, 'issued', s.valid_until, NULL FROM bench.${name}_stock AS s",
		"INSERT INTO plain.line
		 SELECT n, '$table ' || ref, from_account, to_account, quantity, 5, '$Registry::day' FROM bench.$name WHERE n <= $plain_lines",
		"VACUUM ANALYZE plain.$table", 'VACUUM ANALYZE plain.line');
	checkpoint($dbh);
	return;
}

# Who got which certificates by the first lines of a set.
sub sold
{
	my ($name) = @_;
	return "SELECT l.n, m.to_account, lower(m.certificates)::text::numeric AS first_code, quantity(m.certificates)::numeric AS quantity
		FROM bench.${name}_movement AS m JOIN bench.${name}_transfer AS t ON t.transfer_id = m.document_id
		JOIN bench.$name AS l ON l.ref = t.ref WHERE l.n <= $plain_lines";
}
sub plain_sold
{
	my ($name, $table) = @_;
	my $from = "plain.transfer AS t JOIN bench.$name AS l ON t.ref = '$table ' || l.ref JOIN plain.$table AS c ON c.transfer_id = t.transfer_id";

	return $table eq 'bundle'
	  ? "SELECT l.n, c.account_id, c.first_code, c.quantity FROM $from"
	  # neighbours of one line: their code less their number is the same
	  : "SELECT n, account_id, min(code), count(*)::numeric
	     FROM (SELECT l.n, c.account_id, c.code, c.code - 100 * row_number() OVER (PARTITION BY l.n ORDER BY c.code) AS run FROM $from) AS x
	     GROUP BY n, account_id, run";
}

# Keeps the rows that the retirements of a set leave: documents, movements, the
# holdings that they end, and what is claimed.
sub keep_retired
{
	my ($name) = @_;
	run($dbh,
		"CREATE UNLOGGED TABLE bench.${name}_retirement AS SELECT * FROM retirement WHERE starts_with(ref, '$name/') ORDER BY retirement_id",
		"CREATE UNLOGGED TABLE bench.${name}_retired AS SELECT m.* FROM movement AS m JOIN bench.${name}_retirement AS r
		 ON m.document = 'retirement' AND m.document_id = r.retirement_id ORDER BY m.movement_id",
		"CREATE UNLOGGED TABLE bench.${name}_claim AS SELECT r.beneficiary, r.consumption_year AS year, prefecture(r.region) AS region, m.from_route AS route,
		 province(h.region) AS from_province, sum(quantity(m.certificates))::bigint AS certificates
		 FROM bench.${name}_retired AS m JOIN bench.${name}_retirement AS r ON r.retirement_id = m.document_id
		 JOIN holding AS h ON h.last_certificate = upper(m.certificates) - 1 GROUP BY 1, 2, 3, 4, 5",
		"VACUUM ANALYZE bench.${name}_retirement, bench.${name}_retired, bench.${name}_claim");
	return;
}

# The set that the sides other than transfer_batch() take in a round.
sub set_of { my ($round) = @_; return $sets[ $round - 1 ] }

my (%last, %cost);
my @fewer = ($lines / 10, $lines * 3 / 10);
post_batch();
my %taken = take($rounds, 0,
	transfer_batch => \&post_batch,
	insert => sub {
		$last{insert} = new_lines('insert', $lines);
		return insert_post($dbh, $last{insert});
	},
	bare => sub {
		my $name = $last{bare} = set_of(@_);
		checkpoint($dbh);
		return timed($dbh, map { "INSERT INTO bench.bare_$_ SELECT * FROM bench.${name}_$_" } qw(transfer movement holding));
	},
	many_sellers => sub { return batch_post($dbh, new_lines('many', $lines, 1), 'transfer_batch') },
	retire_batch => sub { return batch_post($dbh, $last{retire} = set_of(@_), 'retire_batch') },
	certificate => sub {
		my $name = $last{plain} = set_of(@_);
		fill_plain($name, 'certificate');
		return timed($dbh, 'SELECT plain.transfer_certificates_batch()');
	},
	bundle => sub {
		my $name = set_of(@_);
		fill_plain($name, 'bundle');
		return timed($dbh, 'SELECT plain.transfer_bundles_batch()');
	},
	map { my $n = $_; ("fewer lines, $n" => sub {
		my $name = new_lines('fewer', $n);
		push @{ $cost{transfer_batch}{$n} }, batch_post($dbh, $name, 'transfer_batch');
		push @{ $cost{retire_batch}{$n} }, batch_post($dbh, $name, 'retire_batch');
		return;
	}) } @fewer);
$cost{$_}{$lines} = $taken{$_} foreach qw(transfer_batch retire_batch);

# Microseconds of a line.
sub per_line { my ($n, $side) = @_; return [ map { 1e6 * $_ / $n } @{ $taken{$side} } ] }

# Lines a second.
sub speed { my ($side) = @_; return [ map { $lines / $_ } @{ $taken{$side} } ] }

my $k = $lines / 1000 . ',000 lines';
my $needed = [ map { 50_000 } 1 .. $rounds ];
my $bare_same = sub {
	my $name = $last{bare};
	return same_rows($dbh, "SELECT b.* FROM bench.bare_movement AS b JOIN bench.${name}_movement AS m USING (movement_id)",
		"SELECT m.* FROM movement AS m JOIN bench.${name}_transfer AS t ON m.document = 'transfer' AND m.document_id = t.transfer_id");
};
compare(name => "transfer_batch, $k a second", unit => 'lines/s', against => 'target', target => 1, higher => 1,
	certledger => speed('transfer_batch'), reference => $needed, same => sub { checked($dbh, $sets[-1]) });
compare(name => "INSERT INTO transfer, $k a second", unit => 'lines/s', against => 'target', target => 1, higher => 1,
	certledger => speed('insert'), reference => $needed, same => sub { checked($dbh, $last{insert}) });
compare(name => "transfer_batch, $k, bare inserts", target => 5,
	certledger => $taken{transfer_batch}, reference => $taken{bare}, same => $bare_same);
compare(name => "INSERT INTO transfer, $k, bare inserts", target => 5,
	certledger => $taken{insert}, reference => $taken{bare});
foreach my $ours (qw(transfer_batch insert))
{
	my $name = $ours eq 'insert' ? 'INSERT INTO transfer' : $ours;
	foreach my $theirs (qw(certificate bundle))
	{
		compare(name => "$name, a line, row per $theirs", unit => 'us', against => 'plain', target => $theirs eq 'certificate' ? 0.05 : undef,
			certledger => per_line($lines, $ours), reference => per_line($plain_lines, $theirs),
			same => sub { same_rows($dbh, sold($last{plain}), plain_sold($last{plain}, $theirs)) });
	}
}
compare(name => "retire_batch, caps on, $k, transfer_batch", target => 1.5,
	certledger => $taken{retire_batch}, reference => $taken{transfer_batch});
# What the last retirements leave, written by bare statements to the holdings
# that they end, by themselves in a table.
my $retired = $last{retire};
keep_retired($retired);
sub bare_retire
{
	run($dbh, 'TRUNCATE bench.bare_holding, bench.bare_retirement, bench.bare_movement',
		"INSERT INTO bench.bare_holding SELECT h.* FROM holding AS h JOIN bench.${retired}_retired AS m ON h.last_certificate = upper(m.certificates) - 1",
		"UPDATE bench.bare_holding AS h SET state = m.from_state, route = m.from_route FROM bench.${retired}_retired AS m WHERE h.last_certificate = upper(m.certificates) - 1",
		'VACUUM FULL ANALYZE bench.bare_holding');
	checkpoint($dbh);
	return timed($dbh,
		"INSERT INTO bench.bare_retirement SELECT * FROM bench.${retired}_retirement",
		"UPDATE bench.bare_holding AS h SET state = m.to_state, route = m.to_route FROM bench.${retired}_retired AS m WHERE h.last_certificate = upper(m.certificates) - 1",
		"INSERT INTO bench.bare_movement SELECT * FROM bench.${retired}_retired",
		"INSERT INTO bench.bare_claim_total AS t SELECT * FROM bench.${retired}_claim ORDER BY 1, 2, 3, 4, 5
		 ON CONFLICT (beneficiary, year, region, route, from_province) DO UPDATE SET certificates = t.certificates + excluded.certificates");
}
my @bare_retired = map { bare_retire() } 1 .. $rounds;
compare(name => "bare retirements, $k, bare trades", certledger => \@bare_retired, reference => $taken{bare});
compare(name => "retire_batch, caps on, $k, bare rows", certledger => $taken{retire_batch}, reference => \@bare_retired,
	same => sub { same_rows($dbh, "SELECT b.last_certificate, b.state FROM bench.bare_holding AS b JOIN bench.${retired}_retired AS m ON b.last_certificate = upper(m.certificates) - 1",
		"SELECT h.last_certificate, h.state FROM holding AS h JOIN bench.${retired}_retired AS m ON h.last_certificate = upper(m.certificates) - 1") });
compare(name => 'retire_batch, caps on, trades of as many accounts', target => 1.5,
	certledger => $taken{retire_batch}, reference => $taken{many_sellers});

# How cost grows with the number of lines.
foreach my $function (qw(transfer_batch retire_batch))
{
	growth("$function, growth with lines", 1.05, map { $_ => median(@{ $cost{$function}{$_} }) } @fewer, $lines);
}
verified($dbh);
1;
