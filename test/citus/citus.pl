# Events in tables that Citus has distributed over two workers: queries and the shipped rule give the same rows as over one table,
# aggregates are computed where the rows are, few bytes travel, nothing is ingested into the empty table that a node keeps, and no
# window is settled while another node may bring events of it.
#
# It runs wherever Citus is installed. TD_SHARD_EVENTS is how many events there are, TD_SHARD_SEED the first of the random numbers.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use Documentation;
use Meter;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Spread;
use Test::More;
use Time::HiRes qw(time);

chomp(my $extensions = `pg_config --sharedir`);
plan skip_all => 'Citus is not installed (no Debian suite has it; https://github.com/citusdata/citus)' unless -e "$extensions/extension/citus.control";

my $events = $ENV{TD_SHARD_EVENTS} // 12000;
my $seed = $ENV{TD_SHARD_SEED} // int(rand(1_000_000));
note("TD_SHARD_SEED=$seed TD_SHARD_EVENTS=$events");

# ---- the nodes ----

my (@nodes, @meters);
# With a collation that orders text in another way than bytes do, if the server knows any.
my @collated = `pg_config --configure` =~ /--with-icu/ ? ('--locale-provider', 'icu', '--icu-locale', 'en') : ();
foreach my $name ('coordinator', 'worker_1', 'worker_2')
{
	my $node = new_node($name, @collated);

	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'citus'\njit = off\nmax_prepared_transactions = 50\ncitus.shard_count = 6\ncitus.node_conninfo = 'sslmode=disable'\ntimezone = 'UTC'\n");
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION citus');
	push @nodes, $node;
	push @meters, Meter->new($node);
}
my ($coordinator, @workers) = @nodes;
my ($port_0, $port_1, $port_2) = map { $_->port } @meters;
$coordinator->safe_psql('postgres', qq{
	SELECT citus_set_coordinator_host('127.0.0.1', $port_0);
	SELECT citus_add_node('127.0.0.1', $port_1);
	SELECT citus_add_node('127.0.0.1', $port_2);
	CREATE EXTENSION transfer_detect});
note($coordinator->safe_psql('postgres', 'SELECT citus_version()'));
is($_->safe_psql('postgres', q{SELECT count(*) FROM pg_extension WHERE extname = 'transfer_detect'}), 1, 'the extension is on each node') foreach @workers;

# Few hosts and agents; a table by host, a partitioned one by agent, and documents.
make_events($coordinator, $events, $seed);
$coordinator->safe_psql('postgres', q{
	CREATE TABLE ev (LIKE one);
	CREATE TABLE days (LIKE one) PARTITION BY RANGE (timestamp);
	CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (MINVALUE) TO ('2026-11-20 09:20Z');
	CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2026-11-20 09:20Z') TO (MAXVALUE);
	CREATE TABLE docs (LIKE one_docs);
	SELECT create_distributed_table('ev', 'host_name'), create_distributed_table('days', 'agent_id'), create_distributed_table('docs', 'timestamp');
	INSERT INTO ev TABLE one;
	INSERT INTO days TABLE one;
	INSERT INTO docs TABLE one_docs;
	ANALYZE});

# ---- the same rows as over one table ----

my $shipped = $coordinator->safe_psql('postgres', "SELECT query FROM transfer_detect.rules WHERE rule_id = '$rule'");
$coordinator->safe_psql('postgres', q{CREATE TABLE query (query text, relation regclass, single regclass, wanted text)});
foreach my $case ((map { [ 'ev', 'one', $_ ], [ 'days', 'one', $_ ] } $shipped, @spread_queries, @spread_numbers), map { [ 'docs', 'one_docs', $_ ] } $shipped, @spread_queries, @spread_by_document)
{
	my ($relation, $single, $query) = @$case;

	$coordinator->safe_psql('postgres', "INSERT INTO query VALUES (\$query\$$query\$query\$, '$relation', '$single')");
}
my $differ = q{
	DO $$
	DECLARE
		q record;
		got text;
	BEGIN
		FOR q IN SELECT * FROM query LOOP
			BEGIN
				got := rows_of(q.query, q.relation);
			EXCEPTION WHEN OTHERS THEN
				got := SQLERRM;
			END;
			IF got IS DISTINCT FROM q.wanted THEN
				RAISE WARNING E'% %: %\nand not\n%', q.relation, q.query, left(got, 500), left(q.wanted, 500);
			END IF;
		END LOOP;
	END $$};
