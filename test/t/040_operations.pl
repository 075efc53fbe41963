# What administrators do with a database: pools of connections, standbys, publications, monitoring, and what grows. Each line of the
# table in doc/operations.md is tried here.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('primary');
$node->init(allows_streaming => 'logical', extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->start;
create_extension($node, 'postgres');
published_rule_alone($node, 'postgres');

sub ask
{
	my ($sql, $on) = @_;

	return ($on // $node)->safe_psql('postgres', $sql);
}

sub refused
{
	my ($sql, $on) = @_;
	my ($status, $out, $err) = ($on // $node)->psql('postgres', "\\set VERBOSITY verbose\n$sql");

	$err =~ s/^psql:[^ ]* //mg;
	return join ' ', $err =~ /^(?:ERROR|HINT):  (.*)$/mg;
}

ask(qq{
	SELECT launch('2026-11-20 09:10Z', 'scp ' || c) FROM unnest('{open,closed}'::text[]) AS c;
	SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 10:00Z');
	UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign' WHERE process_command_line = 'scp closed'});

# ---- a standby, and read-only transactions ----

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
foreach my $query (
	q{SELECT transfer_detect.esql('FROM logs-endpoint.events.process-* | WHERE process.name == "scp" | STATS n = COUNT() BY host.name')},
	q{SELECT transfer_detect.esql_sql('FROM logs-endpoint.events.process-* | LIMIT 1')},
	q{SELECT * FROM transfer_detect.detect(as_of => '2026-11-20 10:00Z') ORDER BY 3},
	q{SELECT count(*) FROM transfer_detect.preview_exception('unusual-file-transfer-utility-launched', 'host.name == "web-1"', 'group', '2026-11-20 09:00Z', '2026-11-20 10:00Z')},
	q{SELECT transfer_detect.alert_events(1)},
	q{SELECT * FROM transfer_detect.alert_list},
	q{SELECT rule_id, checkpoint, failures FROM transfer_detect.rule_health ORDER BY 1},
	q{SELECT events, hosts FROM (SELECT sum(events) AS events, count(*) AS hosts FROM transfer_detect.ingest_health) AS h},
	q{SELECT transfer_detect.distinct_count(agent_id) FROM transfer_detect.events},
	q{SELECT (transfer_detect.transfer_command(process_command_line)).* FROM transfer_detect.events ORDER BY 1})
{
	my $on_primary = ask($query);

	isnt($on_primary, '', "something to read: $query");
	is(ask($query, $standby), $on_primary, 'the same on a standby');
	is(ask("BEGIN READ ONLY; $query; COMMIT"), $on_primary, 'and in a read-only transaction');
}
foreach my $call (
	[ 'run()', 'SELECT * FROM transfer_detect.run()' ],
	[ 'run_rules()', 'CALL transfer_detect.run_rules()' ],
	[ 'backfill()', "SELECT * FROM transfer_detect.backfill('$rule', '2026-11-20 09:00Z', '2026-11-20 10:00Z')" ],
	[ 'check_heartbeat()', 'SELECT * FROM transfer_detect.check_heartbeat()' ])
{
	my ($name, $sql) = @$call;

	is(refused($sql, $standby), "25006: $name writes to tables, and this server is a standby "
		. 'Call it on the primary server. Functions that only read work here: detect(), esql(), alert_events(), and all views.', "$name on a standby");
	is(refused("SET default_transaction_read_only = on;\n$sql"), "25006: $name writes to tables, and this transaction is read-only "
		. 'Use BEGIN READ WRITE, or set default_transaction_read_only to off.', "$name where nothing may be written");
}
like(refused(q{SELECT transfer_detect.ingest('{}')}, $standby), qr/^25006: cannot execute INSERT in a read-only transaction/, 'ingest() on a standby');
$standby->promote;
is(ask(q{SELECT string_agg(status, ' ') FROM transfer_detect.run(as_of => '2026-11-20 11:00Z')}, $standby), 'succeeded', 'a standby that was promoted goes on');
$standby->stop;

# ---- a publication of all tables ----

ask(q{CREATE PUBLICATION everything FOR ALL TABLES});
ask(q{SELECT transfer_detect.ingest('{"@timestamp": "2026-11-20T09:00:00Z", "host": {"ip": "no address"}}'); SELECT transfer_detect.partition_daily('100 years')});
my @tables = split /\n/, ask(q{
	SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace::regnamespace::text ~ '^transfer_detect' AND c.relkind = 'r'
	   AND c.relname <> ALL ('{events_template,commit_order,inbox}') ORDER BY c.relname});
cmp_ok(scalar @tables, '>', 20, 'tables, partitions among them');
ask('CREATE TABLE without_identity (a integer)');
like(refused('DELETE FROM without_identity WHERE false'), qr/^55000: cannot delete from table "without_identity"/, 'a table without a replica identity is refused');
foreach my $table (@tables)
{
	is(refused("DELETE FROM $table WHERE false"), '', "rows of $table can be deleted where all tables are published");
}
is(ask(q{SELECT string_agg(c.relname, ' ') FROM pg_class AS c WHERE c.relname ~ '^events_(p|default)' AND c.relkind = 'r' AND c.relreplident <> 'f'}), '', 'partitions too have a replica identity');
is(ask(q{
	SELECT launch('2026-11-20 10:10Z', 'scp open');
	SELECT string_agg(status, ' ') FROM transfer_detect.run(as_of => '2026-11-20 11:00Z');
	SELECT * FROM transfer_detect.purge_alerts('0'); SELECT transfer_detect.purge_rejected('0'); SELECT count(*) FROM transfer_detect.check_heartbeat()}),
	"\nsucceeded succeeded\n1|0\n0\n0", 'runs and purges go on');
ask('DROP PUBLICATION everything');

# ---- pgbouncer, in transaction mode ----

my ($pgbouncer) = grep { -x } map { "$_/pgbouncer" } (split /:/, $ENV{PATH}), '/usr/sbin', '/usr/local/sbin';
SKIP:
{
	skip 'pgbouncer is not installed (Debian: pgbouncer)', 8 unless defined $pgbouncer;
	delete local $ENV{PGOPTIONS};	# which make installcheck sets, and pgbouncer refuses
	my $directory = PostgreSQL::Test::Utils::tempdir_short();
	my $port = PostgreSQL::Test::Cluster::get_free_port();

	append_to_file("$directory/pgbouncer.ini", <<"INI");
[databases]
postgres = host=@{[ $node->host ]} port=@{[ $node->port ]} user=@{[ ask('SELECT current_user') ]}
[pgbouncer]
unix_socket_dir = $directory
listen_port = $port
auth_type = any
pool_mode = transaction
default_pool_size = 1
ignore_startup_parameters = extra_float_digits
INI
	my $log = '';
	my $pool = IPC::Run::start([ $pgbouncer, "$directory/pgbouncer.ini" ], '<', \undef, '>&', \$log, IPC::Run::timeout(300));
	my $client = sub {
		my ($sql) = @_;
		my ($out, $err) = ('', '');

		IPC::Run::run([ 'psql', '-X', '-A', '-t', '-q', '-h', $directory, '-p', $port, '-d', 'postgres', '-f', '-' ], '<', \$sql, '>', \$out, '2>', \$err, IPC::Run::timeout(60));
		chomp $out;
		return $err eq '' ? $out : $err;
	};
	my $up = '';
	for (1 .. 200)
	{
		$pool->pump_nb;
		last if ($up = $client->('SELECT 1')) eq '1';
		select(undef, undef, undef, 0.05);
	}
	is($up, '1', 'pgbouncer is there') or diag($log);

	is($client->(q{SELECT launch('2026-11-20 11:10Z', 'scp pooled'); SELECT string_agg(status, ' ') FROM transfer_detect.run(as_of => '2026-11-20 12:00Z')}), "\nsucceeded", 'run()');
	is($client->(q{CALL transfer_detect.run_rules(as_of => '2026-11-20 13:00Z'); SELECT max(window_to) = '2026-11-20 13:00Z' FROM transfer_detect.runs}), 't', 'run_rules(), which commits');
	is($client->(q[SELECT transfer_detect.ingest('{"@timestamp": "2026-11-20T13:00:00Z", "event": {"id": "pooled"}}')]), '(1,0,0)', 'ingest()');

	# SET stays with the connection to the server, which the next client gets; SET LOCAL does not
	$client->(q{SET transfer_detect.ingest_batch = 7});
	is($client->('SHOW transfer_detect.ingest_batch'), '7', 'SET reaches the next client');
	$client->(q{RESET transfer_detect.ingest_batch});
	$client->(q{BEGIN; SET LOCAL transfer_detect.ingest_batch = 7; COMMIT});
	isnt($client->('SHOW transfer_detect.ingest_batch'), '7', 'SET LOCAL does not');

	# LISTEN is the connection's as well: who listens through the pool hears nothing, and reads the outbox instead
	ask(q{INSERT INTO transfer_detect.consumers (name) VALUES ('pooled')});
	my $heard = $client->(q{LISTEN transfer_detect; SELECT launch('2026-11-20 13:10Z', 'scp heard'); SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 14:00Z'); SELECT 1});
	like($client->(q{SELECT count(*) FROM transfer_detect.fetch_notifications('pooled')}), qr/^[1-9]\d*$/, 'fetch_notifications() has what LISTEN may miss');
	is($client->(q{SELECT transfer_detect.confirm_notifications('pooled', handed_out) FROM transfer_detect.consumers WHERE name = 'pooled'}), 't', 'and confirm_notifications() goes on from there');
	$pool->signal('INT');
	$pool->finish;
}

# ---- monitoring ----

my ($section) = slurp_file('doc/operations.md') =~ /^## Monitoring\n(.*?)^## /ms;
my @queries = $section =~ /^(SELECT .*);$/mg;
cmp_ok(scalar @queries, '>=', 10, 'the page has queries for monitoring, one a line');
my ($grants) = $section =~ /^(GRANT SELECT .*?;)$/ms;
ask("CREATE ROLE monitoring; $grants");
my $measure = sub {
	return join "\n", map { my $query = $_; my ($what) = $query =~ /AS (\w+) FROM/; map { "$what $_" } split /\n/, ask("SET ROLE monitoring; $query") } @queries;
};
ask(q{
	DELETE FROM transfer_detect.rejected_documents;
	CREATE TABLE own_events (timestamp timestamptz, host_name text);
	INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
	VALUES ('own', 'Own rule', 'FROM own_events | STATS runs = COUNT() BY host.name', 'own_events', true);
	SELECT count(*) FROM transfer_detect.run('own', '2026-11-24 14:00Z')});
my $healthy = $measure->();
my $rule_is = sub { my ($what, $value) = @_; return qr/^$what \Q$rule\E\|$value$/m };
like($healthy, qr/^failures own\|0$/m, 'no failures');
like($healthy, $rule_is->('gaps', 0), 'no gaps');
like($healthy, qr/^rejected 0$/m, 'no rejects');
like($healthy, $rule_is->('lag_seconds', '\d+'), 'the lag');

# Now everything is wrong.
ask(qq{
	SELECT transfer_detect.ingest('broken'); SELECT transfer_detect.ingest('{"\@timestamp": "2026-11-20T09:00:00Z", "host": {"ip": "no address"}}');
	SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-24 14:00Z');
	INSERT INTO transfer_detect.consumers (name, position) VALUES ('stuck', 0);
	UPDATE transfer_detect.outbox SET created_at = now() - interval '2 hours';
	UPDATE transfer_detect.runs SET started_at = now() - interval '3 days';
	ALTER TABLE transfer_detect.rules DISABLE TRIGGER USER; UPDATE transfer_detect.rules SET enabled_at = now() - interval '4 days' WHERE enabled;
	ALTER TABLE transfer_detect.rules ENABLE TRIGGER USER;
	ALTER TABLE own_events RENAME COLUMN host_name TO gone;
	SELECT count(*) FROM transfer_detect.run('own', '2026-11-24 15:00Z')});
my $sick = $measure->();
like($sick, qr/^failures own\|[1-9]\d*$/m, 'failures');
like($sick, qr/^overdue own\|1$/m, 'a rule that is overdue');
like($sick, $rule_is->('gaps', '[1-9]\d*'), 'gaps');
like($sick, qr/^rejected 1$/m, 'rejects');
like($sick, qr/^faults 1$/m, 'values that their columns do not take');
like($sick, qr/^oldest_unread_seconds stuck\|72\d\d$/m, 'a consumer that does not read');
like($sick, qr/^open_alerts low\|[1-9]\d*$/m, 'alerts by severity');
like($sick, qr/^bytes alert_history\|\d+$/m, 'sizes');
ask(q{DELETE FROM transfer_detect.rules WHERE rule_id = 'own'});

# ---- what grows ----

# An alert that comes again each hour for a month has as many rows of history; then a day becomes one.
ask(q{
	SELECT count(launch('2026-09-01 00:10Z'::timestamptz + h * interval '1 hour', 'scp grows')) FROM generate_series(0, 719) AS h;
	SELECT count(*) FROM transfer_detect.backfill('unusual-file-transfer-utility-launched', '2026-09-01 00:00Z', '2026-10-01 00:00Z');
	UPDATE transfer_detect.alerts SET assignee = 'ann' WHERE process_command_line = 'scp grows';
	UPDATE transfer_detect.alert_history AS h SET changed_at = '2026-09-01 00:30Z'::timestamptz + n.hour * interval '1 hour'
	  FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS hour FROM transfer_detect.alert_history
	         WHERE alert_id = (SELECT id FROM transfer_detect.alerts WHERE process_command_line = 'scp grows')) AS n
	 WHERE h.id = n.id});
my $history = q{FROM transfer_detect.alert_history AS h JOIN transfer_detect.alerts AS a ON a.id = h.alert_id WHERE a.process_command_line = 'scp grows'};
is(ask("SELECT count(*), count(*) FILTER (WHERE action = 'extended') $history"), '721|719', 'a month of history');
# the month ended long ago, the alerts of the tests above did not, whatever day it is
my $compact = q{SELECT transfer_detect.compact_history(now() - '2026-10-15Z')};
is(ask($compact), 719 - 30 + 720 - 30, 'a day becomes one row, of the history and of the hits');
is(ask("SELECT string_agg(action || ' ' || n, ', ' ORDER BY action) FROM (SELECT action, count(*) AS n $history GROUP BY action) AS q"), 'changed 1, created 1, extended 30', 'what was done by hand stays');
is(ask("SELECT changes $history AND action = 'extended' ORDER BY h.id LIMIT 1"),
	'{"last_event": ["2026-09-01T00:10:00+00:00", "2026-09-01T23:10:00+00:00"], "event_count": [1, 24]}', 'a row has the first old and the last new value');
is(ask("SELECT count(*) FROM (SELECT h.changes -> 'event_count' ->> 0 IS DISTINCT FROM lag(h.changes -> 'event_count' ->> 1) OVER (ORDER BY h.id) AS gap $history AND h.changes ? 'event_count') AS q WHERE gap"), 0,
	'each goes on where the one before ends');
is(ask($compact), 0, 'once');

# rows of two roles that run rules in turn keep their order
ask(q{DELETE FROM transfer_detect.alert_history;
	INSERT INTO transfer_detect.alert_history (alert_id, changed_at, changed_by, action, changes)
	SELECT 1, '2026-01-02Z'::timestamptz + n * interval '1 minute', r, 'extended', jsonb_build_object('event_count', jsonb_build_array(n, n + 1))
	FROM unnest('{det,det,det2,det,det}'::text[]) WITH ORDINALITY AS u(r, n)});
is(ask($compact), 2, 'a stretch of one role becomes one row');
is(ask(q{SELECT string_agg(changed_by || ' ' || (changes ->> 'event_count'), ', ' ORDER BY id) FROM transfer_detect.alert_history}),
	'det [1, 3], det2 [3, 4], det [4, 6]', 'in the order in which they were written');
ask(q{INSERT INTO transfer_detect.alert_history (alert_id, changed_at, changed_by, action, changes)
	SELECT 1, date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - d * interval '1 day' + n * interval '1 minute', 'det', 'extended', '{}'
	FROM generate_series(6, 9) AS d, generate_series(1, 3) AS n});
cmp_ok(ask('SELECT transfer_detect.compact_history()'), '>=', 4, 'without an age');
is(ask(q{SELECT string_agg(n::text, ' ') FROM (SELECT count(*) AS n FROM transfer_detect.alert_history WHERE changed_at > now() - interval '20 days' GROUP BY date_trunc('day', changed_at AT TIME ZONE 'UTC') ORDER BY min(changed_at)) AS q}),
	'1 1 3 3', 'it is the days that ended more than seven days ago');
is(ask(q{SELECT count(*), sum((SELECT count(*) FROM transfer_detect.alert_events(a.id))) FROM transfer_detect.alerts AS a WHERE process_command_line = 'scp grows' AND event_count = 720}), '1|720', 'the alert and its events are as they were');

# Filing costs the same however many hits an alert has: by the pages that it reads, since time depends on the machine.
my $pages = sub {
	my ($hour, $command) = @_;
	my $read = q{SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read) FROM pg_statio_user_tables WHERE relname IN ('alerts', 'alert_hits', 'alert_history')};
	my $before = ask($read);

	ask(qq{
		SELECT launch('2026-10-01 00:10Z'::timestamptz + $hour * interval '1 hour', '$command');
		SELECT * FROM transfer_detect.backfill('$rule', '2026-10-01 00:00Z'::timestamptz + $hour * interval '1 hour', '2026-10-01 01:00Z'::timestamptz + $hour * interval '1 hour')});
	return ask($read) - $before;
};
$pages->($_, 'scp new') foreach 0 .. 3;
# the versions of the alert that one long backfill has left behind
$node->safe_psql('postgres', "VACUUM $_") foreach qw(transfer_detect.alerts transfer_detect.alert_hits transfer_detect.alert_history);
my $few = $pages->(4, 'scp new');
my $many = $pages->(5, 'scp grows');
cmp_ok($few, '>', 5, 'filing reads pages of alerts');
cmp_ok($many, '<', 1.5 * $few, "an alert with 720 hits costs $many of them, one with four $few");

# ---- retention ----

is(ask(q{SELECT transfer_detect.purge_rejected('1 day')}), 0, 'rejected documents of today stay');
ask(q{UPDATE transfer_detect.rejected_documents SET received = now() - interval '2 days'});
is(ask(q{SELECT transfer_detect.purge_rejected('1 day')}), 1, 'and go when they are old');
foreach my $call ('purge_rejected', 'compact_history')
{
	like(refused("SELECT transfer_detect.$call(NULL)"), qr/^22004: older_than must not be null/, "$call(null)");
	like(refused("SELECT transfer_detect.$call('-1 day')"), qr/^22023: older_than must not be negative/, "$call() of the future");
	like(refused("SET ROLE monitoring; SELECT transfer_detect.$call('1 day')"), qr/^42501: permission denied for function $call/, "$call() is its owner's");
}

$node->stop;
done_testing();
