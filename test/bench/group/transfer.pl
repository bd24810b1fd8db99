# transfer: one trade at a time: a long session that began on an empty ledger,
# eight clients beside PostgreSQL's own pgbench script, a hot seller, ranges of
# a million, and purchases gathered from thousands of small lots.

use strict;
use warnings;
use FindBin;
use Registry;

my ($sellers, $buyers) = (size(1000, 200), size(50_000, 5000));
my $buyer = $sellers + 1;
my $rounds = $ENV{ROUNDS} || size(3, 2);
my $day = '2026-07-01';
my $scripts = "$FindBin::RealBin/pgbench";

# 1. From an empty ledger on.  The session makes all calls and keeps its plans;
# no statistics are gathered by anybody.  Its last thousands are compared with
# first thousands that sessions make at the same time in copies of the ledger as
# it was at the start.
my $calls = size(200_000, 20_000);
my $ledger = $ENV{PGDATABASE};
my $dbh = session();
market();
timed_script("$FindBin::RealBin/plain/calls.sql");
my @tables = map { $_->[0] } @{ rows($dbh, q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'certledger'::regnamespace AND relkind = 'r'}) };
run($dbh, (map { "ALTER TABLE $_ SET (autovacuum_enabled = off)" } @tables),
	"SELECT bench.add_accounts('generator', $sellers), bench.add_accounts('user', $buyers)",
	"SELECT bench.add_projects(0, 2 * $sellers, 1, $sellers, 1000000)",
	"SELECT bench.add_generation('2026-01-01', 0, 2 * $sellers, 300000, 500000)",
	q{SELECT issue('2026-01-01', effective_on => '2026-02-20')});

# Executes a statement about databases from outside of them.
sub about_databases
{
	my ($sql) = @_;
	local $ENV{PGDATABASE} = 'postgres';
	session()->do($sql);
	return;
}

# The median of the microseconds that calls first to upto take.
sub calls_of
{
	my ($session, $first, $upto) = @_;
	run($session, "CALL bench.make_calls($first, $upto, 1, $sellers, $buyer, $buyers)");
	return value($session, "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds) FROM bench.call WHERE n BETWEEN $first AND $upto");
}

# Copies are made before, for to make or drop one writes a checkpoint, after which pages are logged in full.
my $copies = 2 * $rounds + 1;
sub first_thousand
{
	my ($copy) = @_;
	local $ENV{PGDATABASE} = "bench_first_$copy";
	return calls_of(session(), 1, 1000);
}
$dbh->disconnect;
about_databases("CREATE DATABASE bench_first_$_ TEMPLATE $ledger") foreach 1 .. $copies;
$dbh = session();
calls_of($dbh, 1, $calls);
my $called = $calls;
measure(name => 'call after ' . $calls / 1000 . ',000 without ANALYZE, first calls', unit => 'us', against => 'itself', target => 1.2, rounds => $copies,
	certledger => sub { $called += 1000; return calls_of($dbh, $called - 999, $called) },
	reference => \&first_thousand,
	same => sub { my $posted = value($dbh, 'SELECT count(*) FROM transfer'); return $posted == $called ? undef : "$posted of $called posted" });
about_databases("DROP DATABASE bench_first_$_") foreach 1 .. $copies;
run($dbh, (map { "ALTER TABLE $_ RESET (autovacuum_enabled)" } @tables), 'VACUUM ANALYZE');

# 2. Eight clients.  The hot seller has one run, long enough for all.
my ($hot, $owner, $collector) = map { value($dbh, "SELECT bench.add_accounts('generator', $_)") } 1, 1, 3;
run($dbh,
	"SELECT bench.add_projects(100000, 1, $hot, 1, 2000000000)",
	"SELECT bench.add_generation('2026-01-01', 100000, 1, 900000000, 900000000)",
	q{SELECT issue('2026-01-01', effective_on => '2026-02-20')},
	'CREATE TABLE bench.hot (id integer PRIMARY KEY, n bigint NOT NULL)', 'INSERT INTO bench.hot VALUES (1, 0)', 'VACUUM ANALYZE bench.hot');