$coordinator->safe_psql('postgres', 'SET client_min_messages = error; UPDATE query SET wanted = rows_of(query, single)');
my (undef, undef, $differences) = $coordinator->psql('postgres', $differ);
is(join("\n", grep { !/NOTICE|No limit defined/ } split /\n/, $differences), '', 'the same rows as over one table on the coordinator');
note($coordinator->safe_psql('postgres', q{SELECT count(DISTINCT query) || ' queries, ' || count(*) || ' with their relations' FROM query}));
is($coordinator->safe_psql('postgres', qq{
	SELECT c.relation, e.event
	  FROM transfer_detect.rules AS r, (VALUES ('ev'::regclass, 'one'::regclass), ('days', 'one'), ('docs', 'one_docs')) AS c(relation, single),
		(VALUES ('{}'::text[], '{}'::text[]), (ARRAY['process.name == "rsync"'], ARRAY['process.command_line == "command 1"'])) AS e(event, grouped)
	 WHERE r.rule_id = '$rule' AND (filed(r.query, c.relation, e.event, e.grouped) = filed(r.query, c.single, e.event, e.grouped)) IS NOT TRUE}),
	'', 'the same groups, counts, times, hits and events for a run');
my $detected = sub { my ($node, $table) = @_; return $node->safe_psql('postgres', "SELECT string_agg(d::text, E'\\n' ORDER BY d::text COLLATE \"C\") FROM transfer_detect.detect('$table', '2026-11-20 10:00Z') AS d") };
same_lines($detected->($coordinator, 'ev'), $detected->($coordinator, 'one'), 'detect()');
same_lines($detected->($workers[0], 'ev'), $detected->($coordinator, 'one'), 'detect() on a worker');

# ---- what is computed where ----

