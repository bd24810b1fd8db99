# A long history of documents thrown by dice, posted in a ledger and in an
# independent model with one row per certificate (test/fixture/history_*.sql):
# after each document both must have accepted or refused it and have every
# certificate in the same place.
#
# CERTLEDGER_SEED and CERTLEDGER_STEPS choose the history and its length; a
# long one is played as several, each in a ledger of its own.
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
my $STEPS = $ENV{CERTLEDGER_STEPS} // 3000;
my $STEPS_OF_ONE = 1500;

# What every history must have seen accepted and refused, to be worth anything.
my @kinds = qw(accept cancel delist expire freeze issue list lock reject release retire settle transfer unfreeze withdraw);

note("CERTLEDGER_SEED=$SEED CERTLEDGER_STEPS=$STEPS");

my $fixture = "$FindBin::Bin/../fixture";
my $node = new_node('history', 'autovacuum_naptime = 2s');
my (%posted, %refused, %hows, %sqlstates);

for (my $left = $STEPS; $left > 0; $left -= $STEPS_OF_ONE)
{
	my $steps = $left < $STEPS_OF_ONE ? $left : $STEPS_OF_ONE;
	my $database = "history$SEED";
	my ($status, $out, $err);

	create_ledger($node, $database);
	$node->safe_psql($database, "SET search_path = certledger, public;\n"
		  . slurp_file("$fixture/history_model.sql") . slurp_file("$fixture/history_play.sql") . setup());
	($status, $out, $err) = $node->psql($database, <<"SQL", timeout => 36000);
SET search_path = certledger, public;
SET datestyle = ISO;
SET timezone = 'Asia/Shanghai';
SELECT setseed($SEED / 1000000.0 - floor($SEED / 1000000.0));
CALL model.play($steps);
SQL
	is($err, '', "history $SEED: $steps steps without a difference")
	  or diag("repeat it with CERTLEDGER_SEED=$SEED CERTLEDGER_STEPS=$steps");
	is_sound($node, $database, "history $SEED");
	foreach my $line (split(/\n/, $node->safe_psql($database, <<'SQL')))
SELECT kind, how, posted, coalesce(left(refusal, 5), ''), count(*) FROM model.history GROUP BY 1, 2, 3, 4
SQL
	{
		my ($kind, $how, $posted, $sqlstate, $count) = split(/\|/, $line);

		($posted eq 't' ? \%posted : \%refused)->{$kind} += $count;
		$hows{$how} += $count;
		$sqlstates{$sqlstate} += $count if $sqlstate ne '';
	}
	last if $err ne '';
	$node->safe_psql('postgres', "DROP DATABASE $database");
	$SEED++;
}

note('posted: ' . join(', ', map { "$posted{$_} $_" } sort keys %posted));
note('refused: ' . join(', ', map { "$refused{$_} $_" } sort keys %refused));
note('refusals: ' . join(', ', map { "$sqlstates{$_} $_" } sort keys %sqlstates));
note('how: ' . join(', ', map { "$hows{$_} by $_" } sort keys %hows));
SKIP:
{
	skip 'a short history does not see everything', 2 if $STEPS < 1000;
	is(join(' ', grep { !$posted{$_} } @kinds), '', 'every kind of document was posted');
	is(join(' ', grep { !$refused{$_} } grep { !/^(expire|issue|release|reject|withdraw)$/ } @kinds), '', 'and refused');
}
$node->stop;
done_testing();

# Ten accounts: 1 to 3 own the projects, 4 to 7 use power, 8 acts for others,
# 9 and 10 are provincial.  Six projects report every month; what was produced
# before August 2024 is issued when the history begins.
sub setup
{
	return <<'SQL';
INSERT INTO account (kind, name, personal_id, region, opened_on) VALUES
	('generator', 'one', '1', '500100', '2020-01-01'), ('generator', 'two', '2', '650100', '2020-01-01'),
	('generator', 'three', '3', '510100', '2020-01-01'), ('user', 'four', '4', '500100', '2020-01-01'),
	('user', 'five', '5', '500102', '2020-01-01'), ('user', 'six', '6', '510100', '2020-01-01'),
	('user', 'seven', '7', '650100', '2020-01-01'), ('agent', 'eight', '8', '440100', '2020-01-01'),
	('provincial', 'nine', NULL, '500000', '2020-01-01'), ('provincial', 'ten', NULL, '650000', '2020-01-01');
INSERT INTO project (project_code, name, owner, region, source, technology, capacity_kw, commissioned_on, registered_on) VALUES
	('10000000000000001', 'wind at sea', 1, '500101', 'wind', 'deep_offshore_wind', 1000, '2020-01-01', '2020-01-01'),
	('10000000000000002', 'tower', 2, '650100', 'solar', 'csp', 1000, '2020-01-01', '2020-01-01'),
	('20000000000000003', 'wind', 1, '650200', 'wind', NULL, 1000, '2020-01-01', '2020-01-01'),
	('20000000000000004', 'old hydro', 1, '500100', 'hydro', NULL, 1000, '2020-01-01', '2020-01-01'),
	('30000000000000005', 'roof', 3, '510100', 'solar', NULL, 1000, '2020-01-01', '2020-01-01'),
	('30000000000000006', 'biomass', 2, '500110', 'biomass', NULL, 1000, '2020-01-01', '2020-01-01');
INSERT INTO model.account SELECT account_id, kind, region FROM account;
INSERT INTO model.project SELECT project_code, owner, region, source, technology IS NOT NULL FROM project;
INSERT INTO model.generation (project_code, month, class, certificate_class, tradable, wh)
	SELECT p.project_code, month, p.class, CASE p.project_code WHEN '20000000000000004' THEN 'existing_hydro' ELSE p.class END,
		p.class = 'on_grid' AND p.project_code <> '20000000000000004',
		CASE WHEN month < '2024-08-01' THEN p.wh * 3 ELSE p.wh END + extract(month FROM month)::bigint * 123457
	FROM (VALUES ('10000000000000001', 'on_grid', 12300000::bigint), ('10000000000000002', 'on_grid', 9700000),
			('20000000000000003', 'on_grid', 11100000), ('20000000000000004', 'on_grid', 14900000),
			('30000000000000005', 'on_grid', 4400000), ('30000000000000005', 'self_use', 7200000), ('30000000000000005', 'off_grid', 5100000),
			('30000000000000006', 'on_grid', 3300000), ('30000000000000006', 'mechanism_price', 8800000)) AS p(project_code, class, wh),
		(SELECT unnest(ARRAY['2023-10-01', '2024-01-01', '2024-04-01', '2024-06-01']::date[])
		 UNION ALL SELECT generate_series('2024-08-01', '2026-07-01', interval '1 month')::date) AS m(month);
INSERT INTO generation (project_code, month, volume_class, energy)
	SELECT project_code, month, class::volume_class, make_energy(wh => wh) FROM model.generation;
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
	SELECT name, '2025-03-01', 'self_use', unit, description, source, status FROM rule WHERE name = 'acceptance_modes';
INSERT INTO model.play VALUES ('2024-08-10 08:00+08', 0);
DO $$
DECLARE
	month date;
BEGIN
	FOREACH month IN ARRAY ARRAY['2023-10-01', '2024-01-01', '2024-04-01', '2024-06-01']::date[] LOOP
		PERFORM FROM issue(month, 'I' || month, '2024-08-01');
		PERFORM model.post(ROW('issue', NULL, NULL, NULL, NULL, NULL, NULL, NULL, month, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			NULL, NULL, NULL, '2024-08-02 00:00+08', '2024-08-01')::model.document);
	END LOOP;
END $$;
SQL
}
