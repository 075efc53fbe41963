# The distinct aggregates at work: what the planner makes of them, spilling to
# disk, long window frames, interrupts, large sets, memory.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('distinct');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
max_worker_processes = 8
max_parallel_workers = 8
work_mem = '16MB'
jit = off
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION transfer_detect');
$node->safe_psql('postgres',
	'ALTER DATABASE postgres SET search_path = transfer_detect, transfer_detect_internal, public');

my $parallel = <<'SQL';
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SQL

# Asks for one value.
sub ask
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', $sql);
}

ask(<<'SQL');
CREATE TABLE observed AS
SELECT i, i % 306 AS g, i % 50000 AS n, md5((i % 40000)::text) AS t
FROM generate_series(1, 200000) i;
ANALYZE observed;
SQL

# ---- plans ----

my %planned;
for my $grouping ('', 'GROUP BY g', 'GROUP BY n')
{
	my $explained = ask("SET parallel_setup_cost = 0; EXPLAIN (COSTS OFF) SELECT distinct_count(t) FROM observed $grouping");
	$planned{$grouping} = $explained =~ /Gather/ ? 'workers' : 'alone';
}
is_deeply(\%planned, { '' => 'workers', 'GROUP BY g' => 'alone', 'GROUP BY n' => 'alone' },
	'workers where there is little to merge');
# from here on, workers wherever they can be
ask('ALTER FUNCTION distinct_combine(internal, internal) COST 1; ALTER FUNCTION distinct_serialize(internal) COST 1');

my $plan = ask("$parallel EXPLAIN (COSTS OFF) SELECT distinct_count(t) FROM observed");
like($plan, qr/Finalize Aggregate\s+.*Gather.*Partial Aggregate/s, 'plain: partial aggregate');
$plan = ask("$parallel EXPLAIN (COSTS OFF) SELECT g, distinct_values(t), distinct_count(n, 5) FROM observed GROUP BY g");
like($plan, qr/Finalize.*Gather.*Partial HashAggregate/s, 'grouped: partial aggregate');
$plan = ask("$parallel EXPLAIN (COSTS OFF) SELECT distinct_count(t), count(DISTINCT n) FROM observed");
unlike($plan, qr/Partial/, 'count(DISTINCT) in the query keeps the aggregates from being parallel');

is(ask("$parallel SELECT distinct_count(t), distinct_count(n), distinct_count(t, 100) FROM observed"),
	'40000|50000|100', 'parallel');
is(ask("$parallel SET parallel_leader_participation = off; SELECT distinct_count(t), distinct_count(n) FROM observed"),
	'40000|50000', 'parallel without the leader');

# ---- spilling ----

my $spill = <<'SQL';
SET max_parallel_workers_per_gather = 0;
SET enable_sort = off;
SET work_mem = '64kB';
SQL
$plan = ask("$spill EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT i / 4, distinct_count(t) FROM observed GROUP BY 1");
like($plan, qr/HashAggregate.*Batches: (?!1\b)\d+.*Disk Usage/s, 'HashAggregate spills');
is(ask("$spill SELECT sum(c), count(*) FROM (SELECT i / 4, distinct_count(t) AS c FROM observed GROUP BY 1) s"),
	ask('SELECT sum(c), count(*) FROM (SELECT i / 4, count(DISTINCT t) AS c FROM observed GROUP BY 1) s'),
	'and counts right');
