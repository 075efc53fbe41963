# What only shows outside of a regression test: that detect() itself, not just its SQL, runs in parallel, that it
# touches no partition outside of its window, and that databases of other encodings work.

use strict;
use warnings;
use utf8;

use Encode;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('evaluation');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'auto_explain'
auto_explain.log_min_duration = 0
auto_explain.log_nested_statements = on
auto_explain.log_analyze = on
auto_explain.log_verbose = on
max_worker_processes = 8
});
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION transfer_detect;
	CREATE TABLE mine (LIKE transfer_detect.events) PARTITION BY RANGE (timestamp);
	CREATE TABLE mine_08 PARTITION OF mine FOR VALUES FROM ('2026-11-20 08:00Z') TO ('2026-11-20 09:00Z');
	CREATE TABLE mine_09 PARTITION OF mine FOR VALUES FROM ('2026-11-20 09:00Z') TO ('2026-11-20 10:00Z');
	CREATE TABLE mine_10 PARTITION OF mine FOR VALUES FROM ('2026-11-20 10:00Z') TO ('2026-11-20 11:00Z');
	CREATE INDEX ON mine (multivalued_fields) WHERE multivalued_fields IS NOT NULL;
	INSERT INTO mine (timestamp, host_os_type, event_type, event_action, process_name, process_executable,
		process_parent_executable, process_command_line, agent_id, host_name)
	SELECT '2026-11-20 08:00Z'::timestamptz + (i % 10000) * interval '1 second', 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp',
		'/bin/sh', 'scp ' || i % 50, 'agent ' || i % 7, 'host ' || i % 7
	FROM generate_series(1, 40000) AS i;
	CREATE STATISTICS mine_key (ndistinct) ON process_executable, process_parent_executable, process_command_line FROM mine_09;
	CREATE STATISTICS mine_key_all (ndistinct) ON process_executable, process_parent_executable, process_command_line FROM mine;
	ANALYZE mine;
	UPDATE transfer_detect.rules SET query = replace(replace(query, 'cc < 5', 'cc > 0'), 'agent_count == 1', 'agent_count == 7')
		WHERE rule_id = 'unusual-file-transfer-utility-launched'});

# The rows of detect(), with some settings, and what the server logged of the plans meanwhile.
sub detected
{
	my ($settings, $call) = @_;
	my $offset = -s $node->logfile;
	my $rows = $node->safe_psql('postgres', "$settings; $call");

	return ($rows, substr(slurp_file($node->logfile), $offset));
}

# the planner would not have workers merge the sets of so few rows
$node->safe_psql('postgres', 'ALTER FUNCTION transfer_detect_internal.distinct_combine(internal, internal) COST 1;
	ALTER FUNCTION transfer_detect_internal.distinct_serialize(internal) COST 1');
my $forced = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2';
my $call = q{SELECT * FROM transfer_detect.detect('mine', '2026-11-20 10:00Z')};
my ($serial, $serial_log) = detected('SET max_parallel_workers_per_gather = 0', $call);
my ($parallel, $parallel_log) = detected($forced, $call);

is(scalar(split /\n/, $serial), 50, 'detect() finds the groups');
unlike($serial_log, qr/Workers Launched/, 'serially when it must');
is($parallel, $serial, 'in parallel it finds the same');
like($parallel_log, qr/Workers Launched: 2/, 'by two workers');
like($parallel_log, qr/Partial (?:Hash|Group)?Aggregate/, 'which aggregate');
like($parallel_log, qr/PARTIAL (?:transfer_detect\.)?distinct_count/, 'distinct_count among the rest');
like($parallel_log, qr/mine_09/, 'the scan reads the partition of the window');
# (which fields are multivalued is asked of the whole table, by its index)
(my $rule_log = $parallel_log) =~ s/Query Text: WITH RECURSIVE sets.*?(?=LOG:|\z)//sg;
unlike($rule_log, qr/Scan on (?:public\.)?mine_08/, 'and not the one before it');

my ($filed, $filed_log) = detected("$forced; CREATE TABLE alert AS $call LIMIT 0", "INSERT INTO alert $call RETURNING 1");
like($filed_log, qr/Workers Launched: 2/, 'parallel also when the rows are inserted somewhere');

# A run is made of many short queries, which the planner may think costly; to compile one takes longer than to run it.
my ($ran, $run_log) = detected('SET jit = on; SET jit_above_cost = 0', q{SELECT status FROM transfer_detect.run('first-seen-file-transfer', '2026-11-20 10:00Z')
	UNION ALL SELECT status FROM transfer_detect.backfill('unusual-file-transfer-utility-launched', '2026-11-20 09:00Z', '2026-11-20 10:00Z')});
is($ran, "succeeded\nsucceeded", 'rules run');
like($run_log, qr/Query Text: SELECT/, 'their queries are in the log');
# (from PostgreSQL 18 on Debian has JIT in a package of its own, and then nothing is compiled)
my $jit = $node->safe_psql('postgres', 'SET jit = on; SELECT pg_jit_available()') eq 't' ? 1 : 0;
is(scalar(() = $run_log =~ /Timing: Generation/g), $jit, 'only the query that called them was compiled by JIT');

# Another encoding: names, literals and patterns of it work, and what it cannot hold is an error.
$node->safe_psql('postgres', q{CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0});
my ($status, $out, $err) = $node->psql('latin', encode('UTF-8', q{
	SET client_min_messages = warning;
	SET client_encoding = 'UTF8';
	CREATE EXTENSION transfer_detect;
	CREATE TABLE "été" ("@timestamp" timestamptz, "hôte.name" text);
	INSERT INTO "été" VALUES ('2026-11-20 10:00Z', 'é'), ('2026-11-20 10:00Z', 'e');
	INSERT INTO transfer_detect.sources VALUES ('logs-é-*', '"été"');
	SELECT transfer_detect.esql('FROM logs-é-* METADATA _index | WHERE `hôte.name` == "é" AND `hôte.name` LIKE "?" AND `hôte.name` RLIKE "[é]"
		| EVAL x = TO_UPPER(`hôte.name`), l = LENGTH(`hôte.name`), `ü` = "ß" | KEEP `hôte.name`, x, l, `ü`, _index')}));
is(decode('UTF-8', $out), '{"hôte.name":"é","x":"É","l":1,"ü":"ß","_index":"été"}', 'a LATIN1 database') or diag($err);
($status, $out, $err) = $node->psql('latin', encode('UTF-8', q{
	SET client_encoding = 'UTF8';
	SELECT transfer_detect.esql('FROM logs-é-* | WHERE "é" == nix')}));
like($err, qr/line 1:30: unknown column "nix"/, 'places count characters there as well');

$node->stop;
done_testing();