pgbench_tables(size(50, 10));
timed_script("$FindBin::RealBin/plain/sale.sql");
my $seconds = size(10, 2);
my %done;
sub clients
{
	my ($what, @arguments) = @_;
	checkpoint($dbh);
	my @limit = grep({ $_ eq '-t' } @arguments) ? () : ('-T', $seconds);
	my ($tps, $count) = pgbench('-M', 'prepared', '-c', 8, '-j', 2, @limit, @arguments);
	$done{$what} += $count;
	return $tps;
}
sub sell
{
	my ($what, $round, $seller, $n, $script) = @_;
	return clients($what, '-f', "$scripts/" . ($script // 'transfer.sql'), '-D', "run=$what$round", '-D', 'n=0', '-D', "seller=$seller", '-D', "sellers=$n",
		'-D', "buyer=$buyer", '-D', "buyers=$buyers");
}
my %tps = take($rounds, 0,
	spread => sub { return sell('spread', $_[0], 1, $sellers) },
	tpcb => sub { return clients('tpcb', '-b', 'tpcb-like') },
	hot => sub { return sell('hot', $_[0], $hot, 1) },
	spread_rows => sub { return sell('rows_spread', $_[0], 1, $sellers, 'sale.sql') },
	hot_rows => sub { return sell('rows_hot', $_[0], $hot, 1, 'sale.sql') },
	hot_update => sub { return clients('hot_update', '-f', "$scripts/hot_update.sql") },
	empty => sub { return clients('empty', '-f', "$scripts/empty.sql") });
sub all_posted
{
	my ($what, $other, $counted) = @_;
	my $posted = value($dbh, "SELECT count(*) FROM transfer WHERE starts_with(ref, '$what')");
	return "$posted of $done{$what} transfers posted" if $posted != $done{$what};
	my $updated = value($dbh, $counted);
	return $updated == $done{$other} ? undef : "$updated of $done{$other} of $other done";
}
compare(name => 'transfers, 8 clients, spread accounts', unit => 'tps', against => 'postgres', target => 1.5, higher => 1,
	certledger => $tps{spread}, reference => $tps{tpcb},
	same => sub { return all_posted('spread', 'tpcb', 'SELECT count(*) FROM pgbench_history') });
compare(name => 'transfers, 8 clients, one hot seller', unit => 'tps', target => 1, higher => 1,
	certledger => $tps{hot}, reference => $tps{hot_update},
	same => sub { return all_posted('hot', 'hot_update', 'SELECT n FROM bench.hot') });
foreach my $what (qw(spread hot))
{
	compare(name => 'transfers, 8 clients, ' . ($what eq 'hot' ? 'hot seller' : $what) . ', bare rows', unit => 'tps', higher => 1,
		certledger => $tps{$what}, reference => $tps{"${what}_rows"},
		same => sub { return all_posted($what, "rows_$what", "SELECT count(*) FROM bench.sale_transfer WHERE starts_with(ref, 'rows_$what')") });
}
compare(name => 'transfers, 8 clients, empty transactions', unit => 'tps', higher => 1, certledger => $tps{spread}, reference => $tps{empty});
run($dbh, 'DROP TABLE bench.sale_account, bench.sale_transfer, bench.sale_movement, bench.sale_holding CASCADE');

# The plain registry, for what the same clients can do by themselves; a row for
# each certificate fills a few accounts only.
plain_registry();
my $few = 200;
my $stock = size(5000, 2000);
run($dbh,
	q{INSERT INTO plain.bundle SELECT lower(certificates)::text::numeric, quantity(certificates), account_id, 'issued', valid_until, NULL
	  FROM holding WHERE state = 'issued' ORDER BY last_certificate},
	"INSERT INTO plain.certificate SELECT b.first_code + 100 * i, b.account_id, 'issued', b.valid_until, NULL
	 FROM (SELECT DISTINCT ON (account_id) * FROM plain.bundle WHERE account_id <= $few ORDER BY account_id, first_code) AS b, generate_series(0, $stock - 1) AS i",
	'VACUUM ANALYZE plain.bundle', 'VACUUM ANALYZE plain.certificate');
foreach my $way (qw(bundles certificates))
{
	my @limit = $way eq 'bundles' ? () : ('-t', size(50, 10));
	my $n = $way eq 'bundles' ? $sellers : $few;
	my $tps = clients($way, '-f', "$scripts/plain.sql", '-D', "way=$way", '-D', "run=$way", '-D', 'n=0', '-D', 'seller=1', '-D', "sellers=$n",
		'-D', "buyer=$buyer", '-D', "buyers=$buyers", @limit);
	compare(name => 'transfers, 8 clients, row per ' . $way =~ s/s$//r, unit => 'tps', against => 'plain', higher => 1,
		certledger => [ median(@{ $tps{spread} }) ], reference => [$tps],
		same => sub { my $posted = value($dbh, "SELECT count(*) FROM plain.transfer WHERE starts_with(ref, '$way/')"); $posted == $done{$way} ? undef : "$posted of $done{$way} posted" });
}
run($dbh, 'TRUNCATE plain.bundle, plain.certificate');

# 3. Ranges.  A transfer that names its certificates costs the same however
# many they are.  Each size cuts pieces off the front of a run of its own.
my @sizes = (1, 100_000, 300_000, 1_000_000);
my $each = size(200, 50);
my $ranges = @sizes;
run($dbh,
	"SELECT bench.add_projects(200000, $ranges, $owner, 1, 2000000000)",
	"SELECT bench.add_generation('2026-01-01', 200000, $ranges, 900000000, 900000000)",
	q{SELECT issue('2026-01-01', effective_on => '2026-02-20')}, 'VACUUM ANALYZE');
sub move
{
	my ($which, $round) = @_;
	my $n = $sizes[$which];
	my $from = ($round - 1) * $each;

	checkpoint($dbh);
	return value($dbh, "CALL bench.move_pieces(bench.project_code(200000 + $which), '2026-01-01', $n, $from, $from + $each - 1, $owner, $buyer)");
}
my %moved = take($rounds, 1, map { my $which = $_; ($sizes[$which] => sub { return move($which, $_[0]) }) } 0 .. $#sizes);
compare(name => 'moving a range of a million, of one', unit => 'us', target => 1.1, against => 'itself',
	certledger => $moved{1_000_000}, reference => $moved{1},
	same => sub {
		my $all = join(',', map { $_ * $each * ($rounds + 1) } @sizes);
		my $got = value($dbh, qq{SELECT string_agg(q::text, ',' ORDER BY q) FROM (SELECT sum(quantity(certificates)) AS q FROM holding
			WHERE account_id = $buyer AND project_code(last_certificate) >= bench.project_code(200000)
			GROUP BY project_code(last_certificate)) AS x});
		return $got eq $all ? undef : "moved $got, not $all";
	});
growth('moving a range, growth with certificates', 1.05, map { $_ => median(@{ $moved{$_} }) } @sizes[ 1 .. 3 ]);

# The plain way updates a row for each certificate: the last range again.
my $range_rows = size(1_000_000, 100_000);
my $which = $range_rows == 1_000_000 ? 3 : 1;
my $start = $range_rows * $each * $rounds + 1;
run($dbh,
	"INSERT INTO plain.certificate SELECT make_gec(bench.project_code(200000 + $which), '2026-01-01', $start)::text::numeric + 100 * i, $owner, 'issued', '2027-12-31'
	 FROM generate_series(0, $range_rows + 9999) AS i", 'VACUUM ANALYZE plain.certificate');
checkpoint($dbh);
my $first_code = "make_gec(bench.project_code(200000 + $which), '2026-01-01', $start)::text::numeric";
my $plain = timed($dbh, "SELECT plain.transfer_range('range', $owner, $buyer, $first_code, $first_code + 100 * ($range_rows - 1), $range_rows, 5, '$day')");
compare(name => 'moving a range of ' . ($range_rows == 1_000_000 ? 'a million' : '100,000') . ', row per certificate', unit => 'us', against => 'plain',
	certledger => [ median(@{ $moved{$range_rows} }) ], reference => [ 1e6 * $plain ],
	same => sub { same_rows($dbh,
		"SELECT account_id, min(code), max(code), count(*) FROM plain.certificate WHERE state = 'transferred' GROUP BY 1",
		"SELECT h.account_id, lower(h.certificates)::text::numeric, (upper(h.certificates) - 1)::text::numeric, quantity(h.certificates)
		 FROM transfer AS t JOIN holding AS h USING (transfer_id) WHERE t.ref = 'piece $range_rows/' || $each * $rounds") });

# 4. A purchase from small lots.  Each seller has so many plants, each of
# which had 200 to 280 certificates a month; a purchase takes a month of them.
# A bare round repeats the purchase of the ledger's round before.
my @lots = map { size($_, $_ / 10) } 420, 1260, 4200;
my $months = $rounds + 1;
my $number = 300_000;
my %seller;
foreach my $n (@lots)
{
	$seller{$n} = $collector++;
	run($dbh, "SELECT bench.add_projects($number, $n, $seller{$n}, 1, 10000)",
		map { "SELECT bench.add_generation('2026-0$_-01', $number, $n, 200, 280)" } 1 .. $months);
	$number += $n;
}
run($dbh, (map { "SELECT issue('2026-0$_-01', effective_on => '2026-06-20')" } 1 .. $months),
	'CREATE TABLE bench.bare_holding (LIKE holding INCLUDING ALL)',
	'CREATE TABLE bench.bare_movement (LIKE movement INCLUDING ALL EXCLUDING IDENTITY)',
	'CREATE TABLE bench.bare_transfer (LIKE transfer INCLUDING ALL EXCLUDING IDENTITY)',
	"INSERT INTO bench.bare_holding SELECT * FROM holding WHERE account_id IN (@{[join(',', values %seller)]})", 'VACUUM ANALYZE');
my %month = map { $_ => 0 } @lots;
sub purchase
{
	my ($n) = @_;
	my $month = ++$month{$n};
	my $from = $seller{$n};
	my $of = "account_id = $from AND state = 'issued' AND valid_until = certificate_valid_until('2026-0$month-01')";
	my ($count, $quantity) = @{ rows($dbh, "SELECT count(*), sum(quantity(certificates)) FROM holding WHERE $of")->[0] };
	my $before = remember($dbh);

	die "there are $count lots, not $n\n" if $count != $n;
	checkpoint($dbh);
	my $seconds = timed($dbh, "SELECT count(*), sum(t.quantity) FROM transfer_certificates('purchase $n/$month', $from, $buyer, $quantity, price => 5, effective_on => '$day') AS t");
	left_rows($dbh, "purchase_${n}_$month", $before);
	return $seconds;
}
my $largest = $lots[-1];
sub bare_purchase
{
	my ($month) = @_;
	my $of = "account_id = $seller{$largest} AND state < 'retired' AND valid_until = certificate_valid_until('2026-0$month-01')";
	my $id = value($dbh, "SELECT transfer_id FROM bench.purchase_${largest}_${month}_transfer");

	checkpoint($dbh);
	return timed($dbh,
		"INSERT INTO bench.bare_transfer SELECT * FROM bench.purchase_${largest}_${month}_transfer",
		"UPDATE bench.bare_holding SET account_id = $buyer, state = 'transferred', route = 'voluntary_trade', transfer_id = $id, trades = trades + 1 WHERE $of",
		"INSERT INTO bench.bare_movement SELECT * FROM bench.purchase_${largest}_${month}_movement");
}
purchase($largest);
my %bought = take($rounds, 0, bare => sub { return bare_purchase($_[0]) },
	map { my $n = $_; ($n => sub { return purchase($n) }) } @lots);
my $lot_total = $largest == 4200 ? 'a million from 4,200 lots' : "100,000 from $largest lots";
compare(name => "purchase of $lot_total, bare update", target => 3, certledger => $bought{$largest}, reference => $bought{bare},
	same => sub { same_rows($dbh,
		"SELECT last_certificate, certificates, account_id, state, transfer_id, trades, valid_until FROM bench.bare_holding WHERE transfer_id IS NOT NULL",
		"SELECT h.last_certificate, h.certificates, h.account_id, h.state, h.transfer_id, h.trades, h.valid_until FROM holding AS h JOIN transfer AS t USING (transfer_id)
		 WHERE starts_with(t.ref, 'purchase $largest/') AND t.ref <> 'purchase $largest/$month{$largest}'") });
growth('a purchase, growth with lots', 1.05, map { $_ => median(@{ $bought{$_} }) } @lots);

verified($dbh);
1;
