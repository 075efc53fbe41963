# The bench, with tiny sizes: that it runs, that all exact contenders agree on every question, and that it
# notices one that does not.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('bench');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', 'max_worker_processes = 8');
$node->start;

# Runs the bench without DuckDB and ClickHouse, which it would have to fetch; returns its status and output.
sub bench
{
	my @arguments = @_;
	my ($out, $err) = ('', '');

	local %ENV = %ENV;
	$ENV{PGHOST} = $node->host;
	$ENV{PGPORT} = $node->port;
	$ENV{PGDATABASE} = 'postgres';
	my $good = IPC::Run::run([ $^X, 'test/bench/run.pl', 'EVENTS=6000', 'AGENTS=200', 'GROUPS=500', 'HOURLY=150', 'HUGE=2000', 'BACKFILL=5', 'RUNS=1', 'WAREHOUSE=4000', 'HOURS=2', @arguments ],
		'>', \$out, '2>', \$err);
	return ($good, $out, $err);
}

my ($good, $out, $err) = bench();
ok($good, 'the bench runs') or diag($err);
like($out, qr/^The exact contenders agree\.$/m, 'the exact contenders agree');
like($out, qr/^\| \Q$_\E \| 2 \|.* \*\*[\d.,]+\*\* \(/m, "it has figures of: $_")
	foreach 'rule', 'rule, with an index', 'agents (text UUID), one group', 'bigint, 306 groups', 'growth, rule index', 'bigint, 2000 distinct';
like($out, qr/^\| groups of one agent among 500 \| 1 \|(?: \**[\d.,]+\** \([\d.]+\) \|){6}$/m, 'a figure for each way to count tiny groups');
like($out, qr/^\| backfill, 5 hours \| 2 \|(?: [\d.,]+ \([\d.]+\) \|){4}$/m, 'and of a backfill');
like($out, qr/^- without DuckDB: \w/m, 'what it goes without has a reason');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'td_bench'}), '0', 'it takes its data away');

($good, $out, $err) = bench('HOURLY=0', 'HUGE=0', 'CORES=1', 'ONLY=^bigint, one', 'EXTRA=bigint, one: SELECT 1');
ok(!$good, 'a contender with another answer makes it fail');
like($out, qr/^DISAGREE on "bigint, one group":$/m, 'and it says where');
like($out, qr/^    yours: 1$/m, 'and who');
($good, $out, $err) = bench('HOURLY=0', 'HUGE=0', 'CORES=1', 'ONLY=^bigint, one', 'EXTRA=bigint, one: SELECT count(*) FROM (SELECT b FROM typed GROUP BY b) AS s');
ok($good, 'one with the same answer does not');
($good, $out, $err) = bench('EVENT=1');
like($err, qr/unknown parameter "EVENT=1"/, 'a parameter that it does not know is an error');

$node->stop;
done_testing();
