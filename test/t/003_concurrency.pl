# Eight clients post at random over a few accounts: listings, orders and their
# ends, trades, offers, allocations, freezes, retirements, sweeps and issues, by
# quantity and by name, one document, several in a statement and batches, at
# READ COMMITTED and REPEATABLE READ, some under references that another client
# uses too.  Whatever is refused, nothing is spent twice.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../perl";

use CertledgerTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $CLIENTS = 8;
my $CALLS = 350;		# of each client
my $SECONDS = 12;		# a client begins no further call after this time
my $SEED = $ENV{CERTLEDGER_SEED} // time;

# Refusals that a race or the dice bring about; 25P02 follows one of them in
# a transaction.  A deadlock (40P01) is none of them.
my %allowed = map { $_ => 1 } qw(40001 LC001 LC002 LC003 LC005 LC009 LC012 LC025 LC026 LC028 LC029 LC030);

note("CERTLEDGER_SEED=$SEED");
srand($SEED);

my $node = new_node('concurrency');

# Accounts 1 and 2 own wind farms, 3 a hydro station, 4 is the province's, 5
# to 8 are users.  What a client issues later comes in months of its own.
create_ledger($node, 'concurrency');
$node->safe_psql('concurrency', <<'SQL');
SET search_path = certledger, public;
INSERT INTO account (kind, name, personal_id, region, opened_on)
	SELECT 'generator', 'generator ' || i, 'g' || i, '500100', '2020-01-01' FROM generate_series(1, 3) AS i;
INSERT INTO account (kind, name, region, opened_on) VALUES ('provincial', 'province', '500000', '2020-01-01');
INSERT INTO account (kind, name, personal_id, region, opened_on)
	SELECT 'user', 'user ' || i, 'u' || i, '500100', '2020-01-01' FROM generate_series(5, 8) AS i;
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on)
	SELECT '5000000000000000' || i, 'project ' || i, i, '500100', CASE i WHEN 3 THEN 'hydro' ELSE 'wind' END::energy_source,
		1000000, '2021-01-01' FROM generate_series(1, 3) AS i;
INSERT INTO generation SELECT '5000000000000000' || i, month, 'on_grid', make_energy(kwh => 800000.5 + 333 * i)
	FROM generate_series(1, 3) AS i, generate_series('2024-01-01'::date, '2025-05-01', '1 month') AS month;
SELECT issue(month::date, effective_on => '2025-07-01') FROM generate_series('2024-01-01'::date, '2024-06-01', '1 month') AS month;
SQL
my $issued = certificates($node, 'concurrency');

my @clients = start_clients($node, 'concurrency', map { script($_) } (1 .. $CLIENTS));
my @results = finish_clients(@clients);

my (%states, %acknowledged);
foreach my $result (@results)
{
	$states{$_} += $result->{states}->{$_} foreach keys %{ $result->{states} };
	# a batch tells the references of its good lines in one
	$acknowledged{$_} = 1 foreach grep { $_ ne 'none' } map { split(/ /) } @{ $result->{lines} };
}
note(join(', ', scalar(keys %acknowledged) . ' references acknowledged',
		map { "$states{$_} times $_" } sort keys %states));

is(join(' ', grep { !$allowed{$_} } sort keys %states), '', 'no other refusals than expected');
is(join("\n", map { grep { /PANIC|connection|server closed/ } split(/\n/, $_->{errors}) } @results),
	'', 'no client lost its connection');
