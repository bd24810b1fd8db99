# run_accounts: the accounts of a year beside the bare grouped sum of its grid
# draw, and beside the same job in SQL with numeric.
#
# Every user draws in each of twelve months, and one of a hundred has physical
# supply every month.  At the end one of a hundred buys green power every month,
# too: what was recognised of such claims the plain side finds done, so that
# this is reported and has no target.  A run of the ledger finds
# its year as it was closed and opened again, so that each writes a version that
# nobody has run; the plain side writes a version more likewise.  Both commit.

my $USERS = size(1_000_000, 50_000);
my @SIZES = map { int($USERS * $_) } (0.1, 0.3, 1);
my $YEAR = 2025;
my $ROUNDS = $ENV{ROUNDS} || size(3, 2);
my $BARE = 'SELECT count(*), sum(s) FROM (SELECT account, sum(energy) AS s FROM bare GROUP BY account) AS b';

my $dbh = session();
my ($users, $version) = (0, 0);

# Users up to a number, with their facts of the year.
sub add_users
{
	my ($upto) = @_;
	my $from = $users + 1;
	my $some = "FROM generate_series($from, $upto) AS u JOIN place AS p ON p.n = u % 333 CROSS JOIN generate_series(1, 12) AS m";

	run($dbh,
		"INSERT INTO account (kind, name, personal_id, region, opened_on)
		 SELECT 'user', 'user ' || u, 'p' || u, p.region, '2020-01-01'
		 FROM generate_series($from, $upto) AS u JOIN place AS p ON p.n = u % 333 ORDER BY u",
		"INSERT INTO grid_draw (account_id, region, month, energy)
		 SELECT u, p.region, make_date($YEAR, m, 1), make_energy(wh => 1000000 + (u::bigint * 7919 + m * 104729) % 900000007)
		 FROM generate_series(1, 12) AS m, generate_series($from, $upto) AS u JOIN place AS p ON p.n = u % 333",
		"INSERT INTO physical_supply (account_id, region, month, kind, energy)
		 SELECT u, p.region, make_date($YEAR, m, 1), 'direct_connection', make_energy(wh => 1000 + u::bigint * 31 % 999983) $some WHERE u % 100 = 7",
		'DROP TABLE IF EXISTS bare',
		'CREATE TABLE bare AS SELECT account_id AS account, wh(energy) AS energy, region, month FROM grid_draw',
		'VACUUM ANALYZE');
	$users = $upto;
	return;
}

# Adds the claims: twelve contracts of every hundredth user.
sub add_claims
{
	run($dbh,
		"INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled)
		 SELECT 'contract ' || u, make_date($YEAR, m, 1), 'green_power', province(p.region), province(p.region), u, p.region, e, e
		 FROM generate_series(1, $users) AS u JOIN place AS p ON p.n = u % 333 CROSS JOIN generate_series(1, 12) AS m
		 CROSS JOIN LATERAL make_energy(wh => u::bigint * 37 % 99999971) AS e WHERE u % 100 = 19",
		'VACUUM ANALYZE energy_trade');
	return;
}

# Opens a version that nobody has run.
sub new_version
{
	run($dbh, "SELECT close_year($YEAR)", "SELECT restate_year($YEAR, 'bench')") if $version++;
	return;
}

sub run_year { return timed($dbh, "SELECT * FROM run_accounts($YEAR)") }

# Seconds of a run of a new version.
sub first_run
{
	new_version();
	checkpoint($dbh);
	return run_year();
}

# The seconds that a side has taken already, one round after the other.
sub taken
{
	my @seconds = @{ $_[0] };
	return sub { shift @seconds };
}

# Whether the accounts add up to what the bare table has.
sub same_sum
{
	return same_rows($dbh,
		"SELECT count(*), wh(sum(grid_draw)) FROM user_account WHERE year = $YEAR AND version = $version",
		'SELECT count(DISTINCT account), sum(energy) FROM bare');
}

