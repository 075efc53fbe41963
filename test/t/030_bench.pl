# The benches, with tiny sizes: that they run, that all exact contenders agree on every question, and that they
# notice one that does not.

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

# Runs one of them without DuckDB and ClickHouse, which it would have to fetch; returns its status and output.
sub run_script
{
	my ($script, @arguments) = @_;
	my ($out, $err) = ('', '');

	local %ENV = %ENV;
	$ENV{PGHOST} = $node->host;
	$ENV{PGPORT} = $node->port;
	$ENV{PGDATABASE} = 'postgres';
	my $good = IPC::Run::run([ $^X, "test/bench/$script", @arguments ], '>', \$out, '2>', \$err);
	return ($good, $out, $err);
}

sub bench
{
	return run_script('run.pl', 'EVENTS=6000', 'AGENTS=200', 'GROUPS=500', 'HOURLY=150', 'HUGE=2000', 'BACKFILL=5', 'RUNS=1', 'WAREHOUSE=4000', 'HOURS=2', @_);
}

sub goals
{
	return run_script('goals.pl', 'EVENTS=6000', 'AGENTS=200', 'DOCUMENTS=4000', 'FLOOD=40', 'ALERTS=3', 'HITS=20', 'RUNS=1', @_);
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

# The goals: a row for each kind of work, and the figures of an older version beside ours if there is one.
my $figure = qr/[\d,.]+(?: \([\d,.]+\))?/;
my @works = ('agents, one group', 'agents by 306 programs', 'agents by 306 programs, two workers', 'the rule over documents', 'the rule over documents, index of terms',
	'30 rules of the pack', 'the slowest of these rules', 'filing an alert with 10 hits', 'filing an alert with 20 hits', 'flood of 40 groups: all new',
	'the same window again: all known', 'the next window: all come again');

($good, $out, $err) = goals('WHY=there is no git');
ok($good, 'the goals are measured') or diag("$out\n$err");
like($out, qr/^\| \Q$_\E \| [^|]*\| $figure \| [^|]+ \| [^|]*\| (?:yes|no) \|$/m, "with figures of: $_") foreach @works;
like($out, qr/^All agree\.$/m, 'all agree');
like($out, qr/^- without an older version: there is no git$/m, 'there is a reason why there is no older version');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'td_bench'}), '0', 'they take their data away');

# The other version is the same one, but for a rule that finds less.
my $other = PostgreSQL::Test::Cluster->new('before');
$other->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$other->start;
$other->safe_psql('postgres', q{CREATE EXTENSION transfer_detect;
	UPDATE transfer_detect.rules SET query = replace(query, 'cc < 5', 'cc < 1') WHERE rule_id = 'unusual-file-transfer-utility-launched'});
($good, $out, $err) = goals('BEFORE=' . $other->connstr, 'VERSION=1.2.3');
ok(!$good, 'a version with another answer makes them fail');
like($out, qr/^DISAGREE on "the rule over documents":$/m, 'and they say where');
unlike($out, qr/^DISAGREE on "[^t]/m, 'and nowhere else');
like($out, qr/^\| \Q$_\E \| [^|]*\| $figure \| $figure \| $figure \| [^|]+ \| [^|]*\| (?:yes|no) \|$/m, "with figures of both versions: $_") foreach @works;
is($other->safe_psql('postgres', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'td_bench'}), '0', 'the other version loses its data too');
($good, $out, $err) = goals('FLOOD=0');
like($err, qr/FLOOD has to be a number, and more than 0/, 'a size that makes no sense is an error');

$other->stop;
$node->stop;
done_testing();
