package Bench;

# Bench: what every group of benchmarks needs: sessions, clocks, rounds that
# alternate between two sides, and the report.
#
# A measure has two sides, certledger and a reference, each a sub that does
# the work once and returns what it took.  What must not be timed happens
# outside of the clock: before it, in the same sub.  Both sides run in every
# round, the one that begins changes with each round, and the ratio of a
# measure is the median of the ratios of its rounds: whatever else the
# machine does meanwhile meets both.

use strict;
use warnings;

use DBI;
use Exporter 'import';
use List::Util qw(max min sum0);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

our @EXPORT = qw(full size rounds session run rows value timed timed_script
  checkpoint take compare measure growth report_only median same_rows pgbench pgbench_tables);

# A failed comparison of the two sides, or a measure that could not be taken.
our @failures;
our @results;
our $group;

# Whether the sizes are those of the issue's targets; small ones take minutes.
sub full { return ($ENV{SIZE} // 'small') eq 'full' }

# The size for a full run and the size for a small one.
sub size { my ($full, $small) = @_; return full() ? $full : $small }

# How many rounds a measure has unless it says otherwise.
sub rounds { return $ENV{ROUNDS} || 5 }

# A session of its own, with the ledger's schema in its search path.
sub session
{
	my (%settings) = @_;
	my $dbh = DBI->connect('dbi:Pg:', '', '',
		{ RaiseError => 1, PrintError => 0, PrintWarn => 0, AutoCommit => 1, pg_server_prepare => 0 });

	$dbh->do('SET client_min_messages = warning');
	$dbh->do('SET search_path = certledger, bench, public');
	$dbh->do("SET $_ = '$settings{$_}'") foreach sort keys %settings;
	return $dbh;
}

# Executes one or several statements, each of its own transaction.
sub run { my ($dbh, @statements) = @_; $dbh->do($_) foreach @statements; return }

# All rows of a query, each a reference to an array.
sub rows { my ($dbh, $sql) = @_; return $dbh->selectall_arrayref($sql) }

# The first column of the first row.
sub value { my ($dbh, $sql) = @_; return ($dbh->selectrow_array($sql))[0] }

# Seconds that statements take, in one transaction that is committed, with
# every row of their results fetched.
sub timed
{
	my ($dbh, @statements) = @_;
	my $start = clock_gettime(CLOCK_MONOTONIC);

	$dbh->begin_work if @statements > 1;
	foreach my $sql (@statements)
	{
		my $sth = $dbh->prepare($sql);
		$sth->execute;
		$sth->fetchall_arrayref if $sth->{NUM_OF_FIELDS};
	}
	$dbh->commit if @statements > 1;
	return clock_gettime(CLOCK_MONOTONIC) - $start;
}

# Seconds that a file of SQL takes in psql, with its variables.
sub timed_script
{
	my ($file, %variables) = @_;
	my @command = ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file);

	push @command, '-v', "$_=$variables{$_}" foreach sort keys %variables;
	my $start = clock_gettime(CLOCK_MONOTONIC);
	open(my $pipe, '-|', @command) or die "psql: $!\n";
	my @output = <$pipe>;
	close($pipe) or die "$file failed: @output\n";
	return clock_gettime(CLOCK_MONOTONIC) - $start;
}

# Writes all that is dirty, so that neither side pays for the other's pages.
sub checkpoint { my ($dbh) = @_; $dbh->do('CHECKPOINT'); return }

# Transactions per second of a pgbench run.
sub pgbench
{
	my (@arguments) = @_;
	open(my $pipe, '-|', 'pgbench', '-n', @arguments) or die "pgbench: $!\n";
	my $output = do { local $/; <$pipe> };
	close($pipe) or die "pgbench failed: $output\n";
	die "pgbench: transactions failed: $output\n" if $output =~ /number of failed transactions: [1-9]/;
	my ($tps) = $output =~ /^tps = ([\d.]+)/m or die "pgbench printed no tps: $output\n";
	my ($count) = $output =~ /^number of transactions actually processed: (\d+)/m;
	return wantarray ? ($tps, $count) : $tps;
}

# Makes and fills pgbench's own tables at a scale, with its indexes.
sub pgbench_tables
{
	my ($scale) = @_;
	open(my $pipe, '-|', "pgbench -i -q -s $scale 2>&1") or die "pgbench: $!\n";
	my @output = <$pipe>;
	close($pipe) or die "pgbench -i failed: @output\n";
	return;
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	my $middle = int(@sorted / 2);
	return @sorted % 2 ? $sorted[$middle] : ($sorted[ $middle - 1 ] + $sorted[$middle]) / 2;
}

# What differs between the results of two queries, or undef.
sub same_rows
{
	my ($dbh, $one, $other) = @_;
	my ($count) = $dbh->selectrow_array(
		"SELECT count(*) FROM ((TABLE pg_temp.one EXCEPT ALL TABLE pg_temp.other) UNION ALL (TABLE pg_temp.other EXCEPT ALL TABLE pg_temp.one)) AS d"
	) if $dbh->do("CREATE TEMP TABLE one AS $one") && $dbh->do("CREATE TEMP TABLE other AS $other");

	my $any = value($dbh, 'SELECT count(*) FROM pg_temp.one');
	$dbh->do('DROP TABLE pg_temp.one, pg_temp.other');
	return 'nothing to compare' if !$any;
	return $count ? "$count of $any rows differ" : undef;
}

sub add_result
{
	my (%result) = @_;
	$result{group} = $group;
	push @results, \%result;
	print line(%result), "\n";
	return;
}

# One line of the table.
sub line
{
	my (%r) = @_;
	my $number = sub { my ($x) = @_; return defined $x ? sprintf(abs($x) >= 1000 ? '%.0f' : '%.4g', $x) : '-' };

	return sprintf('%-52s %12s %12s %8s %8s %s',
		$r{name},
		$number->($r{certledger}),
		$number->($r{reference}),
		defined $r{ratio} ? sprintf('%.3f', $r{ratio}) : '-',
		defined $r{target} ? ($r{higher} ? '>=' : '<=') . $r{target} : '-',
		$r{verdict});
}

# Runs sides, a hash of subs that each do their work once and return what it
# took, in rounds; another one begins each time.  Returns what each took in
# each round that counts: those after the first so many, which warm up.
sub take
{
	my ($rounds, $warm, %sides) = @_;
	my @order = sort keys %sides;
	my %taken;

	for my $round (1 .. $warm + $rounds)
	{
		foreach my $side (@order)
		{
			my $took = $sides{$side}->($round);
			push @{ $taken{$side} }, $took if $round > $warm;
		}
		push @order, shift @order;
	}
	return %taken;
}

# Compares what two sides took in the same rounds.  name; unit (s unless
# said); certledger and reference, references to arrays; against, what the
# reference is (limit, plain or postgres); target, of the ratio; higher,
# whether more is better; same, which returns what differs between the results
# of the sides, or undef.
sub compare
{
	my (%m) = @_;
	my @certledger = @{ $m{certledger} };
	my @reference = @{ $m{reference} };
	my $ratio = median(map { $certledger[$_] / $reference[$_] } 0 .. $#certledger);
	my $difference = $m{same} ? $m{same}->() : undef;
	my $verdict = !defined $m{target} ? 'reported'
	  : ($m{higher} ? $ratio >= $m{target} : $ratio <= $m{target}) ? 'pass' : 'short';

	if (defined $difference)
	{
		$verdict = 'WRONG';
		push @failures, "$m{name}: $difference";
	}
	add_result(
		name => $m{name}, unit => $m{unit} // 's', against => $m{against} // 'limit',
		certledger => median(@certledger), reference => median(@reference),
		ratio => $ratio, target => $m{target}, higher => $m{higher}, verdict => $verdict,
		certledger_rounds => \@certledger, reference_rounds => \@reference);
	return $ratio;
}

# Takes a measure of two sides and compares them: as compare(), but certledger
# and reference are subs; rounds, and warm, how many come before those that
# count.
sub measure
{
	my (%m) = @_;
	my %taken = take($m{rounds} // rounds(), $m{warm} // 0, certledger => $m{certledger}, reference => $m{reference});

	return compare(%m, %taken);
}

# Reports how cost grows with size: the slope of log(cost) over log(size).
sub growth
{
	my ($name, $target, %cost) = @_;
	my @x = map { log } keys %cost;
	my @y = map { log } values %cost;
	my ($mx, $my) = (sum0(@x) / @x, sum0(@y) / @y);
	my $slope = sum0(map { ($x[$_] - $mx) * ($y[$_] - $my) } 0 .. $#x) / sum0(map { ($_ - $mx)**2 } @x);

	add_result(
		name => $name, unit => 'exponent', against => 'linear', certledger => $slope, reference => 1,
		ratio => $slope, target => $target, verdict => $slope <= $target ? 'pass' : 'short');
	return;
}

# Reports a figure that has no target.
sub report_only
{
	my ($name, $unit, $certledger, $reference, $against) = @_;
	add_result(
		name => $name, unit => $unit, against => $against // 'limit', certledger => $certledger, reference => $reference,
		ratio => defined $reference ? $certledger / $reference : undef, verdict => 'reported');
	return;
}

1;