# What differs between the accounts and those of schema plain, cell by cell.
sub same_accounts
{
	my ($plain) = @_;
	return same_rows($dbh,
		"SELECT 'user' AS tier, account_id, city::text::integer AS city, kwh(grid_draw) AS w, kwh(physical) AS p, kwh(energy_trade) AS t,
		        kwh(certificate_trade) AS c, kwh(excess) AS x, kwh(allocation) AS a, kwh(non_fossil) AS e
		 FROM user_account WHERE year = $YEAR AND version = $version
		 UNION ALL
		 SELECT 'city', NULL, city::text::integer, kwh(grid_draw), kwh(physical), kwh(energy_trade), kwh(certificate_trade), NULL, kwh(allocation), kwh(non_fossil)
		 FROM city_account WHERE year = $YEAR AND version = $version
		 UNION ALL
		 SELECT 'province', NULL, province::text::integer, NULL, kwh(physical), kwh(energy_trade), kwh(certificate_trade), NULL, kwh(allocated), kwh(loss_residual)
		 FROM coefficient WHERE year = $YEAR AND version = $version",
		"SELECT 'user' AS tier, account_id, city, grid_draw, physical, energy_trade, certificate_trade, excess, allocation, non_fossil
		 FROM plain.user_account WHERE year = $YEAR AND version = $plain
		 UNION ALL
		 SELECT 'city', NULL, city, grid_draw, physical, energy_trade, certificate_trade, NULL, allocation, non_fossil
		 FROM plain.city_account WHERE year = $YEAR AND version = $plain
		 UNION ALL
		 SELECT 'province', NULL, province, NULL, physical, energy_trade, certificate_trade, NULL, allocated, loss_residual
		 FROM plain.coefficient WHERE year = $YEAR AND version = $plain");
}

run($dbh,
	"CREATE TABLE place AS SELECT row_number() OVER (ORDER BY region) - 1 AS n, region FROM region_name WHERE tier = 'city' AND NOT pseudo",
	"INSERT INTO published_generation (year, province, source, generated, on_grid)
	 SELECT $YEAR, r.region, s.source::energy_source, make_energy(wh => s.e), make_energy(wh => s.e)
	 FROM region_name AS r, (VALUES ('wind', 60000000000000000), ('fossil', 90000000000000000)) AS s(source, e) WHERE r.tier = 'province'");

# Users up to each size; at the greatest, where the other measures are, the runs
# of those measures show its cost.
my %cost;
foreach my $size (@SIZES)
{
	add_users($size);
	$cost{$size} = median(map { first_run() } 1 .. $ROUNDS) if $size < $USERS;
}

# The limit and plain SQL beside the same runs, at a small and at a generous
# work_mem; plain SQL takes so long that some rounds go without.
my $plain = 0;
my $PLAIN_ROUNDS = size(2, $ROUNDS);
my %first;
new_version();
run_year();
timed_script("$FindBin::RealBin/plain/accounts.sql", year => $YEAR);
foreach my $memory ('4MB', '256MB')
{
	my %side = (
		certledger => \&first_run,
		bare => sub { timed($dbh, $BARE) },
		plain => sub { $plain++; checkpoint($dbh); timed($dbh, "CALL plain.run_accounts($YEAR, $plain)") });
	my %seconds;

	run($dbh, "SET work_mem = '$memory'");
	foreach my $round (1 .. $ROUNDS)
	{
		my @sides = grep { $_ ne 'plain' || $round <= $PLAIN_ROUNDS } qw(certledger bare plain);

		@sides = reverse @sides if $round % 2 == 0;
		push @{ $seconds{$_} }, $side{$_}->() foreach @sides;
	}
	$first{$memory} = $seconds{certledger};
	measure(
		name => "run_accounts, $USERS users, work_mem $memory", target => 2, rounds => $ROUNDS, same => \&same_sum,
		certledger => taken($seconds{certledger}),
		reference => taken($seconds{bare}));
	measure(
		name => "run_accounts by plain SQL, work_mem $memory", against => 'plain', target => 0.2, rounds => $PLAIN_ROUNDS,
		same => sub { same_accounts($plain) },
		certledger => taken($seconds{certledger}),
		reference => taken($seconds{plain}));
}
run($dbh, 'RESET work_mem');
$cost{$USERS} = median(@{ $first{'4MB'} });
growth("run_accounts, growth, $SIZES[0] to $USERS users", 1.05, %cost);

# The same version once more: as it is, and after a fact that changes the
# allocation of every user.
measure(
	name => 'run_accounts again, nothing changed', against => 'first run', rounds => $PLAIN_ROUNDS, same => \&same_sum,
	certledger => sub { checkpoint($dbh); run_year() },
	reference => taken($first{'4MB'}));
measure(
	name => 'run_accounts again, every allocation changed', against => 'first run', rounds => $PLAIN_ROUNDS, same => \&same_sum,
	certledger => sub {
		run($dbh, "UPDATE published_generation SET generated = generated + '1 GWh' WHERE year = $YEAR AND source = 'wind'");
		checkpoint($dbh);
		run_year();
	},
	reference => taken($first{'4MB'}));

# With the claims of those who trade.
my $claims = int($USERS / 100) * 12;
add_claims();
first_run();
timed_script("$FindBin::RealBin/plain/accounts.sql", year => $YEAR);
$plain = 0;
measure(
	name => "run_accounts by plain SQL, $claims claims besides", against => 'plain', rounds => 1,
	same => sub { same_accounts($plain) },
	certledger => \&first_run,
	reference => sub { $plain++; checkpoint($dbh); timed($dbh, "CALL plain.run_accounts($YEAR, $plain)") });

run($dbh, 'DROP SCHEMA plain CASCADE');
1;
