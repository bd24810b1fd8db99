# Random years: provinces, cities, users, trades, certificates and rules thrown
# by dice, accounted by the ledger and by an independent model in numeric
# (test/fixture/accounts_*.sql).  Every cell of every result must be the same
# to the watt-hour, whatever the order of the facts and the settings of the
# server; and what must hold for any year must hold for each.
#
# CERTLEDGER_SEED chooses the first year and CERTLEDGER_YEARS how many follow
# each other; each has a seed of its own, one more than the year before.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../perl";

use CertledgerTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# always the same unless asked otherwise: what fails can be repeated
my $SEED = $ENV{CERTLEDGER_SEED} // 20260601;
my $YEARS = $ENV{CERTLEDGER_YEARS} // 12;
# each leaves its garbage behind, so that a long series takes several ledgers
my $YEARS_OF_ONE = 60;

# What a long series must have seen, to be worth anything.
my @kinds = (
	(map { "recognised $_" }
		  qw(green_power conventional nuclear unified_purchase transfer in_province_trade spot_trade voluntary_trade out_of_province_trade)),
	(map { "beyond $_" }
		  qw(user city green_power_retired province_in province_out spot_pair voluntary_out in_province_pool out_of_province_buyer
		  out_of_province_seller counted_in_energy_trade counted_in_physical_supply not_acquired)),
	(map { "some of a claim beyond $_" }
		  qw(user city green_power_retired province_in province_out spot_pair in_province_pool out_of_province_buyer out_of_province_seller)),
	(map { ("cap $_", "cap $_ published") }
		  qw(province_in province_out spot_pair in_province_pool out_of_province_buyer out_of_province_seller)),
	'cap city published', 'cap voluntary_out published',
	(map { "moved by $_" } qw(listing bilateral auction green_power existing_hydro self_use off_grid mechanism_price allocation)),
	(map { "rule $_" } (
			(map { "pool_sharing $_" } qw(first_come pro_rata)),
			'claim_fill_order by_date', 'claim_fill_order a list', 'energy_trade_fill_order a list',
			(map { "interprovincial_allocation $_" } qw(on_grid_share agreement)),
			(map { "storage_charging $_" } qw(grid_draw ignore)), (map { "storage_discharging $_" } qw(ignore deduct)),
			(map { "out_of_province_route $_" } qw(spot_trade voluntary_trade out_of_province_trade)),
			(map { ("$_ yes", "$_ no") } qw(published_coefficient_overrides green_power_needs_retirement pumped_storage_counts)))),
	(map { "warning $_" } (
			'negative residual', 'nothing received to allocate to', 'allocated more than received', 'agreed allocation above residual',
			'nothing agreed', 'unified purchase not shared', 'coefficient below 0', 'coefficient above 1',
			'coefficient without denominator', 'grid draw above supply', 'storage discharge ignored', 'unknown account')),
	(map { "refused by $_" } qw(negative_residual coefficient_out_of_range coefficient_without_denominator)),
	'agreed allocation', 'shared allocation', 'published coefficient', 'computed coefficient', 'coefficient of a month',
	'claim for another', 'claim of a provincial account', 'voluntary retirement', 'unknown counterpart', 'user in two cities',
	'user without draw', 'province without users', 'province without neighbours');

note("CERTLEDGER_SEED=$SEED CERTLEDGER_YEARS=$YEARS");

# nothing may change plans, and so the dice, between two plays of a year
my $node = new_node('years', "autovacuum = off\njit = off\nmax_worker_processes = 16");
my $fixture = "$FindBin::Bin/../fixture";
my %seen;
my $sound = 0;

for (my $left = $YEARS; $left > 0; $left -= $YEARS_OF_ONE)
{
	my $years = $left < $YEARS_OF_ONE ? $left : $YEARS_OF_ONE;
	my $database = "years$SEED";
	my ($status, $out, $err);
	my %wrong;
	my %of;

	create_ledger($node, $database);
	$node->safe_psql($database, slurp_file("$fixture/accounts_model.sql") . slurp_file("$fixture/accounts_play.sql"));
	($status, $out, $err) = $node->psql(
		$database,
		join('', map { "BEGIN;\nSELECT $_, kind, detail FROM play.year($_);\nROLLBACK;\n" } $SEED .. $SEED + $years - 1),
		on_error_stop => 0,
		timeout => 36000);
	foreach my $line (split(/\n/, $out))
	{
		my ($seed, $kind, $detail) = split(/\|/, $line, 3);

		$of{$seed} = $detail if $kind eq 'year';
		$seen{$detail}++ if $kind eq 'seen';
		push @{ $wrong{$seed} }, $detail if $kind eq 'wrong';
	}
	foreach my $seed ($SEED .. $SEED + $years - 1)
	{
		if ($of{$seed} && !$wrong{$seed})
		{
			$sound++;
			next;
		}
		fail("seed $seed, " . ($of{$seed} // 'no year'));
		diag(join("\n", "repeat it with CERTLEDGER_SEED=$seed CERTLEDGER_YEARS=1", @{ $wrong{$seed} // [] }));
	}
	is($err, '', "years $SEED to " . ($SEED + $years - 1) . ' ran');
	$node->safe_psql('postgres', "DROP DATABASE $database");
	$SEED += $years;
}

is($sound, $YEARS, 'years without a difference');
note('seen: ' . join(', ', map { "$_ ($seen{$_})" } sort keys %seen));
SKIP:
{
	skip 'a short series does not see everything', 1 if $YEARS < 300;
	is(join(', ', grep { !$seen{$_} } @kinds), '', 'everything was seen');
}
$node->stop;
done_testing();
