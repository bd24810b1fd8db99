package Registry;

# Registry: what the groups of benchmarks on the registry share: the market
# (plain/market.sql), lines of trades, and the rows that posting leaves.

use strict;
use warnings;

use Bench;
use Exporter 'import';
use FindBin;

our @EXPORT = qw(market plain_registry stage line_array batch_post insert_post checked remember left_rows bare_tables verified);

# The day on which everything trades.
our $day = '2026-03-02';

# Makes functions and tables of the market, of schema bench.
sub market { timed_script("$FindBin::RealBin/plain/market.sql"); return }

# Makes the plain-SQL registry, schema plain, for the accounts that there are.
sub plain_registry { timed_script("$FindBin::RealBin/plain/registry.sql"); return }

# Puts lines of trades into a table bench.NAME as a client would stage them.
sub stage
{
	my ($dbh, $name, $n, $seller, $sellers, $buyer, $buyers) = @_;

	run($dbh,
		"CREATE UNLOGGED TABLE bench.$name AS SELECT * FROM bench.trade('$name', $n, $seller, $sellers, $buyer, $buyers)",
		"VACUUM ANALYZE bench.$name");
	return;
}

# The lines of a staged table as the argument of transfer_batch() or, for what
# its buyers bought, retire_batch().
sub line_array
{
	my ($name, $type) = @_;
	my $fields = $type eq 'transfer_line'
	  ? "l.ref, l.from_account, l.to_account, l.quantity, 'bilateral', NULL, NULL, NULL, 5, NULL, NULL, NULL, NULL, NULL, '$day', NULL"
	  : "l.ref, l.to_account, 2026, l.quantity, 'mandatory', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '$day'";

	return "(SELECT array_agg(ROW($fields)::$type ORDER BY l.n) FROM bench.$name AS l)";
}

# Posts a staged table by transfer_batch() or retire_batch(); seconds.
sub batch_post
{
	my ($dbh, $name, $function) = @_;
	my $type = $function eq 'transfer_batch' ? 'transfer_line' : 'retirement_line';

	checkpoint($dbh);
	my $seconds = timed($dbh, "CREATE TEMP TABLE outcome AS SELECT outcome, quantity FROM $function(" . line_array($name, $type) . ')');
	my ($posted, $quantity) = @{ rows($dbh, q{SELECT count(*) FILTER (WHERE outcome = 'posted'), sum(quantity) FROM outcome})->[0] };
	my ($lines, $wanted) = @{ rows($dbh, "SELECT count(*), sum(quantity) FROM bench.$name")->[0] };
	run($dbh, 'DROP TABLE outcome');
	die "$function posted $posted of $lines lines, " . ($quantity // 0) . " of $wanted certificates\n" if $posted != $lines || $quantity != $wanted;
	return $seconds;
}

# Posts a staged table by INSERT INTO transfer; seconds.
sub insert_post
{
	my ($dbh, $name) = @_;

	checkpoint($dbh);
	return timed($dbh,
		'INSERT INTO transfer (ref, mode, from_account, to_account, quantity, price, effective_on) '
		  . "SELECT ref, 'bilateral', from_account, to_account, quantity, 5, '$day' FROM bench.$name ORDER BY n");
}

# What differs between the lines of a staged table and what was moved for
# them, account by account.
sub checked
{
	my ($dbh, $name) = @_;

	return same_rows($dbh,
		"SELECT from_account, to_account, sum(quantity)::bigint AS quantity FROM bench.$name GROUP BY 1, 2",
		"SELECT m.from_account, m.to_account, sum(quantity(m.certificates))::bigint FROM movement AS m "
		  . "JOIN transfer AS t ON m.document = 'transfer' AND m.document_id = t.transfer_id "
		  . "WHERE starts_with(t.ref, '$name/') GROUP BY 1, 2");
}

# The last numbers given, before a posting whose rows are wanted.
sub remember
{
	my ($dbh) = @_;
	return rows($dbh, 'SELECT (SELECT coalesce(max(transfer_id), 0) FROM transfer), (SELECT coalesce(max(movement_id), 0) FROM movement)')->[0];
}

# Keeps what was written since: tables bench.NAME_transfer, NAME_movement and
# NAME_holding, in the order in which it was written.
sub left_rows
{
	my ($dbh, $name, $before) = @_;

	run($dbh,
		"CREATE UNLOGGED TABLE bench.${name}_transfer AS SELECT * FROM transfer WHERE transfer_id > $before->[0] ORDER BY transfer_id",
		"CREATE UNLOGGED TABLE bench.${name}_movement AS SELECT * FROM movement WHERE movement_id > $before->[1] ORDER BY movement_id",
		"CREATE UNLOGGED TABLE bench.${name}_holding AS SELECT h.* FROM bench.${name}_movement AS m "
		  . 'JOIN holding AS h ON h.last_certificate = upper(m.certificates) - 1 AND h.account_id = m.to_account ORDER BY m.movement_id',
		"VACUUM bench.${name}_transfer, bench.${name}_movement, bench.${name}_holding");
	return;
}

# Tables bench.bare_* with the columns, constraints and indexes of the
# ledger's, and nothing else; empty.
sub bare_tables
{
	my ($dbh, @tables) = @_;

	foreach my $table (@tables)
	{
		run($dbh, "CREATE TABLE bench.bare_$table (LIKE certledger.$table INCLUDING ALL EXCLUDING IDENTITY)");
	}
	return;
}

# The ledger must agree with itself after all that was measured.
sub verified
{
	my ($dbh) = @_;
	run($dbh, q{SET work_mem = '256MB'});
	my $found = rows($dbh, 'SELECT problem, count(*) FROM verify() GROUP BY problem');

	push @Bench::failures, "verify() after group $Bench::group: $_->[1] times $_->[0]" foreach @$found;
	return;
}

1;