my $plan_of = sub {
	my ($query, $relation) = @_;
	return $coordinator->safe_psql('postgres', "SET citus.explain_all_tasks = off; SELECT explained(transfer_detect.esql_sql(\$query\$$query\$query\$, '2026-11-20 10:00Z', '$relation'))");
};
my $plan = $plan_of->($shipped, 'ev');
like($plan, qr/Query: SELECT count\(\*\) AS cc, (?:pg_catalog\.)?worker_\w*partial_agg\('transfer_detect_internal\.typed_count\(text,bigint\)'.*typed_values\(text\)'.* WHERE .*process_name OPERATOR\(pg_catalog\.=\) ANY.* GROUP BY/, 'workers compute the sets of the shipped rule, with all conditions');
like($plan_of->($shipped, 'days'), qr/Query: SELECT count\(\*\) AS cc, (?:pg_catalog\.)?worker_\w*partial_agg\('transfer_detect_internal\.typed_count\(text,bigint\)'.* GROUP BY/, 'over a partitioned table');
like($plan_of->($shipped, 'days_2'), qr/Query: SELECT count\(\*\) AS cc, (?:pg_catalog\.)?worker_\w*partial_agg\('transfer_detect_internal\.typed_count\(text,bigint\)'.* GROUP BY/, 'over one of its partitions');
like($plan_of->('FROM logs-endpoint.events.process-* | STATS agents = COUNT_DISTINCT(agent.id), who = VALUES(process.name) BY host.name', 'ev'),
	qr/Query: .*SELECT transfer_detect_internal\.typed_count\(s0\."agent\.id"\) AS agents, transfer_detect_internal\.typed_values\(s0\."process\.name"\).* GROUP BY/, 'and whole groups, by the column that the table is distributed by');
like($plan_of->('FROM logs-endpoint.events.process-* | STATS kinds = COUNT_DISTINCT(event.type), ips = COUNT_DISTINCT(source_ip), sizes = COUNT_DISTINCT(bytes), codes = VALUES(exit_code), e = VALUES(elevated), l = COUNT_DISTINCT(load), t = COUNT_DISTINCT(@timestamp) BY process.name', 'ev'),
	qr/partial_agg\('transfer_detect_internal\.typed_count_elements\(text\[\]\)'.*typed_count\(inet\).*typed_count\(bigint\).*typed_values\(integer\).*typed_values\(boolean\).*typed_count\(double precision\).*typed_count\(timestamp with time zone\)/, 'of each type');
unlike($coordinator->safe_psql('postgres', "SELECT transfer_detect.esql_sql('FROM logs-endpoint.events.process-* | STATS agents = COUNT_DISTINCT(agent.id)', events => 'one')"), qr/typed/, 'a table of the coordinator has the faster aggregates');

# Bytes that the workers send, and how long it takes: as sets, and as rows, which is what Citus does with the other aggregates
# (its development version after a setting, and else refuses them).
my $internal = q{SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'citus.allow_aggregate_worker_combine_on_internal_types'; };
my $sent = sub {
	my ($sql) = @_;
	my $bytes = 0;

	$coordinator->safe_psql('postgres', $sql);
	$_->sent foreach @meters;
	my $begun = time;
	$coordinator->safe_psql('postgres', $sql);
	my $took = time - $begun;
	$bytes += $_->sent foreach @meters[ 1, 2 ];
	return ($bytes, sprintf '%.2f s', $took);
};
my %bytes;
foreach my $case (
	[ 'few groups' => 'FROM logs-endpoint.events.process-* | WHERE host.os.type IS NOT NULL | STATS n = COUNT(), agents = COUNT_DISTINCT(agent.id) BY host.os.type' ],
	[ 'a hundred groups' => 'FROM logs-endpoint.events.process-* | STATS n = COUNT(), agents = COUNT_DISTINCT(agent.id) BY process.executable, process.name | LIMIT 1000' ],
	[ 'the shipped rule' => $shipped ])
{
	my ($name, $query) = @$case;
	my $pushed = $coordinator->safe_psql('postgres', "SELECT transfer_detect.esql_sql(\$query\$$query\$query\$, '2026-11-20 10:00Z', 'ev')");
	my $raw = $internal . $pushed =~ s/transfer_detect_internal\.typed_(\w+)/transfer_detect.distinct_$1/gr;

	@{ $bytes{$name} } = ((map { $sent->($_) } $raw, $pushed), $sent->($pushed =~ s/public\.ev/public.one/r =~ s/transfer_detect_internal\.typed_(\w+)/transfer_detect.distinct_$1/gr));
	note("$name: as rows $bytes{$name}[0] bytes in $bytes{$name}[1], as sets $bytes{$name}[2] bytes in $bytes{$name}[3], in one table in $bytes{$name}[5]");
}
cmp_ok($bytes{'few groups'}[2] * 10, '<', $bytes{'few groups'}[0], 'sets are a tenth of the rows at most, for few groups');

# Each worker chooses the rule's index for its shards.
my $before = $detected->($coordinator, 'ev');
$coordinator->safe_psql('postgres', qq{
	CREATE TABLE quiet (LIKE ev);
	INSERT INTO quiet (timestamp, host_name, process_name, server) SELECT '2026-11-20 09:00Z'::timestamptz + n * interval '1 second', 'host-' || n, 'bash', 1 FROM generate_series(1, 3000) AS n;
	INSERT INTO quiet SELECT * FROM one WHERE process_name = 'scp' LIMIT 200;
	SELECT create_distributed_table('quiet', 'host_name');
	CREATE TABLE one_quiet AS TABLE quiet;
	SELECT transfer_detect.create_rule_index('$rule', 'quiet'), transfer_detect.create_rule_index('$rule', 'days');
	ANALYZE});
like($plan_of->($shipped, 'quiet'), qr/Index .*Scan (?:using|on) rule_unusual_file/, 'an index made from the rule is used');
same_lines($detected->($coordinator, 'quiet'), $detected->($coordinator, 'one_quiet'), 'and the rows are the same');
same_lines($detected->($coordinator, 'days'), $before, 'also on a partitioned table');

# ---- runs ----

# On any node but the coordinator they would write where nobody looks.
foreach my $call ('SELECT * FROM transfer_detect.run()', 'CALL transfer_detect.run_rules()', "SELECT * FROM transfer_detect.backfill('$rule', '2026-11-20', '2026-11-21')")
{
	my ($status, undef, $error) = $workers[0]->psql('postgres', $call);

	like($error, qr/ERROR:  (?:run|run_rules|backfill)\(\) runs on the coordinator, and this server is a worker of Citus\n.*HINT:  Call it on the coordinator/s, "$call on a worker");
}

# A day of hourly runs, over the distributed table and over the same events in one: the same alerts.
published_rule_alone($coordinator, 'postgres');
$coordinator->safe_psql('postgres', qq{
	CREATE TABLE one_day AS SELECT '2026-11-20 00:00Z'::timestamptz + (timestamp - '2026-11-20 09:00Z') * 24 AS timestamp, host_os_type, event_type, event_action, process_name, process_executable,
		process_parent_executable, process_command_line, agent_id, host_name FROM one WHERE host_name IS NOT NULL;
	CREATE TABLE a_day (LIKE one_day);
	SELECT create_distributed_table('a_day', 'host_name');
	INSERT INTO a_day TABLE one_day;
	UPDATE transfer_detect.rules SET events = 'a_day' WHERE rule_id = '$rule';
	INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled) SELECT 'alone', name, query, 'one_day', true FROM transfer_detect.rules WHERE rule_id = '$rule'});
$coordinator->safe_psql('postgres', join("\n", map { "SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 00:00Z'::timestamptz + interval '$_ hours');" } 1 .. 24));
is($coordinator->safe_psql('postgres', "SELECT count(*), bool_and(settled), string_agg(DISTINCT status, ','), string_agg(DISTINCT message, ',') FROM transfer_detect.runs WHERE rule_id = '$rule'"),
	'24|t|succeeded|', 'hourly runs over a day');
my $figures = sub { my ($id) = @_; return $coordinator->safe_psql('postgres', "SELECT window_to, events_scanned, events_matched, groups, alerts_created FROM transfer_detect.runs WHERE rule_id = '$id' ORDER BY window_to") };
same_lines($figures->($rule), $figures->('alone'), 'the same figures as over one table');
my $alerts = sub { my ($id) = @_; return $coordinator->safe_psql('postgres', "SELECT a.group_key, a.event_count, a.first_event, a.last_event, a.agent_count, a.host_names FROM transfer_detect.alerts AS a WHERE a.rule_id = '$id' ORDER BY a.group_key::text, a.first_event") };
same_lines($alerts->($rule), $alerts->('alone'), 'and the same alerts');
cmp_ok($coordinator->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.alerts'), '>', 100, 'of which there are many');
is($coordinator->safe_psql('postgres', qq{SELECT bool_and(e.events = a.event_count) FROM (SELECT * FROM transfer_detect.alerts WHERE rule_id = '$rule' ORDER BY id LIMIT 20) AS a,
	LATERAL (SELECT count(*) AS events FROM transfer_detect.alert_events(a.id)) AS e}), 't', 'the events behind the alerts are found');
$coordinator->safe_psql('postgres', q{UPDATE transfer_detect.rules SET enabled = false WHERE rule_id = 'alone'});

# ---- late commits on other nodes ----

$coordinator->safe_psql('postgres', qq{
	CREATE TABLE launches (LIKE ev);
	SELECT create_distributed_table('launches', 'host_name');
	UPDATE transfer_detect.rules SET events = 'launches' WHERE rule_id = '$rule';
	DELETE FROM transfer_detect.alerts});
my $launch = sub {
	my ($table, $command, $at, $host) = @_;
	return "INSERT INTO $table (timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable, process_command_line, agent_id, host_name, server)
		VALUES ('$at', 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', '/bin/bash', '$command', 'agent', '$host', 1);";
};
my $run = sub {
	my ($as_of) = @_;
	my (undef, $out) = $coordinator->psql('postgres', "SET transfer_detect.remote_grace = '20000d'; SELECT status, settled, message FROM transfer_detect.run('$rule', '$as_of')");
	return $out;
};
my $commands = sub { return $coordinator->safe_psql('postgres', q{SELECT string_agg(process_command_line, ',' ORDER BY id) FROM transfer_detect.alerts}) };
like($run->('2026-11-21 01:00Z'), qr/^succeeded\|t\|/, 'without transactions in flight a window is settled');

# one in flight, of a session that is connected to a worker and writes on any node
my $session = $workers[1]->background_psql('postgres');
$session->query_safe('BEGIN;' . $launch->('launches', 'scp in flight', '2026-11-21 01:30Z', 'host-1'));
like($run->('2026-11-21 02:00Z'), qr/^succeeded\|f\|not settled, so it will be evaluated again: .*node 127\.0\.0\.1:$port_2 has a transaction in flight that may bring events/, 'a transaction in flight on a worker leaves a window unsettled');
$session->query_safe('COMMIT');
$session->quit;
is((split /\|/, $run->('2026-11-21 02:00Z'))[1], 't', 'when it has ended, the window is evaluated again, and is settled');
is($commands->(), 'scp in flight', 'with the alert that it brought');

# an answer that is long under way
$workers[1]->safe_psql('postgres', q{
	SET citus.enable_ddl_propagation = off;
	ALTER FUNCTION transfer_detect_internal.node_state() RENAME TO at_once;
	CREATE FUNCTION transfer_detect_internal.node_state() RETURNS json LANGUAGE plpgsql AS $$ DECLARE state CONSTANT json := transfer_detect_internal.at_once(); BEGIN PERFORM pg_sleep(3); RETURN state; END $$});
$session = $workers[1]->background_psql('postgres');
$session->query_safe('BEGIN;' . $launch->('launches', 'scp under way', '2026-11-21 02:05Z', 'host-1'));
like($run->('2026-11-21 02:20Z'), qr/^succeeded\|f\|not settled.*:$port_2 has a transaction in flight/, 'a transaction that began just before the run, told by an answer that took long');
$session->query_safe('ROLLBACK');
$session->quit;
$workers[1]->safe_psql('postgres', q{
	SET citus.enable_ddl_propagation = off;
	DROP FUNCTION transfer_detect_internal.node_state();
	ALTER FUNCTION transfer_detect_internal.at_once() RENAME TO node_state});
is((split /\|/, $run->('2026-11-21 02:20Z'))[1], 't', 'and when that has ended, the window is settled');

# one of the coordinator's own sessions
$session = $coordinator->background_psql('postgres');
$session->query_safe('BEGIN;' . $launch->('launches', 'scp from here', '2026-11-21 02:30Z', 'host-2'));
like($run->('2026-11-21 03:00Z'), qr/^succeeded\|f\|not settled/, 'so does one of the coordinator');
$session->query_safe('COMMIT');
$session->quit;
is((split /\|/, $run->('2026-11-21 03:00Z'))[1], 't', 'until it has ended');

# one that is prepared on a shard
my ($shard, $on) = split /\|/, $coordinator->safe_psql('postgres', q{
	SELECT shard_name, nodeport FROM citus_shards WHERE table_name = 'launches'::regclass AND shardid = get_shard_id_for_distribution_column('launches', 'host-3')});
my $holder = $workers[ $on == $port_1 ? 0 : 1 ];
$holder->safe_psql('postgres', 'SET citus.enable_manual_changes_to_shards = on; BEGIN;' . $launch->($shard, 'scp prepared', '2026-11-21 03:30Z', 'host-3') . "PREPARE TRANSACTION 'later'");
like($run->('2026-11-21 04:00Z'), qr/^succeeded\|f\|not settled, so it will be evaluated again: node 127\.0\.0\.1:$on has a prepared transaction that may bring events$/m, 'a prepared transaction does the same');
like($run->('2026-11-21 04:00Z'), qr/^succeeded\|f\|/, 'for as long as it is there');
$holder->safe_psql('postgres', "COMMIT PREPARED 'later'");
is((split /\|/, $run->('2026-11-21 04:00Z'))[1], 't', 'then the window is settled');
is($commands->(), 'scp in flight,scp from here,scp prepared', 'and complete');

# what the session itself has begun on other nodes does not count
is($coordinator->safe_psql('postgres', 'BEGIN;' . $launch->('launches', 'scp of ours', '2026-11-21 04:30Z', 'host-4') . "SELECT pg_sleep(0.2); SELECT status, settled FROM transfer_detect.run('$rule', '2026-11-21 05:00Z'); COMMIT") =~ s/^\n//r,
	'succeeded|t', 'a transaction\'s own events are seen by its run');
is($commands->(), 'scp in flight,scp from here,scp prepared,scp of ours', 'with their alert');

# ---- a worker that is killed in the middle of a run ----

$coordinator->safe_psql('postgres', $launch->('launches', 'scp in the middle', '2026-11-21 05:30Z', 'host-3'));
my $lock = $holder->background_psql('postgres');
$lock->query_safe("SET citus.enable_manual_changes_to_shards = on; BEGIN; LOCK TABLE $shard IN ACCESS EXCLUSIVE MODE");
my $running = $coordinator->background_psql('postgres', on_error_stop => 0);
$running->query_until(qr/begun/, "\\echo begun\nCALL transfer_detect.run_rules('$rule', '2026-11-21 06:00Z');\n");
$holder->poll_query_until('postgres', "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '$shard'::regclass)") or die 'the run has not come to the shard';
$holder->stop('immediate');
$running->query('SELECT 1');
is($coordinator->safe_psql('postgres', 'SELECT status, window_to, message IS NOT NULL FROM transfer_detect.runs ORDER BY id DESC LIMIT 1'), 'failed|2026-11-21 06:00:00+00|t', 'the window has failed, and that is recorded');
eval { $_->quit } foreach $running, $lock;
$holder->start;
like($run->('2026-11-21 06:00Z'), qr/^succeeded\|t\|/, 'and made up for');
like($commands->(), qr/scp in the middle$/, 'with its alert');

# ---- ingest ----

my $empty = sub {
	my ($table) = @_;
	return join ' ', map { $_->safe_psql('postgres', "SELECT coalesce(sum(pg_relation_size(relid)), 0) FROM pg_partition_tree('$table')") } @nodes;
};
my $documents = sub { my ($from, $to) = @_; return join "\n", map { sprintf '{"@timestamp": "2026-11-20T10:%02d:%02dZ", "event": {"id": "%d"}}', $_ / 60 % 60, $_ % 60, $_ } $from .. $to };
my $ingest = sub { my ($node, $from, $to) = @_; return ($node->psql('postgres', "SELECT * FROM transfer_detect.ingest('" . $documents->($from, $to) . "')"))[ 1, 2 ] };

# A table of one's own, from create to drop, as doc/scale.md has it.
is(($ingest->($coordinator, 1, 3))[0], '3|0|0', 'the coordinator\'s own table of events is as ever');
like(($ingest->($workers[0], 1, 3))[1], qr/ERROR:  transfer_detect\.events is not distributed, as far as this worker of Citus knows\n.*HINT:  Ingest on the coordinator/s, 'a worker\'s is no place for documents');
my ($make, $use, $back, $drop) = map { $_->{text} } grep { $_->{language} eq 'sql' && $_->{text} =~ /fleet/ } blocks(slurp_file("$FindBin::RealBin/../../doc/scale.md"));
$coordinator->safe_psql('postgres', "SET client_min_messages = error; $make");
$coordinator->safe_psql('postgres', q{SELECT create_time_partitions('public.fleet', '1 day', '2026-11-23 00:00Z', '2026-11-19 00:00Z')});
foreach my $node (@nodes)
{
	$node->safe_psql('postgres', q{ALTER SYSTEM SET transfer_detect.ingest_table = 'public.fleet'});
	$node->reload;
}
is(($ingest->($coordinator, 1, 1200))[0], '1200|0|0', 'ingest on the coordinator');
is(($ingest->($coordinator, 1, 1201))[0], '1|1200|0', 'knows what is there');
is(($ingest->($workers[0], 1000, 2000))[0], '799|202|0', 'ingest on a worker');
is(($ingest->($workers[1], 1, 5))[0], '0|5|0', 'with few documents');
is(($ingest->($workers[1], 2001, 2003))[0], '3|0|0', 'of which some are new');
$workers[0]->safe_psql('postgres', q{INSERT INTO transfer_detect.inbox (document) VALUES ('{"@timestamp": "2026-11-20T10:00:03.5Z", "event": {"id": "inbox"}}')});
$coordinator->safe_psql('postgres', q{INSERT INTO public.fleet (timestamp, process_name) VALUES ('2026-11-20 10:30Z', 'by hand')});
is($coordinator->safe_psql('postgres', 'SELECT count(*), count(DISTINCT document_key), count(*) FILTER (WHERE tableoid = \'public.fleet_default\'::regclass) FROM public.fleet'), '2005|2005|0', 'all of them are there');
is($workers[1]->safe_psql('postgres', 'SELECT count(*) FROM public.fleet'), '2005', 'for each node');
is($empty->('public.fleet'), '0 0 0', 'and none in the tables that the nodes keep of it');
is($coordinator->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.rejected_documents'), 0, 'nor among the rejected ones');
like(($coordinator->psql('postgres', "SET transfer_detect.ingest_table = 'fleet'; SELECT transfer_detect.ingest('{}')"))[2], qr/transfer_detect\.ingest_table is "fleet", and should be a schema and a table/, 'its name has a schema');
like(($coordinator->psql('postgres', "SET transfer_detect.ingest_table = 'transfer_detect.inbox_nowhere'; SELECT transfer_detect.ingest('{}')"))[2], qr/relation "transfer_detect.inbox_nowhere" does not exist/, 'and it exists');

# another unique index over there: its name is a shard's
$coordinator->safe_psql('postgres', q{CREATE UNIQUE INDEX another ON public.fleet (timestamp, document_key, host_id)});
is(($ingest->($coordinator, 2000, 2005))[0], '2|4|0', 'with another unique index, what is there is looked for');
$coordinator->safe_psql('postgres', q{DROP INDEX another});

# a worker without Citus's metadata
$coordinator->safe_psql('postgres', "SELECT stop_metadata_sync_to_node('127.0.0.1', $port_1)");
my (undef, $refused) = $ingest->($workers[0], 3000, 3001);
like($refused, qr/ERROR:/, 'a worker that does not know the shards refuses documents');
note($refused);
$coordinator->safe_psql('postgres', "SELECT start_metadata_sync_to_node('127.0.0.1', $port_1)");
is(($ingest->($workers[0], 3000, 3001))[0], '2|0|0', 'and takes them when it knows');

# Rules look there; then it is a table of the coordinator, and goes.
$coordinator->safe_psql('postgres', $launch->('public.fleet', 'scp in the fleet', '2026-11-21 06:30Z', 'host-1') =~ s/, server\)/)/r =~ s/, 1\);/);/r . qq{
	UPDATE transfer_detect.rules SET events = 'transfer_detect.events' WHERE rule_id = '$rule';
	$use});
like($run->('2026-11-21 07:00Z'), qr/^succeeded\|t\|$/, 'a run over it');
like($commands->(), qr/scp in the fleet$/, 'finds what is there');
is($coordinator->safe_psql('postgres', q{SELECT transfer_detect.esql('FROM logs-endpoint.events.process-* | STATS n = COUNT()')}), '{"n":2010}', 'and so do queries');
$coordinator->safe_psql('postgres', "SET client_min_messages = error; $back");
is($coordinator->safe_psql('postgres', 'SELECT count(*) FROM public.fleet'), 2010, 'it becomes a table of the coordinator');
is(($ingest->($coordinator, 1, 1201))[0], '0|1201|0', 'which is ingested into');
$coordinator->safe_psql('postgres', "DROP TABLE quiet, days; $drop");
$coordinator->safe_psql('postgres', 'DROP EXTENSION transfer_detect');
is(join(' ', map { $_->safe_psql('postgres', q{SELECT count(*) FROM pg_extension WHERE extname = 'transfer_detect'}) } @nodes), '0 0 0', 'the extension goes from all nodes');

$_->stop foreach @meters, reverse @nodes;
done_testing();
