# Clients post while a backend, the whole server or the postmaster is killed.
# After recovery everything that was acknowledged is there, nothing is half
# posted, and a client that repeats its last calls posts nothing twice.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../perl";

use CertledgerTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $CLIENTS = 4;
my $CALLS = 20000;		# more than a client can make until the kill
my $WANTED = 150;		# documents that are to be there before it

my $node = new_node('crash', 'restart_after_crash = on');

create_ledger($node, 'crash');
$node->safe_psql('crash', <<'SQL');
SET search_path = certledger, public;
INSERT INTO account (kind, name, personal_id, region, opened_on)
	SELECT 'generator', 'seller ' || i, 'g' || i, '500100', '2020-01-01' FROM generate_series(1, 2) AS i;
INSERT INTO account (kind, name, personal_id, region, opened_on)
	SELECT 'user', 'buyer ' || i, 'u' || i, '500100', '2020-01-01' FROM generate_series(3, 6) AS i;
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on)
	SELECT '5000000000000000' || i, 'wind farm ' || i, i, '500100', 'wind', 100000000, '2021-01-01' FROM generate_series(1, 2) AS i;
INSERT INTO generation SELECT '5000000000000000' || i, '2025-06-01', 'on_grid', '10000 GWh' FROM generate_series(1, 2) AS i;
INSERT INTO issuance (ref, month, effective_on) VALUES ('issue', '2025-06-01', '2025-07-22');
SQL
my $issued = certificates($node, 'crash');

crash('backend killed', sub {
	my $pid = $node->safe_psql('crash',
		"SELECT pid FROM pg_stat_activity WHERE datname = 'crash' AND backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1");

	like($pid, qr/^[0-9]+$/, 'backend killed: a client is at work');
	kill 'KILL', $pid;
});
crash('immediate stop', sub {
	$node->stop('immediate');
});
crash('postmaster killed', sub {
	my @pids = split(/\n/, $node->safe_psql('postgres', 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()'));
	my ($postmaster) = slurp_file($node->data_dir . '/postmaster.pid') =~ /^(\d+)/;

	$node->kill9;
	ok(wait_for(sub { !kill(0, $postmaster, @pids) }), 'postmaster killed: its processes end by themselves');
});

$node->stop;
done_testing();

# Calls of one client: single documents, statements of several documents, and
# transactions of two.  It says which references are committed.
sub script
{
	my ($round, $client) = @_;
	my $seller = 1 + $client % 2;
	my $buyer = 3 + $client;
	my @lines = ('\set ON_ERROR_STOP 1', 'SET search_path = certledger, public;');

	foreach my $call (1 .. $CALLS)
	{
		my $ref = "$round-$client-$call";
		my $quantity = 1 + $call % 7;
		my $kind = $call % 4;

		if ($kind == 0)
		{
			push @lines, "SELECT count(*) FROM transfer_certificates('$ref', $seller, $buyer, $quantity, effective_on => '2025-08-01');",
			  "\\echo $ref";
		}
		elsif ($kind == 1)
		{
			push @lines, "INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES"
			  . " ('$ref', 'bilateral', 2, $buyer, 9, '2025-08-01'), ('$ref b', 'auction', 1, $buyer, 9, '2025-08-01')"
			  . " ON CONFLICT (ref) DO NOTHING;",
			  "\\echo $ref", "\\echo $ref b";
		}
		elsif ($kind == 2)
		{
			push @lines, "SELECT count(*) FROM retire('$ref', $buyer, 2025, 3, effective_on => '2025-09-01');",
			  "\\echo $ref";
		}
		else
		{
			push @lines, 'BEGIN;',
			  "SELECT count(*) FROM transfer_certificates('$ref', $seller, $buyer, $quantity, effective_on => '2025-08-01');",
			  "SELECT count(*) FROM retire('$ref b', $buyer, 2025, $quantity, effective_on => '2025-09-01');",
			  'COMMIT;', "\\echo $ref", "\\echo $ref b";
		}
	}
	return join("\n", @lines) . "\n";
}

# All references of documents that are posted, sorted.
sub posted
{
	my ($round) = @_;

	return split(/\n/, $node->safe_psql('crash',
		"SELECT ref FROM (SELECT ref FROM certledger.transfer UNION ALL SELECT ref FROM certledger.retirement) AS d"
		  . " WHERE ref LIKE '$round-%' ORDER BY ref COLLATE \"C\""));
}

# Waits until a condition holds, at most for the harness's usual time.
sub wait_for
{
	my ($condition) = @_;

	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return 1 if $condition->();
		sleep(0.1);
	}
	return 0;
}

# Lets clients post, kills, waits for recovery and looks.
sub crash
{
	my ($name, $kill) = @_;
	(my $round = $name) =~ s/ .*//;
	my @scripts = map { script($round, $_) } (0 .. $CLIENTS - 1);
	my @clients = start_clients($node, 'crash', @scripts);

	ok( $node->poll_query_until('crash',
			"SELECT count(*) >= $WANTED FROM certledger.transfer WHERE ref LIKE '$round-%'"),
		"$name: clients post");
	sleep(rand(0.3));
	$kill->();
	my @results = finish_clients(@clients);

	$node->start unless $name =~ /backend/;
	ok( wait_for(sub {
			return $node->psql('crash', 'SELECT 1') == 0;
		}), "$name: the server is back");

	my @acknowledged = map { @{ $_->{lines} } } @results;
	my %posted = map { $_ => 1 } posted($round);
	my @lost = grep { !$posted{$_} } @acknowledged;
	my $unacknowledged = keys(%posted) - @acknowledged;
	cmp_ok(scalar(@acknowledged), '>=', $WANTED / 2, "$name: clients had acknowledgements");
	is("@lost", '', "$name: every acknowledged document is there");
	ok($unacknowledged >= 0 && $unacknowledged <= 2 * $CLIENTS,
		"$name: at most the last call of each client was committed and not acknowledged");
	note("$name: " . @acknowledged . " acknowledged, " . keys(%posted) . " posted");
	is(join(' ', grep { $_ !~ /^57P0[123]$/ } map { keys %{ $_->{states} } } @results),
		'', "$name: clients met no other errors");
	is_sound($node, 'crash', $name);
	is(certificates($node, 'crash'), $issued, "$name: as many certificates as were issued");

	# what a client does that lost the connection: the last calls once more
	foreach my $client (0 .. $CLIENTS - 1)
	{
		my ($last) = ($results[$client]->{lines}->[-1] // '') =~ /-(\d+)(?: b)?$/;
		my @repeated;
		my $on = 0;

		next unless defined $last;
		foreach my $line (split(/\n/, $scripts[$client]))
		{
			last if $line eq '\echo ' . "$round-$client-" . ($last + 2);
			push @repeated, $line if $on && $line !~ /^\\/;
			$on = 1 if $line eq '\echo ' . "$round-$client-" . ($last - 3);
		}
		is(sqlstate($node, 'crash', "SET search_path = certledger, public;\n" . join("\n", @repeated)),
			'00000', "$name: client $client repeats its last calls");
	}
	my @after = posted($round);
	ok(@after >= keys(%posted) && @after <= keys(%posted) + 4 * $CLIENTS,
		"$name: what is repeated is not posted again");
	is_sound($node, 'crash', "$name, repeated");
	is(certificates($node, 'crash'), $issued, "$name, repeated: as many certificates as were issued");
	return;
}