cmp_ok(scalar(keys %acknowledged), '>', 50, 'clients posted');
cmp_ok($states{'LC001'} // 0, '>', 0, 'accounts ran short');
is_sound($node, 'concurrency', 'afterwards');
cmp_ok(certificates($node, 'concurrency'), '>', $issued, 'certificates were issued meanwhile');

my %posted = map { $_ => 1 } split(/\n/, $node->safe_psql('concurrency', <<'SQL'));
SELECT ref FROM certledger.transfer UNION SELECT ref FROM certledger.retirement UNION
SELECT ref FROM certledger.hold UNION SELECT ref FROM certledger.response UNION SELECT ref FROM certledger.expiry UNION
SELECT ref FROM certledger.issuance WHERE ref LIKE 'c%'
SQL
is(join(' ', grep { !$posted{$_} } sort keys %acknowledged), '', 'what was acknowledged is there');
is(join(' ', grep { !$acknowledged{$_} } sort keys %posted), '', 'what was refused is not');

is($node->safe_psql('concurrency', <<'SQL'), '', 'every account has what it got less what it gave');
SET search_path = certledger, public;
SELECT account_id, got, gave, has
FROM (SELECT a.account_id,
		(SELECT coalesce(sum(quantity(m.certificates)), 0) FROM movement AS m
		 WHERE m.to_account = a.account_id AND m.from_account IS DISTINCT FROM a.account_id) AS got,
		(SELECT coalesce(sum(quantity(m.certificates)), 0) FROM movement AS m
		 WHERE m.from_account = a.account_id AND m.to_account <> a.account_id) AS gave,
		(SELECT coalesce(sum(quantity(h.certificates)), 0) FROM holding AS h WHERE h.account_id = a.account_id) AS has
	  FROM account AS a) AS b
WHERE got - gave <> has OR has < 0
SQL
is($node->safe_psql('concurrency', <<'SQL'), "sold|t\nretired|t", 'every certificate left its producer and was retired at most once');
SET search_path = certledger, public;
SELECT 'sold', sum(quantity(certificates)) = quantity(range_agg(certificates)) FROM movement WHERE from_account <= 3 AND to_account <> from_account
UNION ALL
SELECT 'retired', sum(quantity(certificates)) = quantity(range_agg(certificates)) FROM movement WHERE to_state = 'retired'
SQL

$node->stop;
done_testing();

# One of several, at random.
sub any
{
	return $_[ int(rand(@_)) ];
}

# Certificates of account 1 or 2, by name: a random run of some month.
sub named
{
	my ($account) = @_;
	my $month = sprintf('2024-%02d-01', 1 + int(rand(6)));

	return sprintf("gecmultirange(make_gecrange(make_gec('5000000000000000%d', '%s', %d), %d))",
		$account, $month, 1 + int(rand(750)), 1 + int(rand(40)));
}

# Random calls of one client.
sub script
{
	my ($client) = @_;
	my $deadline = time + $SECONDS;
	my (@orders, @freezes, @offers);	# of this client, to be ended
	my @lines = ('SET search_path = certledger, public;',
		'SET default_transaction_isolation = ' . ($client % 3 == 0 ? "'repeatable read';" : "'read committed';"));

	foreach my $call (1 .. $CALLS)
	{
		my $ref = "c$client-$call";
		my $kind = $call == 5 ? 99 : rand(160);		# everybody issues at first
		my $user = any(5 .. 8);
		my $farm = any(1, 2);
		my $quantity = 1 + int(rand(40));
		my @refs = ($ref);
		my $sql;

		if ($kind < 25)
		{
			$sql = "SELECT count(*) FROM transfer_certificates('$ref', $farm, $user, $quantity, effective_on => '2025-08-01')";
		}
		elsif ($kind < 35)
		{
			$sql = "SELECT count(*) FROM transfer_certificates('$ref', $farm, $user, certificates => " . named($farm)
			  . ", effective_on => '2025-08-01')";
		}
		elsif ($kind < 40)
		{
			$sql = "SELECT count(*) FROM retire('$ref', $farm, 2025, certificates => " . named($farm)
			  . ", effective_on => '2025-08-01')";
		}
		elsif ($kind < 50)
		{
			$sql = "SELECT count(*) FROM transfer_certificates('$ref', 3, 4, $quantity, 'existing_hydro', effective_on => '2025-08-01')";
		}
		elsif ($kind < 60)
		{
			$sql = "SELECT count(*) FROM transfer_certificates('$ref', 4, $user, $quantity, 'allocation', proof => 'plan', effective_on => '2025-08-01')";
		}
		elsif ($kind < 75)
		{
			$sql = "SELECT count(*) FROM retire('$ref', " . any(1 .. 8) . ", 2025, $quantity, effective_on => '2025-09-01')";
		}
		elsif ($kind < 88)
		{
			# several documents, their accounts in any order
			my @rows;

			@refs = map { "$ref-$_" } (1 .. 4);
			push @rows, sprintf("('%s', 'bilateral', %d, %d, %d, '2025-08-01')", $_, any(1, 2), any(5 .. 8), 1 + int(rand(15)))
			  foreach @refs;
			$sql = 'INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ' . join(', ', @rows);
		}
		elsif ($kind < 95)
		{
			my @rows;

			@refs = map { "$ref-$_" } (1 .. 3);
			push @rows, sprintf("('%s', %d, %d, 'mandatory', 2025, %d, '500100', '2025-09-01')", $_, any(1 .. 8), 1 + int(rand(5)), any(5 .. 8))
			  foreach @refs;
			$sql = 'INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on) VALUES '
			  . join(', ', @rows);
		}
		elsif ($kind < 98)
		{
			# clients share these references and mostly differ in content
			@refs = ('common-' . int(rand(10)));
			$sql = "SELECT count(*) FROM transfer_certificates('$refs[0]', 1, " . any(5, 6) . ", 1, effective_on => '2025-08-01')";
		}
		elsif ($kind > 100)
		{
			$sql = life($kind - 100, $ref, $farm, $user, $quantity, \@orders, \@freezes, \@offers);
		}
		else
		{
			$sql = sprintf("SELECT count(*) FROM issue('%s', '%s', '2025-07-01')",
								$call == 5 ? '2024-07-01' : any('2024-08-01', '2024-09-01', '2024-10-01', '2024-11-01', '2024-12-01', '2025-01-01'), $ref);
		}
		if ($sql =~ /_batch\(/)
		{
			push @lines, "$sql \\gset", '\if :ERROR', '\else', '\echo :acknowledged', '\endif';
		}
		else
		{
			push @lines, "$sql;", '\if :ERROR', '\else', (map { "\\echo $_" } @refs), '\endif';
		}
		# stop in time on a slow machine
		push @lines, "SELECT extract(epoch FROM clock_timestamp()) > $deadline AS late \\gset", '\if :late', '\quit', '\endif'
		  if $call % 10 == 0;
	}
	return join("\n", @lines) . "\n";
}

# A document of a certificate's life on the market, or a batch.
sub life
{
	my ($kind, $ref, $farm, $user, $quantity, $orders, $freezes, $offers) = @_;
	my $at = "effective_at => '2025-08-01 12:00+08'";

	if ($kind < 14)
	{
		return "SELECT count(*) FROM list_certificates('$ref', $farm, $quantity, $at)";
	}
	elsif ($kind < 24)
	{
		push @$orders, $ref;
		return "SELECT count(*) FROM lock_order('$ref', $farm, $user, 'V', $quantity, $at)";
	}
	elsif ($kind < 26)
	{
		return "SELECT count(*) FROM delist('$ref', $farm, $quantity, $at)";
	}
	elsif ($kind < 36 && @$orders)
	{
		# the order of this client, or one of another client that may be there
		my $order = rand(4) < 1 ? sprintf('c%d-%d', 1 + int(rand($CLIENTS)), 1 + int(rand($CALLS))) : any(@$orders);

		return rand(3) < 1 ? "SELECT count(*) FROM release_order('$ref', '$order', $at)"
		  : "SELECT count(*) FROM settle_order('$ref', '$order', " . any('NULL', 1 + int(rand(10))) . ", $at)";
	}
	elsif ($kind < 39)
	{
		push @$freezes, $ref;
		return "SELECT count(*) FROM freeze('$ref', " . any(1 .. 8) . ", 'dispute', 'file', $quantity, $at)";
	}
	elsif ($kind < 42 && @$freezes)
	{
		return "SELECT count(*) FROM unfreeze('$ref', '" . any(@$freezes) . "', 'decision', $at)";
	}
	elsif ($kind < 46)
	{
		push @$offers, $ref;
		return "SELECT count(*) FROM transfer_certificates('$ref', $farm, $user, $quantity, pending => true, effective_on => '2025-08-01')";
	}
	elsif ($kind < 51 && @$offers)
	{
		return sprintf("SELECT count(*) FROM %s_transfer('%s', '%s', effective_on => '2025-08-01')", any('accept', 'reject', 'withdraw'), $ref, any(@$offers));
	}
	elsif ($kind < 52)
	{
		return sprintf("SELECT count(*) FROM expire('%s', '%s')", any('2026-01-01', '2026-02-01'), $ref);
	}
	my @rows;

	push @rows, sprintf("ROW('%s-%d', %d, %d, %d, 'bilateral', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2025-08-01', NULL)::transfer_line",
		$ref, $_, any(1, 2), any(5 .. 8), 1 + int(rand(15)))
	  foreach 1 .. 4;
	return "SELECT coalesce(string_agg(ref, ' ') FILTER (WHERE outcome <> 'refused'), 'none') AS acknowledged FROM transfer_batch(ARRAY["
	  . join(', ', @rows) . '])';
}