is(ask("$spill SELECT count(*) FROM
		(SELECT g, distinct_values(t) AS v FROM observed GROUP BY g) a JOIN
		(SELECT g, array_agg(DISTINCT t ORDER BY t) AS v FROM observed GROUP BY g) b USING (g)
		WHERE a.v <> b.v"), '0', 'and takes the right values');

# ---- a moving window is linear ----

# 100,000 rows x 50,000 of frame would be 5e9 steps, and hours
is(ask(<<'SQL'), '100000|50001', 'a frame of 50,000 over 100,000 rows');
SET statement_timeout = '100s';
SELECT count(*), max(c) FROM (
	SELECT distinct_count(i) OVER (ORDER BY i ROWS 50000 PRECEDING) AS c
	FROM generate_series(1, 100000) i) s;
SQL
is(ask(<<'SQL'), '0', 'and right');
WITH c AS (
	SELECT i, distinct_count(n) OVER (ORDER BY i ROWS 3000 PRECEDING) AS c
	FROM (SELECT i, (i * 7919) % 2500 AS n FROM generate_series(1, 20000) i) e)
SELECT count(*) FROM c WHERE c <> least(i, 2500);
SQL

# ---- nothing is left behind ----

# A transition that leaked some bytes a row would show in 2 million rows; so
# would one that kept the detoasted copies.
ask(<<'SQL');
CREATE TABLE long_texts AS
SELECT i, string_agg(md5((i % 3 + j)::text), '') AS t
FROM generate_series(1, 3000) i, generate_series(1, 300) j GROUP BY i;
SQL
my $memory = ask(<<'SQL');
CREATE FUNCTION used() RETURNS bigint LANGUAGE sql VOLATILE AS
	'SELECT sum(total_bytes) FROM pg_backend_memory_contexts';
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE seen (at int, bytes bigint);
SELECT distinct_count(t), distinct_count(t::bpchar), distinct_count(i::numeric % 5) FROM long_texts;
INSERT INTO seen SELECT 1, used();
DO $$ BEGIN FOR k IN 1 .. 30 LOOP
	PERFORM distinct_count(t), distinct_count(t::bpchar), distinct_count(i::numeric % 5) FROM long_texts;
END LOOP; END $$;
INSERT INTO seen SELECT 2, used();
SELECT (SELECT bytes FROM seen WHERE at = 2) - (SELECT bytes FROM seen WHERE at = 1) < 1000000;
SQL
like($memory, qr/t$/, 'memory is given back');
my $explained = ask(<<'SQL');
SET max_parallel_workers_per_gather = 0;
SET enable_sort = off;
EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) SELECT i % 2, distinct_count(t) FROM long_texts GROUP BY 1;
SQL
like($explained, qr/Batches: 1  Memory Usage: \d{1,3}kB/, 'detoasted copies are freed');

# at_most promises memory as well
$explained = ask(<<'SQL');
SET max_parallel_workers_per_gather = 0;
SET enable_sort = off;
EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) SELECT g % 2, distinct_count(t, 5) FROM observed GROUP BY 1;
SQL
like($explained, qr/Memory Usage: \d{1,2}kB/, 'at_most bounds the memory');

# twelve calls, each with a table for all of its groups: 12 x 2,000 texts of 36 bytes, not 50 times as many
$explained = ask(sprintf <<'SQL', join(', ', map { "distinct_count(x || '$_')" } 'a' .. 'l'));
SET max_parallel_workers_per_gather = 0;
SET enable_sort = off;
SET work_mem = '1GB';
EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) SELECT i %% 50, %s
FROM (SELECT i, 'text number ' || i %% 2001 || ' of thirty-odd' AS x FROM generate_series(1, 100100) i) s GROUP BY 1;
SQL
like($explained, qr/Batches: 1  Memory Usage: \d{1,4}kB/, 'the groups of each of many calls share a table');

# ---- interrupts ----

my ($ret, $out, $err) = $node->psql('postgres', <<'SQL');
SET statement_timeout = '300ms';
SELECT distinct_count(md5(i::text)) FROM generate_series(1, 1000000000) i;
SQL
isnt($ret, 0, 'a long query can be stopped');
like($err, qr/statement timeout/, 'by its timeout');
is(ask('SELECT distinct_count(md5(i::text)) FROM generate_series(1, 300000) i'),
	'300000', 'a large set');

# ---- past 1 GB ----

note('TD_TEST_HUGE=1 also counts 150 million values, in 6 GB of memory and some minutes') unless $ENV{TD_TEST_HUGE};
if ($ENV{TD_TEST_HUGE})
{
	is(ask('SELECT distinct_count(i) FROM generate_series(1, 150000000::bigint) i'),
		'150000000', 'a set of more than 1 GB');
	# 400,000 texts of 6,400 bytes, which the table holds compressed
	ask('CREATE UNLOGGED TABLE huge AS SELECT repeat(md5(i::text), 200) AS t FROM generate_series(1, 400000) i');
	($ret, $out, $err) = $node->psql('postgres',
		"$parallel SET parallel_leader_participation = off; SELECT distinct_count(t) FROM huge");
	like($err, qr/too many distinct values for parallel aggregation.*max_parallel_workers_per_gather/s,
		'a state that cannot travel says so');
	is(ask('SET max_parallel_workers_per_gather = 0; SELECT distinct_count(t) FROM huge'),
		'400000', 'and what it hints at helps');
}

$node->stop;
done_testing();
