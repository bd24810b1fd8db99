# CertledgerTest.pm: what the TAP tests share: a server, a filled ledger, and
# ways to compare ledgers and to see the SQLSTATE of a refusal.
package CertledgerTest;

use strict;
use warnings;

use Exporter 'import';
use File::Basename qw(dirname);
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(new_node create_ledger fill_ledger contents sqlstate is_refused
  is_sound certificates start_clients finish_clients);

# A started server of its own.  Its settings besides those of the Cluster
# module: UTF8, room for clients, no log of every statement.
sub new_node
{
	my ($name, $conf) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
	$node->append_conf('postgresql.conf', <<CONF);
log_statement = none
max_connections = 40
deadlock_timeout = 100ms
timezone = 'Asia/Shanghai'
@{[ $conf // '' ]}
CONF
	$node->start;
	return $node;
}

# An empty ledger in a new database.
sub create_ledger
{
	my ($node, $dbname) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $dbname");
	$node->safe_psql($dbname,
		'CREATE EXTENSION certledger; SELECT certledger.create_ledger()');
	return;
}

# The model of the test vectors, with its accounts run, and beside it what
# the model lacks: names in Chinese, remainders, every kind of transfer and
# retirement, certificates named and split.
sub fill_ledger
{
	my ($node, $dbname) = @_;
	my $model = slurp_file(dirname(__FILE__) . '/../fixture/model.sql');

	$node->safe_psql($dbname, <<"SQL");
SET search_path = certledger, public;
SET client_encoding = 'UTF8';
$model
-- accounts 9 to 12
INSERT INTO account (kind, name, uscc, personal_id, region, grid_account, opened_on, closed_on) VALUES
	('provincial', '重庆市省级账户', NULL, NULL, '500000', NULL, '2024-01-01', NULL),
	('user', '重庆某铝业有限公司（示例）', NULL, 'k1', '500102', '5001234567', '2024-01-01', NULL),
	('agent', 'O''Brien & "Söhne"\t售电', NULL, 'k2', '510100', NULL, '2024-01-01', '2025-12-01'),
	('generator', '万州自用光伏', NULL, 'k3', '500101', NULL, '2024-01-01', NULL);
INSERT INTO project (project_code, name, owner, region, source, technology, capacity_kw, commissioned_on) VALUES
	('50010100000000007', '万州屋顶光伏', 12, '500101', 'solar', '分布式光伏', 12345.67, '2024-03-01');
INSERT INTO generation VALUES
	('50010100000000007', '2025-03-01', 'self_use', '1234.567 MWh'),
	('50010100000000007', '2025-03-01', 'on_grid', '999.999 kWh'),
	('50010100000000007', '2025-04-01', 'on_grid', '20.000002 MWh'),
	('50000000000000002', '2025-04-01', 'on_grid', '31.5 MWh'),
	('50010100000000007', '2025-07-01', 'on_grid', '20 GWh');
INSERT INTO issuance (ref, month, effective_on) VALUES
	('核发 2025-03', '2025-03-01', '2025-04-22'), ('核发 2025-04', '2025-04-01', '2025-05-22'),
	('核发 2025-07', '2025-07-01', '2025-08-22');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, price, contract, proof, venue, effective_on) VALUES
	('自用', 'self_use', 12, 10, 234, NULL, '合同能源管理 1', '付款凭证', NULL, '2025-05-01'),
	('存量', 'existing_hydro', 3, 9, 31, NULL, NULL, NULL, NULL, '2025-06-01'),
	('分配', 'allocation', 9, 10, 11, NULL, NULL, '方案', NULL, '2025-06-02'),
	('绿电', 'green_power', 1, 11, 7, 5.25, '绿电合同', NULL, '北京电力交易中心', '2025-08-03'),
	('竞价', 'auction', 12, 11, 5, 0, NULL, NULL, '中国绿色电力证书交易平台', '2025-08-04');
SELECT FROM transfer_certificates('named', 1, 10, mode => 'bilateral', price => 3.1, effective_on => '2025-08-05',
	certificates => gecmultirange(
		make_gecrange(make_gec('65000000000000001', '2025-06-01', 190001), 10),
		make_gecrange(make_gec('65000000000000001', '2025-06-01', 190101), 5)));
INSERT INTO correction (ref, project_code, month, energy, proof, effective_on) VALUES
	('更正 1', '50010100000000007', '2025-04-01', '22.5 MWh', '电表复核', '2025-08-06');
SELECT FROM correct_generation('更正 2', '50010100000000007', '2025-04-01', '20.25 MWh', '电表复核', effective_on => '2025-08-07');
SELECT FROM list_certificates('挂牌', 1, 100, 4.2, effective_at => '2025-08-06 09:00+08');
SELECT FROM lock_order('订单 1', 1, 10, '北京电力交易中心', 20, effective_at => '2025-08-06 10:00+08');
SELECT FROM lock_order('订单 2', 1, 11, '广州电力交易中心', 30, effective_at => '2025-08-06 10:00+08');
SELECT FROM settle_order('成交 1', '订单 1', 15, effective_at => '2025-08-06 11:00+08');
SELECT FROM release_order('撤单 2', '订单 2', effective_at => '2025-08-06 12:00+08');
-- takes what order 1 left when it ended
SELECT FROM lock_order('订单 3', 1, 11, '广州电力交易中心', 40, effective_at => '2025-08-08 10:00+08');
SELECT FROM freeze('争议', 1, 'dispute', '案卷 1', 25, effective_at => '2025-08-08 11:00+08');
SELECT FROM transfer_certificates('要约 1', 1, 10, 6, pending => true, effective_on => '2025-08-08');
SELECT FROM accept_transfer('接受 1', '要约 1', effective_on => '2025-08-09');
SELECT FROM transfer_certificates('要约 2', 1, 10, 7, pending => true, effective_on => '2025-08-09');
SELECT FROM cancel_certificates('注销', 'objection', '决定 1', freeze_ref => '争议', objected_on => '2025-08-08', reissue => true, effective_on => '2025-08-10');
SELECT FROM expire('2025-08-11', '过期');
SELECT FROM retire('强制', 10, 2025, 3, beneficiary => 10, purpose => '铝锭出口', effective_on => '2025-09-02');
SELECT FROM retire('自愿', 11, 2026, 4, 'voluntary', grid_account => '5001234567', effective_on => '2025-09-03');
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
SELECT name, '2099-01-01', value, unit, '测试', source, 'inferred' FROM rule WHERE name = 'vintage_check_from' LIMIT 1;
INSERT INTO direct_connection_generation (project_code, hour, generated, curtailed, fed_in) VALUES
	('50010100000000007', '2025-06-30 23:00', '100.001 kWh', '3 kWh', '7 kWh'),
	('50010100000000007', '2025-07-01 00:00', '20 kWh', '0 kWh', '0 kWh');
INSERT INTO direct_connection_load (project_code, hour, account_id, region, load, share, publication) VALUES
	('50010100000000007', '2025-06-30 23:00', 10, '500102', '60 kWh', 0.333333333333, '计量表'),
	('50010100000000007', '2025-06-30 23:00', 5, '500100', '60 kWh', NULL, NULL),
	('50010100000000007', '2025-07-01 00:00', 10, '500102', '60 kWh', NULL, NULL);
INSERT INTO physical_supply (account_id, region, month, kind, project_code, energy, publication)
SELECT * FROM direct_connection_supply('50010100000000007', 2025);
INSERT INTO storage_charge VALUES (10, '500102', '2025-03-01', 'new_storage', '7.000001 MWh', '6 MWh', '储能电表');
INSERT INTO market_province (year, market, province, publication) VALUES (2025, '华中', '500000', '调度'), (2025, '华中', '510000', '调度');
INSERT INTO published_consumption (year, region, consumption) VALUES (2025, '500000', '1100 GWh'), (2025, '510000', '700 GWh');
INSERT INTO unified_purchase (purchase, month, market, from_province, to_province, volume) VALUES
	('三峡', '2025-01-01', '华中', '650000', NULL, '1.000001 GWh'), ('三峡', '2025-01-01', '华中', '650000', '510000', '1 GWh');
INSERT INTO agreed_allocation (year, market, from_province, to_province, non_fossil) VALUES (2025, 'O''Brien', '650000', '500000', '1 kWh');
INSERT INTO published_cap (year, kind, region, month, cap) VALUES (2025, 'voluntary_out', '650000', '2025-08-01', '100 GWh');
INSERT INTO published_coefficient (year, province, month, coefficient, publication) VALUES (2025, '510000', '2025-01-01', 0.123456789012, '省能源局');
-- a year closed, restated and run once more, and one that is closed for ever
SELECT FROM run_accounts(2025);
SELECT FROM close_year(2025);
UPDATE grid_draw SET energy = energy + '0.001 kWh' WHERE account_id = 5;
SELECT FROM restate_year(2025, '电表更正');
SELECT FROM run_accounts(2025);
SELECT FROM run_accounts(2024);
SELECT FROM close_year(2024);
SQL
	return;
}

# What a ledger contains, one line for each table and view: rows and a hash
# of them.  without is an array of columns to leave out.
sub contents
{
	my ($node, $dbname, $without) = @_;
	my $row = $without ? "(to_jsonb(t) - '{$without}'::text[])::text" : 't::text';
	my $tables = $node->safe_psql($dbname, <<"SQL");
SELECT relname FROM pg_class
WHERE relnamespace = 'certledger'::regnamespace AND relkind IN ('r', 'p', 'v')
ORDER BY relname COLLATE "C"
SQL

	return $node->safe_psql(
		$dbname,
		join(
			"\n",
			'SET enable_partitionwise_aggregate = off;',
			map {
				"SELECT '$_', count(*), md5(string_agg($row, E'\\n' ORDER BY $row COLLATE \"C\")) FROM certledger.$_ AS t;"
			} split(/\n/, $tables)));
}

# SQLSTATE that a script ends with, 00000 when there is no error.
sub sqlstate
{
	my ($node, $dbname, $sql, %params) = @_;
	my ($status, $out, $err) = $node->psql(
		$dbname,
		"\\set VERBOSITY sqlstate\n$sql",
		on_error_stop => 1,
		%params);

	return $1 if $err =~ /(?:ERROR|FATAL):  ([0-9A-Z]{5})\b/;
	return $status == 0 ? '00000' : "status $status: $err";
}

# Checks that a statement is refused with an SQLSTATE.
sub is_refused
{
	my ($node, $dbname, $sql, $sqlstate, $name, %params) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(sqlstate($node, $dbname, $sql, %params),
		$sqlstate, "$name: $sqlstate");
}

# Checks that movements, holdings and documents agree and that every
# certificate ever issued is in exactly one place.
sub is_sound
{
	my ($node, $dbname, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($node->safe_psql($dbname, 'SELECT problem, detail FROM certledger.verify()'),
		'', "$name: verify() finds nothing");
	is( $node->safe_psql($dbname, <<'SQL'), 't|t|t', "$name: every certificate issued is in one place");
SET search_path = certledger, public;
SELECT issued = held, held = distinct_held, smallest IS NULL OR smallest > 0
FROM (SELECT coalesce(sum(quantity), 0) AS issued FROM issuance_line) AS i,
	 (SELECT coalesce(sum(quantity(certificates)), 0) AS held, coalesce(quantity(range_agg(certificates)), 0) AS distinct_held,
			 min(quantity(certificates)) AS smallest FROM holding) AS h
SQL
	return;
}

# Certificates in a ledger, by a condition on its holdings.
sub certificates
{
	my ($node, $dbname, $condition) = @_;

	return $node->safe_psql($dbname,
		'SELECT coalesce(sum(certledger.quantity(certificates)), 0) FROM certledger.holding WHERE '
		  . ($condition // 'true'));
}

# Starts a psql for each script.  Each reads its script, acknowledges what is
# committed with \echo, and notes errors by SQLSTATE.
sub start_clients
{
	my ($node, $dbname, @scripts) = @_;
	my @clients;

	foreach my $script (@scripts)
	{
		my $base = $node->basedir . '/client' . scalar(@clients);
		append_to_file("$base.sql", '');
		truncate("$base.sql", 0);
		append_to_file("$base.sql", "\\set VERBOSITY sqlstate\n\\o /dev/null\n$script");
		unlink "$base.out", "$base.err";
		my $harness = IPC::Run::start(
			[
				'psql', '-X', '-q', '-A', '-t',
				'-d', $node->connstr($dbname), '-f', "$base.sql"
			],
			'<', \undef, '>', "$base.out", '2>', "$base.err",
			IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
		push @clients, { harness => $harness, base => $base };
	}
	return @clients;
}

# Waits for clients; returns for each { lines => what it acknowledged,
# states => { SQLSTATE => how often }, errors => its standard error }.
sub finish_clients
{
	my @results;

	foreach my $client (@_)
	{
		my %result = (states => {});

		$client->{harness}->finish;
		$result{lines} = [ split(/\n/, slurp_file("$client->{base}.out")) ];
		$result{errors} = slurp_file("$client->{base}.err");
		$result{states}{$1}++
		  while $result{errors} =~ /(?:ERROR|FATAL):  ([0-9A-Z]{5})\b/g;
		push @results, \%result;
	}
	return @results;
}

1;
